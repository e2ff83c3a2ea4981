package dev.sonde.commands.guard;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/**
 * {@code grows > 1%/min for 10m}: how fast a number grows, over a time.
 *
 * <p>The rate is the median of the slopes between all pairs of looks (Theil and Sen's estimator), so that some looks that stand
 * apart, after a full collection say, do not decide. And the least of the last third must lie above the least of the first: what
 * rises and falls has grown only if it falls less deep.
 *
 * @param most the rate that is still fine, in a second
 * @param percent whether that is in per cent, and not in the unit of the number
 */
record Growth(double most, boolean percent, Duration over) {

    private static final int LOOKS = 240;
    private static final int FEWEST = 4;

    /** What was seen, at what time in seconds. */
    record Look(double seconds, double value) {}

    /** Those that count, when another comes: not older than the time, and not more than are needed. */
    List<Look> kept(List<Look> looks, Look next) {
        List<Look> all = new ArrayList<>(looks);
        all.add(next);
        double oldest = next.seconds - over.toNanos() / 1e9;
        // One that is older stays, so that together they are as long as the time.
        while (all.size() > 2 && all.get(1).seconds <= oldest) {
            all.remove(0);
        }
        if (all.size() > LOOKS) {
            List<Look> half = new ArrayList<>();
            for (int i = 0; i < all.size(); i += 2) {
                half.add(all.get(i));
            }
            return half;
        }
        return all;
    }

    /** Whether they are over the whole time. */
    boolean complete(List<Look> looks) {
        return looks.size() >= FEWEST
                && looks.get(looks.size() - 1).seconds - looks.get(0).seconds >= over.toNanos() / 1e9 * 0.999;
    }

    /**
     * How fast it grows in a second, in per cent or in its own unit.
     *
     * @param whole what 100 % is; empty for the value that it had at first
     */
    double rate(List<Look> looks, OptionalDouble whole) {
        if (looks.size() < 2) {
            return 0;
        }
        double[] slopes = new double[looks.size() * (looks.size() - 1) / 2];
        int n = 0;
        for (int i = 0; i < looks.size(); i++) {
            for (int j = i + 1; j < looks.size(); j++) {
                double apart = looks.get(j).seconds - looks.get(i).seconds;
                slopes[n++] = apart <= 0 ? 0 : (looks.get(j).value - looks.get(i).value) / apart;
            }
        }
        double slope = median(slopes);
        if (!percent) {
            return slope;
        }
        double hundred = whole.orElseGet(() -> median(looks.subList(0, third(looks)).stream()
                .mapToDouble(Look::value)
                .toArray()));
        return hundred == 0 ? 0 : 100 * slope / Math.abs(hundred);
    }

    boolean grows(List<Look> looks, OptionalDouble whole) {
        int third = third(looks);
        double early = least(looks.subList(0, third));
        double late = least(looks.subList(looks.size() - third, looks.size()));
        return rate(looks, whole) > most && late > early;
    }

    private static int third(List<Look> looks) {
        return Math.max(1, looks.size() / 3);
    }

    private static double least(List<Look> looks) {
        return looks.stream().mapToDouble(Look::value).min().orElse(0);
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
