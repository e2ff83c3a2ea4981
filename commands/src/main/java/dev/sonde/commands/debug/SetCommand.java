package dev.sonde.commands.debug;

import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Line;
import dev.sonde.commands.Needs;
import dev.sonde.commands.UsageError;
import dev.sonde.jvm.Stop;
import dev.sonde.jvm.TargetError;
import dev.sonde.weave.ExpressionError;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code set}: another value for a variable of the thread that stands, or for what it sees. */
@Command(name = "set", description = "give a variable, field or element of an array another value")
@Needs(Grant.MUTATE)
@Example("set quantity = 5")
@Example("set order.status = REFUSED")
final class SetCommand extends StopCommand {

    @Parameters(
            paramLabel = "VAR = EXPR",
            arity = "1..*",
            description =
                    "what is to change: quantity, order.total, this.items[2], Order.count; then '=' and what it is"
                            + " to be. Options stand before")
    private List<String> words = List.of();

    @Override
    public List<String> arguments(List<Line.Word> words) {
        return TypedExpressions.of(words);
    }

    @Override
    public boolean endsInText() {
        return true;
    }

    @Override
    public void check() throws UsageError {
        split();
    }

    /** The variable and the value; the text is cut at the first {@code =} that stands by itself, outside quotes and brackets. */
    private List<String> split() throws UsageError {
        String text = String.join(" ", words);
        int open = 0;
        char quote = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quote != 0) {
                i += c == '\\' ? 1 : 0;
                quote = c == quote ? 0 : quote;
            } else if (c == '"' || c == '\'') {
                quote = c;
            } else if (c == '[' || c == '(') {
                open++;
            } else if (c == ']' || c == ')') {
                open--;
            } else if (c == '=' && open == 0) {
                String variable = text.substring(0, i).strip();
                String value = text.substring(i + 1).strip();
                if (variable.isEmpty() || value.isEmpty() || value.startsWith("=")) {
                    break;
                }
                return List.of(variable, value);
            }
        }
        throw new UsageError("'" + text + "' is not a variable, '=' and a value, as in set quantity = 5");
    }

    @Override
    void run(Here here) throws UsageError, TargetError, ExpressionError {
        if (here.debugger().frame(here.target().id()) > 0) {
            throw new TargetError(
                    "only variables of the frame where the thread stands can be set; down goes back to it");
        }
        List<String> both = split();
        Stop.Changed change = here.stop().set(both.get(0), both.get(1), LIMITS);
        here.debugger().journal().changed(here.target().id(), here.stop(), both.get(0), change);
        here.context().output().row(new SetRow(here.stop().thread(), both.get(0), change.before(), change.after()));
        change.notice().ifPresent(here.context().output()::notice);
    }
}
