package dev.sonde.commands.debug;

import dev.sonde.commands.Debugger;
import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import picocli.CommandLine.Command;

/** {@code toggle}: the other of disable and enable. */
@Command(name = "toggle", description = "disable a breakpoint that is enabled, and the other way round")
@Needs(Grant.SUSPEND)
@Example("toggle 1")
final class ToggleCommand extends SwitchCommand {

    @Override
    boolean enabled(Debugger.Breakpoint breakpoint) {
        return !breakpoint.enabled();
    }
}
