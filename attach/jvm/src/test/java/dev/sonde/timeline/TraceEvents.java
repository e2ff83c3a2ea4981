package dev.sonde.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The rules of the <a href="https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU">Trace Event Format</a>,
 * and those of Perfetto's importer of it, which drops what breaks them without a word: complete events of a thread nest, asynchronous ones have an end
 * of the same category, id and name, counters are numbers.
 */
final class TraceEvents {

    private static final Map<String, Set<String>> FIELDS = Map.of(
            "M", Set.of("ph", "name", "pid", "tid", "args"),
            "X", Set.of("ph", "cat", "name", "pid", "tid", "ts", "dur", "args"),
            "i", Set.of("ph", "cat", "name", "pid", "tid", "ts", "s", "args"),
            "b", Set.of("ph", "cat", "name", "pid", "tid", "ts", "id", "args"),
            "e", Set.of("ph", "cat", "name", "pid", "tid", "ts", "id"),
            "C", Set.of("ph", "cat", "name", "pid", "tid", "ts", "args"));

    /** One event, as it stands in the file. */
    private record Event(Map<?, ?> fields) {

        Object field(String name) {
            return Objects.requireNonNull(fields.get(name), () -> name + " of " + fields);
        }

        boolean is(String phase) {
            return phase().equals(phase);
        }

        String phase() {
            return text("ph");
        }

        String text(String name) {
            assertThat(field(name)).as(name + " of " + fields).isInstanceOf(String.class);
            return (String) field(name);
        }

        double number(String name) {
            assertThat(field(name)).as(name + " of " + fields).isInstanceOf(Double.class);
            return (Double) field(name);
        }

        Map<?, ?> args() {
            return (Map<?, ?>) field("args");
        }

        /** Nanoseconds, as Perfetto makes them of a number in JSON. */
        long nanos(String name) {
            return (long) (number(name) * 1000);
        }

        long end() {
            return nanos("ts") + nanos("dur");
        }

        /** By which Perfetto finds the end of an asynchronous one. */
        List<Object> key() {
            return List.of(field("cat"), field("id"), field("name"), field("tid"));
        }
    }

    private final List<Event> events = new ArrayList<>();

    private TraceEvents() {}

    /** Checks a file of one process. */
    static void check(byte[] file, long pid) throws IOException {
        TraceEvents checked = new TraceEvents();
        try (JsonParser parser = new JsonFactory().createParser(file)) {
            parser.nextToken();
            Event whole = new Event((Map<?, ?>) value(parser));
            assertThat(parser.nextToken()).isNull();
            assertThat(whole.fields.keySet()).isEqualTo(Set.of("displayTimeUnit", "traceEvents", "otherData"));
            assertThat(whole.text("displayTimeUnit")).isEqualTo("ms");
            for (Object event : (List<?>) whole.field("traceEvents")) {
                checked.events.add(new Event((Map<?, ?>) event));
            }
        }
        checked.each(pid);
        checked.named();
        checked.nest();
        checked.pairs();
    }

    private static Object value(JsonParser parser) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.START_OBJECT) {
            Map<String, Object> fields = new LinkedHashMap<>();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                assertThat(fields.put(name, value(parser))).as(name + " twice").isNull();
            }
            return fields;
        }
        if (token == JsonToken.START_ARRAY) {
            List<Object> elements = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                elements.add(value(parser));
            }
            return elements;
        }
        return token.isNumeric()
                ? (Object) parser.getDoubleValue()
                : token.isBoolean() ? (Object) parser.getBooleanValue() : parser.getText();
    }

    private void each(long pid) {
        for (Event event : events) {
            String phase = event.phase();
            assertThat(FIELDS).as(event.toString()).containsKey(phase);
            assertThat(event.fields.keySet()).as(event.toString()).isEqualTo(FIELDS.get(phase));
            assertThat(event.text("name")).isNotNull();
            assertThat(event.number("pid")).isEqualTo((double) pid);
            assertThat(event.number("tid")).isNotNegative();
            switch (phase) {
                case "M" -> assertThat(event.text("name")).isIn("process_name", "thread_name");
                case "i" -> assertThat(event.text("s")).isEqualTo("t");
                case "X" -> assertThat(event.number("dur")).isNotNegative();
                case "C" -> assertThat(event.args().values()).isNotEmpty().allMatch(Double.class::isInstance);
                default -> {}
            }
            if (!phase.equals("M")) {
                assertThat(event.number("ts")).isNotNegative();
                assertThat(event.text("cat")).isNotEmpty();
            }
        }
        assertThat(events).extracting(Event::phase).contains("M", "X", "i", "b", "e");
    }

    /** The process has one name, and each lane one, told before what is in it. */
    private void named() {
        Map<Double, String> names = new HashMap<>();
        for (Event event : events) {
            double lane = event.number("tid");
            if (event.is("M")) {
                String name = new Event(event.args()).text("name");
                assertThat(event.text("name")).isEqualTo(lane == 0 ? "process_name" : "thread_name");
                assertThat(name).isNotEmpty();
                assertThat(names.put(lane, name)).as("the name before " + name).isNull();
            }
            assertThat(names).containsKey(lane);
        }
    }

    /** As its slice tracker has it, to the nanosecond: the longer of two that begin together is first, and what ends is left. */
    private void nest() {
        Map<Double, List<Event>> lanes = new HashMap<>();
        events.stream().filter(event -> event.is("X")).forEach(event -> lanes.computeIfAbsent(
                        event.number("tid"), unused -> new ArrayList<>())
                .add(event));
        for (List<Event> lane : lanes.values()) {
            lane.sort(Comparator.<Event>comparingLong(event -> event.nanos("ts"))
                    .thenComparing(event -> -event.nanos("dur")));
            Deque<Event> open = new ArrayDeque<>();
            for (Event event : lane) {
                while (!open.isEmpty() && open.peek().end() <= event.nanos("ts")) {
                    open.pop();
                }
                if (!open.isEmpty()) {
                    assertThat(event.end())
                            .as(event + " in " + open.peek())
                            .isLessThanOrEqualTo(open.peek().end());
                }
                open.push(event);
            }
        }
    }

    /** Each begin has one end, not before it, and no id serves twice. */
    private void pairs() {
        Map<List<Object>, Double> begun = new HashMap<>();
        Set<Object> ids = new HashSet<>();
        for (Event event : events) {
            if (event.is("b")) {
                assertThat(ids.add(event.field("id"))).isTrue();
                begun.put(event.key(), event.number("ts"));
            } else if (event.is("e")) {
                assertThat(begun.remove(event.key()))
                        .as("the begin of " + event)
                        .isNotNull()
                        .isLessThanOrEqualTo(event.number("ts"));
            }
        }
        assertThat(begun).isEmpty();
    }
}
