package dev.sonde.agent;

import dev.sonde.wire.Limits;
import dev.sonde.wire.ProbePlan;
import dev.sonde.wire.Site;
import java.util.Collections;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The trees that one trace has under construction, one for each thread that is inside a traced call. A fixed number of
 * places and no ThreadLocal, because there may be a million virtual threads: a thread looks in the few places that its
 * identity hash names. A thread that finds none free is not traced, which is counted.
 *
 * <p>Outlives the plans of its probe, so that a call that was under way when more methods were followed still ends its tree.
 */
final class Tracing {

    private static final int PLACES = Long.SIZE;
    /** Places that one thread looks in. */
    private static final int WINDOW = 8;

    private final Limits limits;

    /** One bit for each place that is taken: 0 is the quick answer of a method that is called outside any tree. */
    private final AtomicLong taken = new AtomicLong();

    private final AtomicReferenceArray<@Nullable Thread> owners = new AtomicReferenceArray<>(PLACES);
    /** Written by who holds the place. */
    private final @Nullable CallTree[] trees = new @Nullable CallTree[PLACES];

    /** Methods that calls are followed into from now on; set when their hooks are in place, and not before. */
    volatile int followed;

    /** Tasks that were handed over and have not been run. */
    private final HandOvers handOvers = new HandOvers();

    private final AtomicLong numbers = new AtomicLong();

    /** Bytes that tasks have told of calls that have not ended. */
    private final AtomicInteger held = new AtomicInteger();

    /** Tasks that one thread runs inside each other. */
    private static final int MOST_INNER = 8;

    /** Trees for such tasks; those of threads are bounded by their places. */
    private static final int MOST_INNER_TREES = 64;

    private final AtomicInteger innerTrees = new AtomicInteger();

    Tracing(Limits limits) {
        this.limits = limits;
    }

    private static int home(Thread me) {
        return System.identityHashCode(me) >>> 3;
    }

    /** This thread's place; -1 when it has none. */
    private int mine() {
        long seen = taken.get();
        if (seen == 0) {
            return -1;
        }
        Thread me = Thread.currentThread();
        int home = home(me);
        for (int i = 0; i < WINDOW; i++) {
            int place = (home + i) & (PLACES - 1);
            if ((seen & (1L << place)) != 0 && owners.get(place) == me) {
                return place;
            }
        }
        return -1;
    }

    private int claim() {
        Thread me = Thread.currentThread();
        int home = home(me);
        for (int i = 0; i < WINDOW; i++) {
            int place = (home + i) & (PLACES - 1);
            long bit = 1L << place;
            for (long seen = taken.get(); (seen & bit) == 0; seen = taken.get()) {
                if (taken.compareAndSet(seen, seen | bit)) {
                    owners.set(place, me);
                    return place;
                }
            }
        }
        for (int i = 0; i < WINDOW; i++) {
            int place = (home + i) & (PLACES - 1);
            Thread owner = owners.get(place);
            // It ended inside the traced call: stopped, or its exit was taken away.
            if (owner != null && !owner.isAlive() && owners.compareAndSet(place, owner, me)) {
                CallTree left = outermost(place);
                if (left != null && left.task == null && left.origin != null) {
                    left.origin.forget();
                }
                return place;
            }
        }
        return -1;
    }

    private void release(int place) {
        owners.lazySet(place, null);
        long bit = 1L << place;
        for (long seen = taken.get(); !taken.compareAndSet(seen, seen & ~bit); seen = taken.get()) {
            // again
        }
    }

    // ---- what composed handles call; none throws

    /** A call that may be a tree of its own: its condition is true, or is asked when it ends. Answers bits. */
    static long open(Tap tap) {
        LiveProbe probe = tap.probe;
        Tracing tracing = tap.tracing();
        tracing.endIdle(tap);
        int place = tracing.mine();
        if (place >= 0) {
            return tracing.enter(place, tap);
        }
        boolean decided = tap.decidesOnEntry();
        if (decided ? !LiveProbe.admit(probe) : probe.tripped != null) {
            return 0;
        }
        place = tracing.claim();
        if (place < 0) {
            if (decided) {
                probe.giveBack();
            } else {
                probe.miss();
            }
            return 0;
        }
        CallTree tree = tracing.trees[place];
        if (tree == null) {
            try {
                tree = new CallTree(tracing.limits);
            } catch (OutOfMemoryError full) {
                tracing.release(place);
                if (decided) {
                    probe.giveBack();
                }
                return 0;
            }
            tracing.trees[place] = tree;
        }
        tree.begin(tap.site.id, tracing.followed);
        tree.number = tracing.numbers.incrementAndGet();
        tree.wanted = decided;
        return tap.bit | tap.opens;
    }

