package dev.sonde.commands.observe;

import dev.sonde.commands.Row;
import dev.sonde.commands.output.Shown;
import dev.sonde.wire.NumberBuckets;
import dev.sonde.wire.ProbeCounters;
import java.time.Instant;
import java.util.Optional;

/** What a number was at a line since it was looked at. All but the count is empty where there was none. */
record NumberRow(
        Instant time,
        @Shown(keepEnd = true) String place,
        long count,
        Optional<Double> min,
        Optional<Double> mean,
        Optional<Double> p50,
        Optional<Double> p99,
        Optional<Double> max,
        @Shown(spare = true) long errors)
        implements Row {

    static NumberRow of(Instant time, String place, ProbeCounters counters) {
        long counted = 0;
        for (long bucket : counters.buckets) {
            counted += bucket;
        }
        Optional<Double> none = Optional.empty();
        return counted == 0
                ? new NumberRow(time, place, 0, none, none, none, none, none, counters.errors)
                : new NumberRow(
                        time,
                        place,
                        counted,
                        Optional.of(counters.least),
                        Optional.of(counters.sum / counted),
                        Optional.of(quantile(counters, counted, 0.50)),
                        Optional.of(quantile(counters, counted, 0.99)),
                        Optional.of(counters.greatest),
                        counters.errors);
    }

    /** The number that the given part did not exceed, taken evenly within its bucket. */
    private static double quantile(ProbeCounters counters, long counted, double part) {
        double rank = part * counted;
        double below = 0;
        for (int i = 0; i < counters.buckets.length; i++) {
            long here = counters.buckets[i];
            if (here > 0 && below + here >= rank) {
                double floor = NumberBuckets.floor(i);
                double ceiling = i + 1 < NumberBuckets.COUNT ? NumberBuckets.floor(i + 1) : counters.greatest;
                double within = NumberBuckets.isZero(i) ? 0 : floor + (ceiling - floor) * (rank - below) / here;
                return Math.max(counters.least, Math.min(counters.greatest, within));
            }
            below += here;
        }
        return counters.greatest;
    }

    @Override
    public String type() {
        return "number";
    }
}
