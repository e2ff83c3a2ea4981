package dev.sonde.agent;

import dev.sonde.wire.Expr;
import dev.sonde.wire.ProbePlan;

/** One probe on one site. */
final class Tap {

    final LiveProbe probe;
    final ProbePlan.Armed armed;
    final SiteHooks site;
    final Capture capture;
    /** Its bit in what enter answers; 0 when it does not care for the exit. */
    final long bit;

    final Counter counter;
    final Calls calls;

    Tap(LiveProbe probe, ProbePlan.Armed armed, SiteHooks site, Capture capture, long bit) {
        this(
                probe,
                armed,
                site,
                capture,
                bit,
                new Counter(),
                (probe.plan.when & ProbePlan.CHANGES) != 0 ? new Calls() : Calls.NONE);
    }

    private Tap(
            LiveProbe probe,
            ProbePlan.Armed armed,
            SiteHooks site,
            Capture capture,
            long bit,
            Counter counter,
            Calls calls) {
        this.probe = probe;
        this.armed = armed;
        this.site = site;
        this.capture = capture;
        this.bit = bit;
        this.counter = counter;
        this.calls = calls;
    }

    /** What follows this one when its probe gets a new plan: it goes on counting where this one is. */
    Tap then(ProbePlan.Armed next, long nextBit) {
        return new Tap(probe, next, site, capture, nextBit, counter, calls);
    }

    boolean counts() {
        return probe.plan.kind == ProbePlan.COUNT;
    }

    /** A count needs the exit, a watch that reports on return or throw does too. */
    static boolean wantsExit(ProbePlan plan) {
        return plan.kind == ProbePlan.COUNT || (plan.when & ~ProbePlan.ON_ENTRY) != 0;
    }

    /** Whether a call is told of twice: when it begins and when it ends. */
    boolean tellsTwice() {
        return (probe.plan.when & ProbePlan.CHANGES) != 0 && decidesOnEntry();
    }

    boolean sees(int event) {
        if (tellsTwice()) {
            return true;
        }
        return counts() ? event != ProbePlan.ON_ENTRY : (probe.plan.when & event) != 0;
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

    /** A condition failed: counted, told once, and the answer is no. What the guards threw is not an error of its. */
    static boolean failed(Tap tap, Throwable why) {
        if (why == Failure.BUSY) {
            tap.probe.hits.incrementAndGet();
            tap.probe.dropped.incrementAndGet();
            tap.probe.lost.incrementAndGet();
        } else if (why != Failure.REENTRANT) {
            tap.probe.failed(why);
        }
        return false;
    }

    /** As {@link #failed}, for a failure that says no more than that this exit has no result, or no error. */
    static boolean quiet(Tap tap, Throwable why) {
        return why == Failure.BUSY && failed(tap, why);
    }
}
