package dev.sonde.weave;

import dev.cel.common.ast.CelExpr;
import dev.sonde.wire.Expr;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** What is written as a call: our functions, the macros that go through elements, and what people type who write Java all day. */
final class Calls extends ExpressionPart {

    private static final List<String> MACROS = List.of("exists", "all", "exists_one", "existsOne", "filter", "map");
    private static final List<String> CONVERSIONS = List.of("int", "double", "string", "bool");

    private final ExpressionCompiler compiler;
    private final Variables variables;
    private final Members members;
    private final Operators operators;

    Calls(ExpressionCompiler compiler, Variables variables, Members members, Operators operators) {
        super(compiler.text, compiler.scope);
        this.compiler = compiler;
        this.variables = variables;
        this.members = members;
        this.operators = operators;
    }

    Typed globalCall(CelExpr expr, String name, List<CelExpr> args) throws ExpressionError {
        int column = text.nameColumn(expr);
        switch (name) {
            case "has" -> {
                return has(expr, args);
            }
            case "size" -> {
                count(column, name, args, 1, 1);
                return compiler.sizeOf(compiler.lowerRange(args.get(0)), text.startColumn(args.get(0)));
            }
            case "dyn" -> {
                count(column, name, args, 1, 1);
                return new Typed(compiler.lower(args.get(0)).expr(), StaticType.DYN);
            }
            case "int", "double", "string", "bool" -> {
                count(column, name, args, 1, 1);
                return conversion(name, args.get(0));
            }
            case "matches" -> {
                count(column, name, args, 2, 2);
                return stringFunction(
                        expr, compiler.lower(args.get(0)), args.get(0), args.subList(1, 2), StringFunction.named(name));
            }
            default -> {}
        }
        Set<String> known = new LinkedHashSet<>(List.of("has", "size", "dyn", "matches"));
        known.addAll(CONVERSIONS);
        if (MACROS.contains(name) || StringFunction.named(name) != null) {
            throw error(column, name + " stands behind what it works on: x." + name + "(…)");
        }
        if (scope.declaring().methods().stream()
                .anyMatch(each -> each.key().name().equals(name))) {
            throw error(
                    column,
                    "calling methods needs the grant mutate; " + name + "() is a method of "
                            + MethodPattern.simpleName(scope.declaring().name()));
        }
        throw error(column, "no function '" + name + "'", NearNames.of(name, known));
    }

    private Typed conversion(String name, CelExpr argument) throws ExpressionError {
        Typed typed = compiler.lower(argument);
        Shape shape = shape(typed);
        StaticType target =
                switch (name) {
                    case "int" -> StaticType.LONG;
                    case "double" -> StaticType.DOUBLE;
                    case "bool" -> StaticType.BOOL;
                    default -> StaticType.STRING;
                };
        boolean possible =
                switch (name) {
                    case "int", "double" -> shape.mayBeNumber() || shape == Shape.STRING;
                    case "bool" -> shape.mayBe(Shape.BOOL) || shape == Shape.STRING;
                    default -> shape.mayBeString() || shape.isNumber() || shape == Shape.BOOL;
                };
        if (!possible) {
            throw error(text.startColumn(argument), name + "(…) cannot be made of " + shape.human);
        }
        return Typed.convert(name, typed, target);
    }

    private Typed has(CelExpr expr, List<CelExpr> args) throws ExpressionError {
        count(text.nameColumn(expr), "has", args, 1, 1);
        CelExpr selected = args.get(0);
        if (selected.getKind() != CelExpr.ExprKind.Kind.SELECT) {
            throw error(text.startColumn(selected), "has(…) takes a field, such as has(order.coupon)");
        }
        Typed target = compiler.lower(selected.select().operand());
        String name = text.name(selected);
        Typed read = members.member(target, name, text.nameColumn(selected)); // it must exist, as far as that is known
        if (read.expr().op == Expr.OPTIONAL_VALUE) {
            return new Typed(Expr.of(Expr.OPTIONAL_HAS, Expr.BOOL, target.expr()), StaticType.BOOL);
        }
        String found = read.expr().op == Expr.FIELD ? read.expr().text : name;
        return new Typed(Expr.ofText(Expr.HAS, Expr.BOOL, found, target.expr()), StaticType.BOOL);
    }

