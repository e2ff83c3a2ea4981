package dev.sonde.commands.play;

import dev.sonde.commands.Cancel;
import dev.sonde.commands.Durations;
import dev.sonde.commands.Exit;
import dev.sonde.commands.Lines;
import dev.sonde.commands.play.CheckedPlaybook.Step;
import dev.sonde.commands.play.RunResult.Subject;
import dev.sonde.weave.ExpressionError;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The line of one step, run as the step says: for each element of a list, again and again, until something holds, and not for
 * longer than it may take. The first that does not end well is the last.
 */
final class Rounds {

    private static final Duration ANY = Duration.ofDays(30);

    private final Step step;
    private final Optional<Subject> target;
    private final Lines lines;
    private final Cancel cancel;
    private final Consumer<String> begins;
    private final Instant began;
    private final Collected collected = new Collected(ZoneId.systemDefault());
    private final List<String> typed = new ArrayList<>();
    private int rounds;
    private int exit = Exit.DONE;
    private Optional<String> error = Optional.empty();

    /**
     * None of them has run yet.
     *
     * @param step has perhaps no line at all: then nothing runs, and well
     * @param begins told of each line before it runs
     */
    Rounds(Step step, Optional<Subject> target, Lines lines, Cancel cancel, Consumer<String> begins, Instant began) {
        this.step = step;
        this.target = target;
        this.lines = lines;
        this.cancel = cancel;
        this.begins = begins;
        this.began = began;
    }

    /** Whether the step fails for how its line ended; its expectation may mind that itself. */
    boolean failed() {
        return exit != Exit.DONE && (!step.minds() || Outcome.of(exit).last());
    }

    /** What the step comes to when its line ended otherwise than it should. */
    StepResult failure() {
        Outcome outcome = Outcome.of(exit);
        String otherwise =
                switch (outcome) {
                    case ENDED -> "it was ended from outside";
                    case LOST -> "the target is gone";
                    default -> "its line ended with " + exit;
                };
        return result(outcome, Optional.of(error.orElse(otherwise)));
    }

    /** @param why it failed; empty for what was said of the line, if anything was */
    StepResult result(Outcome outcome, Optional<String> why) {
        return new StepResult(
                step,
                outcome,
                began,
                Duration.between(began, Instant.now()),
                typed,
                rounds,
                exit,
                collected.rows(),
                collected.values(),
                collected.last(),
                collected.notices(),
                why.isPresent() ? why : error,
                Optional.empty(),
                Optional.empty());
    }

    /** What an expression of the step sees of them, whatever it will come to. */
    Map<String, @Nullable Object> seen() {
        return result(Outcome.HELD, Optional.empty()).seen();
    }

    void run(Map<String, @Nullable Object> known) throws ExpressionError {
        if (step.line().isEmpty()) {
            return;
        }
        int most = most(known);
        Duration every = duration("every", step.every(), known, Duration.ZERO);
        long deadline = System.nanoTime()
                + duration("timeout", step.timeout(), known, ANY).toNanos();
        List<?> elements = elements(known);
        long next = System.nanoTime();
        for (int round = 1; round <= most; round++) {
            collected.nextRound();
            rounds = round;
            for (Object element : elements) {
                line(at(element, known), deadline);
                if (exit != Exit.DONE) {
                    return;
                }
            }
            if (reached(known)) {
                return;
            }
            next += every.toNanos();
            long wait = Math.min(next, deadline) - System.nanoTime();
            if (round < most && wait > 0 && cancel.await(Duration.ofNanos(wait))) {
                exit = Exit.INTERRUPTED;
                return;
            }
        }
    }

    private int most(Map<String, @Nullable Object> known) throws ExpressionError {
        if (step.repeat().isEmpty()) {
            return 1;
        }
        return Checker.rounds(step.repeat().get().exact(known))
                .orElseThrow(() -> new ExpressionError("repeat: is not a count from 1 to 10,000", "", 0, List.of()));
    }

    /** Those of the list that the step goes over; without one a single element that nothing names. */
    private List<?> elements(Map<String, @Nullable Object> known) throws ExpressionError {
        if (step.foreach().isEmpty()) {
            return List.of(true);
        }
        return step.foreach().get().evaluate(known) instanceof List<?> list ? list : List.of();
    }

    private Map<String, @Nullable Object> at(Object element, Map<String, @Nullable Object> known) {
        if (step.foreach().isEmpty()) {
            return known;
        }
        Map<String, @Nullable Object> here = new LinkedHashMap<>(known);
        here.put(step.as(), element);
        return here;
    }

    private boolean reached(Map<String, @Nullable Object> known) throws ExpressionError {
        if (step.until().isEmpty()) {
            return false;
        }
        Map<String, @Nullable Object> seen = new LinkedHashMap<>(known);
        seen.putAll(seen());
        return TargetRun.truth(step.until().get(), seen);
    }

    private void line(Map<String, @Nullable Object> known, long deadline) throws ExpressionError {
        LineTemplate template = step.line().orElseThrow();
        String line = template.typed(known, target.map(Subject::id));
        if (!typed.contains(line)) {
            typed.add(line);
        }
        Duration left = Duration.ofNanos(deadline - System.nanoTime());
        if (left.isNegative() || left.isZero()) {
            exit = Exit.OUT_OF_TIME;
            error = Optional.of("out of time");
            return;
        }
        begins.accept(line);
        Lines.Ended ended = lines.run(line, collected, left);
        exit = ended.exit();
        error = ended.exit() == Exit.OUT_OF_TIME ? Optional.of("out of time") : ended.error();
    }

    private static Duration duration(
            String key, Optional<Template> template, Map<String, @Nullable Object> known, Duration otherwise)
            throws ExpressionError {
        if (template.isEmpty()) {
            return otherwise;
        }
        String text = template.get().exact(known);
        return Durations.parse(text)
                .orElseThrow(() -> new ExpressionError(
                        key + ": '" + text + "' is not a duration such as 500ms, 30s, 5m or 1h", text, 0, List.of()));
    }
}
