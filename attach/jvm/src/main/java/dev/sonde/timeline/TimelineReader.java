package dev.sonde.timeline;

import dev.sonde.jvm.ThreadReport;
import dev.sonde.jvm.ThreadReport.JvmThread;
import dev.sonde.profile.Frame;
import dev.sonde.profile.RecordedFrames;
import dev.sonde.profile.RecordingReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jdk.jfr.consumer.RecordedClass;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedMethod;
import jdk.jfr.consumer.RecordedObject;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;
import org.jspecify.annotations.Nullable;

/**
 * Reads a recording of JFR as what threads did. One event is in memory at a time, with the constants of its chunk (12 MB on disk
 * unless the JVM was told otherwise), a name for each thread and when it last did something; so a recording of any size is read
 * with the memory of a small one.
 */
public final class TimelineReader {

    private static final int MOST_STACKS = 20_000;
    private static final int MOST_LANES = 100_000;
    private static final int MOST_PENDING = 10_000;
    /** What has one time and is one tick of a periodic event comes within this. */
    private static final long TICK = 30_000_000;

    /**
     * What was read.
     *
     * @param first the first time that an event tells of, in nanoseconds since 1970
     * @param last the last one
     * @param cut why it was not read to its end; empty when it was
     */
    public record Reach(long first, long last, long events, Optional<String> cut) {}

    /** A safepoint whose end is yet to come. */
    private static final class Safepoint {
        long begin = Long.MAX_VALUE;
        long toReach;
        String operation = "";
    }

    private final Events into;
    private final Map<Long, Lane> lanes = new HashMap<>();
    private final Map<String, Lane> collectors = new HashMap<>();
    private final Map<Long, Long> lastActive = new HashMap<>();
    private final Map<Long, Lane> byJavaId = new HashMap<>();
    private final IdentityHashMap<RecordedStackTrace, List<Frame>> stacks = new IdentityHashMap<>();
    private final Map<Frame, Frame> frames = new HashMap<>();
    private final Map<Long, Safepoint> safepoints = new HashMap<>();
    /** The classes of errors that have just been made, by the threads that did. */
    private final Map<Long, String> errors = new HashMap<>();

    private Optional<String> dump = Optional.empty();
    private long dumped;
    private int processors = 1;
    private boolean contained;
    private long tick;
    private long tickBefore;
    private long first = Long.MAX_VALUE;
    private long last = Long.MIN_VALUE;
    private long count;

    private TimelineReader(Events into) {
        this.into = into;
    }

    /**
     * Reads a recording to its end, or as far as it goes.
     *
     * @throws IOException when nothing of it can be read; says why
     */
    public static Reach read(Path recording, Events into) throws IOException {
        TimelineReader reader = new TimelineReader(into);
        Optional<String> cut = Optional.empty();
        try (RecordingFile file = new RecordingFile(recording)) {
            while (file.hasMoreEvents()) {
                reader.take(file.readEvent());
            }
        } catch (IOException | RuntimeException | OutOfMemoryError | StackOverflowError e) {
            // The JDK's reader believes what it reads: what is damaged fails wherever it is used.
            if (reader.count == 0) {
                throw new IOException("it is no recording, or damaged: " + e.getMessage(), e);
            }
            cut = Optional.of("the recording is cut off or damaged; what stands before that is told");
        }
        reader.tellOpen();
        return new Reach(Math.min(reader.first, reader.last), Math.max(reader.first, reader.last), reader.count, cut);
    }

