package dev.sonde.commands.baseline;

import dev.sonde.commands.baseline.Baseline.Sampled;
import dev.sonde.commands.baseline.Baseline.Series;
import dev.sonde.commands.baseline.Baseline.Window;
import dev.sonde.commands.baseline.ComparisonRow.Verdict;
import dev.sonde.commands.output.Humane;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.DoubleStream;

/**
 * What decides whether a program runs worse than it did: something is called worse only where the whole interval of its change
 * lies beyond what is allowed.
 *
 * @param deciding of the times: the others are told
 * @param slower per cent that a time may grow by
 * @param fewer per cent that calls a second may fall by; 0 where that does not decide
 * @param failing points that the share of failing calls may grow by
 * @param share points that a method's share of the CPU time may grow by
 * @param confidence of each interval, a part of 1
 */
record Comparing(Set<Measure> deciding, double slower, double fewer, double failing, double share, double confidence) {

    private static final int MOST_SHARES = 10;
    private static final int MOST_CHANGES = 5;

    /** What has become so many times more is told in times, and no longer in per cent. */
    private static final double MANY = 4;

    /** With fewer an interval of a share is so wide that it tells nothing. */
    private static final int FEWEST_SAMPLES = 200;

    /** All that can be compared: what decides first in each method, then where the CPU time went. */
    List<ComparisonRow> rows(Baseline before, Baseline now) {
        List<ComparisonRow> rows = new ArrayList<>();
        for (Series series : before.series()) {
            Optional<Series> same = now.series().stream()
                    .filter(each -> each.method().equals(series.method()))
                    .findFirst();
            if (same.isEmpty() || calls(same.get().windows()) == 0) {
                rows.add(missing(series, same.isEmpty() ? "is not there any more" : "was not called"));
                continue;
            }
            for (Measure measure : List.of(Measure.P50, Measure.P90, Measure.P99, Measure.MEAN)) {
                rows.add(time(series, same.get(), measure));
            }
            rows.add(calls(series, same.get()));
            rows.add(failing(series, same.get()));
        }
        if (before.profile().isPresent() && now.profile().isPresent()) {
            rows.addAll(shares(before.profile().get(), now.profile().get()));
        }
        return rows;
    }

    private static long calls(List<Window> windows) {
        return windows.stream().mapToLong(Window::calls).sum();
    }

    private ComparisonRow missing(Series series, String why) {
        return new ComparisonRow(
                series.method(),
                Measure.CALLS,
                Shift.median(values(series.windows(), Measure.CALLS)),
                OptionalDouble.empty(),
                "",
                "",
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                Verdict.MISSING,
                true,
                series.method() + " " + why);
    }

    private static double[] values(List<Window> windows, Measure measure) {
        return windows.stream()
                .filter(window -> window.calls() > 0 || measure == Measure.CALLS)
                .mapToDouble(measure::of)
                .toArray();
    }

    private ComparisonRow time(Series before, Series now, Measure measure) {
        double[] first = values(before.windows(), measure);
        double[] second = values(now.windows(), measure);
        // An interval of 0 ns has no logarithm; the clock does not tell less than one.
        for (double[] each : List.of(first, second)) {
            for (int i = 0; i < each.length; i++) {
                each[i] = Math.max(each[i], 1e-6);
            }
        }
        return row(
                before.method(),
                measure,
                first,
                second,
                enough(first, second) ? Optional.of(Shift.relative(first, second, confidence)) : Optional.empty(),
                slower,
                deciding.contains(measure));
    }

    /** Fewer is worse, so the change is turned round. */
    private ComparisonRow calls(Series before, Series now) {
        double[] first = values(before.windows(), Measure.CALLS);
        double[] second = values(now.windows(), Measure.CALLS);
        boolean none =
                DoubleStream.concat(Arrays.stream(first), Arrays.stream(second)).anyMatch(each -> each <= 0);
        Optional<Shift> shift = none || !enough(first, second)
                ? Optional.empty()
                : Optional.of(Shift.relative(first, second, confidence));
        return row(before.method(), Measure.CALLS, first, second, shift, fewer, fewer > 0);
    }

    private ComparisonRow failing(Series before, Series now) {
        double[] first = values(before.windows(), Measure.FAILING);
        double[] second = values(now.windows(), Measure.FAILING);
        return row(
                before.method(),
                Measure.FAILING,
                first,
                second,
                enough(first, second) ? Optional.of(Shift.between(first, second, confidence)) : Optional.empty(),
                failing,
                true);
    }

    private boolean enough(double[] first, double[] second) {
        return Math.min(first.length, second.length) >= Shift.fewest(confidence);
    }

