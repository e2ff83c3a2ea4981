package dev.sonde.commands.debug;

import dev.sonde.commands.Debugger;
import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import picocli.CommandLine.Command;

/** {@code enable}: a breakpoint that was disabled. */
@Command(name = "enable", description = "have a breakpoint stop threads again")
@Needs(Grant.SUSPEND)
@Example("enable 1")
final class EnableCommand extends SwitchCommand {

    @Override
    boolean enabled(Debugger.Breakpoint breakpoint) {
        return true;
    }
}
