package dev.sonde.agent;

import dev.sonde.wire.Expr;
import dev.sonde.wire.Limits;
import dev.sonde.wire.Park;
import dev.sonde.wire.ProbePlan;
import dev.sonde.wire.Site;
import dev.sonde.wire.Wire;
import dev.sonde.wire.WireReader;
import dev.sonde.wire.WireWriter;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The threads that stand at breakpoints, and those that are stepped: which may stop, and who sends them on.
 *
 * <p>A thread decides by itself whether it stops, on what it finds in one array that is replaced as a whole; it takes no lock
 * and waits for nobody, until it parks ({@link Stop}). What it tells goes over a ring to our thread, as hits do. Our thread
 * evaluates, looks after the guard ({@link Guard}), and releases all when the link is lost or falls silent: a parked thread
 * never depends on more than that thread and its own clock.
 */
final class Stops {

    private static final int MOST_FRAMES = 256;
    private static final long SECOND = 1_000_000_000L;

    /** No ping for so long, while somebody stands: who would send it on may be gone. */
    private static final long SILENCE_NANOS = 3 * SECOND;

    private static final String GONE = "the thread does not stand any more";

    private final Capture capture;
    private final Link link;
    private final Ring<byte[]> news = new Ring<>(256, 4 << 20);
    private final StopSet all = new StopSet();
    private final AtomicInteger lastId = new AtomicInteger();

    /** How many threads are being stepped, so that all others need look no further. */
    private final AtomicInteger stepped = new AtomicInteger();

    private volatile boolean closed;

    private final Guard guard = new Guard();
    /** From when somebody may stop. */
    private volatile @Nullable Unparkable unparkable;

    Stops(Capture capture, Link link) {
        this.capture = capture;
        this.link = link;
    }

    /** Runs once what a hit will run, so that no thread of the application loads and links it. */
    void warmUp() {
        Stacks.depth();
        if (Agent.FEATURE >= 21) {
            Stacks.calledByNative();
        }
        Stacks.write(new WireWriter(1024), Stacks.now(), MOST_FRAMES);
        guard.prepare();
        unparkable = new Unparkable(capture.jvm);
    }

    /** What a hook runs that takes values. */
    MethodHandle take() {
        return Handles.of(Stops.class, "take", long.class, Stops.class, Object.class)
                .bindTo(this);
    }

    // ---- on threads of the application

    /** Whether any thread is stepped. Called by handles, on every line of a method that is stepped in. */
    static boolean anyIsStepped(Stops stops) {
        return stops.stepped.get() != 0;
    }

    /**
     * A thread has come to a hook where breakpoints want it, by their bits, or steps. Called by handles; throws nothing. Answers
     * whether it has values to {@link #take}.
     */
    static long arrive(StopTaps at, long wanted, @Nullable Object[] values) {
        try {
            at.stops.arrived(at, wanted, values);
            return at.takes && at.stops.hasChanged(Thread.currentThread()) ? 1 : 0;
        } catch (Throwable ours) {
            return Tap.failed(at.first(), ours) ? 1 : 0;
        }
    }

    private boolean hasChanged(Thread thread) {
        for (Stop each : all.now()) {
            if (each.thread == thread && each.changed) {
                return true;
            }
        }
        return false;
    }

    /**
     * Gives a thread that goes on what its variables are to be. Called by a handle; throws nothing. Who has been given values is
     * among us until now, so that nobody takes the hook away that does this.
     */
    static long take(Stops stops, Object into) {
        long taken = 0;
        try {
            for (Stop each : stops.all.now()) {
                @Nullable Object[] values = each.taken;
                if (each.thread == Thread.currentThread() && each.changed && values != null) {
                    System.arraycopy(values, 2, into, 0, values.length - 2);
                    taken = 1;
                    each.changed = false;
                    each.taken = null;
                    if (each.state() == Stop.OVER) {
                        stops.all.leaves(each);
                    }
                }
            }
        } catch (Throwable ours) {
            // what was copied is whole, or nothing is
        }
        return taken;
    }

    /** A method that is stepped in ends, on a thread that may be the one. Called by handles; throws nothing. */
    static void leave(StopTaps at, int event, long start, @Nullable Object[] values) {
        try {
            at.stops.left(at, event, values);
        } catch (Throwable ours) {
            boolean unused = Tap.failed(at.first(), ours);
        }
    }