    Typed memberCall(CelExpr expr, CelExpr targetAt, List<CelExpr> args) throws ExpressionError {
        String name = text.name(expr);
        int column = text.nameColumn(expr);
        ClassModel owner = variables.classPath(targetAt);
        if (owner != null) {
            throw error(
                    column,
                    "calling methods needs the grant mutate; only static fields of "
                            + MethodPattern.simpleName(owner.name()) + " can be read");
        }
        Typed target = compiler.lowerRange(targetAt);
        Shape shape = shape(target);
        if (MACROS.contains(name) && (args.size() >= 2 || shape == Shape.LIST || shape == Shape.MAP)) {
            return macro(expr, name, target, targetAt, args);
        }
        Typed asJava = javaIdiom(expr, name, target, shape, args);
        if (asJava != null) {
            return asJava;
        }
        StringFunction function = StringFunction.named(name);
        if (function != null && (function.onList() ? shape.mayBe(Shape.LIST) : shape.mayBeString())) {
            return stringFunction(expr, target, targetAt, args, function);
        }
        if (function != null && shape != Shape.STRUCT) {
            throw error(
                    column,
                    name + " works on " + (function.onList() ? "lists" : "strings") + ", and this is " + human(target));
        }
        if (args.isEmpty() && (shape == Shape.STRUCT || shape == Shape.ENUM || shape == Shape.LIST)) {
            Scope.Found found = scope.getter(target.type(), name);
            if (found != null) {
                return Typed.read(target, found);
            }
            if (members.isThrowable(target.type()) && (name.equals("getMessage") || name.equals("getCause"))) {
                return members.member(target, Scope.property(name), column);
            }
        }
        throw notCalled(target, shape, name, column, args);
    }

    private ExpressionError notCalled(Typed target, Shape shape, String name, int column, List<CelExpr> args) {
        if (shape == Shape.STRING) {
            return error(column, "a string has no function '" + name + "'", NearNames.of(name, StringFunction.names()));
        }
        if (shape == Shape.DYN) {
            return error(
                    column,
                    "calling methods needs the grant mutate; its class is not known before it is there, so read a field: x."
                            + Scope.property(name));
        }
        if (shape != Shape.STRUCT && shape != Shape.ENUM) {
            Set<String> known = new LinkedHashSet<>(List.of("size"));
            if (shape == Shape.LIST || shape == Shape.MAP) {
                known.addAll(MACROS);
                known.remove("existsOne");
            }
            return error(column, human(target) + " has no function '" + name + "'", NearNames.of(name, known));
        }
        if (args.isEmpty() && scope.hasMethod(target.type(), name)) {
            return error(column, Members.whyNotCalled(target.type(), name));
        }
        List<String> near = new ArrayList<>();
        for (ClassModel model : scope.chain(target.type().name()).models()) {
            model.getters().keySet().forEach(getter -> near.add(getter));
        }
        return error(
                column,
                "calling methods needs the grant mutate, and "
                        + MethodPattern.simpleName(target.type().name()) + " has no getter '" + name + "'",
                NearNames.of(name, near));
    }

    /** What people type who write Java all day, and what is no call of a method but one of our own operations. */
    private @Nullable Typed javaIdiom(CelExpr expr, String name, Typed target, Shape shape, List<CelExpr> args)
            throws ExpressionError {
        int column = text.nameColumn(expr);
        boolean counts = shape == Shape.LIST || shape == Shape.MAP || shape == Shape.STRING;
        switch (name) {
            case "size" -> {
                if (args.isEmpty() && (counts || shape == Shape.DYN)) {
                    return Typed.size(target);
                }
                return null;
            }
            case "length" -> {
                return args.isEmpty() && shape == Shape.STRING ? Typed.size(target) : null;
            }
            case "isEmpty" -> {
                if (args.isEmpty() && counts) {
                    return new Typed(
                            Expr.of(
                                    Expr.EQ,
                                    Expr.BOOL,
                                    Typed.size(target).expr(),
                                    Typed.number(0).expr()),
                            StaticType.BOOL);
                }
                if (args.isEmpty() && shape == Shape.OPTIONAL) {
                    return new Typed(
                            Expr.of(Expr.NOT, Expr.BOOL, Expr.of(Expr.OPTIONAL_HAS, Expr.BOOL, target.expr())),
                            StaticType.BOOL);
                }
                return null;
            }
            case "isPresent" -> {
                return args.isEmpty() && shape == Shape.OPTIONAL
                        ? new Typed(Expr.of(Expr.OPTIONAL_HAS, Expr.BOOL, target.expr()), StaticType.BOOL)
                        : null;
            }
            case "get" -> {
                if (args.isEmpty() && shape == Shape.OPTIONAL) {
                    return members.member(target, "value", column);
                }
                if (args.size() == 1 && (shape == Shape.LIST || shape == Shape.MAP)) {
                    return compiler.indexed(target, compiler.lower(args.get(0)), column, text.startColumn(args.get(0)));
                }
                return null;
            }
            case "contains" -> {
                return args.size() == 1 && shape == Shape.LIST
                        ? compiler.in(compiler.lower(args.get(0)), args.get(0), target, expr)
                        : null;
            }
            case "containsKey" -> {
                return args.size() == 1 && shape == Shape.MAP
                        ? compiler.in(compiler.lower(args.get(0)), args.get(0), target, expr)
                        : null;
            }
            case "name" -> {
                return args.isEmpty() && shape == Shape.ENUM
                        ? Typed.convert("string", target, StaticType.STRING)
                        : null;
            }
            default -> {
                return null;
            }
        }
    }

