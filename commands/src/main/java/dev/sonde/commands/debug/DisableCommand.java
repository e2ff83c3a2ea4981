package dev.sonde.commands.debug;

import dev.sonde.commands.Debugger;
import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import picocli.CommandLine.Command;

/** {@code disable}: a breakpoint that is kept and stops nobody. */
@Command(name = "disable", description = "let all threads pass a breakpoint, and keep it")
@Needs(Grant.SUSPEND)
@Example("disable 1")
final class DisableCommand extends SwitchCommand {

    @Override
    boolean enabled(Debugger.Breakpoint breakpoint) {
        return false;
    }
}
