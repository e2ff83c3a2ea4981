package dev.sonde.commands.debug;

import dev.sonde.commands.BaseCommand;
import dev.sonde.commands.Context;
import dev.sonde.commands.Debugger;
import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code breakpoints}: those of this session. */
@Command(name = "breakpoints", aliases = "info breakpoints", description = "list this session's breakpoints")
@Needs(Grant.SUSPEND)
@Example("breakpoints")
final class BreakpointsCommand extends BaseCommand {

    @Override
    public void run(Context context) {
        List<Debugger.Breakpoint> all = context.debugger().breakpoints();
        all.forEach(each -> context.output().row(BreakpointRow.of(each)));
        if (all.isEmpty()) {
            context.output().notice("this session has no breakpoint; break sets one");
        }
    }
}
