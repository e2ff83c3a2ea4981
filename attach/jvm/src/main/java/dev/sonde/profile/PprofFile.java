package dev.sonde.profile;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * A profile as the bytes of a file: pprof's {@code profile.proto}, gzipped, which {@code go tool pprof} opens as it is. It holds
 * all that a {@link Profile} has: how a frame's code ran is told by its mapping, and what pprof has no field for stands in
 * comments, {@code key: value}.
 *
 * <p>Field numbers are those of
 * <a href="https://github.com/google/pprof/blob/main/proto/profile.proto">profile.proto</a>. What describes the profile is
 * written first, so that {@link #summary} need not read the samples; readers accept any order.
 */
public final class PprofFile {

    /** More than any profile of ours, unpacked; a file that claims more is not read. */
    private static final int MOST_BYTES = 512 << 20;

    private static final String TARGET = "target: ";
    private static final String TARGET_NAME = "target name: ";
    private static final String KIND = "kind: ";
    private static final String ENGINE = "engine: ";
    private static final String NAME = "name: ";
    private static final String NOTE = "note: ";
    private static final String TOTALS = "totals: ";

    private PprofFile() {}

    /**
     * What a file holds, without its samples.
     *
     * @param totals of each type; empty when another program wrote the file
     */
    public record Summary(Description description, List<Long> totals) {
        public Summary {
            totals = List.copyOf(totals);
        }
    }

    // -- writing

    public static byte[] write(Profile profile) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
            zip.write(new Writing(profile).bytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e); // of memory, which does not fail
        }
        return bytes.toByteArray();
    }

    private static final class Writing {
        private record Named(String className, String method, String file) {}

        private final Profile profile;
        private final Map<String, Long> texts = new LinkedHashMap<>();
        private final Map<Named, Long> functions = new LinkedHashMap<>();
        private final Map<Frame, Long> locations = new LinkedHashMap<>();
        private final Map<Frame.Code, Long> mappings = new LinkedHashMap<>();
        private final Proto.Writer body = new Proto.Writer();

        Writing(Profile profile) {
            this.profile = profile;
        }

        byte[] bytes() {
            Description about = profile.description();
            text("");
            Proto.Writer head = new Proto.Writer();
            for (ValueType type : about.types()) {
                head.message(1, type(type));
            }
            if (!about.start().equals(Instant.EPOCH)) {
                head.number(9, ChronoUnit.NANOS.between(Instant.EPOCH, about.start()));
            }
            head.number(10, about.duration().toNanos());
            // Also where everything was seen: pprof compares only profiles whose period is of the same type.
            head.message(11, type(about.types().get(about.standardType())));
            head.number(12, about.interval());
            for (String comment : comments(about)) {
                head.number(13, text(comment));
            }
            head.number(14, text(about.types().get(about.standardType()).name()));
            // pprof shows the file of the first mapping as the program's.
            mapping(Frame.Code.COMPILED);
            for (Sample sample : profile.samples()) {
                body.message(2, sample(sample));
            }
            Proto.Writer tables = new Proto.Writer();
            mappings.forEach((code, id) -> tables.message(3, mapping(code, id)));
            functions.forEach((function, id) -> tables.message(
                    5,
                    new Proto.Writer()
                            .number(1, id)
                            .number(2, text(name(function)))
                            .number(3, text(name(function)))
                            .number(4, text(path(function)))));
            locations.forEach((frame, id) -> tables.message(
                    4,
                    new Proto.Writer()
                            .number(1, id)
                            .number(2, mapping(frame.code()))
                            .message(
                                    4,
                                    new Proto.Writer()
                                            .number(1, function(frame))
                                            .number(2, frame.line()))));
            Proto.Writer strings = new Proto.Writer();
            texts.keySet().forEach(text -> strings.text(6, text));
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (Proto.Writer part : List.of(head, strings, tables, body)) {
                all.writeBytes(part.toByteArray());
            }
            return all.toByteArray();
        }

        private List<String> comments(Description about) {
            List<String> comments = new ArrayList<>();
            Map<String, String> told = new LinkedHashMap<>();
            told.put(KIND, about.kind());
            told.put(ENGINE, about.engine());
            told.put(TARGET, about.target());
            told.put(TARGET_NAME, about.targetName());
            told.put(NAME, about.name());
            told.forEach((key, text) -> {
                if (!text.isEmpty()) {
                    comments.add(key + text);
                }
            });
            about.notes().forEach(note -> comments.add(NOTE + note));
            StringBuilder totals = new StringBuilder(TOTALS);
            for (int i = 0; i < about.types().size(); i++) {
                totals.append(i == 0 ? "" : " ").append(profile.total(i));
            }
            comments.add(totals.toString());
            return comments;
        }

        private Proto.Writer type(ValueType type) {
            return new Proto.Writer().number(1, text(type.name())).number(2, text(type.unit()));
        }

        private Proto.Writer sample(Sample sample) {
            Proto.Writer message = new Proto.Writer()
                    .numbers(
                            1, sample.stack().stream().mapToLong(this::location).toArray())
                    .numbers(2, sample.values());
            sample.labels()
                    .forEach((key, value) -> message.message(
                            3, new Proto.Writer().number(1, text(key)).number(2, text(value))));
            return message;
        }

        private Proto.Writer mapping(Frame.Code code, long id) {
            String name = profile.description().targetName();
            String file = code != Frame.Code.COMPILED ? mappingName(code) : name.isEmpty() ? "java" : name;
            return new Proto.Writer()
                    .number(1, id)
                    .number(5, text(file))
                    // Functions, files and lines are known: nothing is to be looked up.
                    .number(7, 1)
                    .number(8, 1)
                    .number(9, 1);
        }

        private long location(Frame frame) {
            Long known = locations.get(frame);
            if (known == null) {
                known = locations.size() + 1L;
                locations.put(frame, known);
                function(frame);
                mapping(frame.code());
            }
            return known;
        }

        private long function(Frame frame) {
            return functions.computeIfAbsent(
                    new Named(frame.className(), frame.method(), frame.file()), unused -> functions.size() + 1L);
        }

        private static String name(Named function) {
            return function.className.isEmpty() ? function.method : function.className + "." + function.method;
        }

        private static String path(Named function) {
            return function.file.isEmpty() ? "" : folders(function.className) + function.file;
        }

        private long mapping(Frame.Code code) {
            return mappings.computeIfAbsent(code, unused -> mappings.size() + 1L);
        }

        private long text(String text) {
            return texts.computeIfAbsent(text, unused -> (long) texts.size());
        }
    }

    /** Those of the class's package, below which {@code -source_path} finds the file: {@code shop/}. */
    private static String folders(String className) {
        return className.substring(0, className.lastIndexOf('.') + 1).replace('.', '/');
    }

    private static String mappingName(Frame.Code code) {
        return "[" + code.name().toLowerCase(java.util.Locale.ROOT) + "]";
    }

    // -- reading

    /**
     * Reads a profile, of this program or another.
     *
     * @throws IOException when it is none, or cut off; says so
     */
    public static Profile read(byte[] file) throws IOException {
        return new Reading(unzipped(file), false).profile();
    }

    /**
     * Reads what describes a profile.
     *
     * @throws IOException when it is none
     */
    public static Summary summary(byte[] file) throws IOException {
        return new Reading(unzipped(file), true).summary();
    }

    private static byte[] unzipped(byte[] file) throws IOException {
        if (file.length < 2 || (file[0] & 0xff) != 0x1f || (file[1] & 0xff) != 0x8b) {
            return file; // pprof accepts it so, too
        }
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(file))) {
            byte[] bytes = in.readNBytes(MOST_BYTES);
            if (bytes.length == MOST_BYTES) {
                throw new IOException("it is larger than " + (MOST_BYTES >> 20) + " MiB");
            }
            return bytes;
        }
    }

    private static final class Reading {
        private record Location(long mapping, List<long[]> lines) {}

        private record Function(long name, long file) {}

        private final List<String> texts = new ArrayList<>();
        private final List<long[]> types = new ArrayList<>();
        private final List<Proto.Reader> samples = new ArrayList<>();
        private final Map<Long, Long> mappings = new HashMap<>();
        private final Map<Long, Location> locations = new HashMap<>();
        private final Map<Long, Function> functions = new HashMap<>();
        private final Proto.Longs comments = new Proto.Longs();
        private long start;
        private long duration;
        private long period;

        Reading(byte[] bytes, boolean headOnly) throws IOException {
            Proto.Reader in = new Proto.Reader(bytes);
            while (in.next()) {
                switch (in.field()) {
                    case 1 -> types.add(pair(in.message(), 1, 2));
                    case 2 -> {
                        if (headOnly && !texts.isEmpty()) {
                            return;
                        }
                        samples.add(in.message());
                    }
                    case 3 -> {
                        long[] mapping = pair(in.message(), 1, 5);
                        mappings.put(mapping[0], mapping[1]);
                    }
                    case 4 -> location(in.message());
                    case 5 -> function(in.message());
                    case 6 -> texts.add(in.text());
                    case 9 -> start = in.number();
                    case 10 -> duration = in.number();
                    case 12 -> period = in.number();
                    case 13 -> in.numbers(comments);
                    default -> in.skip();
                }
            }
        }

        private static long[] pair(Proto.Reader message, int first, int second) throws IOException {
            long[] pair = new long[2];
            while (message.next()) {
                if (message.field() == first) {
                    pair[0] = message.number();
                } else if (message.field() == second) {
                    pair[1] = message.number();
                } else {
                    message.skip();
                }
            }
            return pair;
        }

        private void location(Proto.Reader message) throws IOException {
            long id = 0;
            long mapping = 0;
            List<long[]> lines = new ArrayList<>(1);
            while (message.next()) {
                switch (message.field()) {
                    case 1 -> id = message.number();
                    case 2 -> mapping = message.number();
                    case 4 -> lines.add(pair(message.message(), 1, 2));
                    default -> message.skip();
                }
            }
            locations.put(id, new Location(mapping, lines));
        }

        private void function(Proto.Reader message) throws IOException {
            long id = 0;
            long name = 0;
            long file = 0;
            while (message.next()) {
                switch (message.field()) {
                    case 1 -> id = message.number();
                    case 2 -> name = message.number();
                    case 4 -> file = message.number();
                    default -> message.skip();
                }
            }
            functions.put(id, new Function(name, file));
        }

        private String text(long index) throws IOException {
            if (index < 0 || index >= texts.size()) {
                throw new IOException("it names a text that it does not have");
            }
            return texts.get((int) index);
        }

        Summary summary() throws IOException {
            List<ValueType> named = new ArrayList<>();
            for (long[] type : types) {
                named.add(new ValueType(text(type[0]), text(type[1])));
            }
            if (named.isEmpty()) {
                throw new IOException("it is not a profile of pprof");
            }
            Map<String, String> told = new HashMap<>();
            List<String> notes = new ArrayList<>();
            for (int i = 0; i < comments.size(); i++) {
                String comment = text(comments.get(i));
                if (comment.startsWith(NOTE)) {
                    notes.add(comment.substring(NOTE.length()));
                } else if (comment.contains(": ")) {
                    int end = comment.indexOf(": ") + 2;
                    told.put(comment.substring(0, end), comment.substring(end));
                }
            }
            List<Long> totals = new ArrayList<>();
            Optional<Kind> kind = Kind.of(told.getOrDefault(KIND, "")).or(() -> Kind.of(named));
            try {
                for (String total : told.getOrDefault(TOTALS, "").split(" ", -1)) {
                    if (!total.isEmpty()) {
                        totals.add(Long.parseLong(total));
                    }
                }
                return new Summary(
                        new Description(
                                kind.map(Kind::word)
                                        .orElse(told.getOrDefault(
                                                KIND,
                                                named.get(named.size() - 1).name())),
                                named,
                                Instant.EPOCH.plusNanos(start),
                                Duration.ofNanos(Math.max(0, duration)),
                                told.getOrDefault(TARGET, ""),
                                told.getOrDefault(TARGET_NAME, ""),
                                told.getOrDefault(ENGINE, ""),
                                period,
                                told.getOrDefault(NAME, ""),
                                notes),
                        totals.size() == named.size() ? totals : List.of());
            } catch (NumberFormatException | DateTimeException e) {
                throw new IOException("its description cannot be read", e);
            }
        }

        Profile profile() throws IOException {
            Profile.Builder builder = new Profile.Builder(summary().description());
            Map<Long, List<Frame>> frames = new HashMap<>();
            for (Proto.Reader sample : samples) {
                Proto.Longs ids = new Proto.Longs();
                Proto.Longs values = new Proto.Longs();
                Map<String, String> labels = new HashMap<>();
                while (sample.next()) {
                    switch (sample.field()) {
                        case 1 -> sample.numbers(ids);
                        case 2 -> sample.numbers(values);
                        case 3 -> label(sample.message(), labels);
                        default -> sample.skip();
                    }
                }
                if (values.size() != types.size()) {
                    throw new IOException("a sample does not have as many values as there are types");
                }
                List<Frame> stack = new ArrayList<>(ids.size());
                for (int i = 0; i < ids.size(); i++) {
                    List<Frame> known = frames.get(ids.get(i));
                    if (known == null) {
                        known = frames(ids.get(i));
                        frames.put(ids.get(i), known);
                    }
                    stack.addAll(known);
                }
                builder.add(stack, labels, values.toArray());
            }
            return builder.build();
        }

        private void label(Proto.Reader message, Map<String, String> into) throws IOException {
            long key = 0;
            long text = 0;
            long number = 0;
            while (message.next()) {
                switch (message.field()) {
                    case 1 -> key = message.number();
                    case 2 -> text = message.number();
                    case 3 -> number = message.number();
                    default -> message.skip();
                }
            }
            into.put(text(key), text == 0 ? Long.toString(number) : text(text));
        }

        /** A location's lines, the innermost first: more than one where calls were inlined. */
        private List<Frame> frames(long id) throws IOException {
            Location location = locations.get(id);
            if (location == null) {
                throw new IOException("it names a location that it does not have");
            }
            Frame.Code code = Frame.Code.COMPILED;
            Long file = mappings.get(location.mapping);
            if (file != null) {
                String mapping = text(file);
                for (Frame.Code each : Frame.Code.values()) {
                    if (mapping.equals(mappingName(each))) {
                        code = each;
                    }
                }
            }
            List<Frame> frames = new ArrayList<>(1);
            for (long[] line : location.lines) {
                Function function = functions.get(line[0]);
                if (function == null) {
                    throw new IOException("it names a function that it does not have");
                }
                String name = text(function.name);
                boolean java = code != Frame.Code.NATIVE && code != Frame.Code.KERNEL;
                int dot = java ? name.lastIndexOf('.') : -1;
                String className = dot < 0 ? "" : name.substring(0, dot);
                String path = text(function.file);
                String folders = folders(className);
                frames.add(new Frame(
                        className,
                        name.substring(dot + 1),
                        path.startsWith(folders) ? path.substring(folders.length()) : path,
                        (int) line[1],
                        code));
            }
            return frames;
        }
    }
}
