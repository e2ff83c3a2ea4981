package dev.sonde.agent;

import dev.sonde.wire.ProbePlan;
import dev.sonde.wire.Wire;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One thread of the application that stands at a hook, or has been sent on from there and is awaited at the next.
 *
 * <p>The trap: parking takes from the thread what is its own. A pending interrupt makes every park return at once, so it is
 * taken off and put back at the end; and a park eats the permit that somebody's {@code unpark} has left for a park of the
 * application's, so one is given back, which that park takes for one of the spurious returns it must expect. Nothing here is
 * locked: a stop holds no monitor, and an application's thread that meets this one meets what it held before.
 */
final class Stop {

    static final int PARKED = 0;
    /** Stepped: it runs, and the next line that fits is the next stop. */
    static final int RUNNING = 1;
    /** It goes on and nobody waits for it. */
    static final int OVER = 2;
    /** It is being sent on, by whoever came first, who has more to write before it is over. It still stands in its place. */
    private static final int ENDING = 3;

    /** What a thread waits at the most, beyond its time, for one that is sending it on. */
    private static final long PATIENCE_NANOS = 1_000_000_000L;

    /** Where {@link LiveFrames} was tried, and read at the source. */
    private static final int FRAMES_FROM = 17;

    private static final int FRAMES_OF_VIRTUAL_FROM = 25;

    /** Frames below the one that is stepped in of which it is kept what hooks see. */
    private static final int MOST_DEEPER = 256;

    final int id;
    final int session;
    /** Where the thread was stopped first, before it was stepped. */
    final LiveProbe origin;

    final Thread thread;
    final long threadId;
    final Tap tap;
    final int event;
    final int depth;

    /** What hooks saw of its frames, the one it stands in first; while it stands or is stepped. */
    volatile @Nullable Seen seen;

    /** What the JVM keeps of its frames, from when our thread has asked for it and while it stands. */
    private volatile @Nullable LiveFrames frames;

    /** Whether it can go on with others than it has. */
    final boolean takes;
    /** It has been given others, and has not taken them yet. */
    volatile boolean changed;
    /** These, from when it goes on. */
    @Nullable
    Object @Nullable [] taken;

    private final AtomicInteger state = new AtomicInteger(PARKED);
    private final long parkedAt = System.nanoTime();
    private volatile long deadline;
    private volatile long released;
    /** That it stands is on its way. */
    volatile boolean told;
    /** Somebody has asked for it. */
    volatile boolean lookedAt;

    /** How it ends, of {@link Wire#RESUMED}…, and for people why; set before it is over. */
    private volatile int how = Wire.RESUMED;

    private volatile String why = "";

    // How it is stepped: written before the state, and then this thread's own.
    int step = Wire.CONTINUE;
    int count;
    int untilLine;
    /** The frame that it is stepped in; smaller is nearer to the thread's first. */
    int frame;

    int lastLine;
    int lastSpot;

    @Nullable
    Map<Integer, int[]> lines;

    /** Methods that got hooks when this thread was in them already: these frames have none. */
    final Set<String> cold = new HashSet<>();

    volatile long runningUntil;

    // The guard's, on our thread.
    long waitedSince;
    int waitingTold;

    Stop(
            int id,
            @Nullable Stop before,
            LiveProbe origin,
            Tap tap,
            int event,
            @Nullable Object[] values,
            int depth,
            boolean takes) {
        this.takes = takes && tap.park().sets;
        this.id = id;
        this.origin = origin;
        this.session = tap.park().session;
        this.thread = Thread.currentThread();
        this.threadId = tap.capture.jvm.threadId(thread);
        this.tap = tap;
        this.event = event;
        this.seen = new Seen(before == null ? null : before.seen, depth, tap, event, values);
        this.depth = depth;
        this.deadline = parkedAt + tap.park().millis * 1_000_000L;
    }

    int state() {
        return state.get();
    }

    int how() {
        return how;
    }

