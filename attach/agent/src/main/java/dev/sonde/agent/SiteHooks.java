package dev.sonde.agent;

import dev.sonde.wire.ProbePlan;
import dev.sonde.wire.Site;
import java.lang.invoke.CallSite;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.MutableCallSite;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The call sites of one woven method, and the handles that they run now.
 *
 * <p>The trap: the JVM links a hook when it is first reached, on a thread of the application, at any time: before the probe
 * is armed, while it is, or while we leave. So both sides write first and look again after. Linking publishes its call site,
 * then sets the handle that it reads and reads again until it has not changed; arming publishes the handle, then sets it on
 * every call site that it finds. Whichever is later sees the other. No lock.
 *
 * <p>An old constant pool keeps a call site alive, and a call site would keep us: before we leave each is pointed at a
 * handle made of the JDK alone. We hold them weakly.
 */
final class SiteHooks {

    /** In place of call sites: this has been given up, and what is linked from now on belongs to another of its number. */
    private static final Linked GIVEN_UP = new Linked(null, 0, null);

    /** Probes on one site at a time; a bit each. */
    static final int MOST_TAPS = 62;

    final int id;
    private final AtomicReferenceArray<@Nullable MethodHandle> current = new AtomicReferenceArray<>(Shape.HOOKS);
    private final AtomicReference<@Nullable Linked> linked = new AtomicReference<>();

    // Our thread only.
    List<Tap> taps = new ArrayList<>();
    private long usedBits;
    private int nextBit;

    SiteHooks(int id) {
        this.id = id;
    }

    /** A call site of one hook. */
    private static final class Linked extends WeakReference<MutableCallSite> {
        final int hook;
        final @Nullable Linked next;

        Linked(@Nullable MutableCallSite site, int hook, @Nullable Linked next) {
            super(site);
            this.hook = hook;
            this.next = next;
        }
    }

    @SuppressWarnings("ReferenceEquality")
    boolean isGivenUp() {
        return linked.get() == GIVEN_UP;
    }

    /** Gives this up if it is of no use: no probe is on it, and no code has its call sites any more. Our thread only. */
    void giveUp() {
        Linked head = linked.get();
        for (Linked each = head; each != null; each = each.next) {
            if (each.get() != null) {
                return;
            }
        }
        if (taps.isEmpty()) {
            linked.compareAndSet(head, GIVEN_UP); // unless a hook has just been linked
        }
    }

    /**
     * Links one hook; null when this was given up meanwhile. On a thread of the application. Method types are interned, so their identity
     * is enough.
     */
    @SuppressWarnings("ReferenceEquality")
    @Nullable
    CallSite link(int hook, MethodType type) {
        MethodHandle nothing = Handles.nothing(type);
        MutableCallSite site = new MutableCallSite(nothing);
        Linked head;
        do {
            head = linked.get();
            if (head == GIVEN_UP) {
                return null;
            }
        } while (!linked.compareAndSet(head, new Linked(site, hook, head)));
        MethodHandle seen;
        do {
            seen = current.get(hook);
            site.setTarget(seen != null && seen.type() == type ? seen : nothing);
        } while (current.get(hook) != seen);
        return site;
    }

    /** A bit that no probe uses, and not the one just given back: calls are still under way that carry it. */
    long takeBit() {
        for (int i = 0; i < MOST_TAPS; i++) {
            long bit = 1L << nextBit;
            nextBit = (nextBit + 1) % MOST_TAPS;
            if ((usedBits & bit) == 0) {
                usedBits |= bit;
                return bit;
            }
        }
        throw new IllegalStateException("more than " + MOST_TAPS + " probes on one method");
    }

    void giveBit(long bit) {
        usedBits &= ~bit;
    }

    /** Handles for the taps as they are now, by hook; changes nothing. Null: nothing to do there. */
    static @Nullable MethodHandle[] compose(Jvm jvm, Classes classes, List<Tap> with) {
        @Nullable MethodHandle[] handles = new @Nullable MethodHandle[Shape.HOOKS];
        if (with.isEmpty()) {
            return handles;
        }
        Site site = with.get(0).armed.site;
        Shape shape = Shape.of(Shape.ENTER, site);
        MethodHandle others = enter(jvm, classes, with, shape);
        MethodHandle stops = StopHooks.enter(jvm, classes, with, shape, false);
        if (site.isLine()) {
            MethodHandle told = others.asType(others.type().changeReturnType(void.class));
            MethodHandle line = stopping(stops, told);
            handles[Shape.LINE] = line;
            MethodHandle taking = StopHooks.enter(jvm, classes, with, shape, true);
            handles[Shape.STAND] = taking == null
                    ? Handles.then(line, Handles.nothing(shape.type))
                    : Handles.both(
                            Handles.op("or", long.class, long.class, long.class),
                            taking,
                            Handles.then(told, Handles.nothing(shape.type)));
            return handles;
        }
        handles[Shape.ENTER] = stopping(stops, others);
        for (Tap tap : with) {
            if (tap.bit != 0) {
                handles[Shape.CLOCK] = Handles.op("clock", long.class, long.class);
            }
        }
        handles[Shape.RETURN] = exit(jvm, classes, with, Shape.RETURN);
        handles[Shape.THROW] = exit(jvm, classes, with, Shape.THROW);
        return handles;
    }

