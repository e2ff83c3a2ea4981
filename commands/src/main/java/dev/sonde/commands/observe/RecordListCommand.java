package dev.sonde.commands.observe;

import dev.sonde.commands.BaseCommand;
import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Gives;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.commands.Recordings;
import dev.sonde.commands.Recordings.Recorded;
import dev.sonde.commands.output.Humane;
import dev.sonde.jvm.HitCondition;
import dev.sonde.jvm.TargetError;
import dev.sonde.weave.ExpressionError;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code record list}: what this login has recorded, in whichever session. */
@Command(name = "record list", description = "list the calls that this login has recorded")
@Needs(Grant.OBSERVE)
@Gives(RecordedRow.class)
@Example("record list")
@Example("record list --when 'cost > 0.01 && quantity > 1'")
final class RecordListCommand extends BaseCommand {

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

    @Override
    public void run(Context context) throws ExpressionError, TargetError {
        Recordings recordings = context.recordings();
        List<Recorded> chosen = chosen(context, condition, traceId);
        chosen.forEach(recorded -> context.output().row(RecordedRow.of(recorded)));
        if (chosen.isEmpty()) {
            context.output().notice(recordings.all().isEmpty() ? "nothing is recorded" : "no recorded call fits");
        }
        long dropped = chosen.stream().mapToLong(one -> one.hit().dropped()).sum();
        if (dropped > 0) {
            context.output()
                    .notice(Humane.count(dropped)
                            + " calls between these were not kept: over the rate limit, or dropped");
        }
        if (recordings.forgotten() > 0) {
            context.output().notice(Humane.count(recordings.forgotten()) + " older ones are gone: they made room");
        }
    }

    /** The calls that a line is about: of its target, if it names one, and those that fit. */
    static List<Recorded> chosen(Context context, Optional<String> condition, Optional<String> traceId)
            throws ExpressionError {
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
