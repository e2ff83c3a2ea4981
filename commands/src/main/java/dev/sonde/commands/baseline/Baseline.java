package dev.sonde.commands.baseline;

import dev.sonde.commands.Row;
import dev.sonde.commands.output.JsonOutput;
import dev.sonde.commands.output.RowValues;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a program ran once: some of its methods, counted in windows one after the other, and where its CPU time went. One of these is a
 * file, one line of JSON.
 *
 * @param name that it was given
 * @param jvm what a person calls the JVM: there is one of a name for each
 * @param version from 1; each saving is another
 * @param java the version that it ran on
 * @param methods as they were typed
 * @param windowMs how long a window is
 * @param profile empty where none was taken
 */
public record Baseline(
        String name,
        String jvm,
        int version,
        Instant time,
        String login,
        String java,
        List<String> methods,
        double windowMs,
        List<Series> series,
        Optional<Sampled> profile)
        implements Row {

    /** One method, window after window. */
    public record Series(String method, List<Window> windows) {
        public Series {
            windows = List.copyOf(windows);
        }
    }

    /** What was counted in one window; times are 0 where there was no call. */
    public record Window(
            long calls,
            long failures,
            double callsPerSecond,
            double meanMs,
            double p50Ms,
            double p90Ms,
            double p99Ms,
            double maxMs) {}

    /**
     * Where CPU time went.
     *
     * @param number the profile is kept under, as long as it is
     * @param samples how many there were
     * @param byMethod those that were in a method itself, of the methods that had most
     */
    public record Sampled(long number, long samples, Map<String, Long> byMethod) {
        public Sampled {
            byMethod = new LinkedHashMap<>(byMethod);
        }
    }

    public Baseline {
        methods = List.copyOf(methods);
        series = List.copyOf(series);
    }

    @Override
    public String type() {
        return "baseline";
    }

    /** The same as another version. */
    public Baseline versioned(int other) {
        return new Baseline(name, jvm, other, time, login, java, methods, windowMs, series, profile);
    }

    /** One line of JSON. */
    public String json() {
        List<String> lines = new ArrayList<>();
        try (JsonOutput json = new JsonOutput(lines::add, unused -> {}, Optional.empty(), ZoneOffset.UTC)) {
            json.row(this);
        }
        return lines.get(0);
    }

    /**
     * Reads what {@link #json} wrote.
     *
     * @throws IOException when it is something else
     */
    public static Baseline parse(String json) throws IOException {
        Map<String, @Nullable Object> values = RowValues.parse(json);
        try {
            List<String> methods = new ArrayList<>();
            list(values, "methods").forEach(each -> methods.add(String.valueOf(each)));
            List<Series> series = new ArrayList<>();
            for (Object each : list(values, "series")) {
                Map<?, ?> one = (Map<?, ?>) each;
                List<Window> windows = new ArrayList<>();
                list(one, "windows").forEach(window -> windows.add(window((Map<?, ?>) window)));
                series.add(new Series(String.valueOf(one.get("method")), windows));
            }
            return new Baseline(
                    String.valueOf(values.get("name")),
                    String.valueOf(values.get("jvm")),
                    (int) number(values, "version"),
                    OffsetDateTime.parse(String.valueOf(values.get("time"))).toInstant(),
                    String.valueOf(values.get("login")),
                    String.valueOf(values.get("java")),
                    methods,
                    number(values, "windowMs"),
                    series,
                    values.get("profile") instanceof Map<?, ?> profile
                            ? Optional.of(sampled(profile))
                            : Optional.empty());
        } catch (ClassCastException | DateTimeException e) {
            throw new IOException("this is no baseline", e);
        }
    }

    /** Of a row of {@code count}, as of a window that was kept. */
    static Window window(Map<?, ?> row) {
        return new Window(
                (long) number(row, "calls"),
                (long) number(row, "failures"),
                number(row, "callsPerSecond"),
                number(row, "meanMs"),
                number(row, "p50Ms"),
                number(row, "p90Ms"),
                number(row, "p99Ms"),
                number(row, "maxMs"));
    }

    private static Sampled sampled(Map<?, ?> profile) {
        Map<String, Long> byMethod = new LinkedHashMap<>();
        if (profile.get("byMethod") instanceof Map<?, ?> map) {
            map.forEach((method, samples) -> byMethod.put(String.valueOf(method), ((Number) samples).longValue()));
        }
        return new Sampled((long) number(profile, "number"), (long) number(profile, "samples"), byMethod);
    }

    private static List<?> list(Map<?, ?> values, String name) {
        return values.get(name) instanceof List<?> list ? list : List.of();
    }

    private static double number(Map<?, ?> values, String name) {
        return values.get(name) instanceof Number number ? number.doubleValue() : 0;
    }
}
