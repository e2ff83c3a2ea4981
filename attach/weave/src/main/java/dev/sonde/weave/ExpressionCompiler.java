package dev.sonde.weave;

import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.sonde.wire.Expr;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Turns one parsed expression into {@link Expr}, typed against a {@link Scope}. What needs its operands compiled is here; what a name
 * stands for is in {@link Variables}, a dot in {@link Members}, operators in {@link Operators}, calls in {@link Calls}.
 */
final class ExpressionCompiler extends ExpressionPart {

    private final Variables variables;
    private final Members members;
    private final Operators operators;
    private final Calls calls;
    private int depth;

    ExpressionCompiler(ExpressionText text, Scope scope) {
        super(text, scope);
        variables = new Variables(text, scope);
        members = new Members(text, scope);
        operators = new Operators(text, scope);
        calls = new Calls(this, variables, members, operators);
    }

    Expr condition() throws ExpressionError {
        CelExpr root = text.root();
        Typed typed = lower(root);
        if (!shape(typed).mayBe(Shape.BOOL)) {
            throw error(text.startColumn(root), "a condition is true or false, and this is " + shape(typed).human);
        }
        Expr expr = typed.expr();
        return checked(
                expr.kind == Expr.BOOL
                        ? expr
                        : Expr.of(Expr.AND, Expr.BOOL, expr, Expr.ofNumber(Expr.CONST_LONG, Expr.BOOL, 1)));
    }

    Expr capture() throws ExpressionError {
        return checked(lower(text.root()).expr());
    }

    /** With what is known of it. */
    Typed typed() throws ExpressionError {
        Typed typed = lower(text.root());
        return new Typed(checked(typed.expr()), typed.type());
    }

    private Expr checked(Expr expr) throws ExpressionError {
        int nodes = nodes(expr, 1);
        if (nodes > Expr.MAX_NODES) {
            throw error(0, "too long: it has " + nodes + " parts of " + Expr.MAX_NODES);
        }
        return expr;
    }

    private int nodes(Expr expr, int level) throws ExpressionError {
        if (level > Expr.MAX_DEPTH) {
            throw tooDeep();
        }
        int nodes = 1;
        for (Expr child : expr.children) {
            nodes += nodes(child, level + 1);
        }
        return nodes;
    }

    private ExpressionError tooDeep() {
        return error(0, "nested too deeply: the limit is " + Expr.MAX_DEPTH);
    }

    Typed lower(CelExpr expr) throws ExpressionError {
        if (++depth > Expr.MAX_DEPTH) {
            throw tooDeep();
        }
        try {
            switch (expr.getKind()) {
                case CONSTANT -> {
                    return constant(expr, expr.constant());
                }
                case IDENT -> {
                    return variables.ident(expr);
                }
                case SELECT -> {
                    return select(expr);
                }
                case CALL -> {
                    return call(expr);
                }
                case LIST -> {
                    return list(expr);
                }
                case MAP -> {
                    throw error(text.column(expr), "a map cannot be written here");
                }
                default -> {
                    throw error(text.column(expr), "objects cannot be made here");
                }
            }
        } finally {
            depth--;
        }
    }

    private Typed constant(CelExpr expr, CelConstant constant) throws ExpressionError {
        switch (constant.getKind()) {
            case INT64_VALUE -> {
                return Typed.number(constant.int64Value());
            }
            case UINT64_VALUE -> {
                if (constant.uint64Value().longValue() < 0) {
                    throw error(text.column(expr), "the number does not fit");
                }
                return Typed.number(constant.uint64Value().longValue());
            }
            case DOUBLE_VALUE -> {
                return Typed.decimal(constant.doubleValue());
            }
            case BOOLEAN_VALUE -> {
                return new Typed(
                        Expr.ofNumber(Expr.CONST_LONG, Expr.BOOL, constant.booleanValue() ? 1 : 0), StaticType.BOOL);
            }
            case STRING_VALUE -> {
                return Typed.string(constant.stringValue());
            }
            case NULL_VALUE -> {
                return new Typed(Expr.of(Expr.NULL, Expr.OBJECT), StaticType.NULL);
            }
            default -> {
                throw error(text.column(expr), "bytes cannot be written here");
            }
        }
    }

    private Typed list(CelExpr expr) throws ExpressionError {
        List<Expr> children = new ArrayList<>();
        StaticType element = null;
        for (CelExpr each : expr.list().elements()) {
            Typed typed = lower(each);
            children.add(typed.expr());
            StaticType type = typed.type().boxed();
            element = element == null || element.equals(type) ? type : StaticType.DYN;
        }
        if (children.size() > 255) {
            throw error(text.column(expr), "a list has at most 255 elements here");
        }
        return new Typed(
                new Expr(Expr.LIST, Expr.OBJECT, 0, "", "", "", children),
                StaticType.listOf(element == null ? StaticType.DYN : element));
    }

    private Typed select(CelExpr expr) throws ExpressionError {
        CelExpr of = expr.select().operand();
        ClassModel owner = variables.classPath(of);
        return owner != null
                ? members.ofClass(owner, expr)
                : members.member(lower(of), text.name(expr), text.nameColumn(expr));
    }

