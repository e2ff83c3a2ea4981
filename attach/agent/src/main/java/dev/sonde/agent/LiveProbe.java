package dev.sonde.agent;

import dev.sonde.wire.ProbePlan;
import dev.sonde.wire.Wire;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** A probe that is armed: its plan, its taps, and what threads of the application count of it. */
final class LiveProbe {

    private static final long SECOND = 1_000_000_000L;
    private static final long FOR_EVER = Long.MAX_VALUE;

    /** Our own thread: what it runs of the JDK is no hit, or a watch of what the link uses would feed itself. */
    private static volatile @Nullable Thread ours;

    /** Of all probes together; shared. */
    private final Rate targetRate;

    private final Budget targetBudget;

    /** Replaced when the bastion arms the probe again; what it has counted stays. */
    volatile ProbePlan plan;

    /** One for each site. Our thread only, and replaced as a whole. */
    List<Tap> taps = new ArrayList<>();

    final long armedAt = System.nanoTime();

    /** Admitted or dropped; those that were limited are counted there alone, because they may be millions. */
    private final AtomicLong hits = new AtomicLong();

    private final LongAdder limited = new LongAdder();
    private final AtomicLong dropped = new AtomicLong();
    final AtomicLong errors = new AtomicLong();
    /** What was limited or dropped and has been told, by the hit after it. */
    private final AtomicLong told = new AtomicLong();
    /** Hits promised to somebody: on the ring, on the link, or being captured. */
    private final AtomicLong taken = new AtomicLong();

    private final Rate rate;
    private final Budget budget;
    /** What all probes may use together before this one ends, where its line says so. Our thread only. */
    private final Budget together;

    private long seenSpent;
    /**
     * 0, or until when no hit is admitted: the first that is over the rate sets it, our thread sets it back. So all others
     * neither read the clock nor write a word that they share.
     */
    private volatile long closedUntil;

    volatile @Nullable String firstError;
    /** A {@code toString} of the application took so long that no further one is called. */
    volatile boolean slowTexts;
    /** The budget that is used up, for which the probe is to be taken off. Nothing is captured from then on. */
    volatile @Nullable Budget tripped;

    // Our thread only.
    long reported;
    long reportedAt;
    /** Every call that it reports is told of twice. */
    boolean tellsTwice;

    boolean errorTold;

    /** Of a breakpoint: threads that have come to it with its condition true. */
    final AtomicLong arrivals = new AtomicLong();

    /**
     * Of a breakpoint: it stops nobody until it is armed again. One that stops a single thread has; or who stood there held up
     * others, who would stand there next, one after the other.
     */
    final AtomicBoolean resting = new AtomicBoolean();

    /** Of those that were not stopped though they came, why not, once each; our thread takes them. */
    private final AtomicReference<@Nullable String> refusal = new AtomicReference<>();

    private final Set<String> refusalsTold = new HashSet<>();

    /** Of a breakpoint or a stepping. */
    private final @Nullable Stops stops;

    private final @Nullable Pace pace;

    private volatile @Nullable Glob threads;
    private volatile @Nullable Set<String> hooked;

    /** The trees of a trace. */
    final @Nullable Tracing tracing;

    LiveProbe(ProbePlan plan, Rate targetRate, Budget targetBudget) {
        this(plan, targetRate, targetBudget, null);
    }

    /** @param stops of a breakpoint or a stepping */
    LiveProbe(ProbePlan plan, Rate targetRate, Budget targetBudget, @Nullable Stops stops) {
        this.stops = stops;
        this.pace = stops == null ? null : new Pace();
        this.plan = plan;
        this.targetRate = targetRate;
        this.targetBudget = targetBudget;
        this.rate = new Rate(plan.hitsPerSecond);
        this.budget = new Budget(plan.budgetMicros);
        this.together = new Budget(plan.limits.targetMicros);
        this.seenSpent = targetBudget.spent();
        this.tracing = plan.kind == ProbePlan.TRACE ? new Tracing(plan.limits) : null;
    }

    Stops stops() {
        Stops mine = stops;
        if (mine == null) {
            throw new IllegalStateException("it stops nobody");
        }
        return mine;
    }

    /** How often the method of a breakpoint is called. */
    Pace pace() {
        Pace mine = pace;
        if (mine == null) {
            throw new IllegalStateException("it stops nobody");
        }
        return mine;
    }

    Glob threads() {
        Glob made = threads;
        if (made == null) {
            made = new Glob(plan.park == null ? "*" : plan.park.threads);
            threads = made;
        }
        return made;
    }

    /** The methods that its session steps in. */
    Set<String> hooked() {
        Set<String> made = hooked;
        return made == null ? Collections.emptySet() : made;
    }

