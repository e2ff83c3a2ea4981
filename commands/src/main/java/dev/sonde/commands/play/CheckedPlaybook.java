package dev.sonde.commands.play;

import dev.sonde.commands.Grant;
import dev.sonde.commands.play.Playbook.OnFail;
import dev.sonde.weave.plain.PlainExpression;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A playbook of which everything was looked at: it may run.
 *
 * @param inputs their values by name; without one that was not given while it was only checked
 * @param needs the highest grant of its steps
 */
record CheckedPlaybook(
        Playbook written, Map<String, Object> inputs, List<Step> steps, Optional<Template> held, Grant needs) {

    CheckedPlaybook {
        steps = List.copyOf(steps);
    }

    /** A step whose line parses, and whose expressions are typed. */
    record Step(
            At at,
            String name,
            boolean named,
            Optional<PlainExpression> when,
            Optional<LineTemplate> line,
            Optional<PlainExpression> foreach,
            String as,
            Optional<Template> repeat,
            Optional<Template> every,
            Optional<PlainExpression> until,
            Optional<Template> timeout,
            Map<String, PlainExpression> let,
            Optional<PlainExpression> expect,
            boolean minds,
            OnFail onFail,
            int goTo,
            Optional<Template> say,
            @Nullable String sure,
            Optional<Template> next,
            Optional<Template> ask,
            List<Step> parallel) {

        Step {
            parallel = List.copyOf(parallel);
        }

        /** Itself, or the steps that it runs at the same time. */
        Stream<Step> all() {
            return Stream.concat(Stream.of(this), parallel.stream().flatMap(Step::all));
        }

        /** Whether its own expectation decides what an exit code other than 0 means. */
        @Override
        public boolean minds() {
            return minds;
        }
    }

    Stream<Step> all() {
        return steps.stream().flatMap(Step::all);
    }

    /** Whether a person must answer. */
    boolean asks() {
        return all().anyMatch(step -> step.ask().isPresent());
    }

    boolean wantsTarget() {
        return all().anyMatch(step -> step.line().map(LineTemplate::wantsTarget).orElse(false));
    }
}
