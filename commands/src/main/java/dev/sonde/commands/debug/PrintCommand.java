package dev.sonde.commands.debug;

import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Line;
import dev.sonde.commands.Needs;
import dev.sonde.jvm.TargetError;
import dev.sonde.jvm.Value;
import dev.sonde.weave.ExpressionError;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code print}: expressions over what the thread that stands sees. */
@Command(name = "print", aliases = "p", description = "show expressions over the variables where the thread stands")
@Needs(Grant.SUSPEND)
@Example("print quantity order.customer.name == \"acme\"")
@Example("print this --depth 5")
final class PrintCommand extends StopCommand {

    @Parameters(
            paramLabel = "EXPR",
            arity = "1..*",
            description = "variables, fields, this, and what CEL makes of them")
    private List<String> expressions = List.of();

    @Option(
            names = "--depth",
            paramLabel = "D",
            description = "levels of objects shown below a value",
            defaultValue = "3")
    private int depth;

    @Override
    public List<String> arguments(List<Line.Word> words) {
        return TypedExpressions.of(words);
    }

    @Override
    void run(Here here) throws TargetError, ExpressionError {
        List<Value> values = variables(here).evaluate(expressions, LIMITS.withDepth(Math.max(0, Math.min(depth, 32))));
        Map<String, Value> named = new LinkedHashMap<>();
        for (int i = 0; i < values.size(); i++) {
            named.put(expressions.get(i), values.get(i));
        }
        here.context().output().row(new VariablesRow(here.stop().thread(), named, List.of()));
    }
}
