package dev.sonde.timeline;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.sonde.profile.Description;
import dev.sonde.profile.Frame;
import dev.sonde.timeline.TimelineReader.Reach;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * A timeline as Perfetto and Chrome open it: the JSON of the
 * <a href="https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU">Trace Event Format</a>, one event a
 * line, written while the recording is read, so that memory does not grow with it. Times are microseconds since the recording
 * began. What may overlap on one lane is written as asynchronous events, because complete ones must nest.
 */
public final class PerfettoFile {

    private static final int MOST_FRAMES = 32;
    private static final BigDecimal TENTH = BigDecimal.valueOf(1, 4);
    private static final JsonFactory JSON =
            JsonFactory.builder().build().disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);

    private PerfettoFile() {}

    /**
     * Writes what a recording tells; the stream stays open.
     *
     * @param about of the timeline that the recording belongs to
     */
    public static void write(Path recording, Description about, OutputStream out) throws IOException {
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("displayTimeUnit", "ms");
            json.writeArrayFieldStart("traceEvents");
            Writing writing = new Writing(json, about);
            Reach reach = TimelineReader.read(recording, writing);
            json.writeEndArray();
            json.writeObjectFieldStart("otherData");
            json.writeStringField("start", about.start().toString());
            json.writeStringField("target", (about.targetName() + " " + about.target()).strip());
            json.writeStringField("engine", about.engine());
            if (reach.cut().isPresent()) {
                json.writeStringField("cut", reach.cut().get());
            }
            if (writing.lost > 0) {
                json.writeNumberField("lostBytes", writing.lost);
            }
            json.writeEndObject();
            json.writeEndObject();
        } catch (UncheckedIOException e) {
            throw new IOException(e.getMessage(), e);
        }
        out.flush();
    }

    private static final class Writing implements Events {
        private final JsonGenerator json;
        private final long begin;
        private final long pid;
        private final Map<Long, Integer> threads = new HashMap<>();
        private long asynchronous;
        private long lost;

        Writing(JsonGenerator json, Description about) throws IOException {
            this.json = json;
            this.begin = ChronoUnit.NANOS.between(Instant.EPOCH, about.start());
            this.pid = pid(about.target()).orElse(1);
            named("process_name", 0, about.targetName().isEmpty() ? "JVM" : about.targetName());
        }

        private static OptionalLong pid(String target) {
            return target.matches("\\d{1,10}") ? OptionalLong.of(Long.parseLong(target)) : OptionalLong.empty();
        }

        /** Metadata: what is called so, and where it stands among the others. */
        private void named(String what, int tid, String name) throws IOException {
            json.writeRaw('\n');
            json.writeStartObject();
            json.writeStringField("ph", "M");
            json.writeStringField("name", what);
            json.writeNumberField("pid", pid);
            json.writeNumberField("tid", tid);
            json.writeObjectFieldStart("args");
            json.writeStringField("name", name);
            json.writeEndObject();
            json.writeEndObject();
        }

        private int tid(Lane lane) throws IOException {
            Integer known = threads.get(lane.id());
            if (known == null) {
                known = threads.size() + 1;
                threads.put(lane.id(), known);
                named("thread_name", known, lane.name());
            }
            return known;
        }

        private interface Content {
            void write() throws IOException;
        }

        private void event(String phase, String category, String name, int tid, long at, Content content) {
            try {
                json.writeRaw('\n');
                json.writeStartObject();
                json.writeStringField("ph", phase);
                json.writeStringField("cat", category);
                json.writeStringField("name", name);
                json.writeNumberField("pid", pid);
                json.writeNumberField("tid", tid);
                micros("ts", Math.max(0, at - begin));
                content.write();
                json.writeEndObject();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /**
         * A tenth of a nanosecond more. Perfetto reads a binary fraction and cuts off what is below a nanosecond, so that one event might
         * begin before the end of the one before; then it drops it.
         */
        private void micros(String field, long nanos) throws IOException {
            json.writeFieldName(field);
            json.writeNumber(BigDecimal.valueOf(nanos, 3).add(TENTH));
        }

        private int known(Lane lane) {
            try {
                return tid(lane);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void span(Span span) {
            int tid = known(span.lane());
            String category = span.state().word();
            String name = name(span);
            switch (span.state()) {
                case THROWN ->
                    event("i", category, name, tid, span.start(), () -> {
                        json.writeStringField("s", "t");
                        arguments(span);
                    });
                case CONCURRENT, COLLECTION, PINNED -> {
                    long id = ++asynchronous;
                    event("b", category, name, tid, span.start(), () -> {
                        json.writeNumberField("id", id);
                        arguments(span);
                    });
                    event("e", category, name, tid, span.end(), () -> json.writeNumberField("id", id));
                }
                default ->
                    event("X", category, name, tid, span.start(), () -> {
                        micros("dur", span.end() - Math.max(begin, span.start()));
                        arguments(span);
                    });
            }
        }

        private static String name(Span span) {
            return switch (span.state()) {
                case PAUSE, PHASE, CONCURRENT, OPERATION, THROWN ->
                    span.what().isEmpty() ? span.state().word() : span.what();
                default -> span.state().word() + (span.what().isEmpty() ? "" : " " + span.what());
            };
        }

        private void arguments(Span span) throws IOException {
            json.writeObjectFieldStart("args");
            if (!span.what().isEmpty()) {
                json.writeStringField("what", span.what());
            }
            Optional<String> by = span.by();
            if (by.isPresent()) {
                json.writeStringField(by(span.state()), by.get());
            }
            if (span.bytes() > 0) {
                json.writeNumberField("bytes", span.bytes());
            }
            if (span.open()) {
                json.writeBooleanField("notOver", true);
            }
            if (!span.stack().isEmpty()) {
                json.writeStringField("stack", stack(span.stack()));
            }
            json.writeEndObject();
        }

        private static String by(State state) {
            return switch (state) {
                case WAITING -> "notifiedBy";
                case PINNED -> "carrier";
                case OPERATION -> "caller";
                default -> "heldBy";
            };
        }

        private static String stack(List<Frame> stack) {
            return stack.stream()
                    .limit(MOST_FRAMES)
                    .map(frame -> frame.name() + (frame.place().isEmpty() ? "" : " (" + frame.place() + ")"))
                    .collect(Collectors.joining("\n"));
        }

        @Override
        public void running(Lane lane, long at, List<Frame> stack) {
            String name = stack.isEmpty() ? "running" : stack.get(0).name();
            event("i", "running", name, known(lane), at, () -> {
                json.writeStringField("s", "t");
                json.writeObjectFieldStart("args");
                json.writeStringField("stack", stack(stack));
                json.writeEndObject();
            });
        }

        @Override
        public void processor(Lane lane, long from, long to, long nanos) {
            counter("processor of " + lane.name(), "percent", from, Math.round(100.0 * nanos / Math.max(1, to - from)));
        }

        @Override
        public void heap(long at, long usedBytes) {
            counter("heap", "usedBytes", at, usedBytes);
        }

        private void counter(String name, String value, long at, long count) {
            event("C", "counter", name, 0, at, () -> {
                json.writeObjectFieldStart("args");
                json.writeNumberField(value, count);
                json.writeEndObject();
            });
        }

        @Override
        public void lost(long bytes) {
            lost += bytes;
        }
    }
}