    /** A call that is a branch if this thread is inside a tree. Answers its bit. */
    static long enter(Tap tap) {
        Tracing tracing = tap.tracing();
        int place = tracing.mine();
        return place < 0 ? 0 : tracing.enter(place, tap);
    }

    private long enter(int place, Tap tap) {
        CallTree tree = trees[place];
        if (tree == null || !tree.enter(tap.site.id)) {
            return 0;
        }
        if (!tap.reached) {
            tap.reached = true;
        }
        return tap.bit;
    }

    static void returned(Tap tap, long bits, long start) {
        exit(tap, false, start);
    }

    static void threw(Tap tap, long bits, long start) {
        exit(tap, true, start);
    }

    private static void exit(Tap tap, boolean failed, long start) {
        long nanos = System.nanoTime() - start;
        CallTree tree = start == 0 ? null : tap.tracing().with(tap);
        if (tree != null) {
            tree.exit(tap.site.id, nanos, failed);
        }
    }

    /** A traced call has ended, and nobody wants to see it. */
    static void drop(Tap tap) {
        Tracing tracing = tap.tracing();
        int place = tracing.mine();
        if (place >= 0) {
            CallTree tree = tracing.outermost(place);
            if (tree != null && tree.origin != null) {
                tree.origin.forget();
            }
            tracing.spend(tap.probe, tree);
            tracing.release(place);
        }
    }

    /** A traced call has ended, and is to be reported. */
    static void close(Tap tap, int event, long start, @Nullable Object[] values) {
        long now = System.nanoTime();
        Tracing tracing = tap.tracing();
        int place = tracing.mine();
        CallTree tree = place < 0 ? null : tracing.outermost(place);
        if (tree == null) {
            tap.probe.giveBack();
            return;
        }
        try {
            tree.close(now - start, event == ProbePlan.ON_THROW);
            if (tree.origin != null) {
                tree.origin.want(tap.probe, tap.capture.ring);
            }
            Capture.tree(tap, event, start, values, tree);
            tracing.spend(tap.probe, tree);
        } finally {
            tracing.release(place);
        }
    }

    // ---- tasks: what the handles of the methods call that tasks go through; none throws, none waits

    /** Such a method begins. Answers the tap's bit when its end is to be known. */
    static long passes(Tap tap, @Nullable Object self, @Nullable Object task) {
        Tracing tracing = tap.tracing();
        switch (tap.armed.role) {
            case ProbePlan.HANDS_OVER:
            case ProbePlan.PUTS:
            case ProbePlan.STARTS:
                return tracing.handOver(tap, self, task);
            case ProbePlan.REFUSES:
                tracing.refused(task);
                return 0;
            case ProbePlan.TAKES:
                CallTree tree = tracing.current();
                if (tree != null && tree.queue == System.identityHashCode(self)) {
                    tracing.taskEnds(tap, false);
                }
                return tap.bit;
            case ProbePlan.AFTER_RUN:
                for (CallTree each = tracing.current(); each != null && each.isPooled(); each = tracing.current()) {
                    tracing.taskEnds(tap, false);
                }
                return 0;
            default:
                return tracing.takeUp(tap, task);
        }
    }

    /** It ends. */
    static void passed(Tap tap, boolean failed, long start, @Nullable Object self, @Nullable Object outcome) {
        long nanos = System.nanoTime() - start;
        Tracing tracing = tap.tracing();
        int role = tap.armed.role;
        if (role == ProbePlan.TAKES) {
            tracing.took(tap, self, outcome);
            return;
        }
        CallTree tree = tracing.with(tap);
        if (tree == null) {
            return;
        }
        if (role == ProbePlan.RUNS || role == ProbePlan.MAY_RUN) {
            if (!tree.exit(tap.site.id, nanos, failed) && !tree.isPooled() && tree.begins(tap.site.id)) {
                tracing.taskEnds(tap, failed);
            }
            return;
        }
        HandOvers.Entry of = tree.handing;
        tree.handing = null;
        if (of != null && (failed || Boolean.FALSE.equals(outcome))) {
            tracing.refused(of.get());
        }
    }

    /** What this thread is in; null when that is nothing. */
    private @Nullable CallTree current() {
        int place = mine();
        return place < 0 ? null : trees[place];
    }

    /** As above, where a call of this method is under way: what this thread took from a queue inside of that has ended. */
    private @Nullable CallTree with(Tap tap) {
        CallTree tree = current();
        while (tree != null && tree.queue != 0 && tree.outer != null && !tree.isIn(tap.site.id)) {
            if (!tree.outer.isIn(tap.site.id)) {
                return tree;
            }
            taskEnds(tap, false);
            tree = current();
        }
        return tree;
    }

