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

/** {@code args}: the arguments of the frame that is looked at. */
@Command(
        name = "args",
        aliases = "info args",
        description = "show the arguments of the method where the thread stands, as they are now")
@Needs(Grant.SUSPEND)
@Example("args")
final class ArgsCommand extends StopCommand {

    @Override
    void run(Here here) throws TargetError {
        Variables there = variables(here);
        Map<String, Value> values = there.values(there.arguments(), LIMITS);
        List<String> unavailable = there.hiddenArguments();
        here.context().output().row(new VariablesRow(here.stop().thread(), values, unavailable));
        if (values.isEmpty() && unavailable.isEmpty()) {
            here.context().output().notice("it has no arguments that can be read here");
        }
    }
}