    /** Stops first: who is told of a call sees it go on. */
    private static MethodHandle stopping(@Nullable MethodHandle stops, MethodHandle others) {
        return stops == null ? others : Handles.then(stops.asType(stops.type().changeReturnType(void.class)), others);
    }

    private static @Nullable MethodHandle exit(Jvm jvm, Classes classes, List<Tap> taps, int hook) {
        Shape shape = Shape.of(hook, taps.get(0).armed.site);
        MethodHandle others = exit(jvm, classes, taps, shape);
        MethodHandle stops = StopHooks.exit(taps, shape);
        return stops == null ? others : others == null ? stops : Handles.then(others, stops);
    }

    private static MethodHandle enter(Jvm jvm, Classes classes, List<Tap> taps, Shape shape) {
        MethodHandle all = null;
        long always = 0;
        for (Tap tap : taps) {
            if (tap.stops()) {
                continue;
            }
            boolean decides = tap.decidesOnEntry();
            if (tap.answersAlways()) {
                always |= tap.bit;
                continue;
            }
            MethodHandle answer = Handles.constant(long.class, tap.bit, shape.type);
            MethodHandle otherwise = Handles.nothing(shape.type);
            if (tap.armed.role != ProbePlan.NO_TASKS) {
                answer = TaskHooks.enter(tap, shape);
            } else if (tap.traces()) {
                answer = trace(tap.opens != 0 ? "open" : "enter", tap, shape);
                otherwise = trace("enter", tap, shape);
            } else if (tap.tellsTwice()) {
                answer = began(tap, shape);
            } else if (tap.sums()) {
                answer = Handles.then(new Conditions(jvm, classes, tap, shape).summed(), Handles.nothing(shape.type));
            } else if (tap.measures()) {
                answer = Handles.then(StopHooks.called(tap, shape), answer);
            } else if (tap.countsOnEntry()) {
                answer = Handles.then(passed(tap, shape), answer);
            } else if (tap.sees(ProbePlan.ON_ENTRY) && decides) {
                answer = Handles.then(capture(tap, shape), answer);
            } else if (tap.bit == 0) {
                continue;
            } else if (tap.samplesOnEntry()) {
                answer = MethodHandles.guardWithTest(asked("open", tap, shape), answer, Handles.nothing(shape.type));
            }
            MethodHandle condition = decides ? new Conditions(jvm, classes, tap, shape).condition() : null;
            MethodHandle one = condition == null ? answer : MethodHandles.guardWithTest(condition, answer, otherwise);
            all = all == null ? one : Handles.both(Handles.op("or", long.class, long.class, long.class), all, one);
        }
        if (all == null) {
            return always == 0 ? Handles.nothing(shape.type) : Handles.constant(long.class, always, shape.type);
        }
        if (always != 0) {
            MethodHandle too =
                    MethodHandles.insertArguments(Handles.op("or", long.class, long.class, long.class), 0, always);
            all = MethodHandles.filterReturnValue(all, too);
        }
        return Handles.silent(all);
    }

    private static @Nullable MethodHandle exit(Jvm jvm, Classes classes, List<Tap> taps, Shape shape) {
        MethodHandle all = null;
        MethodHandle nothing = Handles.nothing(shape.type);
        boolean silent = true;
        int guarded = 0;
        for (Tap tap : taps) {
            if (tap.bit == 0 || !tap.sees(shape.event)) {
                continue;
            }
            MethodHandle condition = tap.decidesOnEntry() ? null : new Conditions(jvm, classes, tap, shape).condition();
            silent &= tap.counts() && condition == null;
            MethodHandle one = tap.counts()
                    ? ended(Counter.class, tap, shape)
                    : tap.armed.role != ProbePlan.NO_TASKS
                            ? TaskHooks.exit(tap, shape)
                            : tap.traces()
                                    ? traced(tap, shape, condition)
                                    : tap.tellsTwice() ? taken("ended", void.class, tap, shape) : capture(tap, shape);
            if (tap.traces()) {
                condition = null;
            }
            if (condition != null) {
                one = MethodHandles.guardWithTest(condition, one, nothing);
            }
            if (condition != null || !tap.counts()) {
                one = MethodHandles.guardWithTest(mine("has", tap, shape), one, nothing);
            }
            all = all == null ? one : Handles.then(all, one);
            guarded++;
        }
        if (all == null) {
            return null;
        }
        if (guarded > 1) {
            MethodHandle set = Handles.op("isSet", boolean.class, long.class);
            List<Class<?>> before = shape.type.parameterList().subList(0, shape.bits);
            all = MethodHandles.guardWithTest(MethodHandles.dropArguments(set, 0, before), all, nothing);
        }
        return silent ? all : Handles.silent(all);
    }

