package dev.sonde.commands.play;

import dev.sonde.commands.Cancel;
import dev.sonde.commands.Durations;
import dev.sonde.commands.Exit;
import dev.sonde.commands.Lines;
import dev.sonde.commands.play.CheckedPlaybook.Step;
import dev.sonde.commands.play.Playbook.OnFail;
import dev.sonde.commands.play.RunResult.Subject;
import dev.sonde.weave.ExpressionError;
import dev.sonde.weave.plain.PlainExpression;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** A run on one target: its steps, one after the other. */
final class TargetRun {

    /** Told of what happens, on any thread. */
    interface Progress {
        void begins(Optional<Subject> target, Step step, String line);

        void ended(Optional<Subject> target, StepResult result);

        /** Whether a person says yes to this. */
        boolean confirms(Optional<Subject> target, String question);
    }

    private static final Duration ANY = Duration.ofDays(30);

    private final CheckedPlaybook playbook;
    private final Optional<Subject> target;
    private final Lines lines;
    private final Cancel cancel;
    private final Progress progress;
    private final Executor beside;
    private final ZoneId zone = ZoneId.systemDefault();
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
            StepResult result = cancel.cancelled()
                    ? StepResult.failed(step, Instant.now(), Outcome.ENDED, "ended before it began")
                    : step(step);
            boolean on = result.outcome().good()
                    || (result.outcome() != Outcome.LOST
                            && result.outcome() != Outcome.ENDED
                            && step.onFail() != OnFail.STOP);
            if (!on) {
                break;
            }
            at = !result.outcome().good() && step.onFail() == OnFail.GOTO ? step.goTo() : at + 1;
        }
        return result(began);
    }

    private RunResult result(Instant began) {
        List<Outcome> all = results.stream().map(StepResult::outcome).toList();
        Outcome outcome = Outcome.worst(all).isEmpty()
                ? Outcome.HELD
                : List.of(
                                Outcome.ENDED,
                                Outcome.REFUSED,
                                Outcome.WRONG,
                                Outcome.LOST,
                                Outcome.OUT_OF_TIME,
                                Outcome.FAILED)
                        .stream()
                        .filter(all::contains)
                        .findFirst()
                        .orElse(Outcome.FAILED);
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

    /** One step, with what runs beside it; its results are noted. */
    private StepResult step(Step step) {
        Attempt attempt = attempt(step, values);
        for (Attempt each : attempt.below) {
            note(each);
        }
        note(attempt);
        return attempt.result;
    }

    private void note(Attempt attempt) {
        StepResult result = attempt.result;
        boolean silentGroup = !result.step().parallel().isEmpty()
                && !result.step().named()
                && result.said().isEmpty();
        if (!silentGroup || result.step().expect().isPresent()) {
            results.add(result);
        }
        if (result.step().named()) {
            values.put(result.step().name(), result.seen());
        }
        attempt.let.forEach((name, value) -> {
            values.put(name, value);
            if (value instanceof Number number) {
                numbers.put(name, number.doubleValue());
            }
        });
    }

    /** A step that was tried, what it named, and the tries that ran beside each other for it. */
    private record Attempt(StepResult result, Map<String, @Nullable Object> let, List<Attempt> below) {}

    private Attempt attempt(Step step, Map<String, @Nullable Object> known) {
        Instant began = Instant.now();
        Map<String, @Nullable Object> let = new LinkedHashMap<>();
        step.let().keySet().forEach(name -> let.put(name, null));
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

    private StepResult tried(
            Step step,
            Map<String, @Nullable Object> known,
            Instant began,
            Map<String, @Nullable Object> let,
            List<Attempt> below)
            throws ExpressionError {
        if (step.when().isPresent() && !truth(step.when().get(), known)) {
            return StepResult.skipped(step);
        }
        if (step.ask().isPresent()
                && !progress.confirms(target, step.ask().get().shown(known))) {
            return StepResult.failed(step, began, Outcome.FAILED, "it was not confirmed");
        }
        Done done = step.line().isPresent() ? lines(step, known, began) : new Done(step, began);
        if (!step.parallel().isEmpty()) {
            progress.begins(target, step, step.parallel().size() + " steps at once");
            group(step, known, below);
        }
        Map<String, @Nullable Object> seen = new LinkedHashMap<>(known);
        for (Attempt each : below) {
            if (each.result.step().named()) {
                seen.put(each.result.step().name(), each.result.seen());
            }
            seen.putAll(each.let);
        }
        seen.putAll(done.result(Outcome.HELD, Optional.empty()).seen());
        boolean ended = done.exit != Exit.DONE && !step.minds();
        if (ended) {
            return done.result(
                    Outcome.of(done.exit), Optional.of(done.error.orElse("its line ended with " + done.exit)));
        }
        for (Map.Entry<String, PlainExpression> each : step.let().entrySet()) {
            Object value = each.getValue().evaluate(seen);
            let.put(each.getKey(), value);
            seen.put(each.getKey(), value);
        }
        Optional<Attempt> failed =
                below.stream().filter(each -> !each.result.outcome().good()).findFirst();
        Outcome outcome = step.expect().isPresent() && !truth(step.expect().get(), seen)
                ? Outcome.FAILED
                : failed.filter(each -> each.result.step().onFail() == OnFail.STOP)
                        .map(each -> each.result.outcome())
                        .orElse(Outcome.HELD);
        boolean applies = step.say().isPresent() && (step.expect().isEmpty() || outcome == Outcome.FAILED);
        StepResult result = done.result(
                outcome,
                outcome.good()
                        ? Optional.empty()
                        : Optional.of(
                                step.expect().isPresent()
                                        ? "does not hold: " + step.expect().get()
                                        : "a step failed"));
        return applies
                ? done.saying(
                        result,
                        step.say().get().shown(seen),
                        step.next().isPresent() ? Optional.of(step.next().get().shown(seen)) : Optional.empty())
                : result;
    }

    private void group(Step step, Map<String, @Nullable Object> known, List<Attempt> below) {
        List<CompletableFuture<Attempt>> running = new ArrayList<>();
        for (Step each : step.parallel()) {
            Map<String, @Nullable Object> own = new LinkedHashMap<>(known);
            running.add(CompletableFuture.supplyAsync(() -> attempt(each, own), beside));
        }
        running.forEach(each -> below.add(each.join()));
    }

    private static boolean truth(PlainExpression condition, Map<String, @Nullable Object> values)
            throws ExpressionError {
        Object value = condition.evaluate(values);
        if (value instanceof Boolean yes) {
            return yes;
        }
        throw new ExpressionError("is neither true nor false", condition.toString(), 0, List.of());
    }

    /** What the lines of a step gave, while they run. */
    private final class Done {
        private final Step step;
        private final Instant began;
        final Collected collected = new Collected(zone);
        final List<String> typed = new ArrayList<>();
        int rounds;
        int exit = Exit.DONE;
        Optional<String> error = Optional.empty();

        Done(Step step, Instant began) {
            this.step = step;
            this.began = began;
        }

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

        StepResult saying(StepResult of, String said, Optional<String> next) {
            return new StepResult(
                    step,
                    of.outcome(),
                    began,
                    of.took(),
                    of.lines(),
                    of.rounds(),
                    of.exit(),
                    of.rows(),
                    of.values(),
                    of.last(),
                    of.notices(),
                    of.error(),
                    Optional.of(said),
                    next);
        }
    }

    private Done lines(Step step, Map<String, @Nullable Object> known, Instant began) throws ExpressionError {
        Done done = new Done(step, began);
        int most = step.repeat().isPresent()
                ? Checker.rounds(step.repeat().get().exact(known))
                        .orElseThrow(
                                () -> new ExpressionError("repeat: is not a count from 1 to 10,000", "", 0, List.of()))
                : 1;
        Duration every = duration("every", step.every(), known, Duration.ZERO);
        long deadline = System.nanoTime()
                + duration("timeout", step.timeout(), known, ANY).toNanos();
        List<?> elements = List.of(true);
        if (step.foreach().isPresent()) {
            Object value = step.foreach().get().evaluate(known);
            elements = value instanceof List<?> list ? list : List.of();
        }
        long next = System.nanoTime();
        for (int round = 1; round <= most; round++) {
            done.collected.nextRound();
            done.rounds = round;
            for (Object element : elements) {
                Map<String, @Nullable Object> here = known;
                if (step.foreach().isPresent()) {
                    here = new LinkedHashMap<>(known);
                    here.put(step.as(), element);
                }
                line(done, here, deadline);
                if (done.exit != Exit.DONE) {
                    return done;
                }
            }
            if (step.until().isPresent()) {
                Map<String, @Nullable Object> seen = new LinkedHashMap<>(known);
                seen.putAll(done.result(Outcome.HELD, Optional.empty()).seen());
                if (truth(step.until().get(), seen)) {
                    return done;
                }
            }
            next += every.toNanos();
            long wait = Math.min(next, deadline) - System.nanoTime();
            if (round < most && wait > 0 && cancel.await(Duration.ofNanos(wait))) {
                done.exit = Exit.INTERRUPTED;
                return done;
            }
        }
        return done;
    }

    private void line(Done done, Map<String, @Nullable Object> known, long deadline) throws ExpressionError {
        LineTemplate template = done.step.line().orElseThrow();
        String typed = template.typed(known, target.map(Subject::id));
        if (!done.typed.contains(typed)) {
            done.typed.add(typed);
        }
        Duration left = Duration.ofNanos(deadline - System.nanoTime());
        if (left.isNegative() || left.isZero()) {
            done.exit = Exit.OUT_OF_TIME;
            done.error = Optional.of("out of time");
            return;
        }
        progress.begins(target, done.step, typed);
        Lines.Ended ended = lines.run(typed, done.collected, left);
        done.exit = ended.exit();
        done.error = ended.exit() == Exit.OUT_OF_TIME ? Optional.of("out of time") : ended.error();
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
