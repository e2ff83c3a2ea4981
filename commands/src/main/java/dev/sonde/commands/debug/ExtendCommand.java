package dev.sonde.commands.debug;

import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.commands.UsageError;
import dev.sonde.jvm.TargetError;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code extend}: more time for the thread that stands. */
@Command(name = "extend", description = "let the thread stand for longer: so long from now on")
@Needs(Grant.SUSPEND)
@Example("extend 1m")
final class ExtendCommand extends StopCommand {

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "TIME",
            description = "from now on, at most 5m",
            defaultValue = "30s")
    private Duration time = Duration.ofSeconds(30);

    @Override
    public void check() throws UsageError {
        ParkTime.check("TIME", Optional.of(time));
    }

    @Override
    void run(Here here) throws TargetError {
        here.stop().extend(time);
        here.context().output().notice(here.stop().thread() + " goes on in " + StopRow.seconds(time));
    }
}
