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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Measures a program: counts its methods in windows, and samples its CPU at the same time. It does so by the lines that a person
 * would type to count and to profile, through the frame of every line.
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
    Baseline run(String name, Target target, Context context) throws TargetError, ExpectationFailed {
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
        // On a busy machine a window takes longer than it should: lines end when there are as many as are wanted.
        Duration longest = whole.multipliedBy(4).plusMinutes(1);
        try (Lines counts = context.lines();
                Lines samples = context.lines()) {
            List<Reading> counting = new ArrayList<>();
            byClass()
                    .forEach((type, names) -> counting.add(started(
                            new Reading(
                                    at + "count " + Line.quoted(type) + " " + String.join(" ", names) + " --every "
                                            + window.toMillis() + "ms --for " + longest.toMillis() + "ms",
                                    before + windows),
                            counts,
                            longest,
                            beside)));
            Optional<Reading> sampling = profiled
                    ? Optional.of(started(
                            new Reading(
                                    at + "profile cpu --for " + whole.toMillis() + "ms -n 1 --name "
                                            + Line.quoted("baseline " + name),
                                    Integer.MAX_VALUE),
                            samples,
                            longest,
                            beside))
                    : Optional.empty();
            List<Baseline.Series> series = new ArrayList<>();
            for (Reading each : counting) {
                series.addAll(each.awaited().series(before, windows));
            }
            counts.close();
            Optional<Baseline.Sampled> sampled =
                    sampling.isPresent() ? sampled(sampling.get().awaited(), context) : Optional.empty();
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

    private static Reading started(Reading reading, Lines lines, Duration longest, ExecutorService beside) {
        beside.execute(() -> {
            Lines.Ended end = new Lines.Ended(Exit.FAILED, Optional.of("an error of ours"));
            try {
                end = lines.run(reading.typed, reading, longest.plusMinutes(1));
            } finally {
                reading.done.complete(end);
            }
        });
        return reading;
    }

    /** What one line gives, up to as many windows as are wanted. */
    private static final class Reading implements Output {
        private final String typed;
        private final int wanted;
        private final List<Map<String, @Nullable Object>> rows = new ArrayList<>();
        private final Map<String, List<Baseline.Window>> bySite = new LinkedHashMap<>();
        final CompletableFuture<Lines.Ended> done = new CompletableFuture<>();

        Reading(String typed, int wanted) {
            this.typed = typed;
            this.wanted = wanted;
        }

        @Override
        public synchronized void row(Row row) {
            Map<String, @Nullable Object> values = RowValues.of(row, ZoneOffset.UTC);
            if (values.get("method") instanceof String site) {
                bySite.computeIfAbsent(site, any -> new ArrayList<>()).add(Baseline.window(values));
                if (bySite.values().stream().allMatch(all -> all.size() >= wanted)) {
                    done.complete(new Lines.Ended(Exit.DONE, Optional.empty()));
                }
            } else {
                rows.add(values);
            }
        }

        @Override
        public void notice(String text) {}

        /** Waits until it has all, or has ended. */
        Reading awaited() throws ExpectationFailed {
            Lines.Ended end = done.join();
            if (end.exit() == Exit.INTERRUPTED) {
                throw new ExpectationFailed("", end.exit()); // whoever did that knows it
            }
            if (end.exit() != Exit.DONE) {
                throw new ExpectationFailed(typed + ": " + end.error().orElse("ended with " + end.exit()), end.exit());
            }
            return this;
        }

        synchronized List<Map<String, @Nullable Object>> rows() {
            return List.copyOf(rows);
        }

        /** @param before windows that do not count */
        synchronized List<Baseline.Series> series(int before, int most) {
            List<Baseline.Series> series = new ArrayList<>();
            bySite.forEach((site, all) -> series.add(new Baseline.Series(
                    site, all.subList(Math.min(before, all.size()), Math.min(before + most, all.size())))));
            return series;
        }
    }

    /** What the profile says that the line has kept; its number stands in its row. */
    private static Optional<Baseline.Sampled> sampled(Reading reading, Context context) throws TargetError {
        for (Map<String, @Nullable Object> row : reading.rows()) {
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
