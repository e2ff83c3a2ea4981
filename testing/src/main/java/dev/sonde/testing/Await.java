package dev.sonde.testing;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits for a condition, so that no test sleeps and hopes. */
public final class Await {

    private Await() {}

    /** Looks every few milliseconds until the condition holds; fails with {@code what} after {@code atMost}. */
    public static void until(String what, Duration atMost, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within " + atMost.toMillis() + " ms: " + what);
            }
            Thread.sleep(5);
        }
    }
}
