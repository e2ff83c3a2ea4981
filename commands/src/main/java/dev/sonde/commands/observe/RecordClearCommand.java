package dev.sonde.commands.observe;

import dev.sonde.commands.BaseCommand;
import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.commands.output.Humane;
import picocli.CommandLine.Command;

/** {@code record clear}: forgets what was recorded. */
@Command(name = "record clear", description = "forget all calls that this login has recorded")
@Needs(Grant.OBSERVE)
@Example("record clear")
final class RecordClearCommand extends BaseCommand {

    @Override
    public void run(Context context) {
        context.output().notice(Humane.count(context.recordings().clear()) + " forgotten");
    }
}