    private void take(RecordedEvent event) {
        String type = event.getEventType().getName();
        if (!type.startsWith("jdk.")) {
            return;
        }
        count++;
        switch (type.substring(4)) {
            case "JavaMonitorEnter" -> wait(event, State.BLOCKED, named(event, "monitorClass"), "previousOwner");
            case "JavaMonitorWait" -> wait(event, State.WAITING, named(event, "monitorClass"), "notifier");
            case "ThreadPark" -> wait(event, State.PARKED, named(event, "parkedClass"), "");
            case "ThreadSleep" -> wait(event, State.SLEEPING, "", "");
            case "SocketRead" -> wait(event, State.SOCKET, "read " + peer(event), "");
            case "SocketWrite" -> wait(event, State.SOCKET, "write " + peer(event), "");
            case "SocketConnect" -> wait(event, State.SOCKET, "connect " + peer(event), "");
            case "FileRead" -> wait(event, State.FILE, "read " + text(event, "path"), "");
            case "FileWrite" -> wait(event, State.FILE, "write " + text(event, "path"), "");
            case "FileForce" -> wait(event, State.FILE, "force " + text(event, "path"), "");
            case "VirtualThreadPinned" ->
                tell(lane(event.getThread()), State.PINNED, event, pinned(event), by(event, "carrierThread"));
            case "VirtualThreadStart" -> life(event, true);
            case "VirtualThreadEnd" -> life(event, false);
            case "ThreadStart" -> life(event, true);
            case "ThreadEnd" -> life(event, false);
            case "ClassLoad" ->
                tell(lane(event.getThread()), State.LOADING, event, named(event, "loadedClass"), Optional.empty());
            case "Compilation" ->
                tell(lane(event.getThread()), State.COMPILING, event, compiled(event), Optional.empty());
            case "JavaExceptionThrow", "JavaErrorThrow" -> thrown(event);
            case "ExceptionStatistics" -> into.thrown(begin(event), number(event, "throwables"));
            case "GCPhasePause" -> tell(Lane.PAUSES, State.PAUSE, event, text(event, "name"), Optional.empty());
            case "GCPhasePauseLevel1", "GCPhasePauseLevel2" ->
                tell(Lane.PAUSES, State.PHASE, event, text(event, "name"), Optional.empty());
            case "GCPhaseConcurrent" ->
                tell(Lane.CONCURRENT, State.CONCURRENT, event, text(event, "name"), Optional.empty());
            case "GarbageCollection" -> collection(event);
            case "GCHeapSummary" -> into.heap(begin(event), number(event, "heapUsed"));
            case "SafepointBegin" -> safepointBegins(event);
            case "SafepointEnd" -> safepointEnds(event);
            case "ExecuteVMOperation" -> operation(event);
            case "ExecutionSample", "CPUTimeSample" -> sample(event);
            case "ThreadCPULoad" -> load(event);
            case "ThreadAllocationStatistics" ->
                into.allocated(lane(thread(event, "thread")), begin(event), number(event, "allocated"));
            case "ObjectAllocationSample" ->
                into.allocation(lane(event.getThread()), named(event, "objectClass"), number(event, "weight"));
            case "CPUInformation" ->
                processors = contained ? processors : (int) Math.max(1, number(event, "hwThreads"));
            case "ContainerConfiguration" -> {
                contained = true;
                processors = (int) Math.max(1, number(event, "effectiveCpuCount"));
            }
            case "ThreadDump" -> {
                dump = Optional.of(text(event, "result"));
                dumped = begin(event);
            }
            case "DataLoss" -> into.lost(number(event, "amount"));
            default -> count--;
        }
    }

    // -- threads

    private Lane lane(@Nullable RecordedThread thread) {
        if (thread == null) {
            return Lane.JVM;
        }
        Lane known = lanes.get(thread.getId());
        if (known != null) {
            return known;
        }
        boolean virtual = thread.hasField("virtual") && thread.getBoolean("virtual");
        String name = thread.getJavaName() != null ? thread.getJavaName() : thread.getOSName();
        long javaId = thread.getJavaThreadId();
        Lane lane = new Lane(
                thread.getId(),
                name != null && !name.isEmpty() ? name : virtual ? "virtual #" + javaId : "thread " + thread.getId(),
                virtual ? Lane.Kind.VIRTUAL : Lane.Kind.THREAD);
        if (lanes.size() >= MOST_LANES) {
            lanes.clear(); // they are made again, the same
        }
        lanes.put(lane.id(), lane);
        if (!virtual && javaId > 0) {
            byJavaId.put(javaId, lane);
        }
        if (!virtual && thread.getOSThreadId() > 0) {
            into.numbered(lane, thread.getOSThreadId());
        }
        return lane;
    }

    private void wait(RecordedEvent event, State state, String what, String by) {
        Lane lane = lane(event.getThread());
        List<Frame> stack = stack(event);
        if (state == State.PARKED && lane.kind() == Lane.Kind.VIRTUAL && partOfOther(stack)) {
            return;
        }
        State told = (state == State.PARKED || state == State.WAITING) && Idle.at(stack) ? State.IDLE : state;
        tell(lane, told, event, what, by.isEmpty() ? Optional.empty() : by(event, by));
        active(lane, end(event));
    }

    /** A pinned virtual thread parks its carrier where it sleeps or waits for a socket, which is told as that. */
    private static boolean partOfOther(List<Frame> stack) {
        return stack.stream()
                .anyMatch(frame -> frame.className().startsWith("sun.nio.ch.")
                        || (frame.className().equals("java.lang.Thread")
                                && frame.method().startsWith("sleep")));
    }

    private void tell(Lane lane, State state, RecordedEvent event, String what, Optional<String> by) {
        long begin = begin(event);
        into.span(new Span(
                lane,
                state,
                begin,
                end(event) - begin,
                what,
                by,
                state == State.SOCKET || state == State.FILE ? bytes(event) : 0,
                number(event, "gcId"),
                false,
                stack(event)));
    }

