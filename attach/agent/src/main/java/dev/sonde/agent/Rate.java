package dev.sonde.agent;

import java.util.concurrent.atomic.AtomicLong;

/** So many in each second, counted in one word so that no thread waits for another. */
final class Rate {

    private static final long SECOND = 1_000_000_000L;

    /** High half: the second; low half: how many in it. */
    private final AtomicLong window = new AtomicLong();

    private volatile int perSecond;

    /** @param perSecond 0 for no limit */
    Rate(int perSecond) {
        this.perSecond = perSecond;
    }

    void set(int newPerSecond) {
        perSecond = newPerSecond;
    }

    /** @param lower when not 0, so many count for who asks */
    boolean take(long now, int lower) {
        int most = lower > 0 ? lower : perSecond;
        if (most <= 0) {
            return true;
        }
        long second = (now / SECOND) << 32;
        while (true) {
            long seen = window.get();
            long next = (seen & ~0xffffffffL) == second ? seen + 1 : second | 1;
            if ((int) next > most) {
                return false;
            }
            if (window.compareAndSet(seen, next)) {
                return true;
            }
        }
    }
}
