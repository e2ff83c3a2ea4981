package dev.sonde.commands.debug;

import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.jvm.Stop;
import dev.sonde.jvm.TargetError;
import picocli.CommandLine.Command;

/** {@code stepout}: to the end of the frame that stands. */
@Command(
        name = "stepout",
        aliases = "finish",
        description = "run to where the method ends, and show what it returns or throws")
@Needs(Grant.SUSPEND)
@Example("stepout")
final class StepoutCommand extends WayCommand {

    @Override
    void go(Stop stop) throws TargetError {
        stop.resume(Stop.Way.STEP_OUT, 1, 0);
    }
}
