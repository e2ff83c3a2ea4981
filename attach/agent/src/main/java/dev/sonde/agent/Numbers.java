package dev.sonde.agent;

import dev.sonde.wire.NumberBuckets;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.DoubleAdder;

/** What an expression gave at one site: a histogram, the sum, the least and the greatest. */
final class Numbers {

    private final AtomicLongArray buckets = new AtomicLongArray(NumberBuckets.COUNT);
    private final DoubleAdder sum = new DoubleAdder();
    private final AtomicLong least = new AtomicLong(Double.doubleToRawLongBits(Double.POSITIVE_INFINITY));
    private final AtomicLong greatest = new AtomicLong(Double.doubleToRawLongBits(Double.NEGATIVE_INFINITY));

    /** One number. Called by composed handles, the tap bound. */
    static void add(Tap tap, double number) {
        if (LiveProbe.isOurs(Thread.currentThread())) {
            return;
        }
        if (Double.isNaN(number)) {
            throw new Failure("not a number");
        }
        Numbers numbers = tap.numbers();
        numbers.buckets.getAndIncrement(NumberBuckets.of(number));
        numbers.sum.add(number);
        long bits = Double.doubleToRawLongBits(number);
        long seen = numbers.least.get();
        while (number < Double.longBitsToDouble(seen) && !numbers.least.compareAndSet(seen, bits)) {
            seen = numbers.least.get();
        }
        seen = numbers.greatest.get();
        while (number > Double.longBitsToDouble(seen) && !numbers.greatest.compareAndSet(seen, bits)) {
            seen = numbers.greatest.get();
        }
    }

    /** An expression failed: counted, and told once. Called by composed handles. */
    static void failed(Tap tap, Throwable why) {
        Tap.failed(tap, why);
    }

    /** Adds what was counted to {@code into}, and answers the sum, the least and the greatest. */
    double[] readInto(long[] into) {
        for (int i = 0; i < into.length; i++) {
            into[i] += buckets.get(i);
        }
        return new double[] {sum.sum(), Double.longBitsToDouble(least.get()), Double.longBitsToDouble(greatest.get())};
    }
}