    private void arrived(StopTaps at, long wanted, @Nullable Object[] values) {
        Thread me = Thread.currentThread();
        if (closed || LiveProbe.isOurs(me) || capture.slots.holds(me)) {
            return;
        }
        Stop mine = all.of(me);
        if (mine != null && mine.state() != Stop.RUNNING) {
            return; // a hook in what parking itself runs, or going on
        }
        if (mine != null) {
            Tap step = at.step(mine.session);
            Tap own = wanted(at, wanted, mine.session, me);
            boolean arrives = step != null && arrives(mine, step, values);
            Tap tap = own != null ? own : arrives ? step : null;
            if (tap != null) {
                stop(mine, tap, ProbePlan.ON_ENTRY, values, me, at.takes);
            }
        }
        for (int i = 0; i < at.breaks.length; i++) {
            Park park = at.breaks[i].park();
            boolean another = mine == null || mine.session != park.session;
            if ((wanted >>> i & 1) == 0 || !another || firstOf(at, park.session) != i) {
                continue;
            }
            Stop now = all.of(me);
            if (now != null && now.session != park.session && now.state() != Stop.OVER) {
                at.breaks[i].probe.passed(); // this thread is somebody else's
                continue;
            }
            Tap own = wanted(at, wanted, park.session, me);
            if (own != null) {
                stop(null, own, ProbePlan.ON_ENTRY, values, me, at.takes);
            }
        }
    }

    private boolean arrives(Stop mine, Tap step, @Nullable Object[] values) {
        int slot = capture.slots.claim();
        try {
            return mine.arrives(step, values);
        } finally {
            capture.slots.release(slot);
        }
    }

    /** In a slot, because walking a stack runs code of the JDK: a breakpoint there would meet itself, and for ever. */
    private StackTraceElement[] frames() {
        int slot = capture.slots.claim();
        try {
            return Stacks.now();
        } finally {
            capture.slots.release(slot);
        }
    }

    /** In a slot as well. */
    private @Nullable String refusal(Thread me, StackTraceElement[] frames, boolean stepped, boolean force) {
        Unparkable who = unparkable;
        int slot = capture.slots.claim();
        try {
            return who == null ? null : who.reason(me, frames, stepped, force);
        } finally {
            capture.slots.release(slot);
        }
    }

    private static int firstOf(StopTaps at, int session) {
        int i = 0;
        while (at.breaks[i].park().session != session) {
            i++;
        }
        return i;
    }

    /** The first breakpoint of a session that stops this hit; every one of them counts it. */
    private static @Nullable Tap wanted(StopTaps at, long wanted, int session, Thread me) {
        Tap first = null;
        for (int i = 0; i < at.breaks.length; i++) {
            Tap each = at.breaks[i];
            if ((wanted >>> i & 1) == 0
                    || each.park().session != session
                    || !each.threads().matches(me.getName())) {
                continue;
            }
            if (each.probe.resting.get()) {
                each.probe.passed();
            } else {
                long number = each.probe.arrivals.incrementAndGet();
                if (each.park().wants(number) && first == null) {
                    first = each;
                }
            }
        }
        return first;
    }

    /** Parks this thread, unless there are too many, or it must not be stopped. */
    private void stop(@Nullable Stop before, Tap tap, int event, @Nullable Object[] values, Thread me, boolean takes) {
        LiveProbe probe = tap.probe;
        Park park = tap.park();
        if (before == null && !all.hasRoom(park)) {
            probe.passed();
            return;
        }
        if (before == null && !LiveProbe.admit(probe)) {
            return;
        }
        StackTraceElement[] frames = frames();
        String refusal = refusal(me, frames, before != null, park.force);
        if (refusal != null) {
            if (probe.plan.kind == ProbePlan.BREAK) { // a stepped thread is stepped over it
                probe.refused(me.getName(), refusal);
                Capture.hit(tap, event, 0, values);
            }
            return;
        }
        LiveProbe origin = before == null || probe.plan.kind == ProbePlan.BREAK ? probe : before.origin;
        boolean claims = park.once && origin == probe;
        if (claims && !probe.resting.compareAndSet(false, true)) {
            probe.passed();
            return;
        }
        Stop stop = new Stop(lastId.incrementAndGet(), before, origin, tap, event, values, frames.length, takes);
        if (!all.enter(before, stop, park)) {
            if (claims) {
                probe.resting.set(false);
            }
            probe.passed();
            return;
        }
        if (before != null) {
            stop.cold.addAll(before.cold);
        }
        if (before != null && before.forget()) {
            stepped.decrementAndGet();
        }
        try {
            if (tell(stop, before, frames, me) && !closed) {
                stop.park();
            }
        } finally {
            boolean goes = stop.state() != Stop.RUNNING;
            if (stop.changed) {
                stop.taken = values;
            } else if (goes) {
                all.leaves(stop);
            }
            if (!goes && event != ProbePlan.ON_ENTRY) {
                above(stop, probe.hooked(), frames);
            }
            released(stop, stop.how(), stop.parkedNanos(), stop.why());
        }
    }