    /** What this thread took from a queue has ended, if it calls nothing of it now and comes by itself. */
    private void endIdle(Tap tap) {
        CallTree tree = current();
        if (tree != null && tree.queue != 0 && tree.isAtItsRoot()) {
            taskEnds(tap, false);
        }
    }

    /** A task goes to another thread. */
    private long handOver(Tap tap, @Nullable Object to, @Nullable Object what) {
        CallTree tree = current();
        if (tree == null || HandOvers.isOfVirtualThreads(to)) {
            return 0;
        }
        int role = tap.armed.role;
        Object task = role == ProbePlan.STARTS ? HandOvers.startedBy(tap.capture.jvm.memory, what) : what;
        if (task == null || (role == ProbePlan.PUTS && !HandOvers.isTask(tap.capture.jvm.memory, task))) {
            return 0;
        }
        HandOvers.Entry under = tree.handing;
        if (under != null && under.node == tree.top() && (role != ProbePlan.HANDS_OVER || under.get() == task)) {
            // Part of handing over another: in a queue, as it is or in this one; or to a thread of a pool, which is no
            // task.
            if (role == ProbePlan.PUTS) {
                wrap(under, task, tree);
            }
            return 0;
        }
        try {
            Origin origin = tree.origin;
            if (origin == null) {
                origin = new Origin(tree.wanted, held);
                tree.origin = origin;
            }
            keep(new HandOvers.Entry(task, tree, origin), tree);
            return tap.bit;
        } catch (OutOfMemoryError full) {
            tree.unfollowed++;
            return 0;
        }
    }

    private void wrap(HandOvers.Entry under, Object task, CallTree tree) {
        Object first = under.get();
        if (first != null && first != task && handOvers.take(first) != null) {
            tree.handedOver--;
            keep(new HandOvers.Entry(task, under), tree);
        }
    }

    private void keep(HandOvers.Entry entry, CallTree tree) {
        tree.handing = entry;
        if (tree.handedOver < HandOvers.MOST_OF_ONE && handOvers.put(entry)) {
            tree.handedOver++;
        } else {
            tree.unfollowed++;
        }
    }

    /** A task that was handed over is not taken. */
    private void refused(@Nullable Object task) {
        CallTree tree = handOvers.isEmpty() ? null : current();
        if (tree != null && task != null && handOvers.take(task) != null) {
            tree.handedOver--;
        }
    }

    /** A thread begins a task, if it is one of a traced call. Answers the tap's bit when the tap's method tells of its end. */
    private long takeUp(Tap tap, @Nullable Object what) {
        int role = tap.armed.role;
        Object task = what;
        if (tap.armed.task == ProbePlan.TASK_IS_TARGET) {
            task = handOvers.isEmpty() ? null : HandOvers.workOf(tap.capture.jvm.memory, what);
        }
        HandOvers.Entry of = task == null ? null : handOvers.take(task);
        CallTree tree = of == null ? null : begin(tap, of, role == ProbePlan.BEFORE_RUN);
        if (of == null && task != null && role != ProbePlan.BEFORE_RUN) {
            CallTree mine = current();
            tree = mine != null && mine.isOf(task, tap.site.id) ? mine : null;
        }
        if (tree == null) {
            return role == ProbePlan.MAY_RUN ? enter(tap) : 0;
        }
        tap.reached = true;
        return role == ProbePlan.BEFORE_RUN ? 0 : tap.bit;
    }

    /** A thread has got something from a queue: if it is a task, it runs that until it asks again. */
    private void took(Tap tap, @Nullable Object queue, @Nullable Object what) {
        HandOvers.Entry of = what == null ? null : handOvers.take(what);
        if (of == null) {
            return;
        }
        endIdle(tap); // what came from another queue
        CallTree tree = current();
        if (tree != null && tree.number == of.tree) {
            tree.handedOver--; // it is run by who put it there, as a call
            return;
        }
        if (tree != null && !tree.mayRun(of)) {
            return;
        }
        CallTree begun = begin(tap, of, true);
        if (begun != null) {
            begun.queue = System.identityHashCode(queue);
        }
    }

    /**
     * The tree of a task that this thread begins; null when it is not followed.
     *
     * @param pooled another method than this tap's tells of its end
     */
    private @Nullable CallTree begin(Tap tap, HandOvers.Entry of, boolean pooled) {
        if (of.origin.isUnwanted()) {
            return null;
        }
        int place = mine();
        CallTree outer = place < 0 ? null : trees[place];
        if (place < 0) {
            place = claim();
        }
        CallTree tree = place < 0 ? null : treeFor(place, outer);
        if (tree == null) {
            return null;
        }
        of.pooled = pooled;
        tree.begin(tap.site.id, followed, of, System.nanoTime());
        tree.number = numbers.incrementAndGet();
        tree.outer = outer;
        tree.inside = outer == null ? 0 : outer.inside + 1;
        trees[place] = tree;
        return tree;
    }

