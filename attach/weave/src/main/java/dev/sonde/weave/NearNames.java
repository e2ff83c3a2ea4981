package dev.sonde.weave;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The names that look like one that does not exist. */
public final class NearNames {

    private static final int MOST = 3;

    private NearNames() {}

    /** Up to three of {@code existing}, nearest first: others in letter case only, then those a few keystrokes away. */
    public static List<String> of(String wanted, Collection<String> existing) {
        String lower = wanted.toLowerCase(Locale.ROOT);
        int allowed = Math.max(1, (wanted.length() + 1) / 3);
        Map<String, Integer> distances = new LinkedHashMap<>();
        for (String name : existing) {
            String other = name.toLowerCase(Locale.ROOT);
            if (Math.abs(other.length() - lower.length()) > allowed) {
                // Half a word typed, or one word of several.
                if (lower.length() >= 3 && other.contains(lower)) {
                    distances.put(name, allowed + 1);
                }
                continue;
            }
            int distance = distance(lower, other);
            if (distance <= allowed) {
                distances.put(name, distance);
            } else if (lower.length() >= 3 && other.contains(lower)) {
                distances.put(name, allowed + 1);
            }
        }
        List<String> near = new ArrayList<>(distances.keySet());
        near.sort(Comparator.comparingInt((String name) -> distances.getOrDefault(name, MOST)));
        return near.size() > MOST ? List.copyOf(near.subList(0, MOST)) : near;
    }

    /** Insertions, deletions, replacements and swaps of neighbours that make one of the other. */
    private static int distance(String a, String b) {
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    cost[i][j] = i + j;
                    continue;
                }
                boolean same = a.charAt(i - 1) == b.charAt(j - 1);
                cost[i][j] =
                        Math.min(Math.min(cost[i - 1][j], cost[i][j - 1]) + 1, cost[i - 1][j - 1] + (same ? 0 : 1));
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
                }
            }
        }
        return cost[a.length()][b.length()];
    }
}
