package dev.sonde.weave;

import dev.cel.common.ast.CelExpr;
import dev.sonde.wire.Expr;
import dev.sonde.wire.ProbePlan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a bare name stands for. */
final class Variables extends ExpressionPart {

    private static final List<String> NAMES = List.of("this", "args", "result", "error", "cost", "thread", "depth");

    private record Variable(int number, StaticType type) {}

    private final Map<String, Variable> bound = new LinkedHashMap<>();

    Variables(ExpressionText text, Scope scope) {
        super(text, scope);
    }

    Typed ident(CelExpr expr) throws ExpressionError {
        String name = text.name(expr);
        int column = text.nameColumn(expr);
        Typed variable = scope.ofCall() || name.equals("this") || bound.containsKey(name)
                ? variable(name, column)
                : withoutCall(name, column);
        if (variable != null) {
            return variable;
        }
        Optional<String> hidden = scope.whyHidden(name);
        if (hidden.isPresent()) {
            throw error(column, "'" + name + "' cannot be read here: " + hidden.get());
        }
        Scope.Found field = scope.staticField(scope.declaring(), name);
        if (field != null) {
            return Typed.staticRead(field);
        }
        if (looksLikeClass(name) && scope.classNamed(name) != null) {
            throw error(column, name + " is a class: name one of its static fields");
        }
        if (!scope.method().isStatic() && scope.field(thisType(), name) != null) {
            throw error(column, "no variable '" + name + "'; the field is this." + name, List.of("this." + name));
        }
        Set<String> known = new LinkedHashSet<>(bound.keySet());
        scope.method().parameterNames().stream().filter(each -> !each.isEmpty()).forEach(known::add);
        if (scope.ofCall()) {
            known.addAll(NAMES);
        } else if (!scope.method().isStatic()) {
            known.add("this");
            known.addAll(scope.members(thisType()));
        }
        scope.declaring().fields().stream().filter(ClassModel.Field::isStatic).forEach(each -> known.add(each.name()));
        List<String> near = NearNames.of(name, known);
        boolean unnamed = !scope.parameterTypes().isEmpty()
                && scope.method().parameterNames().stream().allMatch(String::isEmpty);
        throw error(
                column,
                "no variable '" + name + "'"
                        + (unnamed ? "; the class file does not name the parameters, they are args[0] and so on" : ""),
                near);
    }

    /** What a bare name is where there is no call: a field may have any name. */
    private @Nullable Typed withoutCall(String name, int column) throws ExpressionError {
        Scope.Found field = scope.method().isStatic() ? null : scope.field(thisType(), name);
        if (field != null) {
            return Typed.read(new Typed(Expr.of(Expr.THIS, Expr.OBJECT), thisType()), field);
        }
        if (NAMES.contains(name) && scope.staticField(scope.declaring(), name) == null) {
            throw error(
                    column,
                    "'" + name + "' is of a call, and here is none: there "
                            + (scope.method().isStatic() ? "are the static fields" : "is this, with its fields"));
        }
        return null;
    }

    /** What a bare name is, or null. */
    private @Nullable Typed variable(String name, int column) throws ExpressionError {
        Variable macro = bound.get(name);
        if (macro != null) {
            return new Typed(Expr.ofNumber(Expr.ITER, Expr.OBJECT, macro.number()), macro.type());
        }
        String why = null;
        switch (name) {
            case "this" -> {
                why = whyNoThis();
                if (why == null) {
                    return new Typed(Expr.of(Expr.THIS, Expr.OBJECT), thisType());
                }
            }
            case "args" -> {
                return allArguments();
            }
            case "result" -> {
                if (scope.isAtLine()) {
                    why = "there is no result at a line";
                } else if (scope.returnType().equals(StaticType.VOID)) {
                    why = scope.method().key().name().equals("<init>")
                            ? "a constructor has no result: it is this"
                            : scope.method().human() + " returns nothing";
                } else if ((scope.when() & ProbePlan.ON_RETURN) == 0) {
                    why = "the result is known on return only";
                } else {
                    return new Typed(Expr.of(Expr.RESULT, scope.returnType().kind()), scope.returnType());
                }
            }
            case "error" -> {
                if ((scope.when() & ProbePlan.ON_THROW) == 0) {
                    why = scope.isAtLine() ? "there is no error at a line" : "the error is known on throw only";
                    break;
                }
                return new Typed(Expr.of(Expr.ERROR, Expr.OBJECT), StaticType.THROWABLE);
            }
            case "cost" -> {
                if ((scope.when() & (ProbePlan.ON_RETURN | ProbePlan.ON_THROW)) == 0) {
                    why = scope.isAtLine() ? "there is no cost at a line" : "the cost is not known on entry";
                    break;
                }
                return new Typed(Expr.of(Expr.COST, Expr.DOUBLE), StaticType.DOUBLE);
            }
            case "thread" -> {
                return new Typed(Expr.of(Expr.THREAD, Expr.OBJECT), StaticType.STRING);
            }
            case "depth" -> {
                return new Typed(Expr.of(Expr.DEPTH, Expr.LONG), StaticType.LONG);
            }
            default -> {}
        }
        int parameter = scope.method().parameterNames().indexOf(name);
        if (parameter >= 0) {
            // One named result is meant where there is no result.
            return argument(parameter);
        }
        if (why != null) {
            throw error(column, why);
        }
        return null;
    }

