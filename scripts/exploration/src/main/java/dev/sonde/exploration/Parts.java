package dev.sonde.exploration;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Globs that together match every class of a library, none more than one probe takes. */
final class Parts {

    private static final int CLASSES = 400;
    private static final int METHODS = 4_000;

    private Parts() {}

    /**
     * Splits by the letters of the names.
     *
     * @param methods how many methods with code each class has; also those that have none, because a glob counts them too
     */
    static List<String> of(Map<String, Integer> methods) {
        List<String> globs = new ArrayList<>();
        // Not wider than the library: org.* is others too, such as what runs its tests.
        split(common(methods.keySet()), new TreeMap<>(methods), globs);
        return globs;
    }

    private static String common(Set<String> names) {
        String common = null;
        for (String name : names) {
            int same = 0;
            while (common != null
                    && same < Math.min(common.length(), name.length())
                    && common.charAt(same) == name.charAt(same)) {
                same++;
            }
            common = common == null ? name : common.substring(0, same);
        }
        return common == null ? "" : common.substring(0, common.lastIndexOf('.') + 1);
    }

    private static void split(String prefix, Map<String, Integer> methods, List<String> globs) {
        int sum = methods.values().stream().mapToInt(Integer::intValue).sum();
        boolean own = methods.keySet().stream().allMatch(name -> name.indexOf('.') < 0 || prefix.indexOf('.') >= 0);
        if (sum == 0) {
            return;
        }
        // Below this is all of the JDK, of which some packages are meant.
        own &= !prefix.equals("java.");
        if (own && methods.size() <= CLASSES && sum <= METHODS) {
            globs.add(prefix + "*");
            return;
        }
        Map<String, Map<String, Integer>> next = new LinkedHashMap<>();
        methods.forEach((name, count) -> {
            if (name.length() == prefix.length() && count > 0) {
                // As a glob, because a name alone means inherited methods too.
                globs.add(name.substring(0, name.length() - 1) + "?");
            } else if (name.length() > prefix.length()) {
                next.computeIfAbsent(name.substring(0, prefix.length() + 1), key -> new TreeMap<>())
                        .put(name, count);
            }
        });
        next.forEach((longer, part) -> split(longer, part, globs));
    }
}
