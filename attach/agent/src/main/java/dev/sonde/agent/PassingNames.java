package dev.sonde.agent;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Names of classes that are just being loaded, from the threads that load them to ours; nobody waits, and what is too many is left out.
 *
 * <p>The trap: this runs while any class is being loaded, perhaps the first one of {@code java.lang.invoke} that is needed. So it
 * uses nothing that has one loaded, as arrays of atomic references do.
 */
final class PassingNames {

    private static final int MOST = 1024;
    private static final String[] NONE = {};

    private final String[] names = new String[MOST];
    private final AtomicInteger claimed = new AtomicInteger();
    private final AtomicInteger written = new AtomicInteger();

    private volatile boolean lost;

    void add(String name) {
        int at = claimed.getAndIncrement();
        if (at < MOST) {
            names[at] = name;
        } else {
            lost = true;
        }
        written.incrementAndGet();
    }

    /** Takes those that are there; none while one is just being written. Our thread only. */
    String[] take() {
        int count = written.get(); // first: whoever claims now has not written yet
        if (count == 0) {
            return NONE;
        }
        String[] taken = Arrays.copyOf(names, Math.min(count, MOST));
        if (!claimed.compareAndSet(count, 0)) {
            return NONE;
        }
        written.addAndGet(-count);
        return taken;
    }

    /** Whether some were left out since this was last asked. Our thread only. */
    boolean takeLost() {
        if (!lost) {
            return false;
        }
        lost = false;
        return true;
    }
}
