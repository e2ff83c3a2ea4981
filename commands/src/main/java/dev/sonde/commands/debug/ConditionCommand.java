package dev.sonde.commands.debug;

import dev.sonde.commands.BaseCommand;
import dev.sonde.commands.Context;
import dev.sonde.commands.Debugger;
import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Line;
import dev.sonde.commands.Needs;
import dev.sonde.jvm.TargetError;
import dev.sonde.weave.ExpressionError;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code condition}: what must hold for a breakpoint to stop a thread. */
@Command(name = "condition", description = "change the condition of a breakpoint, or take it away")
@Needs(Grant.SUSPEND)
@Example("condition 1 'quantity > 1000'")
@Example("condition 1")
final class ConditionCommand extends BaseCommand {

    @Parameters(index = "0", paramLabel = "ID", description = "a number as breakpoints lists them")
    private int id;

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "COND",
            description = "an expression over the variables there; none stops at every hit")
    private List<String> condition = List.of();

    @Override
    public List<String> arguments(List<Line.Word> words) {
        return TypedExpressions.of(words);
    }

    @Override
    public void run(Context context) throws TargetError, ExpressionError {
        Debugger.Breakpoint one = context.debugger().breakpoint(id);
        one.change(Optional.of(String.join(" ", condition)).filter(text -> !text.isEmpty()), one.enabled());
        context.output().row(BreakpointRow.of(one));
    }
}
