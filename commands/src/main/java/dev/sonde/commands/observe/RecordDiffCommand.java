package dev.sonde.commands.observe;

import dev.sonde.commands.BaseCommand;
import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.jvm.TargetError;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code record diff}: what differs between two recorded calls. */
@Command(name = "record diff", description = "tell what differs between two recorded calls, field by field")
@Needs(Grant.OBSERVE)
@Example("record diff 1 2")
final class RecordDiffCommand extends BaseCommand {

    @Parameters(index = "0", paramLabel = "RECORD", description = "the number of the one")
    private int first;

    @Parameters(index = "1", paramLabel = "RECORD", description = "the number of the other")
    private int second;

    @Override
    public void run(Context context) throws TargetError {
        context.output()
                .row(RecordedDifference.of(
                        RecordShowCommand.find(context, first), RecordShowCommand.find(context, second)));
    }
}
