package dev.sonde.commands.play;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/** What some values have that others have not: which arguments make a call slow. */
final class Telltale {

    private static final int DEEPEST = 4;
    private static final int MOST_TOLD = 3;
    private static final int MOST_VALUES = 3;

    /** Of a hundred calls: a few are slow for another reason, a collection or a busy machine. */
    private static final int ENOUGH = 80;

    private final Map<String, List<Object>> some = new LinkedHashMap<>();
    private final Map<String, List<Object>> others = new LinkedHashMap<>();
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

    private static void flatten(String path, @Nullable Object value, Map<String, List<Object>> into, int depth) {
        if (value instanceof Map<?, ?> map && depth < DEEPEST) {
            map.forEach((key, each) -> {
                if (!String.valueOf(key).startsWith("$")) {
                    flatten(path.isEmpty() ? String.valueOf(key) : path + "." + key, each, into, depth + 1);
                }
            });
        } else if (value instanceof List<?> list) {
            into.computeIfAbsent(path + ".size()", any -> new ArrayList<>()).add((long) list.size());
        } else if (value instanceof Number || value instanceof String || value instanceof Boolean) {
            into.computeIfAbsent(path, any -> new ArrayList<>()).add(value);
        }
    }

    /** In words; says so when nothing does. */
    String words() {
        if (count == 0 || otherCount == 0) {
            return "there is nothing to compare their arguments with";
        }
        List<String> told = new ArrayList<>();
        some.forEach((path, values) -> {
            List<Object> rest = others.getOrDefault(path, List.of());
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

    /** What is so of all slow calls, or of nearly all, and of no other. */
    private static String apart(String path, List<Object> values, List<Object> rest) {
        if (values.stream().allMatch(Number.class::isInstance) && rest.stream().allMatch(Number.class::isInstance)) {
            double least = numbers(rest).min().orElse(0);
            double most = numbers(rest).max().orElse(0);
            double[] above = numbers(values).filter(each -> each > most).toArray();
            double[] below = numbers(values).filter(each -> each < least).toArray();
            double[] apart = above.length > below.length ? above : below;
            return isEnough(apart.length, values)
                    ? path + " is " + range(apart) + when(apart.length, values) + ", "
                            + range(numbers(rest).toArray()) + " otherwise"
                    : "";
        }
        List<Object> apart =
                values.stream().filter(value -> !rest.contains(value)).toList();
        List<Object> distinct = apart.stream().distinct().toList();
        return isEnough(apart.size(), values)
                        && distinct.size() <= MOST_VALUES
                        && rest.stream().distinct().count() > 1
                ? path + " is "
                        + String.join(
                                " or ",
                                distinct.stream()
                                        .map(value -> value instanceof String
                                                ? '"' + value.toString() + '"'
                                                : value.toString())
                                        .toList())
                        + when(apart.size(), values) + " and never otherwise"
                : "";
    }

    private static boolean isEnough(int apart, List<Object> of) {
        return apart > 0 && apart * 100 >= of.size() * ENOUGH;
    }

    private static String when(int apart, List<Object> of) {
        return apart == of.size() ? " when slow" : " in " + apart + " of " + of.size() + " slow calls";
    }

    private static DoubleStream numbers(List<Object> values) {
        return values.stream().mapToDouble(value -> ((Number) value).doubleValue());
    }

    private static String range(double[] numbers) {
        double least = Arrays.stream(numbers).min().orElse(0);
        double most = Arrays.stream(numbers).max().orElse(0);
        return least == most ? Functions.shown(least) : Functions.shown(least) + " to " + Functions.shown(most);
    }
}