    String why() {
        return why;
    }

    long parkedNanos() {
        return released - parkedAt;
    }

    long left(long now) {
        return deadline - now;
    }

    void extend(long millis) {
        deadline = System.nanoTime() + millis * 1_000_000L;
        LockSupport.unpark(thread); // it looks at the new one
    }

    /** What the JVM keeps of its frames; its thread is asked, and stands meanwhile. On our thread. */
    LiveFrames frames(Jvm jvm) {
        LiveFrames asked = frames;
        if (asked == null) {
            if (Agent.FEATURE < FRAMES_FROM
                    || (Agent.FEATURE < FRAMES_OF_VIRTUAL_FROM && Unparkable.isVirtual(thread))) {
                throw new Refusal("this JVM is not asked for them: of threads from " + FRAMES_FROM
                        + " on, of virtual ones from " + FRAMES_OF_VIRTUAL_FROM + " on");
            }
            asked = new LiveFrames(jvm);
            frames = asked;
            LockSupport.unpark(thread);
        }
        asked.await(this);
        return asked;
    }

    /** Parks the current thread until it is sent on or its time is over; gives its interrupt status and permit back. */
    void park() {
        boolean interrupted = Thread.interrupted();
        for (int now = state.get(); now == PARKED || now == ENDING; now = state.get()) {
            long left = left(System.nanoTime());
            if ((left <= 0 && release(Wire.LAPSED, "its time was over")) || left < -PATIENCE_NANOS) {
                break;
            }
            LiveFrames asked = frames;
            if (asked != null) {
                asked.walk(tap.capture.slots);
            }
            LockSupport.parkNanos(this, Math.max(left, 1_000_000L));
            interrupted |= Thread.interrupted();
        }
        frames = null;
        if (state.get() == OVER) {
            seen = null;
        }
        released = System.nanoTime();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        LockSupport.unpark(Thread.currentThread());
    }

    /**
     * Sends it on, for good; false when it is no longer parked. Its breakpoint rests when others waited for it, or when nobody has
     * asked for it in its time, before there is room for another: that one would stand as long.
     */
    boolean release(int as, String because) {
        if (!state.compareAndSet(PARKED, ENDING)) {
            return false;
        }
        how = as;
        why = because;
        if (as == Wire.LET_GO || (as == Wire.LAPSED && !lookedAt)) {
            origin.resting.set(true);
        }
        state.set(OVER);
        LockSupport.unpark(thread);
        return true;
    }

    /** Sends it on to the next line that fits. */
    boolean run(long until) {
        if (state.get() != PARKED) {
            return false;
        }
        frame = depth;
        runningUntil = until;
        boolean was = state.compareAndSet(PARKED, RUNNING);
        LockSupport.unpark(thread);
        return was;
    }

    /** It runs and is no longer awaited. */
    boolean forget() {
        return state.compareAndSet(RUNNING, OVER);
    }

    /** Whether a line that the thread has come to while it was stepped is one to stop at. The thread itself. */
    boolean arrives(Tap at, @Nullable Object[] values) {
        Map<Integer, int[]> known = lines;
        int[] there = known == null ? null : known.get(at.site.id);
        if (there == null || step == Wire.CONTINUE) {
            return false;
        }
        int here = Stacks.depth();
        if (here < frame + MOST_DEEPER) {
            seen = new Seen(seen, here, at, ProbePlan.ON_ENTRY, values);
        }
        if (here > frame && step != Wire.STEP) {
            return false;
        }
        boolean goesOn = here == frame && there[0] == lastLine && there[1] > lastSpot;
        if (here == frame) {
            lastLine = there[0];
            lastSpot = there[1];
        }
        if (goesOn || (here == frame && step == Wire.STEP_OUT)) {
            return false;
        }
        if (here == frame && step == Wire.UNTIL && there[0] != untilLine) {
            return false;
        }
        return --count <= 0;
    }
}
