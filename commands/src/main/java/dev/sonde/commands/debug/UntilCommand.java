package dev.sonde.commands.debug;

import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.jvm.Stop;
import dev.sonde.jvm.TargetError;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code until}: to a line of the frame that stands. */
@Command(name = "until", description = "run to a line of this method, or to where it ends")
@Needs(Grant.SUSPEND)
@Example("until 38")
final class UntilCommand extends WayCommand {

    @Parameters(index = "0", paramLabel = "LINE", description = "a line of the method where the thread stands")
    private int line;

    @Override
    void go(Stop stop) throws TargetError {
        stop.resume(Stop.Way.UNTIL, 1, line);
    }
}
