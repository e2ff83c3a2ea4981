package dev.sonde.commands.play;

import dev.sonde.commands.play.PlaybookError.Problem;
import dev.sonde.weave.ExpressionError;
import dev.sonde.weave.plain.PlainExpression;
import dev.sonde.weave.plain.PlainType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The names that an expression of a playbook or a guard may use at one place, and the list of what was found wrong on the way there. */
public final class Scope {

    /** What the language or a playbook keeps for itself. */
    static final Set<String> TAKEN = Set.of(
            "rows",
            "last",
            "notices",
            "exit",
            "error",
            "tookMs",
            "rounds",
            "target",
            "each",
            "true",
            "false",
            "null",
            "in",
            "int",
            "uint",
            "double",
            "bool",
            "string",
            "bytes",
            "list",
            "map",
            "type",
            "null_type",
            "dyn",
            "as",
            "break",
            "const",
            "continue",
            "else",
            "for",
            "function",
            "if",
            "import",
            "let",
            "loop",
            "package",
            "namespace",
            "return",
            "var",
            "void",
            "while");

    private final Map<String, PlainType> names;
    private final List<Problem> problems;

    /** @param problems gets what is found wrong */
    public Scope(Map<String, PlainType> names, List<Problem> problems) {
        this.names = new LinkedHashMap<>(names);
        this.problems = problems;
    }

    /** One that has more names, and adds to the same problems. */
    public Scope with(Map<String, PlainType> more) {
        Scope inner = new Scope(names, problems);
        inner.names.putAll(more);
        return inner;
    }

    void add(String name, PlainType type) {
        names.put(name, type);
    }

    boolean has(String name) {
        return names.containsKey(name);
    }

    Set<String> names() {
        return Set.copyOf(names.keySet());
    }

    public void wrong(At at, String text) {
        problems.add(new Problem(at, text));
    }

    /** An expression; empty when it is wrong, which is noted. */
    public Optional<PlainExpression> expression(Written written) {
        try {
            return Optional.of(PlainExpression.compile(written.text(), names, Functions.ALL));
        } catch (ExpressionError e) {
            wrong(
                    written.at(Math.max(0, e.column() - 1)),
                    e.getMessage() + (e.near().isEmpty() ? "" : "; near: " + String.join(", ", e.near())));
            return Optional.empty();
        }
    }

    /** One that says yes or no. */
    public Optional<PlainExpression> condition(String key, Written written) {
        Optional<PlainExpression> expression = expression(written);
        if (expression.isPresent()) {
            PlainType type = expression.get().type();
            if (type != PlainType.Simple.FLAG && type != PlainType.Simple.ANY) {
                wrong(written.at(), key + ": is " + type.shown() + ", and not true or false");
            }
        }
        return expression;
    }
}
