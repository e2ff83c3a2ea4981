package dev.sonde.commands.play;

import dev.sonde.commands.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one step of a run came to.
 *
 * @param lines as they were typed; several where the step goes over a list
 * @param rows the first of them as they were given, for a report
 * @param values all of them, as expressions see them
 * @param last those of the last round
 * @param error why it failed; empty when its expectation says all
 * @param said what it says, when that applies
 */
record StepResult(
        CheckedPlaybook.Step step,
        Outcome outcome,
        Instant began,
        Duration took,
        List<String> lines,
        int rounds,
        int exit,
        List<Row> rows,
        List<Map<String, @Nullable Object>> values,
        List<Map<String, @Nullable Object>> last,
        List<String> notices,
        Optional<String> error,
        Optional<String> said,
        Optional<String> next) {

    StepResult {
        lines = List.copyOf(lines);
        rows = List.copyOf(rows);
        notices = List.copyOf(notices);
    }

    static StepResult skipped(CheckedPlaybook.Step step) {
        return new StepResult(
                step,
                Outcome.SKIPPED,
                Instant.now(),
                Duration.ZERO,
                List.of(),
                0,
                0,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** One that ended before it had anything to show. */
    static StepResult failed(CheckedPlaybook.Step step, Instant began, Outcome outcome, String error) {
        return new StepResult(
                step,
                outcome,
                began,
                Duration.between(began, Instant.now()),
                List.of(),
                0,
                outcome.exit(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                Optional.of(error),
                Optional.empty(),
                Optional.empty());
    }

    /** The same, with what it says because that applies. */
    StepResult saying(String words, Optional<String> then) {
        return new StepResult(
                step,
                outcome,
                began,
                took,
                lines,
                rounds,
                exit,
                rows,
                values,
                last,
                notices,
                error,
                Optional.of(words),
                then);
    }

    /** What an expression sees of it, while it runs and, under its name, afterwards. */
    Map<String, @Nullable Object> seen() {
        Map<String, @Nullable Object> seen = new LinkedHashMap<>();
        seen.put("rows", values);
        seen.put("last", last);
        seen.put("notices", notices);
        seen.put("exit", exit);
        seen.put("error", error.orElse(""));
        seen.put("tookMs", took.toNanos() / 1e6);
        seen.put("rounds", rounds);
        seen.put("ran", outcome != Outcome.SKIPPED);
        seen.put("failed", !outcome.good());
        return seen;
    }
}
