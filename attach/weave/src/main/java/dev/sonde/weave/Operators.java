package dev.sonde.weave;

import dev.cel.common.ast.CelExpr;
import dev.sonde.wire.Expr;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What operators make of the values beside them, and which values they take. */
final class Operators extends ExpressionPart {

    private static final Map<String, Integer> OPERATORS = Map.ofEntries(
            Map.entry("_+_", Expr.ADD),
            Map.entry("_-_", Expr.SUB),
            Map.entry("_*_", Expr.MUL),
            Map.entry("_/_", Expr.DIV),
            Map.entry("_%_", Expr.MOD),
            Map.entry("_==_", Expr.EQ),
            Map.entry("_!=_", Expr.NE),
            Map.entry("_<_", Expr.LT),
            Map.entry("_<=_", Expr.LE),
            Map.entry("_>_", Expr.GT),
            Map.entry("_>=_", Expr.GE),
            Map.entry("_&&_", Expr.AND),
            Map.entry("_||_", Expr.OR));

    Operators(ExpressionText text, Scope scope) {
        super(text, scope);
    }

    /** The operation of {@link Expr} that CEL has this name for; null when it is none of two values. */
    static @Nullable Integer ofTwo(String function) {
        return OPERATORS.get(function);
    }

    /** Of two values with a comparison between them. */
    Typed compared(CelExpr expr, int op, Typed a, CelExpr left, Typed b, CelExpr right) throws ExpressionError {
        Shape sa = shape(a);
        Shape sb = shape(b);
        boolean possible;
        if (op == Expr.EQ || op == Expr.NE) {
            possible = comparable(a, b);
            checkConstant(a, b, right);
            checkConstant(b, a, left);
        } else {
            possible = (sa.mayBeNumber() && sb.mayBeNumber())
                    || (sa.mayBe(Shape.STRING) && sb.mayBe(Shape.STRING))
                    || (sa == Shape.DYN && sb == Shape.DYN);
        }
        if (!possible) {
            throw cannot(expr, "compare", a, b);
        }
        return new Typed(Expr.of(op, Expr.BOOL, a.expr(), b.expr()), StaticType.BOOL);
    }

    boolean comparable(Typed a, Typed b) {
        Shape sa = shape(a);
        Shape sb = shape(b);
        if (sa == Shape.NULL || sb == Shape.NULL) {
            return !a.type().isPrimitive() && !b.type().isPrimitive();
        }
        return sa == sb
                || sa == Shape.DYN
                || sb == Shape.DYN
                || (sa.isNumber() && sb.isNumber())
                || (sa.mayBeString() && sb.mayBeString());
    }

    /** {@code status == "OPNE"} would be false for ever, which is never what was meant. */
    void checkConstant(Typed enumeration, Typed constant, CelExpr at) throws ExpressionError {
        if (shape(enumeration) != Shape.ENUM || constant.expr().op != Expr.CONST_STRING) {
            return;
        }
        ClassModel model = scope.model(enumeration.type().name()).orElse(null);
        List<String> constants = model == null ? List.of() : Scope.constants(model);
        String name = constant.expr().text;
        if (!constants.isEmpty() && !constants.contains(name)) {
            throw error(
                    text.column(at),
                    MethodPattern.simpleName(enumeration.type().name()) + " has no constant '" + name + "'",
                    NearNames.of(name, constants));
        }
    }

    private ExpressionError cannot(CelExpr operator, String verb, Typed a, Typed b) {
        String why = "";
        if (shape(a) == Shape.NULL || shape(b) == Shape.NULL) {
            why = "; a primitive is never null";
        }
        return error(text.column(operator), "cannot " + verb + " " + human(a) + " and " + human(b) + why);
    }