    /** It was armed, or armed again. */
    void planned() {
        threads = null;
        hooked = plan.kind == ProbePlan.STEP ? Stops.methods(plan) : null;
        for (int i = 0; i < taps.size(); i++) {
            if (taps.get(i).stops()) {
                resting.set(false); // one that is disabled goes on resting: threads may still be on their way here
            }
        }
    }

    /** Somebody came and was not stopped, because there are others who stand. */
    void passed() {
        limited.increment();
    }

    /** Somebody came who must not be stopped. */
    void refused(String thread, String why) {
        refusal.compareAndSet(null, thread + " was not stopped: " + why);
    }

    /** A refusal that was not told yet; null when there is none. Our thread only. */
    @Nullable
    String takeRefusal() {
        String one = refusal.getAndSet(null);
        return one != null && refusalsTold.size() < 20 && refusalsTold.add(one) ? one : null;
    }

    /** From now on this thread is ours. */
    static void exempt(Thread thread) {
        ours = thread;
    }

    static boolean isOurs(Thread thread) {
        return thread == ours;
    }

    /** Whether a call that satisfies the condition need be looked at when it ends; counts it if not. Called by handles. */
    static boolean open(LiveProbe probe) {
        if (isOurs(Thread.currentThread())) {
            return false;
        }
        if (probe.closedUntil != 0) {
            probe.limited.increment();
            return false;
        }
        return true;
    }

    /** Whether this hit is to be captured; counts it either way. The boolean in front of every capture. */
    static boolean admit(LiveProbe probe) {
        return open(probe) && probe.take();
    }

    private boolean take() {
        int most = plan.hits;
        if (most > 0 && taken.get() >= most) {
            hits.incrementAndGet();
            return false;
        }
        long now = System.nanoTime();
        if (!withinRates(now)) {
            limited.increment();
            closedUntil = tripped != null ? FOR_EVER : (now - Math.floorMod(now, SECOND) + SECOND) | 1;
            return false;
        }
        hits.incrementAndGet();
        if (most > 0 && taken.incrementAndGet() > most) {
            taken.decrementAndGet();
            return false;
        }
        return true;
    }

    /** Who asks for every call is not held back by what the others share. */
    private boolean withinRates(long now) {
        if (tripped != null) {
            return false;
        }
        return plan.hitsPerSecond <= 0 || (rate.take(now, 0) && targetRate.take(now, plan.limits.targetRate));
    }

    /** Opens it again when its second is over, and gives it what a second brings. Our thread only. */
    void tick(long time, boolean newSecond) {
        long until = closedUntil;
        if (until != 0 && until != FOR_EVER && time - until >= 0) {
            closedUntil = 0;
        }
        if (newSecond) {
            if (pace != null) {
                pace.turn(time);
            }
            budget.leak();
            long spent = targetBudget.spent();
            if (!together.spend(spent - seenSpent) && tripped == null) {
                trip(together);
            }
            seenSpent = spent;
            together.leak();
        }
    }

    long hits() {
        return hits.get() + limited.sum();
    }

    long limited() {
        return limited.sum();
    }

    long dropped() {
        return dropped.get();
    }

    /** Limited or dropped, and told by no hit yet. */
    long lost() {
        return Math.max(0, limited.sum() + dropped.get() - told.get());
    }

    /** A hit is on its way that tells of so many. */
    void told(long lost) {
        told.addAndGet(lost);
    }

    /** An admitted hit that could not be handed over: somebody else may have its place. */
    void giveBack() {
        if (plan.hits > 0) {
            taken.decrementAndGet();
        }
        dropped.incrementAndGet();
    }

    /** An admitted hit that was none: our own walk met the probe. */
    void takeBack() {
        if (plan.hits > 0) {
            taken.decrementAndGet();
        }
        hits.decrementAndGet();
    }

    /** A hit that nobody could look at. */
    void miss() {
        hits.incrementAndGet();
        dropped.incrementAndGet();
    }

    /** A hit that could not be handed over; one that was never admitted has no place to give back. */
    void unsent(boolean admitted) {
        if (admitted) {
            giveBack();
        } else {
            dropped.incrementAndGet();
        }
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

    /**
     * Time of the hit path. Of one evaluation or capture no more counts than it may take: what is more, the machine gave to
     * somebody else meanwhile.
     */
    void spend(long nanos) {
        if (plan.budgetMicros <= 0) {
            return;
        }
        long counted = Math.min(nanos, plan.limits.micros * 1000L);
        boolean mine = budget.spend(counted);
        if (targetBudget.spend(counted) && mine) {
            return;
        }
        trip(mine ? targetBudget : budget);
    }

    private void trip(Budget over) {
        tripped = over;
        closedUntil = FOR_EVER;
    }

    /** Why it is to be taken off; null while it is within its budgets. Our thread only. */
    @Nullable
    String overBudget() {
        Budget over = tripped;
        return over == null ? null : (over == budget ? Wire.OVER_BUDGET : Wire.OVER_TARGET_BUDGET) + over.used();
    }
}
