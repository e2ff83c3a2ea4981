package dev.sonde.profile;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import one.jfr.ClassRef;
import one.jfr.JfrReader;
import one.jfr.MethodRef;
import one.jfr.StackTrace;
import one.jfr.event.AllocationSample;
import one.jfr.event.ContendedLock;
import one.jfr.event.ExecutionSample;
import one.jfr.event.LiveObject;
import org.jspecify.annotations.Nullable;

/**
 * Samples of one kind out of one chunk. They are added up under the numbers that the chunk has for stacks, threads and classes, and what these
 * are is looked up once for each sum: there are a thousand events for one stack.
 */
final class ChunkReader {

    private static final int DEEPEST = 4_096;

    /** Stands for the holder where a thread was parked: nobody tells who has such a lock. */
    private static final int PARKED = -1;

    /**
     * What was read of a chunk.
     *
     * @param events how many of them the samples are made of
     */
    record Part(List<Sample> samples, Map<Chunk.Setting, String> settings, long events, long start, long end) {}

    /** Whom a sample is of, and what, in this chunk. */
    private record Labelled(int thread, int what, int holder) {}

    /** A line of a method, in this chunk. */
    private record Spot(long method, int line, byte type) {}

    private final Chunk chunk;
    private final JfrReader jfr;
    private final Kind kind;
    private final long interval;
    private final boolean ofAsyncProfiler;
    private final NumberedSums sums = new NumberedSums();
    private final Map<Integer, List<Frame>> stacks = new HashMap<>();
    private final Map<Labelled, Map<String, String>> labels = new HashMap<>();
    private final Map<Spot, Frame> frames = new HashMap<>();
    private long events;

    private ChunkReader(Chunk chunk, Kind kind, long interval) throws IOException {
        this.chunk = chunk;
        this.jfr = new JfrReader(chunk.bytes());
        this.kind = kind;
        this.interval = interval;
        this.ofAsyncProfiler = chunk.ofAsyncProfiler();
    }

    /**
     * Reads a chunk to its end.
     *
     * @param wanted the events that are samples of this kind
     * @param interval as a {@link Description} has it
     */
    static Part read(Chunk chunk, Kind kind, Set<String> wanted, long interval) throws IOException {
        return new ChunkReader(chunk, kind, interval).read(wanted);
    }

    private Part read(Set<String> wanted) throws IOException {
        Map<Chunk.Setting, String> settings = new HashMap<>();
        if (kind == Kind.ALLOC && !ofAsyncProfiler) {
            new BufferAllocations(jfr, chunk, this::allocated).read();
        } else {
            int[] types = wanted.stream().mapToInt(chunk::id).toArray();
            int park = chunk.id("jdk.ThreadPark");
            chunk.events(settings, type -> {
                for (int each : types) {
                    if (type == each) {
                        event(type == park);
                    }
                }
            });
        }
        List<Sample> samples = new ArrayList<>(sums.size());
        sums.each((stack, thread, what, holder, count, cost) -> {
            if (isLock(what, holder)) {
                samples.add(new Sample(
                        stack(stack),
                        labels.computeIfAbsent(new Labelled(thread, what, holder), this::labels),
                        new long[] {count, cost}));
            }
        });
        return new Part(samples, settings, events, chunk.start(), chunk.end());
    }

    private void event(boolean park) throws IOException {
        switch (kind) {
            case CPU, WALL -> {
                ExecutionSample sample = jfr.readEvent(ExecutionSample.class);
                int state = kind == Kind.WALL ? sample.threadState : 0;
                add(sample.stackTraceId, sample.tid, state, 0, sample.samples, sample.samples * interval);
            }
            case ALLOC -> {
                AllocationSample sample = jfr.readEvent(AllocationSample.class);
                long objects =
                        sample.tlabSize == 0 ? 1 : Math.max(1, sample.tlabSize / Math.max(1, sample.allocationSize));
                allocated(sample.stackTraceId, sample.tid, sample.classId, objects, sample.value());
            }
            case LIVE -> survived(jfr.readEvent(LiveObject.class));
            case LOCK -> {
                if (ofAsyncProfiler) {
                    ContendedLock wait = jfr.readEvent(ContendedLock.class);
                    waited(wait.stackTraceId, wait.tid, wait.classId, 0, wait.duration);
                } else {
                    waited(park);
                }
            }
            case THREADS -> throw new IOException("a recording has no dump of threads");
            case TIMELINE -> throw new IOException("the waits of a timeline are no samples");
        }
    }

    private void add(int stack, int thread, int what, int holder, long count, long cost) {
        events++;
        sums.add(stack, thread, what, holder, count, cost);
    }

    private void allocated(int stack, int thread, int type, long objects, long bytes) {
        add(stack, thread, type, 0, objects, bytes);
    }

