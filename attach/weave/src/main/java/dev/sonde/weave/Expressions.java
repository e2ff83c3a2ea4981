package dev.sonde.weave;

import dev.sonde.wire.Expr;
import java.util.List;

/**
 * Compiles the text of an expression, in the language that the README describes, to what the agent evaluates. The CEL
 * library parses; the types are those of the class files, which CEL's own checker has no words for ({@code null} for any
 * reference, enums that equal their names, values whose class shows when they are there).
 *
 * <p>Names, in this order: what a macro has bound; {@code this}, {@code args}, {@code result}, {@code error}, {@code cost},
 * {@code thread}, {@code depth}; parameters (one that has such a name is {@code args[i]}); static fields of the class. A
 * field, a record component and a trivial getter are all read with a dot, and {@code x.getTotal()} and {@code x.total()}
 * read the field that the method returns. Static fields of other classes are {@code Status.OPEN}. {@code x.class} is a
 * class's name. An Optional has {@code value} and {@code has(x.value)}. {@code dyn(x)} forgets the type, to read what only
 * a subclass has.
 */
public final class Expressions {

    private Expressions() {}

    /**
     * A condition, of kind {@link Expr#BOOL}.
     *
     * @throws ExpressionError when it is wrong; nothing was touched
     */
    public static Expr condition(String text, Scope scope) throws ExpressionError {
        return new ExpressionCompiler(ExpressionText.parse(text), scope).condition();
    }

    /**
     * Something to capture, of any kind.
     *
     * @throws ExpressionError when it is wrong; nothing was touched
     */
    public static Expr capture(String text, Scope scope) throws ExpressionError {
        return new ExpressionCompiler(ExpressionText.parse(text), scope).capture();
    }

    /**
     * What gives a variable another value.
     *
     * @param variable a local variable, a field, or an element of an array, as it is read
     * @param value what it is to be: of its type, or null where that may be; of an enum also the name of a constant
     * @throws ExpressionError when one of them is wrong; nothing was touched
     */
    public static Assignment assignment(String variable, String value, Scope scope) throws ExpressionError {
        return new AssignmentCompiler(variable, value, scope).assignment();
    }

    /**
     * A number to count, or what may turn out to be one.
     *
     * @throws ExpressionError when it is wrong; nothing was touched
     */
    public static Expr number(String text, Scope scope) throws ExpressionError {
        Expr expr = capture(text, scope);
        if (expr.kind == Expr.BOOL || expr.op == Expr.CONST_STRING || expr.op == Expr.THREAD || expr.op == Expr.LIST) {
            throw new ExpressionError("'" + text + "' is no number", text, 1, List.of());
        }
        return expr;
    }
}
