package dev.sonde.profile;

import java.util.HashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * What each line of some methods costs: what {@code list} puts beside the source.
 *
 * @param lines by number; 0 for what has none
 * @param flat in these methods themselves
 * @param cum in them and below
 */
public record LineCosts(NavigableMap<Integer, Cost> lines, long flat, long cum) {

    /** Of one line. */
    public record Cost(long flat, long cum) {}

    /** The costs of the lines of those frames that are wanted. */
    public static LineCosts of(Profile profile, int type, Predicate<Frame> wanted) {
        Map<Integer, long[]> costs = new TreeMap<>();
        long flat = 0;
        long cum = 0;
        Set<Integer> seen = new HashSet<>();
        for (Sample sample : profile.samples()) {
            long value = sample.value(type);
            seen.clear();
            for (int i = 0; i < sample.stack().size(); i++) {
                Frame frame = sample.stack().get(i);
                if (!wanted.test(frame)) {
                    continue;
                }
                long[] cost = costs.computeIfAbsent(frame.line(), line -> new long[2]);
                if (i == 0) {
                    cost[0] += value;
                    flat += value;
                }
                if (seen.isEmpty()) {
                    cum += value;
                }
                if (seen.add(frame.line())) {
                    cost[1] += value;
                }
            }
        }
        NavigableMap<Integer, Cost> lines = new TreeMap<>();
        costs.forEach((line, cost) -> lines.put(line, new Cost(cost[0], cost[1])));
        return new LineCosts(lines, flat, cum);
    }
}
