package dev.sonde.commands.baseline;

import dev.sonde.commands.BaseCommand.ExpectationFailed;
import dev.sonde.commands.Context;
import dev.sonde.commands.Exit;
import dev.sonde.commands.Line;
import dev.sonde.commands.Lines;
import dev.sonde.commands.Output;
import dev.sonde.commands.Row;
import dev.sonde.commands.output.RowValues;
import dev.sonde.jvm.Target;
import dev.sonde.jvm.TargetError;
import dev.sonde.profile.By;
import dev.sonde.profile.Profile;
import dev.sonde.profile.ProfileStore;
import dev.sonde.profile.Top;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Measures a program: counts its methods in windows, and samples its CPU at the same time. It does so by the lines {@code count} and
 * {@code profile} that a person would type, through the frame of every line.
 *
 * @param methods as {@code Shop.place}
 * @param windows that count; those before, while hooks settle and code is compiled anew, do not
 */
record Measuring(List<String> methods, Duration window, int windows, Duration settling, boolean profiled) {

    private static final int MOST_METHODS_KEPT = 200;

    /**
     * Measures, which takes as long as all windows do.
     *
     * @throws ExpectationFailed when a line of it did not end well, with its exit code
     */
    Baseline run(String name, Target target, Context context)
            throws TargetError, ExpectationFailed, InterruptedException {
        int before = (int) ((settling.toMillis() + window.toMillis() - 1) / window.toMillis());
        Duration whole = window.multipliedBy(windows + (long) before);
        context.output()
                .notice("measuring for " + whole.toSeconds() + "s: " + windows + " windows of " + window.toMillis()
                        + " ms, after " + before + " that do not count");
        String at = "@" + target.id() + " ";
        ExecutorService beside = Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, "sonde measures");
            thread.setDaemon(true);
            return thread;
        });
        try (Lines lines = context.lines()) {
            List<Reading> readings = new ArrayList<>();
            List<CompletableFuture<Reading>> running = new ArrayList<>();
            byClass().forEach((type, names) -> running.add(started(
                    lines,
                    at + "count " + Line.quoted(type) + " " + String.join(" ", names) + " --every "
                            + window.toMillis() + "ms --for " + whole.toMillis() + "ms",
                    whole,
                    beside)));
            Optional<CompletableFuture<Reading>> sampling = profiled
                    ? Optional.of(started(
                            lines,
                            at + "profile cpu --for " + whole.toMillis() + "ms -n 1 --name "
                                    + Line.quoted("baseline " + name),
                            whole,
                            beside))
                    : Optional.empty();
            for (CompletableFuture<Reading> each : running) {
                readings.add(read(each));
            }
            List<Baseline.Series> series = new ArrayList<>();
            readings.forEach(reading -> series.addAll(reading.series(before)));
            Optional<Baseline.Sampled> sampled =
                    sampling.isPresent() ? sampled(read(sampling.get()), context) : Optional.empty();
            return new Baseline(
                    name,
                    target.name(),
                    0,
                    Instant.now(),
                    context.login(),
                    target.report().version(),
                    methods,
                    window.toNanos() / 1e6,
                    series,
                    sampled);
        } finally {
            beside.shutdown();
        }
    }

    /** The methods of one class are one line, so that its hooks are woven once. */
    private Map<String, List<String>> byClass() {
        Map<String, List<String>> byClass = new LinkedHashMap<>();
        for (String each : methods) {
            int open = each.indexOf('(');
            int dot = each.lastIndexOf('.', open < 0 ? each.length() : open);
            byClass.computeIfAbsent(each.substring(0, dot), any -> new ArrayList<>())
                    .add(Line.quoted(each.substring(dot + 1)));
        }
        return byClass;
    }

    private static Reading read(CompletableFuture<Reading> running) throws ExpectationFailed {
        Reading reading;
        try {
            reading = running.join();
        } catch (CompletionException e) {
            throw new IllegalStateException(e);
        }
        if (reading.ended == null || reading.ended.exit() != Exit.DONE) {
            throw new ExpectationFailed(
                    reading.typed + ": "
                            + (reading.ended == null
                                    ? "did not end"
                                    : reading.ended.error().orElse("ended with " + reading.ended.exit())),
                    reading.ended == null ? Exit.FAILED : reading.ended.exit());
        }
        return reading;
    }

    private static CompletableFuture<Reading> started(
            Lines lines, String typed, Duration whole, ExecutorService beside) {
        Reading reading = new Reading(typed);
        return CompletableFuture.supplyAsync(
                () -> {
                    reading.ended = lines.run(typed, reading, whole.multipliedBy(2).plusMinutes(2));
                    return reading;
                },
                beside);
    }

    /** What one line gave. */
    private static final class Reading implements Output {
        private final String typed;
        private final List<Map<String, @Nullable Object>> rows = new ArrayList<>();
        private Lines.@Nullable Ended ended;

        Reading(String typed) {
            this.typed = typed;
        }

        @Override
        public synchronized void row(Row row) {
            rows.add(RowValues.of(row, ZoneOffset.UTC));
        }

        @Override
        public void notice(String text) {}

        /** @param before windows that do not count */
        synchronized List<Baseline.Series> series(int before) {
            Map<String, List<Baseline.Window>> bySite = new LinkedHashMap<>();
            for (Map<String, @Nullable Object> row : rows) {
                if (row.get("method") instanceof String site) {
                    bySite.computeIfAbsent(site, any -> new ArrayList<>()).add(Baseline.window(row));
                }
            }
            List<Baseline.Series> series = new ArrayList<>();
            bySite.forEach((site, all) ->
                    series.add(new Baseline.Series(site, all.subList(Math.min(before, all.size()), all.size()))));
            return series;
        }
    }

    /** What the profile says that the line has kept; its number stands in its row. */
    private static Optional<Baseline.Sampled> sampled(Reading reading, Context context) throws TargetError {
        for (Map<String, @Nullable Object> row : reading.rows) {
            if (String.valueOf(row.get("profile")).matches("#\\d{1,17}")) {
                long number = Long.parseLong(String.valueOf(row.get("profile")).substring(1));
                try {
                    Optional<ProfileStore.Kept> kept = context.profiles().find(number);
                    if (kept.isPresent()) {
                        return Optional.of(sampled(number, context.profiles().load(kept.get())));
                    }
                } catch (IOException e) {
                    throw new TargetError("the profile #" + number + " cannot be read: " + e.getMessage(), e);
                }
            }
        }
        return Optional.empty();
    }

    private static Baseline.Sampled sampled(long number, Profile profile) {
        Top top = Top.of(profile, 0, By.METHOD, false);
        Map<String, Long> byMethod = new LinkedHashMap<>();
        for (Top.Entry entry : top.entries()) {
            if (byMethod.size() < MOST_METHODS_KEPT && entry.flat() > 0) {
                byMethod.put(entry.name(), entry.flat());
            }
        }
        return new Baseline.Sampled(number, top.total(), byMethod);
    }
}
