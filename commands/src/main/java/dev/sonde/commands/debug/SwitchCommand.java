package dev.sonde.commands.debug;

import dev.sonde.commands.BaseCommand;
import dev.sonde.commands.Context;
import dev.sonde.commands.Debugger;
import dev.sonde.jvm.TargetError;
import dev.sonde.weave.ExpressionError;
import java.util.List;
import picocli.CommandLine.Parameters;

/** A command that switches breakpoints on or off. */
abstract class SwitchCommand extends BaseCommand {

    @Parameters(paramLabel = "ID", arity = "1..*", description = "numbers as breakpoints lists them")
    private List<Integer> ids = List.of();

    @Override
    public final void run(Context context) throws TargetError, ExpressionError {
        for (int id : ids) {
            Debugger.Breakpoint one = context.debugger().breakpoint(id);
            one.change(one.condition(), enabled(one));
            context.output().row(BreakpointRow.of(one));
        }
    }

    /** Whether it is to stop threads. */
    abstract boolean enabled(Debugger.Breakpoint breakpoint);
}
