package dev.sonde.commands;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** The names that somebody who typed something else perhaps meant. */
public final class NearNames {

    private static final int MOST = 3;

    private NearNames() {}

    /** At most three of the names, nearest first: those that differ by a slip or two, or that begin the same. */
    public static List<String> of(String typed, Collection<String> names) {
        String wanted = typed.toLowerCase(Locale.ROOT);
        if (wanted.isEmpty() || wanted.length() > 200) {
            return List.of();
        }
        record Near(String name, int distance) {}
        int allowed = Math.max(1, wanted.length() / 3);
        return names.stream()
                .distinct()
                .map(name -> new Near(name, distance(wanted, name.toLowerCase(Locale.ROOT))))
                .filter(near -> near.distance <= allowed)
                .sorted(Comparator.comparingInt(Near::distance).thenComparing(Near::name))
                .limit(MOST)
                .map(Near::name)
                .toList();
    }

    /** {@code ; near: a, b}, or nothing when none is near: the end of an error message. */
    public static String suffix(String typed, Collection<String> names) {
        List<String> near = of(typed, names);
        return near.isEmpty() ? "" : "; near: " + String.join(", ", near);
    }

    /** Insertions, deletions, replacements and swapped neighbours; a name that merely goes on counts one. */
    private static int distance(String a, String b) {
        if (a.length() > 1 && b.startsWith(a)) {
            return 1;
        }
        if (Math.abs(a.length() - b.length()) > a.length()) {
            return Integer.MAX_VALUE;
        }
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                cost[i][j] = step(cost, a, b, i, j);
            }
        }
        return cost[a.length()][b.length()];
    }

    private static int step(int[][] cost, String a, String b, int i, int j) {
        if (i == 0 || j == 0) {
            return i + j;
        }
        boolean same = a.charAt(i - 1) == b.charAt(j - 1);
        int least = Math.min(Math.min(cost[i - 1][j] + 1, cost[i][j - 1] + 1), cost[i - 1][j - 1] + (same ? 0 : 1));
        boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(least, cost[i - 2][j - 2] + 1) : least;
    }
}
