package dev.sonde.commands.play;

import dev.sonde.commands.Cancel;
import dev.sonde.commands.Lines;
import dev.sonde.commands.play.CheckedPlaybook.Step;
import dev.sonde.commands.play.Playbook.OnFail;
import dev.sonde.commands.play.RunResult.Subject;
import dev.sonde.weave.ExpressionError;
import dev.sonde.weave.plain.PlainExpression;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A run on one target: which step comes next, whether it is run at all, and what it comes to. How often the line of a step runs
 * is {@link Rounds}.
 */
final class TargetRun {

    /** Told of what happens, on any thread. */
    interface Progress {
        void begins(Optional<Subject> target, Step step, String line);

        void ended(Optional<Subject> target, StepResult result);

        /** Whether a person says yes to this. */
        boolean confirms(Optional<Subject> target, String question);
    }

    private final CheckedPlaybook playbook;
    private final Optional<Subject> target;
    private final Lines lines;
    private final Cancel cancel;
    private final Progress progress;
    private final Executor beside;
    /** What expressions may name: inputs, the target, what steps before have given and named. */
    private final Map<String, @Nullable Object> values = new LinkedHashMap<>();

    private final Map<String, Double> numbers = new LinkedHashMap<>();
    private final List<StepResult> results = new ArrayList<>();

    /** @param beside for steps that run at the same time */
    TargetRun(
            CheckedPlaybook playbook,
            Optional<Subject> target,
            Lines lines,
            Cancel cancel,
            Progress progress,
            Executor beside) {
        this.playbook = playbook;
        this.target = target;
        this.lines = lines;
        this.cancel = cancel;
        this.progress = progress;
        this.beside = beside;
    }

    /** Runs it to its end, whatever that is. */
    RunResult run() {
        Instant began = Instant.now();
        values.putAll(playbook.inputs());
        values.put(
                "target",
                target.map(one -> Map.of("name", one.name(), "pid", one.id())).orElse(Map.of("name", "", "pid", "")));
        List<Step> steps = playbook.steps();
        int at = 0;
        while (at < steps.size()) {
            Step step = steps.get(at);
            Attempt attempt = cancel.cancelled()
                    ? new Attempt(
                            StepResult.failed(step, Instant.now(), Outcome.ENDED, "ended before it began"),
                            Map.of(),
                            List.of())
                    : attempt(step, values);
            note(attempt);
            at = next(at, step, attempt.result.outcome());
        }
        return result(began);
    }

    /** The step that follows; none behind the last. */
    private int next(int at, Step step, Outcome outcome) {
        if (outcome.good()) {
            return at + 1;
        }
        return switch (outcome.last() ? OnFail.STOP : step.onFail()) {
            case STOP -> playbook.steps().size();
            case CONTINUE -> at + 1;
            case GOTO -> step.goTo();
        };
    }

    private RunResult result(Instant began) {
        Outcome outcome = Outcome.worst(
                        results.stream().map(StepResult::outcome).toList())
                .orElse(Outcome.HELD);
        Optional<String> held = Optional.empty();
        if (outcome == Outcome.HELD && playbook.held().isPresent()) {
            try {
                held = Optional.of(playbook.held().get().shown(values));
            } catch (ExpressionError e) {
                held = Optional.of("all held; what the playbook says of it cannot be said: " + e.getMessage());
            }
        }
        return new RunResult(
                target,
                outcome,
                began,
                Duration.between(began, Instant.now()),
                results,
                new LinkedHashMap<>(numbers),
                held);
    }

    /** A step that was tried, what it named, and the tries that ran beside each other for it. */
    private record Attempt(StepResult result, Map<String, @Nullable Object> let, List<Attempt> below) {

        /** Puts there what later expressions may name of it. */
        void name(Map<String, @Nullable Object> into) {
            below.forEach(each -> each.name(into));
            if (result.step().named()) {
                into.put(result.step().name(), result.seen());
            }
            into.putAll(let);
        }
    }

    private void note(Attempt attempt) {
        attempt.name(values);
        noteResults(attempt);
    }

    private void noteResults(Attempt attempt) {
        attempt.below.forEach(this::noteResults);
        StepResult result = attempt.result;
        boolean silentGroup = !result.step().parallel().isEmpty()
                && !result.step().named()
                && result.said().isEmpty();
        if (!silentGroup || result.step().expect().isPresent()) {
            results.add(result);
        }
        attempt.let.forEach((name, value) -> {
            if (value instanceof Number number) {
                numbers.put(name, number.doubleValue());
            }
        });
    }