    private boolean tell(Stop stop, @Nullable Stop before, StackTraceElement[] frames, Thread me) {
        WireWriter out = new WireWriter(4096);
        out.u1(Wire.STOPPED)
                .i4(stop.id)
                .i4(before == null ? 0 : before.id)
                .i4(stop.tap.probe.plan.id)
                .i4(stop.tap.site.id)
                .u1(stop.event)
                .i8(System.currentTimeMillis())
                .i8(stop.threadId)
                .string(me.getName())
                .i4((int) (stop.left(System.nanoTime()) / 1_000_000L))
                .bool(me.isInterrupted())
                .i8(stop.origin.pace().change(System.nanoTime()));
        for (Seen each = stop.seen; each != null; each = each.above) {
            out.i4(stop.depth - each.depth).i4(each.tap.site.id);
        }
        Stacks.write(out.i4(-1), frames, MOST_FRAMES);
        stop.told = offer(out);
        return stop.told;
    }

    private void released(Stop stop, int how, long parkedNanos, String why) {
        offer(new WireWriter(128)
                .u1(Wire.RELEASED)
                .i4(stop.id)
                .u1(how)
                .i8(parkedNanos)
                .string(why)
                .i8(stop.origin.pace().change(System.nanoTime()))
                .bool(stop.origin.resting.get()));
    }

    /** Has our thread tell the bastion, in order; false when it has too much to tell. */
    boolean offer(WireWriter out) {
        byte[] bytes = out.toByteArray();
        return news.offer(bytes, bytes.length);
    }

    private void left(StopTaps at, int event, @Nullable Object[] values) {
        Thread me = Thread.currentThread();
        Stop mine = all.of(me);
        if (mine == null || mine.state() != Stop.RUNNING || capture.slots.holds(me)) {
            return;
        }
        Tap step = at.step(mine.session);
        StackTraceElement[] frames = step == null ? null : frames();
        if (step == null || frames == null || frames.length > mine.frame) {
            return;
        }
        if (mine.step == Wire.STEP_OUT) {
            stop(mine, step, event, values, me, false);
            return;
        }
        above(mine, step.probe.hooked(), frames);
    }

    /** The frame that a thread was stepped in is over: it is awaited in the nearest above it that has hooks. */
    private void above(Stop mine, Set<String> hooked, StackTraceElement[] frames) {
        for (int i = 1; i < frames.length; i++) {
            String method = frames[i].getClassName() + "." + frames[i].getMethodName();
            if (hooked.contains(method) && !mine.cold.contains(method)) {
                mine.frame = frames.length - i;
                mine.lastLine = 0;
                mine.step = mine.step == Wire.UNTIL ? Wire.NEXT : mine.step;
                return;
            }
        }
        ranOn(
                mine,
                frames.length > 1
                        ? "its caller " + frames[1].getClassName() + "." + frames[1].getMethodName()
                                + " was entered before it had hooks"
                        : "the thread ends");
    }

    private void ranOn(Stop stop, String why) {
        if (stop.forget()) {
            stepped.decrementAndGet();
            all.leaves(stop);
            released(stop, Wire.RAN_ON, 0, why);
        }
    }

    // ---- on our thread

    boolean isEmpty() {
        return all.now().length == 0 && news.peek() == null;
    }

    /** Puts what threads have told on the link. */
    boolean drain() {
        boolean any = false;
        for (byte[] one = news.peek(); one != null; one = news.peek()) {
            news.remove(one.length);
            link.send(one[0] & 0xff, 0, new WireWriter(one.length).raw(one, 1, one.length - 1));
            any = true;
        }
        return any;
    }

    /** What is done from time to time: nobody stands when nobody listens, or when others wait too long. */
    void watchOver(long time) {
        Stop[] now = all.now();
        if (now.length == 0) {
            return;
        }
        boolean silent = time - link.heard > SILENCE_NANOS;
        for (Stop each : now) {
            if (silent) {
                each.release(Wire.LINK_LOST, "the server was silent for 3 s");
            }
            if (each.state() == Stop.RUNNING && (silent || time - each.runningUntil > 0)) {
                ranOn(each, "it did not come to a line with a hook in the time that it may be stopped");
            }
        }
        guard.look(now, time, this);
    }

    /** Sends on whoever stands, and lets nobody stop any more. */
    void close() {
        closed = true;
        for (Stop each : all.now()) {
            each.release(Wire.LINK_LOST, "the server is gone");
            if (each.forget() && !each.changed) {
                all.leaves(each);
            }
        }
        stepped.set(0);
        awaitTakers();
    }

