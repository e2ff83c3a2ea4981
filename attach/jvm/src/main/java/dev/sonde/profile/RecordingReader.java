package dev.sonde.profile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import one.jfr.ClassRef;
import one.jfr.JfrReader;
import one.jfr.MethodRef;
import one.jfr.StackTrace;
import one.jfr.event.AllocationSample;
import one.jfr.event.ContendedLock;
import one.jfr.event.Event;
import one.jfr.event.ExecutionSample;
import one.jfr.event.LiveObject;
import org.jspecify.annotations.Nullable;

/**
 * Samples out of a recording in JFR's format, of async-profiler or of the JVM itself. A recording does not tell files: they are
 * taken to be named as the outermost class is, which holds of nearly all Java.
 */
public final class RecordingReader {

    private static final int DEEPEST = 4_096;

    /** The size of async-profiler's table of objects that it follows until they die. */
    private static final int MOST_SURVIVORS = 1_024;

    /** What makes a name another in each run: the address of a hidden class. */
    private static final String ADDRESS = "(\\$\\d+)?[+/.]0x[0-9a-f]+([/.](0x[0-9a-f]+|\\d+))?$";

    private final JfrReader jfr;
    private final ByteBuffer recording;
    private final Kind kind;
    private final Description about;
    private final Profile.Builder builder;

    // Ids are those of one chunk.
    private final Map<Integer, List<Frame>> stacks = new HashMap<>();

    private boolean nativeIsC;
    private int survivors;

    private RecordingReader(JfrReader jfr, ByteBuffer recording, Kind kind, Description about) {
        this.jfr = jfr;
        this.recording = recording;
        this.kind = kind;
        this.about = about;
        this.builder = new Profile.Builder(about);
    }

