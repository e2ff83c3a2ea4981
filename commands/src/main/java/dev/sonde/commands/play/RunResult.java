package dev.sonde.commands.play;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a run came to on one target.
 *
 * @param steps those that were come to, in order
 * @param numbers what it named by let that is a number
 * @param held what it says when all held
 */
record RunResult(
        Optional<Subject> target,
        Outcome outcome,
        Instant began,
        Duration took,
        List<StepResult> steps,
        Map<String, Double> numbers,
        Optional<String> held) {

    RunResult {
        steps = List.copyOf(steps);
    }

    /** The JVM that a run is on. */
    record Subject(String id, String name) {
        @Override
        public String toString() {
            return id + " " + name;
        }
    }

    /** The steps that failed. */
    List<StepResult> failed() {
        return steps.stream().filter(step -> !step.outcome().good()).toList();
    }
}
