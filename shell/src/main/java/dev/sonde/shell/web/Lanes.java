package dev.sonde.shell.web;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sonde.commands.output.SafeText;
import dev.sonde.profile.Frame;
import dev.sonde.timeline.Events;
import dev.sonde.timeline.Lane;
import dev.sonde.timeline.Span;
import dev.sonde.timeline.State;
import dev.sonde.timeline.TimelineReader;
import dev.sonde.timeline.TimelineReader.Reach;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A timeline as lanes to draw: lists of numbers, in microseconds since its begin. Of more spans, samples or lanes than a browser
 * should hold, the shortest, the last and the quietest are left out and counted, so that memory is bounded here and there.
 */
final class Lanes implements Events {

    private static final int MOST_SPANS = 100_000;
    private static final int MOST_SAMPLES = 50_000;
    private static final int MOST_LANES = 2_000;
    private static final int MOST_TEXTS = 20_000;
    private static final int MOST_FRAMES = 12;

    private record Drawn(int lane, State state, long start, long nanos, int what, int by, int at, boolean open) {}

    private record Sampled(int lane, long at, int stack) {}

    private record Heap(long at, long bytes) {}

    private final Map<Long, Integer> numbers = new HashMap<>();
    private final List<Lane> lanes = new ArrayList<>();
    private final List<Long> busy = new ArrayList<>();
    private final Map<String, Integer> texts = new LinkedHashMap<>(Map.of("", 0));
    private List<Drawn> spans = new ArrayList<>();
    private final List<Sampled> samples = new ArrayList<>();
    private final List<Heap> heap = new ArrayList<>();
    private long leastNanos;
    private long leftOut;

    private Lanes() {}

    /** Writes the fields of an open object. */
    static void write(Path recording, JsonGenerator json) throws IOException {
        Lanes lanes = new Lanes();
        Reach reach = TimelineReader.read(recording, lanes);
        lanes.write(reach, json);
    }

    @Override
    public void span(Span span) {
        boolean stays = span.state() != State.IDLE;
        int lane = lane(span.lane(), span.state().waits() && stays ? span.nanos() : 0);
        if (lane < 0 || span.nanos() < leastNanos) {
            leftOut++;
            return;
        }
        spans.add(new Drawn(
                lane,
                span.state(),
                span.start(),
                span.nanos(),
                text(SafeText.of(span.what())),
                text(SafeText.of(span.by().orElse(""))),
                text(stack(span.stack())),
                span.open()));
        if (spans.size() > 2 * MOST_SPANS) {
            shorten();
        }
    }

    /** Lets the shorter half go, what is shorter still from now on, too. */
    private void shorten() {
        long[] lengths = spans.stream().mapToLong(Drawn::nanos).sorted().toArray();
        leastNanos = lengths[lengths.length / 2] + 1;
        List<Drawn> longer = new ArrayList<>(
                spans.stream().filter(span -> span.nanos >= leastNanos).toList());
        leftOut += spans.size() - longer.size();
        spans = longer;
    }

    @Override
    public void running(Lane lane, long at, List<Frame> stack) {
        int number = lane(lane, 10_000_000);
        if (number < 0 || samples.size() >= MOST_SAMPLES) {
            leftOut++;
            return;
        }
        samples.add(new Sampled(number, at, text(stack(stack))));
    }

    @Override
    public void heap(long at, long usedBytes) {
        if (heap.size() < MOST_SAMPLES) {
            heap.add(new Heap(at, usedBytes));
        }
    }

    private int lane(Lane lane, long nanos) {
        Integer known = numbers.get(lane.id());
        if (known == null) {
            if (lanes.size() >= MOST_LANES) {
                return -1;
            }
            known = lanes.size();
            numbers.put(lane.id(), known);
            lanes.add(lane);
            busy.add(0L);
        }
        busy.set(known, busy.get(known) + nanos);
        return known;
    }