    Typed arithmetic(CelExpr expr, int op, Typed a, Typed b) throws ExpressionError {
        Shape sa = shape(a);
        Shape sb = shape(b);
        if (sa.isNumber() && sb.isNumber() && (op != Expr.MOD || sa == sb)) {
            if (sa == Shape.LONG && sb == Shape.LONG) {
                return new Typed(Expr.of(op, Expr.LONG, a.expr(), b.expr()), StaticType.LONG);
            }
            if (op != Expr.MOD) {
                return new Typed(Expr.of(op, Expr.DOUBLE, widened(a), widened(b)), StaticType.DOUBLE);
            }
        }
        if (op == Expr.ADD && sa.mayBeString() && sb.mayBeString() && (sa != Shape.DYN || sb != Shape.DYN)) {
            return new Typed(
                    Expr.of(op, Expr.OBJECT, asString(a), asString(b)),
                    sa == Shape.DYN || sb == Shape.DYN ? StaticType.DYN : StaticType.STRING);
        }
        if (op == Expr.ADD && sa.mayBe(Shape.LIST) && sb.mayBe(Shape.LIST) && (sa != Shape.DYN || sb != Shape.DYN)) {
            StaticType element = elementOf(a.type()).equals(elementOf(b.type())) ? elementOf(a.type()) : StaticType.DYN;
            return new Typed(Expr.of(op, Expr.OBJECT, a.expr(), b.expr()), StaticType.listOf(element));
        }
        if (sa.mayBeNumber() && sb.mayBeNumber() && !(op == Expr.MOD && (sa == Shape.DOUBLE || sb == Shape.DOUBLE))) {
            return new Typed(Expr.of(op, Expr.OBJECT, a.expr(), b.expr()), StaticType.DYN);
        }
        boolean text = op == Expr.ADD && (sa == Shape.STRING || sb == Shape.STRING);
        throw error(
                this.text.column(expr),
                "cannot " + verb(op) + " " + human(a) + " and " + human(b) + (text ? ": use string(…)" : ""));
    }

    private static String verb(int op) {
        return switch (op) {
            case Expr.ADD -> "add";
            case Expr.SUB -> "subtract";
            case Expr.MUL -> "multiply";
            case Expr.DIV -> "divide";
            default -> "take the remainder of";
        };
    }

    /** A node of kind DOUBLE widens what is under it; a constant is widened here. */
    private static Expr widened(Typed typed) {
        return typed.expr().op == Expr.CONST_LONG
                ? Typed.decimal((double) typed.expr().number).expr()
                : typed.expr();
    }

    /** For a branch, whose value is what it is. */
    private Expr asDouble(Typed typed) {
        return shape(typed) == Shape.DOUBLE || typed.expr().op == Expr.CONST_LONG
                ? widened(typed)
                : Typed.convert("double", typed, StaticType.DOUBLE).expr();
    }

    Expr asString(Typed typed) {
        return shape(typed) == Shape.ENUM
                ? Typed.convert("string", typed, StaticType.STRING).expr()
                : typed.expr();
    }

    Typed negated(Typed typed, CelExpr argument) throws ExpressionError {
        Shape shape = shape(typed);
        if (!shape.mayBeNumber()) {
            throw error(text.startColumn(argument), "cannot negate " + human(typed));
        }
        StaticType type =
                switch (shape) {
                    case LONG -> StaticType.LONG;
                    case DOUBLE -> StaticType.DOUBLE;
                    default -> StaticType.DYN;
                };
        return new Typed(Expr.of(Expr.NEG, type.kind(), typed.expr()), type);
    }

    /** One of two values. */
    Typed either(Expr condition, Typed yes, Typed no) {
        Shape a = shape(yes);
        Shape b = shape(no);
        if (a.isNumber() && b.isNumber() && a != b) {
            return new Typed(Expr.of(Expr.IF, Expr.DOUBLE, condition, asDouble(yes), asDouble(no)), StaticType.DOUBLE);
        }
        if (yes.expr().kind == no.expr().kind && yes.expr().kind != Expr.OBJECT) {
            return new Typed(Expr.of(Expr.IF, yes.expr().kind, condition, yes.expr(), no.expr()), yes.type());
        }
        StaticType type;
        if (a == Shape.NULL) {
            type = no.type().boxed();
        } else if (b == Shape.NULL || yes.type().boxed().equals(no.type().boxed())) {
            type = yes.type().boxed();
        } else {
            type = a == Shape.STRING && b == Shape.STRING ? StaticType.STRING : StaticType.DYN;
        }
        return new Typed(Expr.of(Expr.IF, Expr.OBJECT, condition, yes.expr(), no.expr()), type);
    }

    /** Of an array or collection, as an object. */
    static StaticType elementOf(StaticType list) {
        return list.arguments().size() == 1 ? list.argument(0).boxed() : StaticType.DYN;
    }
}
