package dev.sonde.commands.play;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Which of several runs is not like the others: another outcome than most, or a number far from where the others lie. */
final class Deviation {

    /** With fewer nobody can say who deviates. */
    private static final int FEWEST = 3;

    /** In median distances from the median: of a normal distribution one in a hundred thousand lies so far out. */
    private static final double FAR = 6.5;

    private final Map<String, Long> outcomes = new HashMap<>();
    private final Map<String, double[]> places = new HashMap<>();
    private final int count;

    Deviation(List<RunResult> runs) {
        count = runs.size();
        Map<String, List<Double>> numbers = new HashMap<>();
        for (RunResult run : runs) {
            outcomes.merge(signature(run), 1L, Long::sum);
            run.numbers().forEach((name, value) -> numbers.computeIfAbsent(name, any -> new ArrayList<>())
                    .add(value));
        }
        numbers.forEach((name, values) -> {
            double median = median(values);
            double spread = median(
                    values.stream().map(value -> Math.abs(value - median)).toList());
            places.put(name, new double[] {median, spread});
        });
    }

    private static String signature(RunResult run) {
        return run.outcome()
                + run.failed().stream().map(step -> step.step().name()).collect(Collectors.joining(","));
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.isEmpty() ? 0 : sorted.get(sorted.size() / 2);
    }

    /** What is different about one of them. */
    Optional<String> of(RunResult run) {
        if (count < FEWEST) {
            return Optional.empty();
        }
        List<String> differs = new ArrayList<>();
        long alike = outcomes.getOrDefault(signature(run), 0L);
        long most = outcomes.values().stream().mapToLong(Long::longValue).max().orElse(0);
        if (alike < most && alike * 2 < count) {
            differs.add(String.format(Locale.ROOT, "alone with %d of %d", alike, count));
        }
        run.numbers().forEach((name, value) -> {
            double[] place = places.getOrDefault(name, new double[2]);
            double away = Math.abs(value - place[0]);
            if (away > FAR * place[1] && away > Math.abs(place[0]) / 2) {
                differs.add(name.replace('_', ' ') + " " + Functions.shown(value) + ", the median is "
                        + Functions.shown(place[0]));
            }
        });
        return differs.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", differs));
    }
}
