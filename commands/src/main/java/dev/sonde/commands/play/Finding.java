package dev.sonde.commands.play;

import java.util.List;
import java.util.Optional;

/**
 * What a run found, in plain words.
 *
 * @param sure certain, likely or perhaps
 * @param next what to look at then
 */
record Finding(String step, String found, Optional<String> sure, Optional<String> next) {

    static List<Finding> of(RunResult run) {
        return run.failed().stream().map(Finding::of).toList();
    }

    private static Finding of(StepResult step) {
        return new Finding(
                step.step().name(),
                step.said()
                        .orElseGet(
                                () -> step.step().name() + ": " + step.error().orElse("failed")),
                step.said().isPresent() ? Optional.ofNullable(step.step().sure()) : Optional.empty(),
                step.next());
    }
}
