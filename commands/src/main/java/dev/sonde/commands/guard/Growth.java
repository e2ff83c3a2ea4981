package dev.sonde.commands.guard;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/**
 * {@code grows > 1%/min for 10m}: how fast a number grows, over a time.
 *
 * <p>The rate is the median of the slopes between all pairs of looks (Theil's estimator), so that some looks that stand apart,
 * after a full collection say, do not decide. And it is above another only where its whole interval is (Sen, 1968; one-sided,
 * 99 %), so that what merely rises and falls does not grow.
 *
 * @param most the rate that is still fine, in a second
 * @param percent whether that is in per cent, and not in the unit of the number
 */
record Growth(double most, boolean percent, Duration over) {

    private static final int LOOKS = 240;
    private static final int FEWEST = 4;

    /** Above which a normal distribution has 1 %. */
    private static final double CERTAIN = 2.326;

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
        return looks.size() < 2 ? 0 : scaled(median(slopes(looks)), looks, whole);
    }

    /** Whether it grows faster than is fine, and that is certain. */
    boolean grows(List<Look> looks, OptionalDouble whole) {
        if (looks.size() < FEWEST) {
            return false;
        }
        double[] slopes = slopes(looks);
        Arrays.sort(slopes);
        double n = looks.size();
        double spread = CERTAIN * Math.sqrt(n * (n - 1) * (2 * n + 5) / 18);
        double low = slopes[(int) Math.max(0, Math.floor((slopes.length - spread) / 2))];
        return scaled(low, looks, whole) > most;
    }

    private static double[] slopes(List<Look> looks) {
        double[] slopes = new double[looks.size() * (looks.size() - 1) / 2];
        int n = 0;
        for (int i = 0; i < looks.size(); i++) {
            for (int j = i + 1; j < looks.size(); j++) {
                double apart = looks.get(j).seconds - looks.get(i).seconds;
                slopes[n++] = apart <= 0 ? 0 : (looks.get(j).value - looks.get(i).value) / apart;
            }
        }
        return slopes;
    }

    private double scaled(double slope, List<Look> looks, OptionalDouble whole) {
        if (!percent) {
            return slope;
        }
        double hundred = whole.orElseGet(() -> median(looks.subList(0, Math.max(1, looks.size() / 3)).stream()
                .mapToDouble(Look::value)
                .toArray()));
        return hundred == 0 ? 0 : 100 * slope / Math.abs(hundred);
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
