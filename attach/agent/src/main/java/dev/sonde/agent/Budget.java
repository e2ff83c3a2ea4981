package dev.sonde.agent;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The processor time that hits may use: a bucket that leaks the budget of a second in each second and overflows at that of
 * {@link #SECONDS}. So one dear first hit does not use it up, and what goes on being too dear does.
 *
 * <p>Above one second's worth the captures of a probe that has a rate are held back until it has leaked: so a watch that
 * shows a few hits a second keeps within its budget by showing fewer. What cannot be held back, a condition that must be
 * walked for each call, goes on to fill it.
 */
final class Budget {

    private static final int SECONDS = 5;

    private final AtomicLong level = new AtomicLong();
    private volatile long perSecond;

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

    /** Whether captures are to wait for the next second. */
    boolean paces() {
        long most = perSecond;
        return most > 0 && level.get() > most;
    }

    /** A second has passed. Our thread only; what others spend meanwhile stays. */
    void leak() {
        level.addAndGet(-Math.min(perSecond, level.get()));
    }
}
