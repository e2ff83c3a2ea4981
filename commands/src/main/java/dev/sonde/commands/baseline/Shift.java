package dev.sonde.commands.baseline;

import java.util.Arrays;
import java.util.OptionalDouble;

/**
 * How far one set of repeated measurements lies above another, and within which bounds that is certain.
 *
 * <p>The estimate is Hodges and Lehmann's: the median of the differences of all pairs. The interval is the one that inverts Mann and
 * Whitney's rank test, so nothing is assumed of how measurements are spread, and one that stands apart (another program had the
 * CPU for a moment) moves neither. Its bounds are two of the ordered differences; which, the exact distribution of the test's
 * statistic says.
 *
 * @param low and {@code high}: the difference lies between them with the confidence that was asked for
 */
record Shift(double estimate, double low, double high) {

    /**
     * What the second has more than the first.
     *
     * @param confidence a part of 1, such as 0.99
     * @throws IllegalArgumentException when there are too few for that confidence; see {@link #fewest}
     */
    static Shift between(double[] first, double[] second, double confidence) {
        int bound = bound(first.length, second.length, confidence);
        if (bound == 0) {
            throw new IllegalArgumentException("too few measurements: " + first.length + " and " + second.length);
        }
        double[] differences = new double[first.length * second.length];
        int n = 0;
        for (double before : first) {
            for (double after : second) {
                differences[n++] = after - before;
            }
        }
        Arrays.sort(differences);
        int middle = differences.length / 2;
        double median =
                differences.length % 2 == 1 ? differences[middle] : (differences[middle - 1] + differences[middle]) / 2;
        return new Shift(median, differences[bound - 1], differences[differences.length - bound]);
    }

    /**
     * The same in parts of the first: 0.5 is half as much more.
     *
     * @param first greater than 0, as the second
     */
    static Shift relative(double[] first, double[] second, double confidence) {
        Shift logarithms = between(
                Arrays.stream(first).map(Math::log).toArray(),
                Arrays.stream(second).map(Math::log).toArray(),
                confidence);
        return new Shift(Math.expm1(logarithms.estimate), Math.expm1(logarithms.low), Math.expm1(logarithms.high));
    }

    /** How many measurements on each side are needed for a confidence at least. */
    static int fewest(double confidence) {
        int count = 2;
        while (bound(count, count, confidence) == 0) {
            count++;
        }
        return count;
    }

    /** Which of the ordered differences are the bounds, counted from both ends from 1; 0 when there are too few. */
    private static int bound(int first, int second, double confidence) {
        double[] ways = ways(first, second);
        double all = Arrays.stream(ways).sum();
        double most = (1 - confidence) / 2 * all;
        double below = 0;
        int bound = 0;
        while (bound < ways.length && below + ways[bound] <= most) {
            below += ways[bound++];
        }
        return bound;
    }

    /** In how many ways each value of Mann and Whitney's statistic comes about where both sets are alike. */
    private static double[] ways(int first, int second) {
        double[][] before = new double[second + 1][];
        for (int j = 0; j <= second; j++) {
            before[j] = new double[] {1};
        }
        for (int i = 1; i <= first; i++) {
            double[][] now = new double[second + 1][];
            now[0] = new double[] {1};
            for (int j = 1; j <= second; j++) {
                // The greatest of all is of the first, and then above all j of the second; or it is of the second.
                double[] sum = Arrays.copyOf(now[j - 1], i * j + 1);
                for (int u = 0; u < before[j].length; u++) {
                    sum[u + j] += before[j][u];
                }
                now[j] = sum;
            }
            before = now;
        }
        return before[second];
    }

    /**
     * What the share of one kind in the second counts is above that in the first, for counts of things that come one by one:
     * Newcombe's interval for two proportions (his method 10), of Wilson's for each.
     */
    static Shift ofShares(long part, long whole, long partAfter, long wholeAfter, double confidence) {
        double z = quantile((1 + confidence) / 2);
        double first = (double) part / whole;
        double second = (double) partAfter / wholeAfter;
        double[] wilson = wilson(first, whole, z);
        double[] after = wilson(second, wholeAfter, z);
        double difference = second - first;
        return new Shift(
                difference,
                difference - Math.hypot(second - after[0], wilson[1] - first),
                difference + Math.hypot(after[1] - second, first - wilson[0]));
    }

    private static double[] wilson(double share, long of, double z) {
        double square = z * z / of;
        double centre = share + square / 2;
        double width = z * Math.sqrt(share * (1 - share) / of + square / (4 * of));
        return new double[] {(centre - width) / (1 + square), (centre + width) / (1 + square)};
    }

    /** Below which a part of a normal distribution lies; Abramowitz and Stegun, 26.2.23, good to 0.00045. */
    private static double quantile(double part) {
        double t = Math.sqrt(-2 * Math.log(1 - part));
        return t
                - (2.515517 + 0.802853 * t + 0.010328 * t * t)
                        / (1 + 1.432788 * t + 0.189269 * t * t + 0.001308 * t * t * t);
    }

    /** The median of some, or nothing of none. */
    static OptionalDouble median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(
                        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2);
    }
}
