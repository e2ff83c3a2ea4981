package dev.sonde.commands.observe;

import dev.sonde.commands.Context;
import dev.sonde.commands.Recordings.Recorded;
import dev.sonde.jvm.HitCondition;
import dev.sonde.weave.ExpressionError;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which recorded calls are meant. */
final class RecordedOptions {

    @Option(
            names = "--when",
            paramLabel = "COND",
            description = "only those of which this expression is true, asked of what was recorded")
    private Optional<String> condition = Optional.empty();

    @Option(
            names = "--trace-id",
            paramLabel = "X",
            description = "only those for the request that carries this trace id, or this value in its MDC")
    private Optional<String> traceId = Optional.empty();

    /** The calls that a line is about: of its target, if it names one, and those that fit. */
    List<Recorded> chosen(Context context) throws ExpressionError {
        List<Recorded> candidates = new ArrayList<>();
        for (Recorded recorded : context.recordings().all()) {
            boolean here =
                    context.target().isEmpty() || context.target().get().id().equals(recorded.target());
            boolean request = traceId.isEmpty() || recorded.hit().isFor(traceId.get());
            if (here && request) {
                candidates.add(recorded);
            }
        }
        if (condition.isEmpty()) {
            return candidates;
        }
        HitCondition when = new HitCondition(condition.get());
        List<Recorded> chosen = new ArrayList<>();
        ExpressionError wrong = null;
        boolean fitted = false;
        for (Recorded recorded : candidates) {
            try {
                if (when.test(recorded.hit())) {
                    chosen.add(recorded);
                }
                fitted = true;
            } catch (ExpressionError e) {
                wrong = e; // of methods it does not fit there are none, unless it fits no method at all
            }
        }
        if (!fitted && wrong != null) {
            throw wrong;
        }
        when.failure().ifPresent(why -> context.output().notice("of some calls it could not be told: " + why));
        return chosen;
    }
}
