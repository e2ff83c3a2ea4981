package dev.sonde.commands.observe;

import dev.sonde.wire.Buckets;
import dev.sonde.wire.ProbeCounters;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What happened between two readings of a method's counters. Costs are in nanoseconds. */
record Window(
        long calls,
        long failures,
        OptionalLong mean,
        OptionalLong p50,
        OptionalLong p90,
        OptionalLong p99,
        OptionalLong max) {

    private static final ProbeCounters ZERO = new ProbeCounters(0, 0, 0, 0, 0, 0, 0, 0, new long[0]);

    static ProbeCounters orZero(@Nullable ProbeCounters counters) {
        return counters == null ? ZERO : counters;
    }

    static Window between(ProbeCounters before, ProbeCounters after) {
        // Counters are read while calls go on: calls and their buckets may differ by a few.
        long[] buckets = after.buckets.clone();
        for (int i = 0; i < before.buckets.length; i++) {
            buckets[i] = Math.max(0, buckets[i] - before.buckets[i]);
        }
        long calls = Math.max(0, after.hits - before.hits);
        long counted = 0;
        int highest = -1;
        for (int i = 0; i < buckets.length; i++) {
            counted += buckets[i];
            highest = buckets[i] > 0 ? i : highest;
        }
        long failures = Math.max(0, after.failures - before.failures);
        if (calls == 0 || counted == 0) {
            OptionalLong none = OptionalLong.empty();
            return new Window(calls, failures, none, none, none, none, none);
        }
        // The greatest cost of all time tells that of the window when it has grown, or lies in the highest bucket; else
        // the bucket's upper end does, which is at most an eighth too much.
        long max = after.maxNanos > before.maxNanos
                ? after.maxNanos
                : Math.min(after.maxNanos, Buckets.floor(Math.min(highest + 1, Buckets.COUNT - 1)));
        return new Window(
                calls,
                failures,
                OptionalLong.of((after.nanos - before.nanos) / calls),
                OptionalLong.of(quantile(buckets, counted, 0.50, max)),
                OptionalLong.of(quantile(buckets, counted, 0.90, max)),
                OptionalLong.of(quantile(buckets, counted, 0.99, max)),
                OptionalLong.of(max));
    }

    /** The cost that the given part of the calls did not exceed, taken evenly within its bucket. */
    private static long quantile(long[] buckets, long counted, double part, long max) {
        double rank = part * counted;
        double below = 0;
        for (int i = 0; i < buckets.length; i++) {
            if (buckets[i] > 0 && below + buckets[i] >= rank) {
                long floor = Buckets.floor(i);
                long width = i + 1 < Buckets.COUNT ? Buckets.floor(i + 1) - floor : 0;
                return Math.min(max, floor + Math.round(width * (rank - below) / buckets[i]));
            }
            below += buckets[i];
        }
        return max;
    }
}
