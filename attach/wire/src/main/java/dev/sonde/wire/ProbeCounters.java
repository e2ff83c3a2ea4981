package dev.sonde.wire;

/**
 * What a probe has seen since it was armed. All numbers only grow, so that a reader subtracts two readings to get a
 * window. The histogram is empty for a watch.
 */
public final class ProbeCounters {

    /** Calls that reached an armed exit (count), or hits with the condition true (watch). */
    public final long hits;
    /** Calls that ended with an exception; they are in the histogram too. */
    public final long failures;
    /** Hits that were put on the link. */
    public final long reported;
    /** Hits that the rate limit held back. */
    public final long limited;
    /** Hits that were dropped because a queue was full, or because too many threads were capturing at once. */
    public final long dropped;
    /** Conditions or captures that ended in an error. */
    public final long errors;
    /** The sum of all costs, in nanoseconds. */
    public final long nanos;
    /** The greatest cost, in nanoseconds. */
    public final long maxNanos;
    /** Calls by cost; the bucket of a cost is {@link Buckets#of}. Of a {@link ProbePlan#VALUE} it is {@link NumberBuckets#of}. */
    public final long[] buckets;

    /** Of a {@link ProbePlan#VALUE}: all numbers together. */
    public final double sum;
    /** Of a {@link ProbePlan#VALUE}; positive infinity when there was none. */
    public final double least;
    /** Of a {@link ProbePlan#VALUE}; negative infinity when there was none. */
    public final double greatest;

    public ProbeCounters(
            long hits,
            long failures,
            long reported,
            long limited,
            long dropped,
            long errors,
            long nanos,
            long maxNanos,
            long[] buckets) {
        this(
                hits,
                failures,
                reported,
                limited,
                dropped,
                errors,
                nanos,
                maxNanos,
                buckets,
                0,
                Double.POSITIVE_INFINITY,
                Double.NEGATIVE_INFINITY);
    }

    public ProbeCounters(
            long hits,
            long failures,
            long reported,
            long limited,
            long dropped,
            long errors,
            long nanos,
            long maxNanos,
            long[] buckets,
            double sum,
            double least,
            double greatest) {
        this.hits = hits;
        this.failures = failures;
        this.reported = reported;
        this.limited = limited;
        this.dropped = dropped;
        this.errors = errors;
        this.nanos = nanos;
        this.maxNanos = maxNanos;
        this.buckets = buckets.clone();
        this.sum = sum;
        this.least = least;
        this.greatest = greatest;
    }

    /** Of two sites together. */
    public ProbeCounters plus(ProbeCounters other) {
        long[] both = new long[Math.max(buckets.length, other.buckets.length)];
        for (int i = 0; i < both.length; i++) {
            both[i] = (i < buckets.length ? buckets[i] : 0) + (i < other.buckets.length ? other.buckets[i] : 0);
        }
        return new ProbeCounters(
                hits + other.hits,
                failures + other.failures,
                reported + other.reported,
                limited + other.limited,
                dropped + other.dropped,
                errors + other.errors,
                nanos + other.nanos,
                Math.max(maxNanos, other.maxNanos),
                both,
                sum + other.sum,
                Math.min(least, other.least),
                Math.max(greatest, other.greatest));
    }

    /** These, with what was counted of numbers. */
    public ProbeCounters withNumbers(double all, double lowest, double highest) {
        return new ProbeCounters(
                hits, failures, reported, limited, dropped, errors, nanos, maxNanos, buckets, all, lowest, highest);
    }

    public void write(WireWriter out) {
        out.i8(hits)
                .i8(failures)
                .i8(reported)
                .i8(limited)
                .i8(dropped)
                .i8(errors)
                .i8(nanos)
                .i8(maxNanos);
        out.i4(buckets.length);
        for (long bucket : buckets) {
            out.i8(bucket);
        }
        out.f8(sum).f8(least).f8(greatest);
    }

    public static ProbeCounters read(WireReader in) {
        long hits = in.i8();
        long failures = in.i8();
        long reported = in.i8();
        long limited = in.i8();
        long dropped = in.i8();
        long errors = in.i8();
        long nanos = in.i8();
        long maxNanos = in.i8();
        long[] buckets = new long[in.length(8)];
        for (int i = 0; i < buckets.length; i++) {
            buckets[i] = in.i8();
        }
        return new ProbeCounters(
                hits, failures, reported, limited, dropped, errors, nanos, maxNanos, buckets, in.f8(), in.f8(),
                in.f8());
    }
}
