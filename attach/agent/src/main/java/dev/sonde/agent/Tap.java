package dev.sonde.agent;

import dev.sonde.wire.Expr;
import dev.sonde.wire.Park;
import dev.sonde.wire.ProbePlan;
import org.jspecify.annotations.Nullable;

/** One probe on one site. */
final class Tap {

    final LiveProbe probe;
    final ProbePlan.Armed armed;
    final SiteHooks site;
    final Capture capture;
    /** Its bit in what enter answers; 0 when it does not care for the exit. */
    final long bit;

    /** Of a trace, beside the bit: this call began the tree, and ends it. 0 for a callee. */
    final long opens;

    private final @Nullable Tracing tracing;

    /** Of a trace: it was in a tree. Whoever sets it may do so again. */
    volatile boolean reached;

    final Counter counter;
    final Calls calls;
    private final @Nullable Numbers numbers;

    Tap(LiveProbe probe, ProbePlan.Armed armed, SiteHooks site, Capture capture, long bit, long opens) {
        this(
                probe,
                armed,
                site,
                capture,
                bit,
                opens,
                new Counter(capture.jvm),
                (probe.plan.when & ProbePlan.CHANGES) != 0 ? new Calls() : Calls.NONE,
                probe.plan.kind == ProbePlan.VALUE ? new Numbers() : null);
    }

    private Tap(
            LiveProbe probe,
            ProbePlan.Armed armed,
            SiteHooks site,
            Capture capture,
            long bit,
            long opens,
            Counter counter,
            Calls calls,
            @Nullable Numbers numbers) {
        this.probe = probe;
        this.armed = armed;
        this.site = site;
        this.capture = capture;
        this.bit = bit;
        this.opens = opens;
        this.tracing = probe.tracing;
        this.counter = counter;
        this.calls = calls;
        this.numbers = numbers;
    }

    /** Of a breakpoint or a stepping: whose it is and whom it stops. */
    Park park() {
        Park mine = probe.plan.park;
        if (mine == null) {
            throw new IllegalStateException("it stops nobody");
        }
        return mine;
    }

    /** Which threads it stops, by name. */
    Glob threads() {
        return probe.threads();
    }

    /** Whether it stops threads, and {@link StopHooks} makes its handles. */
    boolean stops() {
        return probe.plan.park != null && !armed.callee;
    }

    /** Whether it measures for a breakpoint how often its method is called. */
    boolean measures() {
        return probe.plan.park != null && armed.callee;
    }

    /** What follows this one when its probe gets a new plan: it goes on counting where this one is. */
    Tap then(ProbePlan.Armed next, long nextBit, long nextOpens) {
        return new Tap(probe, next, site, capture, nextBit, nextOpens, counter, calls, numbers);
    }

    /** Whether calls that it traces begin trees of their own. */
    static boolean opens(ProbePlan plan, ProbePlan.Armed armed) {
        return plan.kind == ProbePlan.TRACE && !armed.callee;
    }

    boolean counts() {
        return probe.plan.kind == ProbePlan.COUNT;
    }

    /** Whether it counts numbers. */
    boolean sums() {
        return numbers != null;
    }

    Numbers numbers() {
        Numbers mine = numbers;
        if (mine == null) {
            throw new IllegalStateException("no numbers");
        }
        return mine;
    }

    /** Whether it counts executions of a line, which have no end. */
    boolean countsOnEntry() {
        return counts() && armed.site.isLine();
    }

    boolean traces() {
        return tracing != null;
    }

    Tracing tracing() {
        Tracing mine = tracing;
        if (mine == null) {
            throw new IllegalStateException("no trace");
        }
        return mine;
    }

    /** A count needs the exit, a watch that reports on return or throw does too. */
    static boolean wantsExit(ProbePlan plan) {
        return plan.kind == ProbePlan.COUNT || plan.kind == ProbePlan.TRACE || (plan.when & ~ProbePlan.ON_ENTRY) != 0;
    }

    /** Whether a call is told of twice: when it begins and when it ends. */
    boolean tellsTwice() {
        return (probe.plan.when & ProbePlan.CHANGES) != 0 && decidesOnEntry();
    }

    boolean sees(int event) {
        if (tellsTwice()) {
            return true;
        }
        return (counts() || traces()) ? event != ProbePlan.ON_ENTRY : (probe.plan.when & event) != 0;
    }

    /** Whether the condition is answered on entry, so that a false one reads no clock. */
    boolean decidesOnEntry() {
        Expr condition = armed.condition;
        return condition == null
                || (!armed.decideOnExit
                        && !condition.mentions(Expr.RESULT)
                        && !condition.mentions(Expr.ERROR)
                        && !condition.mentions(Expr.COST));
    }

    /**
     * Whether the rate limit is asked as the call begins, so that one that will not be shown costs no clock: where each call
     * that satisfies the condition then is one hit.
     */
    boolean samplesOnEntry() {
        ProbePlan plan = probe.plan;
        return plan.kind == ProbePlan.WATCH
                && plan.when == (ProbePlan.ON_RETURN | ProbePlan.ON_THROW)
                && decidesOnEntry();
    }

    /** Whether each call has its bit, and nothing is done for that. */
    boolean answersAlways() {
        boolean asks = decidesOnEntry() && (armed.condition != null || sees(ProbePlan.ON_ENTRY) || samplesOnEntry());
        return !asks
                && armed.role == ProbePlan.NO_TASKS
                && !traces()
                && !tellsTwice()
                && !sums()
                && !measures()
                && !countsOnEntry();
    }

    /** Whether a call has this tap's bit. Called by handles. */
    static boolean has(Tap tap, long bits, long start) {
        return (bits & tap.bit) != 0;
    }

    /** Whether a call began a tree. Called by handles. */
    static boolean opened(Tap tap, long bits, long start) {
        return (bits & tap.opens) != 0;
    }

    /** A condition failed: counted, told once, and the answer is no. What the guards threw is not an error of its. */
    static boolean failed(Tap tap, Throwable why) {
        if (why == Failure.BUSY || why == Failure.FIRST_SEEN) {
            tap.probe.miss();
        } else if (why != Failure.REENTRANT) {
            tap.probe.failed(why);
        }
        return false;
    }

    /** As {@link #failed}, for a failure that says no more than that this exit has no result, or no error. */
    static boolean quiet(Tap tap, Throwable why) {
        return (why == Failure.BUSY || why == Failure.FIRST_SEEN) && failed(tap, why);
    }
}
