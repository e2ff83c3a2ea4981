package dev.sonde.commands.play;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What some values have that others have not: which arguments make a call slow. */
final class Telltale {

    private static final int DEEPEST = 4;
    private static final int MOST_TOLD = 3;
    private static final int MOST_VALUES = 3;

    private final Map<String, Set<Object>> some = new LinkedHashMap<>();
    private final Map<String, Set<Object>> others = new LinkedHashMap<>();
    private final int count;
    private final int otherCount;

    /**
     * Compares what is there.
     *
     * @param these maps, as arguments by name
     * @param those such maps to compare them with
     */
    Telltale(List<?> these, List<?> those) {
        these.forEach(each -> flatten("", each, some, 0));
        those.forEach(each -> flatten("", each, others, 0));
        this.count = these.size();
        this.otherCount = those.size();
    }

    private static void flatten(String path, @Nullable Object value, Map<String, Set<Object>> into, int depth) {
        if (value instanceof Map<?, ?> map && depth < DEEPEST) {
            map.forEach((key, each) -> {
                if (!String.valueOf(key).startsWith("$")) {
                    flatten(path.isEmpty() ? String.valueOf(key) : path + "." + key, each, into, depth + 1);
                }
            });
        } else if (value instanceof List<?> list) {
            into.computeIfAbsent(path + ".size()", any -> new LinkedHashSet<>()).add((long) list.size());
        } else if (value instanceof Number || value instanceof String || value instanceof Boolean) {
            into.computeIfAbsent(path, any -> new LinkedHashSet<>()).add(value);
        }
    }

    /** In words; says so when nothing does. */
    String words() {
        if (count == 0 || otherCount == 0) {
            return "there is nothing to compare their arguments with";
        }
        List<String> told = new ArrayList<>();
        some.forEach((path, values) -> {
            Set<Object> rest = others.getOrDefault(path, Set.of());
            if (told.size() < MOST_TOLD && !rest.isEmpty()) {
                String words = apart(path, values, rest);
                if (!words.isEmpty()) {
                    told.add(words);
                }
            }
        });
        return told.isEmpty()
                ? "their arguments are like those of " + otherCount + " others"
                : "In " + count + " slow and " + otherCount + " other calls " + String.join(", and ", told);
    }

    private static String apart(String path, Set<Object> values, Set<Object> rest) {
        if (values.stream().allMatch(Number.class::isInstance) && rest.stream().allMatch(Number.class::isInstance)) {
            double least = least(values);
            double most = -least(negated(values));
            double restLeast = least(rest);
            double restMost = -least(negated(rest));
            return least > restMost || most < restLeast
                    ? path + " is " + range(least, most) + " when slow, " + range(restLeast, restMost) + " otherwise"
                    : "";
        }
        boolean apart = values.size() <= MOST_VALUES && values.stream().noneMatch(rest::contains) && rest.size() > 1;
        return apart
                ? path + " is "
                        + String.join(
                                " or ",
                                values.stream()
                                        .map(value -> value instanceof String
                                                ? '"' + value.toString() + '"'
                                                : value.toString())
                                        .toList())
                        + " when slow and never otherwise"
                : "";
    }

    private static double least(Set<Object> numbers) {
        return numbers.stream()
                .mapToDouble(number -> ((Number) number).doubleValue())
                .min()
                .orElse(0);
    }

    private static Set<Object> negated(Set<Object> numbers) {
        Set<Object> negated = new LinkedHashSet<>();
        numbers.forEach(number -> negated.add(-((Number) number).doubleValue()));
        return negated;
    }

    private static String range(double least, double most) {
        return least == most ? Functions.shown(least) : Functions.shown(least) + " to " + Functions.shown(most);
    }
}
