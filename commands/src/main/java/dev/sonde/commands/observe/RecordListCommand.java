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
import dev.sonde.jvm.TargetError;
import dev.sonde.weave.ExpressionError;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code record list}: what this login has recorded, in whichever session. */
@Command(name = "record list", description = "list the calls that this login has recorded")
@Needs(Grant.OBSERVE)
@Gives(RecordedRow.class)
@Example("record list")
@Example("record list --when 'cost > 0.01 && quantity > 1'")
final class RecordListCommand extends BaseCommand {

    @Mixin
    private RecordedOptions options = new RecordedOptions();

    @Override
    public void run(Context context) throws ExpressionError, TargetError {
        Recordings recordings = context.recordings();
        List<Recorded> chosen = options.chosen(context);
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
}