    /** The trap: the JDK tells of an error in the constructor of {@code Throwable}, and once more in that of {@code Error}. */
    private void thrown(RecordedEvent event) {
        Lane lane = lane(event.getThread());
        List<Frame> stack = stack(event);
        String thrown = named(event, "thrownClass");
        if (isOfError(stack, 0) && thrown.equals(errors.remove(lane.id()))) {
            return;
        }
        if (isOfError(stack, 1)) {
            errors.put(lane.id(), thrown);
        }
        String message = text(event, "message");
        into.span(new Span(
                lane,
                State.THROWN,
                begin(event),
                0,
                thrown + (message.isEmpty() ? "" : ": " + message),
                Optional.empty(),
                0,
                0,
                false,
                stack));
    }

    private static boolean isOfError(List<Frame> stack, int frame) {
        return stack.size() > frame && stack.get(frame).className().equals("java.lang.Error");
    }

    private void life(RecordedEvent event, boolean began) {
        Lane lane = lane(event.hasField("thread") ? thread(event, "thread") : event.getThread());
        into.life(lane, begin(event), began);
        active(lane, begin(event));
        if (!began && lane.kind() == Lane.Kind.VIRTUAL) {
            lanes.remove(lane.id()); // there may be millions
            errors.remove(lane.id());
        }
    }

    private void sample(RecordedEvent event) {
        RecordedThread thread = event.hasField("sampledThread") ? thread(event, "sampledThread") : event.getThread();
        Lane lane = lane(thread);
        into.running(lane, begin(event), stack(event));
        active(lane, begin(event));
    }

    /**
     * JFR tells the part of all processors that a thread had since the tick before, at each tick for each thread that had a
     * millisecond. What was before the first tick is not known: a thread's first part is one of its whole life.
     */
    private void load(RecordedEvent event) {
        long at = begin(event);
        if (at > tick + TICK) {
            tickBefore = tick;
            tick = at;
        }
        Lane lane = lane(event.getThread());
        if (tickBefore > 0 && at >= tick) {
            double part = Math.min(1, (event.getFloat("user") + event.getFloat("system")) * (double) processors);
            into.processor(lane, tickBefore, at, Math.round(part * (at - tickBefore)));
        }
        active(lane, at);
    }

    private void active(Lane lane, long at) {
        if (lane.kind() == Lane.Kind.THREAD) {
            lastActive.merge(lane.id(), at, Math::max);
        }
    }

    // -- the JVM

    private void collection(RecordedEvent event) {
        String collector = text(event, "name");
        String cause = text(event, "cause");
        Lane lane = collectors.computeIfAbsent(
                collector, name -> new Lane(Lane.COLLECTORS - collectors.size(), "GC " + name, Lane.Kind.JVM));
        tell(lane, State.COLLECTION, event, cause, Optional.empty());
        into.cause(number(event, "gcId"), collector, cause);
    }

    private Optional<Safepoint> safepoint(RecordedEvent event) {
        long id = number(event, "safepointId");
        return safepoints.containsKey(id) || safepoints.size() < MOST_PENDING
                ? Optional.of(safepoints.computeIfAbsent(id, unused -> new Safepoint()))
                : Optional.empty();
    }

    private void safepointBegins(RecordedEvent event) {
        safepoint(event).ifPresent(safepoint -> {
            safepoint.begin = begin(event);
            safepoint.toReach = end(event) - safepoint.begin;
        });
    }

    private void safepointEnds(RecordedEvent event) {
        Safepoint safepoint = safepoints.remove(number(event, "safepointId"));
        if (safepoint != null && safepoint.begin != Long.MAX_VALUE) {
            into.span(plain(
                    Lane.SAFEPOINTS,
                    State.SAFEPOINT,
                    safepoint.begin,
                    end(event) - safepoint.begin,
                    safepoint.operation));
            into.span(plain(Lane.SAFEPOINTS, State.REACHING, safepoint.begin, safepoint.toReach, safepoint.operation));
        }
    }

    private static Span plain(Lane lane, State state, long start, long nanos, String what) {
        return new Span(lane, state, start, nanos, what, Optional.empty(), 0, 0, false, List.of());
    }

    private void operation(RecordedEvent event) {
        String name = text(event, "operation");
        if (event.getBoolean("safepoint")) {
            safepoint(event)
                    .ifPresent(safepoint -> safepoint.operation =
                            safepoint.operation.isEmpty() ? name : safepoint.operation + ", " + name);
        }
        tell(Lane.OPERATIONS, State.OPERATION, event, name, by(event, "caller"));
    }

    // -- what had not ended

