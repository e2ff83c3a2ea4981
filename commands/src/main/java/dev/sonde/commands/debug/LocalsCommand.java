package dev.sonde.commands.debug;

import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.jvm.TargetError;
import dev.sonde.jvm.Value;
import dev.sonde.jvm.Variables;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

/** {@code locals}: the variables of the frame that is looked at. */
@Command(
        name = "locals",
        aliases = "info locals",
        description = "show the local variables where the thread stands, arguments included")
@Needs(Grant.SUSPEND)
@Example("locals")
final class LocalsCommand extends StopCommand {

    @Override
    void run(Here here) throws TargetError {
        Variables there = variables(here);
        Map<String, Value> values = there.values(there.locals(), LIMITS);
        List<String> unavailable = there.hidden();
        here.context().output().row(new VariablesRow(here.stop().thread(), values, unavailable));
        if (values.isEmpty() && unavailable.isEmpty()) {
            here.context().output().notice("there are no variables here");
        }
    }
}
