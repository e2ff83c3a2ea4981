package dev.sonde.agent;

import dev.sonde.wire.ProbePlan;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A probe that is armed: its plan, its taps, and what threads of the application count of it. */
final class LiveProbe {

    /** Hits per second of all probes together; shared. */
    private final Rate targetRate;

    /** Replaced when the bastion arms the probe again; what it has counted stays. */
    volatile ProbePlan plan;

    /** One for each site. Our thread only, and replaced as a whole. */
    List<Tap> taps = new ArrayList<>();

    final long armedAt = System.nanoTime();

    final AtomicLong hits = new AtomicLong();
    final AtomicLong limited = new AtomicLong();
    final AtomicLong dropped = new AtomicLong();
    final AtomicLong errors = new AtomicLong();
    /** Limited or dropped since the hit before. */
    final AtomicLong lost = new AtomicLong();
    /** Hits promised to somebody: on the ring, on the link, or being captured. */
    private final AtomicLong taken = new AtomicLong();
    /** Nanoseconds of hit path in this second of the budget; our thread sets it back. */
    final AtomicLong spent = new AtomicLong();

    private final Rate rate;
    volatile @Nullable String firstError;
    /** Set when the budget is used up: from then on nothing is captured, until our thread takes the probe off. */
    volatile boolean tripped;

    // Our thread only.
    long reported;
    long reportedAt;
    /** Every call that it reports is told of twice. */
    boolean tellsTwice;

    boolean errorTold;

    LiveProbe(ProbePlan plan, Rate targetRate) {
        this.plan = plan;
        this.targetRate = targetRate;
        this.rate = new Rate(plan.hitsPerSecond);
    }

    /** Whether this hit is to be captured; counts it either way. The boolean in front of every capture. */
    static boolean admit(LiveProbe probe) {
        probe.hits.incrementAndGet();
        if (probe.tripped) {
            probe.lose(probe.limited);
            return false;
        }
        int most = probe.plan.hits;
        if (most > 0 && probe.taken.get() >= most) {
            return false;
        }
        long now = System.nanoTime();
        if (!probe.rate.take(now) || !probe.targetRate.take(now)) {
            probe.lose(probe.limited);
            return false;
        }
        if (most > 0 && probe.taken.incrementAndGet() > most) {
            probe.taken.decrementAndGet();
            return false;
        }
        return true;
    }

    /** An admitted hit that could not be handed over: somebody else may have its place. */
    void giveBack() {
        if (plan.hits > 0) {
            taken.decrementAndGet();
        }
        lose(dropped);
    }

    /** A hit that could not be handed over; one that was never admitted has no place to give back. */
    void unsent(boolean admitted) {
        if (admitted) {
            giveBack();
        } else {
            lose(dropped);
        }
    }

    private void lose(AtomicLong why) {
        why.incrementAndGet();
        lost.incrementAndGet();
    }

    void allTapsAreThere() {
        tellsTwice = (plan.when & ProbePlan.CHANGES) != 0;
        for (int i = 0; i < taps.size(); i++) {
            tellsTwice &= taps.get(i).tellsTwice();
        }
    }

    /** Whether calls that were reported are still under way. */
    boolean awaitsEnds() {
        for (int i = 0; i < taps.size(); i++) {
            if (!taps.get(i).calls.isEmpty()) {
                return true;
            }
        }
        return false;
    }

    void failed(Throwable why) {
        errors.incrementAndGet();
        if (firstError == null) {
            String message = why instanceof Failure ? why.getMessage() : null;
            firstError = message != null ? message : why.getClass().getName();
        }
    }

    void spend(long nanos) {
        int budget = plan.budgetMicros;
        if (budget > 0 && spent.addAndGet(nanos) > budget * 1000L) {
            tripped = true;
        }
    }
}
