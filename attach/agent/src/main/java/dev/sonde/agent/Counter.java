package dev.sonde.agent;

import dev.sonde.wire.Buckets;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The cost histogram of one site, striped by thread so that two threads seldom write one cache line: one add to the bucket
 * and one to the sum for each call. A stripe is made when a thread first needs it.
 */
final class Counter {

    private static final int STRIPES = stripes();
    private static final int SUM = Buckets.COUNT;
    private static final int FAILURES = SUM + 1;
    private static final int MAX = SUM + 2;
    /** Keeps the next object of the heap off the cache line of the sum. */
    private static final int LENGTH = MAX + 9;

    private final AtomicReferenceArray<@Nullable AtomicLongArray> stripes = new AtomicReferenceArray<>(STRIPES);
    private final Jvm jvm;

    Counter(Jvm jvm) {
        this.jvm = jvm;
    }

    private static int stripes() {
        int count = 1;
        while (count < Runtime.getRuntime().availableProcessors() && count < 8) {
            count *= 2;
        }
        return count;
    }

    /** One call that returned. Called by composed handles, the tap bound; throws nothing. */
    static void returned(Tap tap, long bits, long start) {
        ended(tap, bits, start, false);
    }

    /** As above, of one that threw. */
    static void threw(Tap tap, long bits, long start) {
        ended(tap, bits, start, true);
    }

    private static void ended(Tap tap, long bits, long start, boolean failed) {
        if ((bits & tap.bit) == 0 || start == 0) {
            return;
        }
        try {
            tap.counter.count(System.nanoTime() - start, failed);
        } catch (Throwable full) {
            // no stack or no memory is left: one call less
        }
    }

    private void count(long nanos, boolean failed) {
        Thread thread = Thread.currentThread();
        AtomicLongArray stripe = stripe(thread);
        if (stripe != null && !LiveProbe.isOurs(thread)) {
            long cost = nanos < 0 ? 0 : nanos;
            stripe.getAndIncrement(Buckets.of(cost));
            stripe.getAndAdd(SUM, cost);
            if (failed) {
                stripe.getAndIncrement(FAILURES);
            }
            if (cost > stripe.get(MAX)) {
                raise(stripe, cost);
            }
        }
    }

    /** One passage, of no cost. Called by composed handles; throws nothing. */
    static void passed(Counter counter) {
        Thread thread = Thread.currentThread();
        AtomicLongArray stripe = counter.stripe(thread);
        if (stripe != null && !LiveProbe.isOurs(thread)) {
            stripe.getAndIncrement(Buckets.of(0));
        }
    }

    private @Nullable AtomicLongArray stripe(Thread thread) {
        // Not by its identity hash: that is a call into the JVM while anybody waits for the thread's end.
        int index = (int) jvm.threadId(thread) & (STRIPES - 1);
        AtomicLongArray stripe = stripes.get(index);
        return stripe == null ? stripe(index) : stripe;
    }

    private @Nullable AtomicLongArray stripe(int index) {
        try {
            stripes.compareAndSet(index, null, new AtomicLongArray(LENGTH));
            return stripes.get(index);
        } catch (OutOfMemoryError full) {
            return null;
        }
    }

    private static void raise(AtomicLongArray stripe, long cost) {
        for (long max = stripe.get(MAX); cost > max; max = stripe.get(MAX)) {
            if (stripe.compareAndSet(MAX, max, cost)) {
                return;
            }
        }
    }

    /** Adds what was counted to {@code buckets}, and answers failures, sum and max. */
    long[] readInto(long[] buckets) {
        long failures = 0;
        long sum = 0;
        long max = 0;
        for (int i = 0; i < STRIPES; i++) {
            AtomicLongArray stripe = stripes.get(i);
            if (stripe == null) {
                continue;
            }
            for (int b = 0; b < Buckets.COUNT; b++) {
                buckets[b] += stripe.get(b);
            }
            failures += stripe.get(FAILURES);
            sum += stripe.get(SUM);
            max = Math.max(max, stripe.get(MAX));
        }
        return new long[] {failures, sum, max};
    }
}
