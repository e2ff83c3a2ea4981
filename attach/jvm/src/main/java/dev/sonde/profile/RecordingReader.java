package dev.sonde.profile;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Samples out of a recording in JFR's format, of async-profiler or of the JVM itself. A recording does not tell files: they are
 * taken to be named as the outermost class is, which holds of nearly all Java.
 */
public final class RecordingReader {

    /** The size of async-profiler's table of objects that it follows until they die. */
    private static final int MOST_SURVIVORS = 1_024;

    /** What makes a name another in each run: the address of a hidden class. */
    private static final String ADDRESS = "(\\$\\d+)?[+/.]0x[0-9a-f]+([/.](0x[0-9a-f]+|\\d+))?$";

    private final Profile.Builder builder;
    private long survivors;
    private long start = Long.MAX_VALUE;
    private long end = Long.MIN_VALUE;

    private RecordingReader(Description about) {
        this.builder = new Profile.Builder(about);
    }

    /**
     * Reads the samples of one kind.
     *
     * @param about with the interval that was asked for; start and duration are taken from the recording
     * @throws IOException when it is no recording, or cut off; says so
     */
    public static Profile read(FileChannel file, Kind kind, Description about) throws IOException {
        Chunks recording = new Chunks(file);
        RecordingContent content = RecordingContent.of(recording);
        return read(recording, content, kind, content.eventsOf(kind), about);
    }

    /**
     * The same, of one event alone: what others asked for at the same time is in a recording of the JVM, too.
     *
     * @param event such as {@code jdk.ExecutionSample}
     */
    public static Profile read(FileChannel file, Kind kind, String event, Description about) throws IOException {
        Chunks recording = new Chunks(file);
        return read(recording, RecordingContent.of(recording), kind, Set.of(event), about);
    }

    static Profile read(Chunks recording, RecordingContent content, Kind kind, Set<String> events, Description about)
            throws IOException {
        RecordingReader reader = new RecordingReader(about);
        recording.each(
                chunk -> ChunkReader.read(chunk, kind, events, about.interval()), part -> reader.take(part, kind));
        List<String> notes = new ArrayList<>(about.notes());
        if (reader.survivors >= MOST_SURVIVORS) {
            notes.add("async-profiler follows " + MOST_SURVIVORS
                    + " objects and no more, and had them all: there is more alive; a larger --interval sees it");
        }
        String timers = content.setting("engine").orElse("perf");
        if (kind == Kind.CPU && content.ofAsyncProfiler() && timers.endsWith("timer")) {
            notes.add("perf events are not to be had here, so it samples by timers (" + timers
                    + "), and does not see the kernel's own methods");
        }
        if (recording.cut()) {
            notes.add("the recording is cut off; what stands before that is told");
        }
        Duration lasted = Duration.ofNanos(Math.max(0, reader.end - reader.start));
        return reader.builder.build(about.noting(notes).lasting(Instant.ofEpochSecond(0, reader.start), lasted));
    }

    private void take(ChunkReader.Part part, Kind kind) {
        part.samples().forEach(sample -> builder.add(sample.stack(), sample.labels(), sample.values()));
        survivors += kind == Kind.LIVE ? part.events() : 0;
        start = Math.min(start, part.start());
        end = Math.max(end, part.end());
    }

    /** @param type with slashes or dots */
    static Frame javaFrame(String type, String method, int line, Frame.Code code) {
        String className = plain(type);
        String outer = className.substring(className.lastIndexOf('.') + 1);
        int inner = outer.indexOf('$', 1);
        return new Frame(
                className, method, (inner < 0 ? outer : outer.substring(0, inner)) + ".java", Math.max(0, line), code);
    }

    /** A class's name with dots, and the same in each run. */
    static String plain(String type) {
        return type.replace('/', '.').contains("0x")
                ? type.replaceFirst(ADDRESS, "").replace('/', '.')
                : type.replace('/', '.');
    }

    /** {@code [Ljava/lang/String;} is {@code java.lang.String[]}. */
    public static String human(String symbol) {
        int depth = 0;
        while (depth < symbol.length() && symbol.charAt(depth) == '[') {
            depth++;
        }
        if (depth == 0 || depth == symbol.length()) {
            return plain(symbol);
        }
        String element = symbol.substring(depth);
        String name =
                switch (element.charAt(0)) {
                    case 'B' -> "byte";
                    case 'C' -> "char";
                    case 'S' -> "short";
                    case 'I' -> "int";
                    case 'J' -> "long";
                    case 'Z' -> "boolean";
                    case 'F' -> "float";
                    case 'D' -> "double";
                    default -> plain(element.replaceAll("^L|;$", ""));
                };
        return name + "[]".repeat(depth);
    }
}