    private Typed stringFunction(
            CelExpr expr, Typed target, CelExpr targetAt, List<CelExpr> args, @Nullable StringFunction function)
            throws ExpressionError {
        if (function == null) {
            throw new IllegalStateException();
        }
        if (!(function.onList()
                ? shape(target).mayBe(Shape.LIST)
                : shape(target).mayBeString())) {
            throw error(
                    text.startColumn(targetAt), function.name() + " works on strings, and this is " + human(target));
        }
        count(
                text.nameColumn(expr),
                function.name(),
                args,
                function.required(),
                function.parameters().size());
        Expr[] children = new Expr[args.size() + 1];
        children[0] = operators.asString(target);
        for (int i = 0; i < args.size(); i++) {
            Typed argument = compiler.lower(args.get(i));
            Shape wanted = function.parameters().get(i);
            Shape given = shape(argument);
            if (!(wanted == Shape.STRING ? given.mayBeString() : given.mayBe(wanted))) {
                throw error(
                        text.startColumn(args.get(i)),
                        function.name() + " takes " + wanted.human + " here, and this is " + human(argument));
            }
            children[i + 1] = wanted == Shape.STRING ? operators.asString(argument) : argument.expr();
        }
        if (function.name().equals("matches") && children[1].op == Expr.CONST_STRING) {
            try {
                var unused = Pattern.compile(children[1].text);
            } catch (PatternSyntaxException e) {
                throw error(
                        text.column(args.get(0)),
                        "not a regular expression: " + lowerFirst(e.getDescription()) + " at its character "
                                + (e.getIndex() + 1));
            }
        }
        return new Typed(
                Expr.ofText(Expr.CALL, function.returns().kind(), function.name(), children), function.returns());
    }

    private static String lowerFirst(String text) {
        return text.isEmpty() ? text : Character.toLowerCase(text.charAt(0)) + text.substring(1);
    }

    private Typed macro(CelExpr expr, String name, Typed range, CelExpr rangeAt, List<CelExpr> args)
            throws ExpressionError {
        Shape shape = shape(range);
        int column = text.nameColumn(expr);
        if (!shape.mayBe(Shape.LIST) && shape != Shape.MAP) {
            throw error(
                    text.startColumn(rangeAt),
                    name + " goes through lists, arrays and maps, and this is " + human(range));
        }
        boolean isMap = name.equals("map");
        count(column, name, args, 2, isMap ? 3 : 2);
        if (args.get(0).getKind() != CelExpr.ExprKind.Kind.IDENT) {
            throw error(
                    text.startColumn(args.get(0)),
                    name + " names its element first, such as " + name + "(x, x." + (isMap ? "total)" : "total > 20)"));
        }
        String variable = text.name(args.get(0));
        StaticType element =
                switch (shape) {
                    case LIST -> Operators.elementOf(range.type());
                    case MAP -> range.type().argument(0);
                    default -> StaticType.DYN;
                };
        return variables.bound(variable, element, number -> {
            if (isMap) {
                Expr condition =
                        args.size() == 3 ? compiler.bool(args.get(1)) : Expr.ofNumber(Expr.CONST_LONG, Expr.BOOL, 1);
                Typed value = compiler.lower(args.get(args.size() - 1));
                return new Typed(
                        Expr.ofNumber(Expr.MAP, Expr.OBJECT, number, range.expr(), condition, value.expr()),
                        StaticType.listOf(value.type().boxed()));
            }
            Expr condition = compiler.bool(args.get(1));
            return switch (name) {
                case "filter" ->
                    new Typed(
                            Expr.ofNumber(Expr.FILTER, Expr.OBJECT, number, range.expr(), condition),
                            StaticType.listOf(element));
                case "exists" ->
                    new Typed(Expr.ofNumber(Expr.EXISTS, Expr.BOOL, number, range.expr(), condition), StaticType.BOOL);
                case "all" ->
                    new Typed(Expr.ofNumber(Expr.ALL, Expr.BOOL, number, range.expr(), condition), StaticType.BOOL);
                default ->
                    new Typed(
                            Expr.ofNumber(Expr.EXISTS_ONE, Expr.BOOL, number, range.expr(), condition),
                            StaticType.BOOL);
            };
        });
    }

    private void count(int column, String function, List<CelExpr> args, int least, int most) throws ExpressionError {
        if (args.size() < least || args.size() > most) {
            String wanted = least == most ? "" + least : least + " or " + most;
            throw error(
                    column,
                    function + " takes " + wanted + (most == 1 ? " argument" : " arguments") + ", not " + args.size());
        }
    }
}