    private int text(String safe) {
        Integer known = texts.get(safe);
        if (known != null) {
            return known;
        }
        if (texts.size() >= MOST_TEXTS) {
            return 0;
        }
        texts.put(safe, texts.size());
        return texts.size() - 1;
    }

    private static String stack(List<Frame> stack) {
        return stack.stream()
                .limit(MOST_FRAMES)
                .map(frame -> SafeText.of(frame.name() + (frame.place().isEmpty() ? "" : " (" + frame.place() + ")")))
                .collect(Collectors.joining("\n"));
    }

    private void write(Reach reach, JsonGenerator json) throws IOException {
        json.writeNumberField("micros", (reach.last() - reach.first()) / 1_000);
        if (reach.cut().isPresent()) {
            json.writeStringField("cut", reach.cut().get());
        }
        json.writeNumberField("leftOut", leftOut);
        // The JVM's own first, then the busiest.
        Integer[] order = new Integer[lanes.size()];
        Arrays.setAll(order, i -> i);
        Arrays.sort(
                order,
                Comparator.<Integer>comparingInt(i -> lanes.get(i).kind() == Lane.Kind.JVM ? 0 : 1)
                        .thenComparing(i -> -busy.get(i))
                        .thenComparing(i -> lanes.get(i).name()));
        int[] place = new int[order.length];
        json.writeArrayFieldStart("lanes");
        for (int i = 0; i < order.length; i++) {
            place[order[i]] = i;
            json.writeStartArray();
            json.writeString(SafeText.of(lanes.get(order[i]).name()));
            json.writeString(lanes.get(order[i]).kind().name().toLowerCase(Locale.ROOT));
            json.writeEndArray();
        }
        json.writeEndArray();
        List<State> states = List.of(State.values());
        strings(json, "states", states.stream().map(State::word).toList());
        strings(json, "texts", List.copyOf(texts.keySet()));
        spans.sort(Comparator.comparingLong(Drawn::start).thenComparing(span -> -span.nanos));
        CallTree.numbers(
                json,
                "laneOf",
                spans.stream().mapToLong(span -> place[span.lane]).toArray());
        CallTree.numbers(
                json,
                "state",
                spans.stream().mapToLong(span -> states.indexOf(span.state)).toArray());
        CallTree.numbers(
                json,
                "start",
                spans.stream()
                        .mapToLong(span -> (span.start - reach.first()) / 1_000)
                        .toArray());
        CallTree.numbers(
                json,
                "length",
                spans.stream().mapToLong(span -> span.nanos / 1_000).toArray());
        CallTree.numbers(json, "what", spans.stream().mapToLong(Drawn::what).toArray());
        CallTree.numbers(json, "by", spans.stream().mapToLong(Drawn::by).toArray());
        CallTree.numbers(json, "at", spans.stream().mapToLong(Drawn::at).toArray());
        CallTree.numbers(
                json,
                "open",
                spans.stream().mapToLong(span -> span.open ? 1 : 0).toArray());
        samples.sort(Comparator.comparingLong(Sampled::at));
        CallTree.numbers(
                json,
                "sampleLane",
                samples.stream().mapToLong(sample -> place[sample.lane]).toArray());
        CallTree.numbers(
                json,
                "sampleAt",
                samples.stream()
                        .mapToLong(sample -> (sample.at - reach.first()) / 1_000)
                        .toArray());
        CallTree.numbers(
                json, "sampleStack", samples.stream().mapToLong(Sampled::stack).toArray());
        heap.sort(Comparator.comparingLong(Heap::at));
        CallTree.numbers(
                json,
                "heapAt",
                heap.stream()
                        .mapToLong(each -> (each.at - reach.first()) / 1_000)
                        .toArray());
        CallTree.numbers(json, "heapBytes", heap.stream().mapToLong(Heap::bytes).toArray());
    }

    private static void strings(JsonGenerator json, String name, List<String> strings) throws IOException {
        json.writeArrayFieldStart(name);
        for (String string : strings) {
            json.writeString(string);
        }
        json.writeEndArray();
    }
}