    private Attempt attempt(Step step, Map<String, @Nullable Object> known) {
        Instant began = Instant.now();
        Map<String, @Nullable Object> let = unnamed(step);
        List<Attempt> below = new ArrayList<>();
        StepResult result;
        try {
            result = tried(step, known, began, let, below);
        } catch (ExpressionError e) {
            result = StepResult.failed(step, began, Outcome.WRONG, e.getMessage() + ": " + e.expression());
        }
        progress.ended(target, result);
        return new Attempt(result, let, below);
    }

    /** What it names is null until it has a value. */
    private static Map<String, @Nullable Object> unnamed(Step step) {
        Map<String, @Nullable Object> let = new LinkedHashMap<>();
        step.let().keySet().forEach(name -> let.put(name, null));
        return let;
    }

    /** One that is not run, and none of those that would run for it: their names are known all the same. */
    private static Attempt skipped(Step step) {
        return new Attempt(
                StepResult.skipped(step),
                unnamed(step),
                step.parallel().stream().map(TargetRun::skipped).toList());
    }

    private StepResult tried(
            Step step,
            Map<String, @Nullable Object> known,
            Instant began,
            Map<String, @Nullable Object> let,
            List<Attempt> below)
            throws ExpressionError {
        if (step.when().isPresent() && !truth(step.when().get(), known)) {
            below.addAll(skipped(step).below);
            return StepResult.skipped(step);
        }
        if (step.ask().isPresent()
                && !progress.confirms(target, step.ask().get().shown(known))) {
            return StepResult.failed(step, began, Outcome.FAILED, "it was not confirmed");
        }
        Rounds rounds = new Rounds(step, target, lines, cancel, line -> progress.begins(target, step, line), began);
        rounds.run(known);
        if (!step.parallel().isEmpty()) {
            progress.begins(target, step, step.parallel().size() + " steps at once");
            below.addAll(group(step, known));
        }
        Map<String, @Nullable Object> seen = new LinkedHashMap<>(known);
        below.forEach(each -> each.name(seen));
        seen.putAll(rounds.seen());
        if (rounds.failed()) {
            return rounds.failure();
        }
        for (Map.Entry<String, PlainExpression> each : step.let().entrySet()) {
            Object value = each.getValue().evaluate(seen);
            let.put(each.getKey(), value);
            seen.put(each.getKey(), value);
        }
        return judged(step, rounds, seen, below);
    }

    private List<Attempt> group(Step step, Map<String, @Nullable Object> known) {
        List<CompletableFuture<Attempt>> running = new ArrayList<>();
        for (Step each : step.parallel()) {
            Map<String, @Nullable Object> own = new LinkedHashMap<>(known);
            running.add(CompletableFuture.supplyAsync(() -> attempt(each, own), beside));
        }
        return running.stream().map(CompletableFuture::join).toList();
    }

    /** Whether it is as it should be, and what is said of it. */
    private static StepResult judged(Step step, Rounds rounds, Map<String, @Nullable Object> seen, List<Attempt> below)
            throws ExpressionError {
        Optional<Outcome> failedBelow = below.stream()
                .map(each -> each.result)
                .filter(each -> !each.outcome().good()
                        && (each.outcome().last() || each.step().onFail() == OnFail.STOP))
                .map(StepResult::outcome)
                .findFirst();
        boolean holds = step.expect().isEmpty() || truth(step.expect().get(), seen);
        Outcome outcome = holds ? failedBelow.orElse(Outcome.HELD) : Outcome.FAILED;
        Optional<String> why = outcome.good()
                ? Optional.empty()
                : Optional.of(
                        holds
                                ? "a step failed"
                                : "does not hold: " + step.expect().orElseThrow());
        StepResult result = rounds.result(outcome, why);
        boolean applies = step.say().isPresent() && (step.expect().isEmpty() || !holds);
        if (!applies) {
            return result;
        }
        return result.saying(
                step.say().get().shown(seen),
                step.next().isPresent() ? Optional.of(step.next().get().shown(seen)) : Optional.empty());
    }

    /** The value of a condition. */
    static boolean truth(PlainExpression condition, Map<String, @Nullable Object> values) throws ExpressionError {
        Object value = condition.evaluate(values);
        if (value instanceof Boolean yes) {
            return yes;
        }
        throw new ExpressionError("is neither true nor false", condition.toString(), 0, List.of());
    }
}