    /** Who was given values takes them on its way, which needs the hook that does it: it is pointed at nothing next. */
    private void awaitTakers() {
        for (int turn = 0; turn < 1_000; turn++) {
            boolean any = false;
            for (Stop each : all.now()) {
                any |= each.changed;
            }
            if (!any) {
                return;
            }
            LockSupport.parkNanos(1_000_000L);
        }
    }

    private Stop stop(int id) {
        for (Stop each : all.now()) {
            if (each.id == id && each.state() == Stop.PARKED) {
                each.lookedAt = true;
                return each;
            }
        }
        throw new Refusal(GONE);
    }

    void resume(WireReader in) {
        int id = in.i4();
        int how = in.i4();
        int count = in.i4();
        int until = in.i4();
        Map<Integer, int[]> lines = new HashMap<>();
        int n = in.length(12);
        for (int i = 0; i < n; i++) {
            lines.put(in.i4(), new int[] {in.i4(), in.i4()});
        }
        if (how == Wire.CONTINUE) {
            for (Stop each : all.now()) {
                if (each.id == id && each.state() == Stop.RUNNING) {
                    ranOn(each, "");
                    return;
                }
            }
            stop(id).release(Wire.RESUMED, "");
            return;
        }
        Stop stop = stop(id);
        stop.cold.addAll(in.strings());
        int[] here = lines.get(stop.tap.site.id);
        stop.step = how;
        stop.count = Math.max(1, count);
        stop.untilLine = until;
        stop.lines = lines;
        stop.lastLine = here == null || stop.event != ProbePlan.ON_ENTRY ? 0 : here[0];
        stop.lastSpot = here == null ? 0 : here[1];
        stepped.incrementAndGet();
        if (!stop.run(System.nanoTime() + stop.tap.park().millis * 1_000_000L)) {
            stepped.decrementAndGet();
            throw new Refusal(GONE);
        }
    }

    void extend(WireReader in) {
        stop(in.i4()).extend(in.i4());
    }

    /** Evaluates over what a parked thread sees; as a hit of our own making, so limits and masks are those of any hit. */
    void values(WireReader in, WireWriter out) {
        Stop stop = stop(in.i4());
        int depth = stop.depth - in.i4();
        Seen at = stop.seen;
        while (at != null && at.depth > depth) {
            at = at.above;
        }
        Limits limits = Limits.read(in);
        if (at == null || at.depth != depth) {
            throw new Refusal(GONE);
        }
        out.bytes(Evaluation.copy(asking(at, limits, Evaluation.read(in)), at.values));
    }

    /** What the JVM knows of a frame that no hook has seen. */
    void frame(WireReader in, WireWriter out) {
        stop(in.i4()).frames(capture.jvm).write(out, capture.classes, in.i4());
    }

    /** As {@link #values}, over that. */
    void frameValues(WireReader in, WireWriter out) {
        Stop stop = stop(in.i4());
        int frame = in.i4();
        Site site = Site.read(in);
        @Nullable Object[] values = stop.frames(capture.jvm).values(frame, in.ints(), in.string());
        Limits limits = Limits.read(in);
        out.bytes(Evaluation.copy(
                Evaluation.tap(site, new SiteHooks(0), capture, limits, ProbePlan.ON_ENTRY, Evaluation.read(in)),
                values));
    }

    /** Gives a variable another value. */
    void set(WireReader in, WireWriter out) {
        Stop stop = stop(in.i4());
        Limits limits = Limits.read(in);
        Expr variable = Expr.read(in);
        String type = in.string();
        Expr value = Expr.read(in);
        Seen at = stop.seen;
        if (at == null) {
            throw new Refusal(GONE);
        }
        Tap both = asking(at, limits, Arrays.asList(variable, value));
        Evaluation.prepare(both);
        try {
            out.bytes(capture.copy(both, at.event, at.values)); // so that what they are made of is known
            Setting.set(both, stop, at.values, variable, type, value);
            if (stop.state() != Stop.PARKED) {
                throw new Refusal(GONE);
            }
            out.bytes(capture.copy(both, at.event, at.values));
        } finally {
            Evaluation.forget(both);
        }
    }

    private Tap asking(Seen at, Limits limits, List<Expr> expressions) {
        return Evaluation.tap(at.tap.armed.site, at.tap.site, capture, limits, at.event, expressions);
    }

    /** Methods, as {@code class.method}, of the sites of a plan. */
    static Set<String> methods(ProbePlan plan) {
        Set<String> methods = new HashSet<>();
        for (ProbePlan.Armed each : plan.sites) {
            methods.add(each.site.className + "." + each.site.method);
        }
        return methods;
    }
}