    private ComparisonRow row(
            String method,
            Measure measure,
            double[] first,
            double[] second,
            Optional<Shift> shift,
            double most,
            boolean gates) {
        OptionalDouble before = Shift.median(first);
        OptionalDouble now = Shift.median(second);
        Verdict verdict =
                shift.map(change -> verdict(measure, change, most / 100, gates)).orElse(Verdict.UNSURE);
        String words = shortened(method) + " " + measure.typed() + " " + shown(measure, now) + ", was "
                + shown(measure, before) + ": "
                + (shift.isPresent()
                        ? inWords(measure, shift.get(), gates ? most : -1)
                        : "too few windows with calls to tell");
        return new ComparisonRow(
                method,
                measure,
                before,
                now,
                shown(measure, before),
                shown(measure, now),
                percent(shift.map(Shift::estimate)),
                percent(shift.map(Shift::low)),
                percent(shift.map(Shift::high)),
                gates ? OptionalDouble.of(most) : OptionalDouble.empty(),
                verdict,
                gates,
                words);
    }

    private static Verdict verdict(Measure measure, Shift change, double most, boolean gates) {
        boolean lessIsWorse = measure == Measure.CALLS;
        double low = lessIsWorse ? -change.high() : change.low();
        double high = lessIsWorse ? -change.low() : change.high();
        double allowed = gates ? most : 0;
        if (low > allowed) {
            return Verdict.WORSE;
        }
        if (high < 0) {
            return Verdict.BETTER;
        }
        return high <= allowed || (!gates && low <= 0) ? Verdict.SAME : Verdict.UNSURE;
    }

    private String inWords(Measure measure, Shift change, double most) {
        boolean points = measure == Measure.FAILING || measure == Measure.CPU;
        String unit = points ? " points" : "%";
        String sign = change.estimate() < 0 ? " less" : " more";
        String certain = " with " + figures(100 * confidence) + "% confidence"
                + (most >= 0 ? "; " + figures(most) + unit + " allowed" : "") + ")";
        if (!points && change.estimate() >= MANY) {
            return figures(1 + change.estimate()) + " times as much (" + figures(1 + change.low()) + " to "
                    + figures(1 + change.high()) + certain;
        }
        double turn = change.estimate() < 0 ? -1 : 1;
        double low = Math.min(turn * change.low(), turn * change.high());
        double high = Math.max(turn * change.low(), turn * change.high());
        return figures(100 * turn * change.estimate()) + unit + sign + " (" + figures(100 * low) + " to "
                + figures(100 * high) + certain;
    }

    /** Each method's share of the samples, those that changed most; of all that are looked at none is worse by chance. */
    private List<ComparisonRow> shares(Sampled before, Sampled now) {
        List<ComparisonRow> rows = new ArrayList<>();
        if (Math.min(before.samples(), now.samples()) < FEWEST_SAMPLES) {
            return rows;
        }
        Set<String> methods = new LinkedHashSet<>();
        for (Sampled each : List.of(now, before)) {
            each.byMethod().entrySet().stream()
                    .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                    .limit(MOST_SHARES)
                    .forEach(entry -> methods.add(entry.getKey()));
        }
        double each = 1 - (1 - confidence) / methods.size(); // Bonferroni's
        for (String method : methods) {
            long first = before.byMethod().getOrDefault(method, 0L);
            long second = now.byMethod().getOrDefault(method, 0L);
            Shift shift = Shift.ofShares(first, before.samples(), second, now.samples(), each);
            rows.add(row(
                    method,
                    Measure.CPU,
                    new double[] {(double) first / before.samples()},
                    new double[] {(double) second / now.samples()},
                    Optional.of(shift),
                    share,
                    true));
        }
        rows.sort(
                Comparator.comparingDouble(row -> -Math.abs(row.changePercent().orElse(0))));
        return rows.subList(0, Math.min(MOST_CHANGES, rows.size()));
    }

    private static OptionalDouble percent(Optional<Double> part) {
        return part.isPresent() ? OptionalDouble.of(Math.round(part.get() * 10_000) / 100.0) : OptionalDouble.empty();
    }

    private static String shown(Measure measure, OptionalDouble value) {
        if (value.isEmpty()) {
            return "";
        }
        if (measure.isTime()) {
            return Humane.nanos(Math.round(value.getAsDouble() * 1e6));
        }
        return measure == Measure.CALLS
                ? figures(value.getAsDouble()) + "/s"
                : Humane.percent(100 * value.getAsDouble());
    }

    /** Three of them. */
    private static String figures(double number) {
        double size = Math.abs(number);
        return String.format(Locale.ROOT, size >= 99.95 ? "%,.0f" : size >= 9.995 ? "%.1f" : "%.2f", number)
                .replaceFirst("(\\.\\d*?)0+$", "$1")
                .replaceFirst("\\.$", "");
    }

    /** {@code Shop.place(int)} of {@code org.shop.Shop.place(int)}. */
    private static String shortened(String method) {
        int open = method.indexOf('(');
        String before = open < 0 ? method : method.substring(0, open);
        int last = before.lastIndexOf('.');
        int type = last < 0 ? -1 : before.lastIndexOf('.', last - 1);
        return method.substring(type + 1);
    }
}
