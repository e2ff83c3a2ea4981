package dev.sonde.wire;

/**
 * The scale of the cost histogram: log-linear, 8 buckets per doubling, so a bucket is at most 12.5 % wide. Costs below 8 ns
 * have a bucket each; everything from about 73 minutes on shares the last one.
 */
public final class Buckets {

    /** Doublings after the first 8 nanoseconds that are told apart. */
    private static final int DOUBLINGS = 39;

    /** How many buckets there are. */
    public static final int COUNT = 8 + 8 * DOUBLINGS;

    private Buckets() {}

    /** The bucket of a cost in nanoseconds; negative costs (a clock that stepped back) count as 0. */
    public static int of(long nanos) {
        if (nanos < 8) {
            return nanos < 0 ? 0 : (int) nanos;
        }
        int exponent = 63 - Long.numberOfLeadingZeros(nanos);
        int bucket = (exponent - 2) * 8 + (int) (nanos >>> (exponent - 3) & 7);
        return bucket < COUNT ? bucket : COUNT - 1;
    }

    /** The least cost, in nanoseconds, that falls into a bucket. */
    public static long floor(int bucket) {
        if (bucket < 8) {
            return bucket;
        }
        int exponent = bucket / 8 + 2;
        return (8L + bucket % 8) << (exponent - 3);
    }
}
