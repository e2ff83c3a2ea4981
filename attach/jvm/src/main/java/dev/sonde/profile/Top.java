package dev.sonde.profile;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who costs most.
 *
 * @param entries the greatest first, by flat or by cum
 * @param total of the samples that were looked at
 */
public record Top(List<Entry> entries, long total) {

    /**
     * What one thing costs.
     *
     * @param flat in itself
     * @param cum in itself and in what it calls, recursion counted once
     */
    public record Entry(String name, long flat, long cum) {}

    public Top {
        entries = List.copyOf(entries);
    }

    /** The costs by one value, that of the type at this index. */
    public static Top of(Profile profile, int type, By by, boolean byCum) {
        Map<String, long[]> costs = new HashMap<>();
        long total = 0;
        Set<String> seen = new HashSet<>();
        for (Sample sample : profile.samples()) {
            long value = sample.value(type);
            total += value;
            List<String> names = by.of(sample);
            seen.clear();
            for (int i = 0; i < names.size(); i++) {
                long[] cost = costs.computeIfAbsent(names.get(i), name -> new long[2]);
                if (i == 0) {
                    cost[0] += value;
                }
                if (seen.add(names.get(i))) {
                    cost[1] += value;
                }
            }
        }
        List<Entry> entries = new ArrayList<>();
        costs.forEach((name, cost) -> {
            if (cost[0] != 0 || cost[1] != 0) {
                entries.add(new Entry(name, cost[0], cost[1]));
            }
        });
        // As pprof orders them: of a difference the greatest change first, up or down.
        Comparator<Entry> flat = Comparator.comparingLong(entry -> -Math.abs(entry.flat));
        Comparator<Entry> cum = Comparator.comparingLong(entry -> -Math.abs(entry.cum));
        entries.sort((byCum ? cum.thenComparing(flat) : flat.thenComparing(cum)).thenComparing(Entry::name));
        return new Top(entries, total);
    }
}