    /**
     * An object of {@code s} bytes is sampled with a probability of 1−e^(−s/interval), so that it stands for the inverse, as
     * Go's heap profile reckons.
     */
    private void survived(LiveObject object) {
        double size = Math.max(1, object.allocationSize);
        double standsFor = interval == 0 ? 1 : 1 / -Math.expm1(-size / interval);
        add(
                object.stackTraceId,
                0,
                object.classId,
                0,
                Math.max(1, Math.round(standsFor)),
                Math.round(size * standsFor));
    }

    /** The reader leaves out who had the lock before, which the JVM tells of monitors. */
    private void waited(boolean park) {
        jfr.getVarint(); // size
        jfr.getVarint(); // type
        jfr.getVarlong(); // time
        long ticks = jfr.getVarlong();
        int thread = jfr.getVarint();
        int stack = jfr.getVarint();
        int lock = jfr.getVarint();
        waited(stack, thread, lock, park ? PARKED : jfr.getVarint(), ticks);
    }

    /** A recording of the JVM has what others that run at the same time asked for, too: shorter ones. */
    private void waited(int stack, int thread, int lock, int holder, long ticks) {
        long nanos = Math.round(ticks * jfr.nanosPerTick);
        if (ofAsyncProfiler || nanos >= interval) {
            add(stack, thread, lock, holder, 1, nanos);
        }
    }

    /** Whether it is no wait, or one for a lock: what is parked for another reason, such as for work, waits for none. */
    private boolean isLock(int type, int holder) {
        if (kind != Kind.LOCK || ofAsyncProfiler || holder != PARKED) {
            return true;
        }
        String lock = className(type);
        return lock.startsWith("java.util.concurrent.locks.Reentrant")
                || lock.startsWith("java.util.concurrent.Semaphore");
    }

    // -- what the numbers are

    private Map<String, String> labels(Labelled of) {
        Map<String, String> told = new HashMap<>();
        if (kind != Kind.LIVE) {
            told.put(Sample.THREAD, thread(of.thread));
        }
        switch (kind) {
            case WALL -> told.putAll(state(of.what));
            case ALLOC, LIVE -> told.put(Sample.OBJECT, className(of.what));
            case LOCK -> {
                told.put(Sample.LOCK, className(of.what));
                if (of.holder > 0) {
                    told.put(Sample.HOLDER, thread(of.holder));
                }
            }
            default -> {}
        }
        return told;
    }

    private Map<String, String> state(int number) {
        String state = jfr.getEnumValue("jdk.types.ThreadState", number);
        if (state == null) {
            return Map.of();
        }
        boolean runs = state.equals("STATE_DEFAULT") || state.equals("STATE_RUNNABLE");
        return Map.of(Sample.STATE, runs ? "running" : "waiting");
    }

    private String thread(int id) {
        String name = jfr.threads.get(id);
        return name == null || name.isEmpty() ? "thread " + id : name;
    }

    private List<Frame> stack(int id) {
        List<Frame> known = stacks.get(id);
        if (known != null) {
            return known;
        }
        List<Frame> stack = new ArrayList<>();
        StackTrace trace = jfr.stackTraces.get(id);
        for (int i = 0; trace != null && i < Math.min(trace.methods.length, DEEPEST); i++) {
            stack.add(frames.computeIfAbsent(
                    new Spot(trace.methods[i], trace.locations[i] >>> 16, trace.types[i]), this::frame));
        }
        stacks.put(id, stack);
        return stack;
    }

    private Frame frame(Spot spot) {
        Frame.Code code =
                switch (spot.type) {
                    case 0 -> Frame.Code.INTERPRETED;
                    case 2 -> Frame.Code.INLINED;
                    // To the JVM that is a Java method whose body is native, and runs as compiled code does.
                    case 3 -> ofAsyncProfiler ? Frame.Code.NATIVE : Frame.Code.COMPILED;
                    case 4 -> Frame.Code.NATIVE;
                    case 5 -> Frame.Code.KERNEL;
                    default -> Frame.Code.COMPILED;
                };
        MethodRef method = jfr.methods.get(spot.method);
        if (method == null) {
            return new Frame("", "(unknown)", "", 0, Frame.Code.NATIVE);
        }
        String name = symbol(method.name);
        ClassRef declaring = jfr.classes.get(method.cls);
        String type = declaring == null ? "" : symbol(declaring.name);
        if (type.isEmpty() || code == Frame.Code.NATIVE || code == Frame.Code.KERNEL) {
            return new Frame("", name, "", 0, code == Frame.Code.KERNEL ? Frame.Code.KERNEL : Frame.Code.NATIVE);
        }
        return RecordingReader.javaFrame(type, name, spot.line, code);
    }

    private String symbol(long id) {
        byte @Nullable [] symbol = jfr.symbols.get(id);
        return symbol == null ? "" : new String(symbol, StandardCharsets.UTF_8);
    }

    private String className(long id) {
        ClassRef type = jfr.classes.get(id);
        return type == null ? "?" : RecordingReader.human(symbol(type.name));
    }
}