    /** The end of a call: {@code returned} or {@code threw} of whoever takes it. */
    private static MethodHandle ended(Class<?> by, Tap tap, Shape shape) {
        return Handles.ending(by, shape.event == ProbePlan.ON_THROW ? "threw" : "returned", void.class, tap, shape);
    }

    /** Whether a call that ends has a bit of the tap's. */
    private static MethodHandle mine(String what, Tap tap, Shape shape) {
        return Handles.ending(Tap.class, what, boolean.class, tap, shape);
    }

    /** One execution of a line. */
    private static MethodHandle passed(Tap tap, Shape shape) {
        MethodHandle passed =
                Handles.of(Counter.class, "passed", void.class, Counter.class).bindTo(tap.counter);
        return MethodHandles.dropArguments(passed, 0, shape.type.parameterList());
    }

    private static MethodHandle capture(Tap tap, Shape shape) {
        String how =
                shape.event == ProbePlan.ON_ENTRY ? "enters" : shape.event == ProbePlan.ON_THROW ? "threw" : "returned";
        MethodHandle take = Handles.of(Capture.class, how, void.class, Tap.class, long.class, Object[].class)
                .bindTo(tap);
        return admitted(Handles.collected(take, shape), tap, shape);
    }

    /** The bit comes from the capture: only of a call that was told of is the end wanted. */
    private static MethodHandle began(Tap tap, Shape shape) {
        return admitted(taken("began", long.class, tap, shape), tap, shape);
    }

    private static MethodHandle admitted(MethodHandle taken, Tap tap, Shape shape) {
        return MethodHandles.guardWithTest(asked("admit", tap, shape), taken, Handles.nothing(taken.type()));
    }

    private static MethodHandle taken(String how, Class<?> answer, Tap tap, Shape shape) {
        MethodHandle take = MethodHandles.insertArguments(
                Handles.of(Capture.class, how, answer, Tap.class, int.class, long.class, Object[].class),
                0,
                tap,
                shape.event);
        return Handles.collected(take, shape);
    }

    /** A question to the probe, of whatever parameters. */
    private static MethodHandle asked(String what, Tap tap, Shape shape) {
        MethodHandle asked = Handles.of(LiveProbe.class, what, boolean.class, LiveProbe.class)
                .bindTo(tap.probe);
        return MethodHandles.dropArguments(asked, 0, shape.type.parameterList());
    }

    /** A call of a trace that begins: of its tap alone, for whatever parameters. */
    private static MethodHandle trace(String what, Tap tap, Shape shape) {
        MethodHandle begin =
                Handles.of(Tracing.class, what, long.class, Tap.class).bindTo(tap);
        return MethodHandles.dropArguments(begin, 0, shape.type.parameterList());
    }

    /** A call of a trace that ends: as a branch, or as the whole tree if it satisfies its condition and the rate. */
    private static MethodHandle traced(Tap tap, Shape shape, @Nullable MethodHandle condition) {
        MethodHandle branch = ended(Tracing.class, tap, shape);
        if (tap.opens == 0) {
            return branch;
        }
        MethodHandle whole = Handles.collected(
                MethodHandles.insertArguments(
                        Handles.of(
                                Tracing.class, "close", void.class, Tap.class, int.class, long.class, Object[].class),
                        0,
                        tap,
                        shape.event),
                shape);
        if (!tap.decidesOnEntry()) {
            MethodHandle drop = MethodHandles.dropArguments(
                    Handles.of(Tracing.class, "drop", void.class, Tap.class).bindTo(tap),
                    0,
                    shape.type.parameterList());
            whole = MethodHandles.guardWithTest(asked("admit", tap, shape), whole, drop);
            if (condition != null) {
                whole = MethodHandles.guardWithTest(condition, whole, drop);
            }
        }
        return MethodHandles.guardWithTest(mine("opened", tap, shape), whole, branch);
    }

    /** Publishes handles and points every call site at them; adds the call sites to {@code changed}. Our thread only. */
    @SuppressWarnings("ReferenceEquality")
    void point(@Nullable MethodHandle[] handles, List<MutableCallSite> changed) {
        for (int hook = 0; hook < handles.length; hook++) {
            current.set(hook, handles[hook]);
        }
        for (Linked each = linked.get(); each != null; each = each.next) {
            MutableCallSite site = each.get();
            if (site == null) {
                continue;
            }
            MethodHandle handle = handles[each.hook];
            MethodType type = site.type();
            site.setTarget(handle != null && handle.type() == type ? handle : Handles.nothing(type));
            changed.add(site);
        }
    }

    /** Makes every thread see what was set. */
    static void sync(List<MutableCallSite> changed) {
        if (!changed.isEmpty()) {
            MutableCallSite.syncAll(changed.toArray(new MutableCallSite[0]));
        }
    }
}
