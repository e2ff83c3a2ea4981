package dev.sonde.agent;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The processor time that hits may use: a bucket that leaks the budget of a second in each second and overflows at that of
 * {@link #SECONDS}. So one dear first hit does not use it up, and what goes on being too dear does.
 */
final class Budget {

    private static final int SECONDS = 5;
    private static final long SECOND = 1_000_000_000L;

    private final AtomicLong level = new AtomicLong();
    private volatile long perSecond;

    // Our thread only.
    private long emptyAt = System.nanoTime();
    private long leaked;

    private long leakedInAll;

    /** @param micros of one processor in a second; 0 for no budget */
    Budget(int micros) {
        set(micros);
    }

    void set(int micros) {
        perSecond = micros * 1000L;
    }

    /** Whether what it held before and this are within it. */
    boolean spend(long nanos) {
        long most = perSecond;
        return most <= 0 || level.addAndGet(nanos) <= SECONDS * most;
    }

    /** A second has passed. Our thread only; what others spend meanwhile stays. */
    void leak() {
        long gone = Math.min(perSecond, level.get());
        leaked += gone;
        leakedInAll += gone;
        if (level.addAndGet(-gone) == 0) {
            leaked = 0;
            emptyAt = System.nanoTime();
        }
    }

    /** What was ever spent of it. Our thread only. */
    long spent() {
        return leakedInAll + level.get();
    }

    /** What was used since it was empty last, and of how much. Our thread only. */
    String used() {
        double seconds = Math.max(1, (System.nanoTime() - emptyAt) * 10 / SECOND) / 10.0;
        return (level.get() + leaked) / 1_000_000 + " ms of CPU in " + seconds + " s, where " + perSecond / 10_000_000.0
                + " % of one CPU is allowed";
    }
}