    /**
     * Reads the samples of one kind.
     *
     * @param about with the interval that was asked for; start and duration are taken from the recording
     * @throws IOException when it is no recording, or cut off; says so
     */
    public static Profile read(ByteBuffer recording, Kind kind, Description about) throws IOException {
        try (JfrReader jfr = new JfrReader(recording)) {
            return new RecordingReader(jfr, recording, kind, about).read();
        } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
            // It does not check what it reads: a length that is too large fails wherever it is used.
            throw new IOException("the recording is damaged: " + e, e);
        }
    }

    private Profile read() throws IOException {
        jfr.stopAtNewChunk = true;
        while (jfr.hasMoreChunks()) {
            stacks.clear();
            nativeIsC = jfr.getEnumValue("jdk.types.FrameType", 5) != null;
            switch (kind) {
                case CPU, WALL -> executions();
                case ALLOC -> allocations();
                case LIVE -> survivors();
                case LOCK -> waits();
                case THREADS -> throw new IOException("a recording has no dump of threads");
                case TIMELINE -> throw new IOException("the waits of a timeline are no samples");
            }
            forget(jfr);
        }
        List<String> notes = new ArrayList<>(about.notes());
        if (survivors >= MOST_SURVIVORS) {
            notes.add("async-profiler follows " + MOST_SURVIVORS
                    + " objects and no more, and had them all: there is more alive; a larger --interval sees it");
        }
        String timers = jfr.settings.getOrDefault("engine", "perf");
        if (kind == Kind.CPU && nativeIsC && timers.endsWith("timer")) {
            notes.add("perf events are not to be had here, so it samples by timers (" + timers
                    + "), and does not see the kernel's own methods");
        }
        return builder.build(about.noting(notes)
                .lasting(Instant.ofEpochSecond(0, jfr.startNanos), Duration.ofNanos(Math.max(0, jfr.durationNanos()))));
    }

    /** Lets go of what belongs to the chunk that was read: the next has its own, and a large recording has thousands. */
    static void forget(JfrReader jfr) {
        jfr.threads.clear();
        jfr.javaThreads.clear();
        jfr.classes.clear();
        jfr.strings.clear();
        jfr.symbols.clear();
        jfr.methods.clear();
        jfr.stackTraces.clear();
    }

    private void executions() throws IOException {
        Map<String, String> states = new HashMap<>();
        for (ExecutionSample sample = jfr.readEvent(ExecutionSample.class);
                sample != null;
                sample = jfr.readEvent(ExecutionSample.class)) {
            if (kind == Kind.CPU && isInNative(sample)) {
                continue;
            }
            String state = jfr.getEnumValue("jdk.types.ThreadState", sample.threadState);
            Map<String, String> labels = kind == Kind.WALL && state != null
                    ? Map.of(
                            Sample.THREAD,
                            thread(sample.tid),
                            Sample.STATE,
                            states.computeIfAbsent(
                                    state,
                                    name -> name.equals("STATE_DEFAULT") || name.equals("STATE_RUNNABLE")
                                            ? "running"
                                            : "waiting"))
                    : Map.of(Sample.THREAD, thread(sample.tid));
            builder.add(stack(sample), labels, sample.samples, sample.samples * about.interval());
        }
    }

    /**
     * Whether it is a {@code jdk.NativeMethodSample}, of a thread that most often waits there: a method of C is on top, where an
     * {@code jdk.ExecutionSample} has only Java's.
     */
    private boolean isInNative(ExecutionSample sample) {
        StackTrace trace = nativeIsC || sample.threadState == ExecutionSample.CPU_TIME_SAMPLE
                ? null
                : jfr.stackTraces.get(sample.stackTraceId);
        return trace != null && trace.types.length > 0 && trace.types[0] == 3;
    }

    private void allocations() throws IOException {
        if (!nativeIsC) {
            new BufferAllocations(jfr, recording, this::allocated).read();
            // It stands at the next chunk's begin, which the reader has to see.
            AllocationSample none = jfr.readEvent(AllocationSample.class);
            if (none != null) {
                throw new IOException("the recording is damaged: a chunk goes on behind its end");
            }
            return;
        }
        for (AllocationSample sample = jfr.readEvent(AllocationSample.class);
                sample != null;
                sample = jfr.readEvent(AllocationSample.class)) {
            allocated(
                    sample,
                    sample.tlabSize == 0 ? 1 : Math.max(1, sample.tlabSize / Math.max(1, sample.allocationSize)),
                    sample.value());
        }
    }

    private void allocated(AllocationSample sample, long objects, long bytes) {
        builder.add(
                stack(sample),
                Map.of(Sample.THREAD, thread(sample.tid), Sample.OBJECT, className(sample.classId)),
                objects,
                bytes);
    }

    /**
     * An object of {@code s} bytes is sampled with a probability of 1−e^(−s/interval), so that it stands for the inverse, as
     * Go's heap profile reckons.
     */
    private void survivors() throws IOException {
        for (LiveObject object = jfr.readEvent(LiveObject.class);
                object != null;
                object = jfr.readEvent(LiveObject.class)) {
            survivors++;
            double size = Math.max(1, object.allocationSize);
            double standsFor = about.interval() == 0 ? 1 : 1 / -Math.expm1(-size / about.interval());
            builder.add(
                    stack(object),
                    Map.of(Sample.OBJECT, className(object.classId)),
                    Math.max(1, Math.round(standsFor)),
                    Math.round(size * standsFor));
        }
    }

    private void waits() throws IOException {
        for (ContendedLock wait = jfr.readEvent(ContendedLock.class);
                wait != null;
                wait = jfr.readEvent(ContendedLock.class)) {
            builder.add(
                    stack(wait),
                    Map.of(Sample.THREAD, thread(wait.tid), Sample.LOCK, className(wait.classId)),
                    1,
                    Math.round(wait.duration * jfr.nanosPerTick));
        }
    }

    private String thread(int id) {
        String name = jfr.threads.get(id);
        return name == null || name.isEmpty() ? "thread " + id : name;
    }

    private List<Frame> stack(Event event) {
        return stacks.computeIfAbsent(event.stackTraceId, this::stack);
    }

    private List<Frame> stack(int id) {
        StackTrace trace = jfr.stackTraces.get(id);
        if (trace == null) {
            return List.of();
        }
        int depth = Math.min(trace.methods.length, DEEPEST);
        List<Frame> stack = new ArrayList<>(depth);
        for (int i = 0; i < depth; i++) {
            stack.add(builder.frame(frame(trace.methods[i], trace.types[i], trace.locations[i] >>> 16)));
        }
        return stack;
    }

    private Frame frame(long id, byte type, int line) {
        Frame.Code code =
                switch (type) {
                    case 0 -> Frame.Code.INTERPRETED;
                    case 2 -> Frame.Code.INLINED;
                    // To the JVM that is a Java method whose body is native, and runs as compiled code does.
                    case 3 -> nativeIsC ? Frame.Code.NATIVE : Frame.Code.COMPILED;
                    case 4 -> Frame.Code.NATIVE;
                    case 5 -> Frame.Code.KERNEL;
                    default -> Frame.Code.COMPILED;
                };
        MethodRef method = jfr.methods.get(id);
        if (method == null) {
            return new Frame("", "(unknown)", "", 0, Frame.Code.NATIVE);
        }
        String name = symbol(method.name);
        ClassRef declaring = jfr.classes.get(method.cls);
        String type0 = declaring == null ? "" : symbol(declaring.name);
        if (type0.isEmpty() || code == Frame.Code.NATIVE || code == Frame.Code.KERNEL) {
            return new Frame("", name, "", 0, code == Frame.Code.KERNEL ? Frame.Code.KERNEL : Frame.Code.NATIVE);
        }
        return javaFrame(type0, name, line, code);
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

    private String symbol(long id) {
        byte @Nullable [] symbol = jfr.symbols.get(id);
        return symbol == null ? "" : new String(symbol, StandardCharsets.UTF_8);
    }

    private String className(long id) {
        ClassRef type = jfr.classes.get(id);
        return type == null ? "?" : human(symbol(type.name));
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
