package dev.sonde.commands.observe;

import dev.sonde.commands.BaseCommand;
import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.commands.Recordings;
import dev.sonde.commands.Recordings.Recorded;
import dev.sonde.jvm.TargetError;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code record show}: all of one recorded call. */
@Command(name = "record show", description = "show all that is kept of a recorded call")
@Needs(Grant.OBSERVE)
@Example("record show 1")
final class RecordShowCommand extends BaseCommand {

    @Parameters(index = "0", paramLabel = "RECORD", description = "its number, as record list tells it")
    private int number;

    @Override
    public void run(Context context) throws TargetError {
        context.output().row(RecordedCall.of(find(context, number)));
    }

    static Recorded find(Context context, int number) throws TargetError {
        Recordings recordings = context.recordings();
        return recordings.find(number).orElseThrow(() -> new TargetError(missing(number, recordings.all())));
    }

    private static String missing(int number, List<Recorded> all) {
        return all.isEmpty()
                ? "nothing is recorded"
                : "there is no record " + number + "; there are " + all.get(0).number() + " to "
                        + all.get(all.size() - 1).number();
    }
}
