package dev.sonde.commands.debug;

import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.jvm.Stop;
import dev.sonde.jvm.TargetError;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code step}: one line further, wherever that is. */
@Command(name = "step", aliases = "s", description = "run to the next line, be it in a method that is called")
@Needs(Grant.SUSPEND)
@Example("step")
final class StepCommand extends WayCommand {

    @Parameters(index = "0", arity = "0..1", paramLabel = "N", description = "lines to go", defaultValue = "1")
    private int count;

    @Override
    void go(Stop stop) throws TargetError {
        stop.resume(Stop.Way.STEP, count, 0);
    }
}
