package dev.sonde.commands.play;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A playbook as it is written: nothing but its form has been looked at.
 *
 * @param file what a message calls it
 * @param about what it is for
 * @param held said when every expectation held
 */
record Playbook(String file, String name, String about, List<Input> inputs, List<Step> steps, Optional<Written> held) {

    Playbook {
        inputs = List.copyOf(inputs);
        steps = List.copyOf(steps);
    }

    /**
     * What may be given to it.
     *
     * @param preset empty when it must be given
     */
    record Input(At at, String name, InputType type, Optional<String> preset, String about) {}

    /** What follows when a step fails. */
    enum OnFail {
        STOP,
        CONTINUE,
        GOTO
    }

    /**
     * One step; what it does not say is empty.
     *
     * @param at where it begins
     * @param goTo the name of the step after it where a failure goes on
     * @param as the name of the element that a foreach is at
     * @param parallel steps that run at the same time, instead of a line
     */
    record Step(
            At at,
            Optional<Written> name,
            Optional<Written> when,
            Optional<Written> line,
            Optional<Written> foreach,
            Optional<Written> as,
            Optional<Written> repeat,
            Optional<Written> every,
            Optional<Written> until,
            Optional<Written> timeout,
            Map<String, Written> let,
            Optional<Written> expect,
            OnFail onFail,
            Optional<Written> goTo,
            Optional<Written> say,
            Optional<Written> sure,
            Optional<Written> next,
            Optional<Written> ask,
            List<Step> parallel) {

        Step {
            parallel = List.copyOf(parallel);
        }
    }
}
