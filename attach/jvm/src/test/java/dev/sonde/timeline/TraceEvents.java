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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

    private final List<Map<String, Object>> events = new ArrayList<>();

    private TraceEvents() {}

    /** Checks a file of one process. */
    static void check(byte[] file, long pid) throws IOException {
        TraceEvents checked = new TraceEvents();
        try (JsonParser parser = new JsonFactory().createParser(file)) {
            parser.nextToken();
            Map<?, ?> whole = (Map<?, ?>) value(parser);
            assertThat(parser.nextToken()).isNull();
            assertThat(whole.keySet()).isEqualTo(Set.of("displayTimeUnit", "traceEvents", "otherData"));
            assertThat(whole.get("displayTimeUnit")).isEqualTo("ms");
            for (Object event : (List<?>) whole.get("traceEvents")) {
                Map<String, Object> fields = new HashMap<>();
                ((Map<?, ?>) event).forEach((name, value) -> fields.put((String) name, value));
                checked.events.add(fields);
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
        for (Map<String, Object> event : events) {
            String phase = (String) event.get("ph");
            assertThat(FIELDS).as(event.toString()).containsKey(phase);
            assertThat(event.keySet()).as(event.toString()).isEqualTo(FIELDS.get(phase));
            assertThat(event.get("name")).isInstanceOf(String.class);
            assertThat(event.get("pid")).isEqualTo((double) pid);
            assertThat(number(event, "tid")).isNotNegative();
            switch (phase) {
                case "M" -> assertThat(event.get("name")).isIn("process_name", "thread_name");
                case "i" -> assertThat(event.get("s")).isEqualTo("t");
                case "X" -> assertThat(number(event, "dur")).isNotNegative();
                case "C" ->
                    assertThat(((Map<?, ?>) event.get("args")).values())
                            .isNotEmpty()
                            .allMatch(Double.class::isInstance);
                default -> {}
            }
            if (!phase.equals("M")) {
                assertThat(number(event, "ts")).isNotNegative();
                assertThat(event.get("cat")).isInstanceOf(String.class);
            }
        }
        assertThat(events).extracting(event -> event.get("ph")).contains("M", "X", "i", "b", "e");
    }

    /** The process has one name, and each lane one, told before what is in it. */
    private void named() {
        Map<Double, String> names = new HashMap<>();
        for (Map<String, Object> event : events) {
            if (event.get("ph").equals("M")) {
                String name = (String) ((Map<?, ?>) event.get("args")).get("name");
                assertThat(event.get("name")).isEqualTo(number(event, "tid") == 0 ? "process_name" : "thread_name");
                assertThat(name).isNotEmpty();
                assertThat(names.put(number(event, "tid"), name))
                        .as("the name before " + name)
                        .isNull();
            }
            assertThat(names).containsKey(number(event, "tid"));
        }
    }

    private void nest() {
        Map<Double, List<Map<String, Object>>> lanes = new HashMap<>();
        events.stream().filter(event -> event.get("ph").equals("X")).forEach(event -> lanes.computeIfAbsent(
                        number(event, "tid"), unused -> new ArrayList<>())
                .add(event));
        for (List<Map<String, Object>> lane : lanes.values()) {
            lane.sort(Comparator.<Map<String, Object>>comparingDouble(event -> number(event, "ts"))
                    .thenComparing(event -> -number(event, "dur")));
            Deque<Map<String, Object>> open = new ArrayDeque<>();
            for (Map<String, Object> event : lane) {
                while (!open.isEmpty() && end(open.peek()) <= number(event, "ts") + .0005) {
                    open.pop();
                }
                if (!open.isEmpty()) {
                    assertThat(end(event))
                            .as(event + " in " + open.peek())
                            .isLessThanOrEqualTo(end(open.peek()) + .0005);
                }
                open.push(event);
            }
        }
    }

    private static double end(Map<String, Object> complete) {
        return number(complete, "ts") + number(complete, "dur");
    }

    /** Each begin has one end, not before it, and no id serves twice. */
    private void pairs() {
        Map<List<Object>, Double> begun = new HashMap<>();
        Set<Object> ids = new java.util.HashSet<>();
        for (Map<String, Object> event : events) {
            if (event.get("ph").equals("b")) {
                assertThat(ids.add(event.get("id"))).isTrue();
                begun.put(key(event), number(event, "ts"));
            } else if (event.get("ph").equals("e")) {
                Double begin = begun.remove(key(event));
                assertThat(begin).as("the begin of " + event).isNotNull().isLessThanOrEqualTo(number(event, "ts"));
            }
        }
        assertThat(begun).isEmpty();
    }

    private static List<Object> key(Map<String, Object> event) {
        return List.of(event.get("cat"), event.get("id"), event.get("name"), event.get("tid"));
    }

    private static double number(Map<String, Object> event, String field) {
        assertThat(event.get(field)).as(field + " of " + event).isInstanceOf(Double.class);
        return (Double) event.get(field);
    }
}