    /** A wait is in a recording when it has ended. Those that had not are in the dump of threads at its end. */
    private void tellOpen() {
        if (dump.isEmpty() || first > last) {
            return;
        }
        ThreadReport report;
        try {
            report = ThreadReport.printed(dump.get(), Instant.ofEpochSecond(0, dumped));
        } catch (IOException e) {
            return; // the dump is damaged: they are not told
        }
        for (JvmThread thread : report.threads()) {
            Optional<Lane> lane = lane(thread);
            List<Frame> stack = thread.frames().stream().map(Frame::printed).toList();
            Optional<State> state = open(thread, stack);
            long since =
                    lane.map(each -> lastActive.getOrDefault(each.id(), first)).orElse(first);
            if (lane.isPresent() && state.isPresent() && dumped > since) {
                into.span(new Span(
                        lane.get(),
                        state.get(),
                        since,
                        dumped - since,
                        thread.waitsFor()
                                .map(lock -> lock.replaceFirst("@.*", ""))
                                .orElse(""),
                        thread.waitsForOwner(),
                        0,
                        0,
                        true,
                        stack));
            }
        }
    }

    /** Threads that did nothing at all are known from the dump alone. */
    private Optional<Lane> lane(JvmThread thread) {
        if (thread.id().isEmpty()) {
            return Optional.empty();
        }
        long id = thread.id().getAsLong();
        return Optional.of(
                byJavaId.computeIfAbsent(id, unused -> new Lane(1L << 62 | id, thread.name(), Lane.Kind.THREAD)));
    }

    private static Optional<State> open(JvmThread thread, List<Frame> stack) {
        Thread.State state = thread.state().orElse(Thread.State.NEW);
        if (thread.carrier() || stack.isEmpty()) {
            return Optional.empty();
        }
        if (Idle.at(stack)) {
            return Optional.of(State.IDLE);
        }
        String top = stack.get(0).name();
        return switch (state) {
            case BLOCKED -> Optional.of(State.BLOCKED);
            case WAITING, TIMED_WAITING ->
                Optional.of(
                        top.endsWith(".park")
                                ? State.PARKED
                                : top.startsWith("java.lang.Thread.sleep") ? State.SLEEPING : State.WAITING);
            case RUNNABLE ->
                top.startsWith("sun.nio.ch.Net.") || top.endsWith("SocketDispatcher.read0")
                        ? Optional.of(State.SOCKET)
                        : Optional.empty();
            default -> Optional.empty();
        };
    }

    // -- fields; releases differ in which an event has

    private long begin(RecordedEvent event) {
        long at = nanos(event.getStartTime());
        first = Math.min(first, at);
        last = Math.max(last, at);
        return at;
    }

    private long end(RecordedEvent event) {
        long at = nanos(event.getEndTime());
        last = Math.max(last, at);
        return at;
    }

    private static long nanos(Instant time) {
        return ChronoUnit.NANOS.between(Instant.EPOCH, time);
    }

    private static String text(RecordedObject event, String field) {
        Object value = event.hasField(field) ? event.getValue(field) : null;
        return value == null ? "" : value.toString();
    }

    private static long number(RecordedObject event, String field) {
        return event.hasField(field) ? event.getLong(field) : 0;
    }

    private static String named(RecordedEvent event, String field) {
        RecordedClass type = event.getValue(field);
        return type == null ? "" : RecordingReader.human(type.getName());
    }

    private static @Nullable RecordedThread thread(RecordedEvent event, String field) {
        return event.hasField(field) ? event.getThread(field) : null;
    }

    private Optional<String> by(RecordedEvent event, String field) {
        RecordedThread thread = thread(event, field);
        return thread == null ? Optional.empty() : Optional.of(lane(thread).name());
    }

    private static long bytes(RecordedEvent event) {
        return Math.max(number(event, "bytesRead"), number(event, "bytesWritten"));
    }

    private static String peer(RecordedEvent event) {
        String host = text(event, "host");
        return (host.isEmpty() ? text(event, "address") : host) + ":" + number(event, "port");
    }

    private static String pinned(RecordedEvent event) {
        String operation = text(event, "blockingOperation");
        String reason = text(event, "pinnedReason");
        return operation + (reason.isEmpty() ? "" : (operation.isEmpty() ? "" : ": ") + reason);
    }

    private static String compiled(RecordedEvent event) {
        RecordedMethod method = event.getValue("method");
        String name =
                method == null ? "" : RecordingReader.human(method.getType().getName()) + "." + method.getName();
        return name + ", " + text(event, "compiler") + " level " + number(event, "compileLevel")
                + (event.hasField("isOsr") && event.getBoolean("isOsr") ? ", OSR" : "");
    }

    private List<Frame> stack(RecordedEvent event) {
        RecordedStackTrace trace = event.getStackTrace();
        if (trace == null) {
            return List.of();
        }
        List<Frame> known = stacks.get(trace);
        if (known == null) {
            if (stacks.size() >= MOST_STACKS) {
                stacks.clear();
                frames.clear();
            }
            known = List.copyOf(
                    new ArrayList<>(RecordedFrames.of(event, frame -> frames.computeIfAbsent(frame, same -> same))));
            stacks.put(trace, known);
        }
        return known;
    }
}