    private @Nullable String whyNoThis() {
        if (!scope.ofCall() && scope.method().isStatic()) {
            return "there is no this: only the static fields are seen here";
        }
        if (scope.isAtLine()) {
            return scope.method().isStatic()
                    ? scope.whyHidden("this")
                            .map(why -> "'this' cannot be read here: " + why)
                            .orElse("there is no this here")
                    : null;
        }
        if (scope.method().isStatic()) {
            return "there is no this: " + scope.method().human() + " is static";
        }
        boolean exits = (scope.when() & (ProbePlan.ON_RETURN | ProbePlan.ON_THROW)) != 0;
        return scope.method().key().name().equals("<init>") && !exits
                ? "there is no this before a constructor has called super()"
                : null;
    }

    private StaticType thisType() {
        return StaticType.of(scope.declaring().name());
    }

    Typed argument(int i) {
        StaticType type = scope.parameterTypes().get(i);
        return new Typed(Expr.ofNumber(Expr.ARG, type.kind(), i), type);
    }

    private Typed allArguments() {
        List<Expr> all = new ArrayList<>();
        for (int i = 0; i < scope.arguments(); i++) {
            all.add(scope.argument(i)
                    .map(variable -> argument(variable).expr())
                    .orElse(Expr.of(Expr.NULL, Expr.OBJECT)));
        }
        return new Typed(new Expr(Expr.LIST, Expr.OBJECT, 0, "", "", "", all), StaticType.listOf(StaticType.DYN));
    }

    boolean isArguments(CelExpr expr) {
        return expr.getKind() == CelExpr.ExprKind.Kind.IDENT
                && text.name(expr).equals("args")
                && !bound.containsKey("args");
    }

    /** The class that a chain of names stands for, unless its first is a variable. */
    @Nullable
    ClassModel classPath(CelExpr expr) throws ExpressionError {
        StringBuilder name = new StringBuilder();
        CelExpr each = expr;
        while (each.getKind() == CelExpr.ExprKind.Kind.SELECT) {
            name.insert(0, "." + text.name(each));
            each = each.select().operand();
        }
        if (each.getKind() != CelExpr.ExprKind.Kind.IDENT) {
            return null;
        }
        String first = text.name(each);
        name.insert(0, first);
        String last = name.substring(name.lastIndexOf(".") + 1);
        if (!looksLikeClass(last)
                || bound.containsKey(first)
                || scope.method().parameterNames().contains(first)
                || NAMES.contains(first)
                || (!scope.ofCall() && !scope.method().isStatic() && scope.field(thisType(), first) != null)
                || scope.staticField(scope.declaring(), first) != null) {
            return null;
        }
        return scope.classNamed(name.toString());
    }

    static boolean looksLikeClass(String name) {
        return !name.isEmpty() && Character.isUpperCase(name.charAt(0));
    }

    /** Gives the element of a macro its name, and {@code inside} what that name stands for. */
    <T> T bound(String variable, StaticType element, Inside<T> inside) throws ExpressionError {
        int number = bound.values().stream().mapToInt(Variable::number).max().orElse(-1) + 1;
        Variable shadowed = bound.put(variable, new Variable(number, element));
        try {
            return inside.compile(number);
        } finally {
            if (shadowed == null) {
                bound.remove(variable);
            } else {
                bound.put(variable, shadowed);
            }
        }
    }

    /** What a macro makes of its element, of which it gets the number. */
    interface Inside<T> {
        T compile(int number) throws ExpressionError;
    }
}