    /** One to be used for a task; null, and the place is left, when there is no room. */
    private @Nullable CallTree treeFor(int place, @Nullable CallTree outer) {
        CallTree tree = outer == null ? trees[place] : outer.inner;
        if (tree != null && (outer == null || outer.inside < MOST_INNER)) {
            return tree;
        }
        try {
            if (outer == null) {
                return new CallTree(limits);
            }
            if (outer.inside < MOST_INNER && innerTrees.get() < MOST_INNER_TREES) {
                innerTrees.incrementAndGet();
                outer.inner = new CallTree(limits);
                return outer.inner;
            }
        } catch (OutOfMemoryError full) {
            // as where there is no room
        }
        if (outer == null) {
            release(place);
        } else {
            outer.unfollowed++;
        }
        return null;
    }

    /** The task that this thread has begun last has ended. */
    private void taskEnds(Tap tap, boolean failed) {
        int place = mine();
        CallTree tree = place < 0 ? null : trees[place];
        if (tree == null || tree.task == null) {
            return;
        }
        try {
            tree.close(System.nanoTime() - tree.began, failed);
            Capture.tree(tap, ProbePlan.ON_RETURN, tree.began, HandOvers.NO_VALUES, tree);
            spend(tap.probe, tree);
        } finally {
            leave(place);
        }
    }

    /** The tree that this thread began with. Tasks inside of it have ended too, though nobody told. */
    private @Nullable CallTree outermost(int place) {
        CallTree tree = trees[place];
        while (tree != null && tree.outer != null) {
            CallTree outer = tree.outer;
            tree.outer = null;
            tree = outer;
        }
        trees[place] = tree;
        return tree;
    }

    /** Goes back to what this thread was in before. */
    private void leave(int place) {
        CallTree tree = trees[place];
        CallTree outer = tree == null ? null : tree.outer;
        if (tree != null && outer != null) {
            tree.outer = null;
            trees[place] = outer;
        } else {
            release(place);
        }
    }

    /** What its calls cost the application counts against the budget. */
    private void spend(LiveProbe probe, @Nullable CallTree tree) {
        if (tree != null && probe.plan.budgetMicros > 0) {
            probe.spend(tree.calls() * (hookNanos + clockNanos));
        }
    }

    // ---- what that costs

    /** What following one call adds to the time of its callers, and to its own; 0 until measured. */
    static volatile int hookNanos;

    static volatile int clockNanos;

    private static final int ROUND = 250;
    private static final int MOST_MEASURES = 30;
    private static int measures;

    /**
     * Measures what following a call costs: the best of many rounds, because the first run uncompiled and the machine may be
     * busy. Our thread only; called again each second for a while, until it surely runs compiled.
     */
    static void measure(Capture capture, long forNanos) {
        if (measures >= MOST_MEASURES) {
            return;
        }
        measures++;
        Site site = new Site(0, 0, "", "", "()V", true, 0);
        ProbePlan.Armed armed = ProbePlan.Armed.callee(site);
        ProbePlan plan = new ProbePlan(
                -1, ProbePlan.TRACE, 0, 0, 0, 0, 0, Limits.DEFAULT.withTree(2, 8), Collections.singletonList(armed));
        Tap tap = new Tap(new LiveProbe(plan, new Rate(0), new Budget(0)), armed, new SiteHooks(0), capture, 1, 0);
        Tracing tracing = tap.tracing();
        int place = tracing.claim();
        CallTree tree = new CallTree(plan.limits);
        tracing.trees[place] = tree;
        tree.begin(0, 0);
        long best = hookNanos == 0 ? Long.MAX_VALUE : hookNanos;
        long bestInner = hookNanos == 0 ? Long.MAX_VALUE : clockNanos;
        long until = System.nanoTime() + forNanos;
        do {
            long inner = 0;
            long from = System.nanoTime();
            for (int i = 0; i < ROUND; i++) {
                inner += tracing.trial(tap);
            }
            best = Math.min(best, (System.nanoTime() - from) / ROUND);
            bestInner = Math.min(bestInner, inner / ROUND);
        } while (System.nanoTime() - until < 0);
        clockNanos = (int) Math.max(0, Math.min(bestInner, 100_000));
        hookNanos = (int) Math.max(1, Math.min(best, 100_000));
    }

    /** What the hooks of one call do; the time between its two readings of the clock. */
    private long trial(Tap tap) {
        int place = mine();
        long bits = place < 0 ? 0 : enter(place, tap);
        long start = Ops.clock(bits);
        long nanos = System.nanoTime() - start;
        int again = mine();
        CallTree tree = again < 0 ? null : trees[again];
        if (tree != null) {
            tree.exit(tap.site.id, nanos, false);
        }
        return nanos;
    }
}
