package dev.sonde.wire;

/**
 * The scale of a histogram of any numbers: log-linear, 8 buckets per doubling on either side of zero, so a bucket is at most
 * 12.5 % wide. What is nearer to zero than 2^-20 counts as zero, and what is beyond 2^44 shares the outermost bucket.
 */
public final class NumberBuckets {

    private static final int LEAST_EXPONENT = -20;
    private static final int DOUBLINGS = 64;
    private static final int SIDE = 8 * DOUBLINGS;

    /** How many buckets there are; in the order of the numbers. */
    public static final int COUNT = 2 * SIDE + 1;

    private NumberBuckets() {}

    /** The bucket of a number that is one. */
    public static int of(double number) {
        double size = Math.abs(number);
        int exponent = Math.getExponent(size);
        if (exponent < LEAST_EXPONENT) {
            return SIDE;
        }
        int eighth = (int) (Double.doubleToRawLongBits(size) >>> 49 & 7);
        int place = Math.min(SIDE - 1, (exponent - LEAST_EXPONENT) * 8 + eighth);
        return number < 0 ? SIDE - 1 - place : SIDE + 1 + place;
    }

    /** The least number of a bucket. */
    public static double floor(int bucket) {
        return bucket == SIDE ? 0 : bucket > SIDE ? edge(bucket - SIDE - 1) : -edge(SIDE - bucket);
    }

    /** Whether a bucket is the one of zero. */
    public static boolean isZero(int bucket) {
        return bucket == SIDE;
    }

    private static double edge(int place) {
        return Math.scalb(1 + place % 8 / 8.0, LEAST_EXPONENT + place / 8);
    }
}
