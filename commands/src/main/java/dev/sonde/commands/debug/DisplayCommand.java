package dev.sonde.commands.debug;

import dev.sonde.commands.BaseCommand;
import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Line;
import dev.sonde.commands.Needs;
import dev.sonde.commands.UsageError;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code display}: expressions that are shown at each stop. */
@Command(name = "display", description = "show expressions at each stop of this session")
@Needs(Grant.SUSPEND)
@Example("display quantity")
@Example("display --none")
final class DisplayCommand extends BaseCommand {

    @Parameters(paramLabel = "EXPR", arity = "0..*", description = "to show from now on; none lists them")
    private List<String> expressions = List.of();

    @Option(names = "--none", description = "show none any more")
    private boolean none;

    @Override
    public List<String> arguments(List<Line.Word> words) {
        return TypedExpressions.of(words);
    }

    @Override
    public void check() throws UsageError {
        if (none && !expressions.isEmpty()) {
            throw new UsageError("either EXPR or --none is accepted");
        }
    }

    @Override
    public void run(Context context) {
        if (none) {
            context.debugger().displayNothing();
        }
        expressions.forEach(context.debugger()::display);
        List<String> all = context.debugger().displays();
        context.output()
                .notice(all.isEmpty() ? "nothing is shown at a stop" : "shown at each stop: " + String.join(", ", all));
    }
}
