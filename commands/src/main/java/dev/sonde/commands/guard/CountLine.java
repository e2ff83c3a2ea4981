package dev.sonde.commands.guard;

import dev.sonde.commands.Exit;
import dev.sonde.commands.Line;
import dev.sonde.commands.Lines;
import dev.sonde.commands.Output;
import dev.sonde.commands.Row;
import dev.sonde.commands.output.RowValues;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The line {@code count} that runs for a rule with {@code count(…)}, on one JVM: as one that is typed, with its grant, its place in
 * the audit and its budget. It ends after a while and begins anew, so that no probe stays if we die.
 */
final class CountLine {

    private static final Duration LIFE = Duration.ofMinutes(30);
    private static final Duration AFTER_FAILURE = Duration.ofMinutes(5);

    private final String typed;
    private final Duration every;
    private final Lines lines;
    private final Executor executor;
    private final Map<String, Map<String, @Nullable Object>> bySite = new HashMap<>();
    private long toldAt;
    private boolean told;
    private boolean running;
    private long notBefore = Long.MIN_VALUE;
    private Optional<String> problem = Optional.empty();

    /** @param target as {@code TargetId} prints it */
    CountLine(String target, CountOf count, Duration every, Lines lines, Executor executor) {
        this.typed = "@%s count %s %s --every %dms --for %dm"
                .formatted(
                        target,
                        Line.quoted(count.classGlob()),
                        Line.quoted(count.method()),
                        every.toMillis(),
                        LIFE.toMinutes());
        this.every = every;
        this.lines = lines;
        this.executor = executor;
    }

    /**
     * The values of the last interval; has the line run if it does not.
     *
     * @return empty while there are none; {@link #problem} says why
     */
    Optional<Map<String, Double>> look(long nanos) {
        boolean begin;
        synchronized (this) {
            begin = !running && nanos >= notBefore;
            running |= begin;
        }
        if (begin) {
            try {
                executor.execute(this::run);
            } catch (RejectedExecutionException e) {
                ended(Optional.of("too many methods are counted"));
            }
        }
        synchronized (this) {
            // A row that is missing was not late: the line hangs, or was taken off.
            boolean fresh = told
                    && nanos - toldAt
                            <= 3 * every.toNanos() + Duration.ofSeconds(5).toNanos();
            return fresh ? Optional.of(CountOf.values(new ArrayList<>(bySite.values()))) : Optional.empty();
        }
    }

    /** Why there are no values. */
    synchronized String problem() {
        return problem.orElse("the first count is under way");
    }

    private void run() {
        List<String> notices = new ArrayList<>();
        Output output = new Output() {
            @Override
            public void row(Row row) {
                take(RowValues.of(row, ZoneOffset.UTC));
            }

            @Override
            public synchronized void notice(String text) {
                if (notices.size() < 20) {
                    notices.add(text);
                }
            }
        };
        Optional<String> why = Optional.of("the count ended with an error of ours");
        try {
            Lines.Ended end = lines.run(typed, output, LIFE.plusMinutes(1));
            String last = notices.isEmpty() ? "" : notices.get(notices.size() - 1);
            // The owner may let lines live for less; its budget is what takes a count off.
            boolean over = end.exit() == Exit.OUT_OF_TIME || (end.exit() == Exit.DONE && !last.contains("budget"));
            why = over
                    ? Optional.empty()
                    : Optional.of(end.error().orElse(last.isEmpty() ? "exit code " + end.exit() : last));
        } finally {
            ended(why);
        }
    }

    private synchronized void take(Map<String, @Nullable Object> row) {
        if (row.get("method") instanceof String site) {
            bySite.put(site, row);
            told = true;
            toldAt = System.nanoTime();
            problem = Optional.empty();
        }
    }

    private synchronized void ended(Optional<String> why) {
        running = false;
        bySite.clear();
        told = false;
        problem = why;
        notBefore = why.isPresent() ? System.nanoTime() + AFTER_FAILURE.toNanos() : Long.MIN_VALUE;
    }
}