    private Typed call(CelExpr expr) throws ExpressionError {
        CelExpr.CelCall call = expr.call();
        String function = call.function();
        List<CelExpr> args = call.args();
        if (call.target().isPresent()) {
            return calls.memberCall(expr, call.target().get(), args);
        }
        Integer operator = Operators.ofTwo(function);
        if (operator != null) {
            return binary(expr, operator, args.get(0), args.get(1));
        }
        switch (function) {
            case "!_" -> {
                return new Typed(Expr.of(Expr.NOT, Expr.BOOL, bool(args.get(0))), StaticType.BOOL);
            }
            case "-_" -> {
                return operators.negated(lower(args.get(0)), args.get(0));
            }
            case "_?_:_" -> {
                return operators.either(bool(args.get(0)), lower(args.get(1)), lower(args.get(2)));
            }
            case "_[_]" -> {
                return index(expr, args.get(0), args.get(1));
            }
            case "@in" -> {
                return in(lower(args.get(0)), args.get(0), lowerRange(args.get(1)), args.get(1));
            }
            default -> {
                return calls.globalCall(expr, text.name(expr), args);
            }
        }
    }

    private Typed binary(CelExpr expr, int op, CelExpr left, CelExpr right) throws ExpressionError {
        if (op == Expr.AND || op == Expr.OR) {
            return new Typed(Expr.of(op, Expr.BOOL, bool(left), bool(right)), StaticType.BOOL);
        }
        Typed a = lower(left);
        Typed b = lower(right);
        return op >= Expr.ADD && op <= Expr.MOD
                ? operators.arithmetic(expr, op, a, b)
                : operators.compared(expr, op, a, left, b, right);
    }

    Expr bool(CelExpr expr) throws ExpressionError {
        Typed typed = lower(expr);
        if (!shape(typed).mayBe(Shape.BOOL)) {
            throw error(text.startColumn(expr), "true or false is needed here, and this is " + human(typed));
        }
        return typed.expr();
    }

    /** What is counted, searched or gone through: there the arguments need not be made a list. */
    Typed lowerRange(CelExpr expr) throws ExpressionError {
        return variables.isArguments(expr) && !scope.isAtLine()
                ? new Typed(Expr.of(Expr.ARGS, Expr.OBJECT), StaticType.listOf(StaticType.DYN))
                : lower(expr);
    }

    private Typed index(CelExpr expr, CelExpr of, CelExpr at) throws ExpressionError {
        Typed index = lower(at);
        if (variables.isArguments(of) && index.expr().op == Expr.CONST_LONG && index.expr().kind == Expr.LONG) {
            long i = index.expr().number;
            int arguments = scope.arguments();
            if (i < 0 || i >= arguments) {
                throw error(
                        text.column(at),
                        (scope.isAtLine() ? "the method" : scope.method().human()) + " has "
                                + switch (arguments) {
                                    case 0 -> "no arguments";
                                    case 1 -> "one argument, args[0]";
                                    default -> arguments + " arguments, args[0] to args[" + (arguments - 1) + "]";
                                });
            }
            Optional<Integer> variable = scope.argument((int) i);
            if (variable.isEmpty()) {
                throw error(text.column(at), "args[" + i + "] cannot be read at this line");
            }
            return variables.argument(variable.get());
        }
        Typed target = lowerRange(of);
        return indexed(target, index, text.column(expr), text.startColumn(at));
    }

    Typed indexed(Typed target, Typed index, int column, int indexColumn) throws ExpressionError {
        Shape shape = shape(target);
        if (!shape.mayBe(Shape.LIST) && shape != Shape.MAP) {
            throw error(column, "only lists, arrays and maps have elements, and this is " + human(target));
        }
        if (shape == Shape.LIST && !shape(index).mayBe(Shape.LONG)) {
            throw error(indexColumn, "a list is indexed with an int, and this is " + human(index));
        }
        StaticType type =
                switch (shape) {
                    case LIST -> Operators.elementOf(target.type());
                    case MAP -> target.type().argument(1);
                    default -> StaticType.DYN;
                };
        return new Typed(Expr.of(Expr.INDEX, Expr.OBJECT, target.expr(), index.expr()), type.boxed());
    }

    Typed in(Typed element, CelExpr elementAt, Typed container, CelExpr at) throws ExpressionError {
        Shape shape = shape(container);
        if (!shape.mayBe(Shape.LIST) && shape != Shape.MAP) {
            throw error(
                    text.startColumn(at),
                    "'in' looks in lists, arrays and the keys of maps, and this is " + human(container)
                            + (shape == Shape.STRING ? ": use contains(…)" : ""));
        }
        if (at.getKind() == CelExpr.ExprKind.Kind.LIST) {
            for (int i = 0; i < at.list().elements().size(); i++) {
                CelExpr each = at.list().elements().get(i);
                Typed typed = lower(each);
                operators.checkConstant(element, typed, each);
                if (!operators.comparable(element, typed)) {
                    throw error(text.startColumn(each), "cannot compare " + human(element) + " and " + human(typed));
                }
            }
        } else if (shape == Shape.LIST) {
            StaticType type = Operators.elementOf(container.type());
            Typed sample = new Typed(container.expr(), type);
            if (!operators.comparable(element, sample)) {
                throw error(
                        text.startColumn(elementAt),
                        "cannot compare " + human(element) + " and " + human(sample) + ", which each element is");
            }
        }
        return new Typed(Expr.of(Expr.IN, Expr.BOOL, element.expr(), container.expr()), StaticType.BOOL);
    }

    Typed sizeOf(Typed target, int column) throws ExpressionError {
        Shape shape = shape(target);
        if (shape != Shape.STRING && !shape.mayBe(Shape.LIST) && shape != Shape.MAP) {
            throw error(column, human(target) + " has no size");
        }
        return Typed.size(target);
    }
}
