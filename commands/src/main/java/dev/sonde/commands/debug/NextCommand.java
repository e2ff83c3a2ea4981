package dev.sonde.commands.debug;

import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.jvm.Stop;
import dev.sonde.jvm.TargetError;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code next}: one line further in the frame that stands. */
@Command(name = "next", aliases = "n", description = "run to the next line, over the methods that are called")
@Needs(Grant.SUSPEND)
@Example("next")
final class NextCommand extends WayCommand {

    @Parameters(index = "0", arity = "0..1", paramLabel = "N", description = "lines to go", defaultValue = "1")
    private int count;

    @Override
    void go(Stop stop) throws TargetError {
        stop.resume(Stop.Way.NEXT, count, 0);
    }
}
