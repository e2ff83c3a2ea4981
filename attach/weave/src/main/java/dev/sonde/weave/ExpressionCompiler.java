package dev.sonde.weave;

import dev.cel.common.ast.CelConstant;
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
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;

/** Turns one parsed expression into {@link Expr}, typed against a {@link Scope}. */
final class ExpressionCompiler {

    private static final List<String> MACROS = List.of("exists", "all", "exists_one", "existsOne", "filter", "map");
    private static final List<String> CONVERSIONS = List.of("int", "double", "string", "bool");
    private static final List<String> NAMES = List.of("this", "args", "result", "error", "cost", "thread", "depth");

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

    /** An expression and what is known of its value. */
    private record Typed(Expr expr, StaticType type) {}

    private record Variable(int number, StaticType type) {}

    private final ExpressionText text;
    private final Scope scope;
    private final Map<String, Variable> bound = new LinkedHashMap<>();
    private int depth;

    ExpressionCompiler(ExpressionText text, Scope scope) {
        this.text = text;
        this.scope = scope;
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

    private Typed lower(CelExpr expr) throws ExpressionError {
        if (++depth > Expr.MAX_DEPTH) {
            throw tooDeep();
        }
        try {
            switch (expr.getKind()) {
                case CONSTANT -> {
                    return constant(expr, expr.constant());
                }
                case IDENT -> {
                    return ident(expr);
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

    // ---- leaves

    private Typed constant(CelExpr expr, CelConstant constant) throws ExpressionError {
        switch (constant.getKind()) {
            case INT64_VALUE -> {
                return number(constant.int64Value());
            }
            case UINT64_VALUE -> {
                if (constant.uint64Value().longValue() < 0) {
                    throw error(text.column(expr), "the number does not fit");
                }
                return number(constant.uint64Value().longValue());
            }
            case DOUBLE_VALUE -> {
                return decimal(constant.doubleValue());
            }
            case BOOLEAN_VALUE -> {
                return new Typed(
                        Expr.ofNumber(Expr.CONST_LONG, Expr.BOOL, constant.booleanValue() ? 1 : 0), StaticType.BOOL);
            }
            case STRING_VALUE -> {
                return string(constant.stringValue());
            }
            case NULL_VALUE -> {
                return new Typed(Expr.of(Expr.NULL, Expr.OBJECT), StaticType.NULL);
            }
            default -> {
                throw error(text.column(expr), "bytes cannot be written here");
            }
        }
    }

    private static Typed number(long value) {
        return new Typed(Expr.ofNumber(Expr.CONST_LONG, Expr.LONG, value), StaticType.LONG);
    }

    private static Typed decimal(double value) {
        return new Typed(
                Expr.ofNumber(Expr.CONST_DOUBLE, Expr.DOUBLE, Double.doubleToRawLongBits(value)), StaticType.DOUBLE);
    }

    private static Typed string(String value) {
        return new Typed(Expr.ofText(Expr.CONST_STRING, Expr.OBJECT, value), StaticType.STRING);
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

    private Typed ident(CelExpr expr) throws ExpressionError {
        String name = text.name(expr);
        int column = text.nameColumn(expr);
        Typed variable = scope.ofCall() || name.equals("this") || bound.containsKey(name)
                ? variable(name, column)
                : withoutCall(name, column);
        if (variable != null) {
            return variable;
        }
        Scope.Found field = scope.staticField(scope.declaring(), name);
        if (field != null) {
            return staticRead(field);
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
            return read(new Typed(Expr.of(Expr.THIS, Expr.OBJECT), thisType()), field);
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
            return scope.method().isStatic() ? "there is no this here" : null;
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

    private Typed argument(int i) {
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

    // ---- members

    private Typed select(CelExpr expr) throws ExpressionError {
        Typed constant = staticOfClass(expr);
        return constant != null
                ? constant
                : member(lower(expr.select().operand()), text.name(expr), text.nameColumn(expr));
    }

    /** {@code Status.OPEN}, {@code shop.Status.OPEN}. */
    private @Nullable Typed staticOfClass(CelExpr expr) throws ExpressionError {
        ClassModel owner = classPath(expr.select().operand());
        if (owner == null) {
            return null;
        }
        String name = text.name(expr);
        Scope.Found found = scope.staticField(owner, name);
        if (found != null) {
            return staticRead(found);
        }
        List<String> statics = owner.fields().stream()
                .filter(ClassModel.Field::isStatic)
                .map(ClassModel.Field::name)
                .toList();
        if (looksLikeClass(name)) {
            throw error(
                    text.nameColumn(expr),
                    MethodPattern.simpleName(owner.name()) + " has no static field '" + name + "'",
                    NearNames.of(name, statics));
        }
        throw error(
                text.nameColumn(expr),
                owner.field(name).isPresent()
                        ? "'" + name + "' of " + MethodPattern.simpleName(owner.name()) + " is not static"
                        : MethodPattern.simpleName(owner.name()) + " has no static field '" + name + "'",
                NearNames.of(name, statics));
    }

    /** The class that a chain of names stands for, unless its first is a variable. */
    private @Nullable ClassModel classPath(CelExpr expr) throws ExpressionError {
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

    private static boolean looksLikeClass(String name) {
        return !name.isEmpty() && Character.isUpperCase(name.charAt(0));
    }

    private static Typed staticRead(Scope.Found found) {
        return new Typed(
                new Expr(
                        Expr.STATIC_FIELD,
                        StaticType.ofDescriptor(found.field().descriptor()).kind(),
                        0,
                        found.field().name(),
                        found.owner().name(),
                        found.field().descriptor(),
                        List.of()),
                found.type());
    }

    private static Typed read(Typed target, Scope.Found found) {
        return new Typed(
                field(
                        target.expr(),
                        found.owner().name(),
                        found.field().name(),
                        found.field().descriptor()),
                found.type());
    }

    private static Expr field(Expr target, String owner, String name, String descriptor) {
        return new Expr(
                Expr.FIELD, StaticType.ofDescriptor(descriptor).kind(), 0, name, owner, descriptor, List.of(target));
    }

    private Typed member(Typed target, String name, int column) throws ExpressionError {
        Shape shape = shape(target);
        switch (shape) {
            case DYN -> {
                return name.equals("class") ? className(target) : unknownMember(target, name);
            }
            case MAP -> {
                return new Typed(
                        Expr.of(
                                Expr.INDEX,
                                Expr.OBJECT,
                                target.expr(),
                                string(name).expr()),
                        target.type().argument(1));
            }
            case OPTIONAL -> {
                if (name.equals("value")) {
                    return new Typed(
                            Expr.of(Expr.OPTIONAL_VALUE, Expr.OBJECT, target.expr()), optionalValue(target.type()));
                }
                throw error(
                        column,
                        "an Optional has only 'value', and has(x.value) says whether it is there",
                        List.of("value"));
            }
            case STRING -> {
                if (name.equals("length")) {
                    return size(target);
                }
                throw noMember(target, shape, name, column, List.of("length"));
            }
            case LONG, DOUBLE, BOOL, NULL -> {
                throw noMember(target, shape, name, column, List.of());
            }
            case LIST -> {
                if (target.type().isArray()) {
                    if (name.equals("length") || name.equals("size")) {
                        return size(target);
                    }
                    throw noMember(target, shape, name, column, List.of("length"));
                }
            }
            default -> {}
        }
        Scope.Found found = scope.field(target.type(), name);
        if (found == null) {
            found = property(target.type(), name);
        }
        if (found != null) {
            return read(target, found);
        }
        if (name.equals("class")) {
            return className(target);
        }
        if (shape == Shape.ENUM && name.equals("name")) {
            return convert("string", target, StaticType.STRING);
        }
        if (shape == Shape.ENUM && name.equals("ordinal")) {
            return new Typed(field(target.expr(), "java.lang.Enum", "ordinal", "I"), StaticType.of("int"));
        }
        if (shape == Shape.LIST && (name.equals("size") || name.equals("length"))) {
            return size(target);
        }
        if (isThrowable(target.type())) {
            if (name.equals("message")) {
                return new Typed(
                        field(target.expr(), "java.lang.Throwable", "detailMessage", "Ljava/lang/String;"),
                        StaticType.STRING);
            }
            if (name.equals("cause")) {
                return new Typed(
                        field(target.expr(), "java.lang.Throwable", "cause", "Ljava/lang/Throwable;"),
                        StaticType.THROWABLE);
            }
            if (target.type().equals(StaticType.THROWABLE)) {
                return unknownMember(target, name); // it is some subclass
            }
        }
        Scope.Chain chain = scope.chain(target.type().name());
        if (!chain.complete() && shape != Shape.LIST) {
            return unknownMember(target, name);
        }
        throw noMember(target, shape, name, column, scope.members(target.type()));
    }

    private boolean isThrowable(StaticType type) {
        if (type.equals(StaticType.THROWABLE)) {
            return true; // whether its class file can be had or not
        }
        String last = type.name();
        for (ClassModel model : scope.chain(type.name()).models()) {
            if (model.name().equals("java.lang.Throwable")) {
                return true;
            }
            last = model.superclass().orElse("");
        }
        return last.equals("java.lang.Throwable")
                || last.equals("java.lang.Exception")
                || last.equals("java.lang.RuntimeException")
                || last.equals("java.lang.Error");
    }

    /** A getter whose property it is, or whose very name. */
    private Scope.@Nullable Found property(StaticType type, String name) {
        String capital = Character.toUpperCase(name.charAt(0)) + name.substring(1);
        for (String getter : List.of(name, "get" + capital, "is" + capital)) {
            Scope.Found found = scope.getter(type, getter);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private static Typed unknownMember(Typed target, String name) {
        return new Typed(Expr.ofText(Expr.MEMBER, Expr.OBJECT, name, target.expr()), StaticType.DYN);
    }

    private static Typed className(Typed target) {
        return new Typed(Expr.ofText(Expr.CALL, Expr.OBJECT, "className", target.expr()), StaticType.STRING);
    }

    private ExpressionError noMember(Typed target, Shape shape, String name, int column, List<String> members) {
        boolean isObject = shape == Shape.STRUCT || shape == Shape.ENUM || shape == Shape.LIST;
        ClassModel model = isObject && !target.type().name().startsWith("java.util.")
                ? scope.model(target.type().name()).orElse(null)
                : null;
        String what = model == null
                ? shape.human
                : MethodPattern.simpleName(target.type().name());
        if (scope.hasMethod(target.type(), name)) {
            return error(column, what + " has no field '" + name + "', and " + whyNotCalled(target.type(), name));
        }
        boolean open = model != null && (model.access() & Opcodes.ACC_ABSTRACT) != 0;
        return error(
                column,
                what + " has no field '" + name + "'" + (open ? "; dyn(x)." + name + " reads a subclass's" : ""),
                NearNames.of(name, members));
    }

    private static String whyNotCalled(StaticType type, String method) {
        return "calling methods needs the grant mutate; " + MethodPattern.simpleName(type.name()) + "." + method
                + "() does more than return a field";
    }

    private static StaticType optionalValue(StaticType optional) {
        return switch (optional.name()) {
            case "java.util.OptionalInt", "java.util.OptionalLong" -> StaticType.LONG.boxed();
            case "java.util.OptionalDouble" -> StaticType.DOUBLE.boxed();
            default -> optional.argument(0);
        };
    }

    // ---- operators and functions

    private Typed call(CelExpr expr) throws ExpressionError {
        CelExpr.CelCall call = expr.call();
        String function = call.function();
        List<CelExpr> args = call.args();
        if (call.target().isPresent()) {
            return memberCall(expr, call.target().get(), args);
        }
        Integer operator = OPERATORS.get(function);
        if (operator != null) {
            return binary(expr, operator, args.get(0), args.get(1));
        }
        switch (function) {
            case "!_" -> {
                return new Typed(Expr.of(Expr.NOT, Expr.BOOL, bool(args.get(0))), StaticType.BOOL);
            }
            case "-_" -> {
                return negate(args.get(0));
            }
            case "_?_:_" -> {
                return conditional(args);
            }
            case "_[_]" -> {
                return index(expr, args.get(0), args.get(1));
            }
            case "@in" -> {
                return in(lower(args.get(0)), args.get(0), lowerRange(args.get(1)), args.get(1));
            }
            default -> {
                return globalCall(expr, text.name(expr), args);
            }
        }
    }

    private Typed globalCall(CelExpr expr, String name, List<CelExpr> args) throws ExpressionError {
        int column = text.nameColumn(expr);
        switch (name) {
            case "has" -> {
                return has(expr, args);
            }
            case "size" -> {
                count(column, name, args, 1, 1);
                return sizeOf(lowerRange(args.get(0)), text.startColumn(args.get(0)));
            }
            case "dyn" -> {
                count(column, name, args, 1, 1);
                return new Typed(lower(args.get(0)).expr(), StaticType.DYN);
            }
            case "int", "double", "string", "bool" -> {
                count(column, name, args, 1, 1);
                return conversion(name, args.get(0));
            }
            case "matches" -> {
                count(column, name, args, 2, 2);
                return stringFunction(
                        expr, lower(args.get(0)), args.get(0), args.subList(1, 2), StringFunction.named(name));
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
        Typed typed = lower(argument);
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
        return convert(name, typed, target);
    }

    private static Typed convert(String name, Typed value, StaticType target) {
        return new Typed(Expr.ofText(Expr.CALL, target.kind(), name, value.expr()), target);
    }

    private Typed has(CelExpr expr, List<CelExpr> args) throws ExpressionError {
        count(text.nameColumn(expr), "has", args, 1, 1);
        CelExpr selected = args.get(0);
        if (selected.getKind() != CelExpr.ExprKind.Kind.SELECT) {
            throw error(text.startColumn(selected), "has(…) takes a field, such as has(order.coupon)");
        }
        Typed target = lower(selected.select().operand());
        String name = text.name(selected);
        Typed read = member(target, name, text.nameColumn(selected)); // it must exist, as far as that is known
        if (read.expr().op == Expr.OPTIONAL_VALUE) {
            return new Typed(Expr.of(Expr.OPTIONAL_HAS, Expr.BOOL, target.expr()), StaticType.BOOL);
        }
        String found = read.expr().op == Expr.FIELD ? read.expr().text : name;
        return new Typed(Expr.ofText(Expr.HAS, Expr.BOOL, found, target.expr()), StaticType.BOOL);
    }

    private Typed binary(CelExpr expr, int op, CelExpr left, CelExpr right) throws ExpressionError {
        if (op == Expr.AND || op == Expr.OR) {
            return new Typed(Expr.of(op, Expr.BOOL, bool(left), bool(right)), StaticType.BOOL);
        }
        Typed a = lower(left);
        Typed b = lower(right);
        if (op >= Expr.ADD && op <= Expr.MOD) {
            return arithmetic(expr, op, a, b);
        }
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

    private boolean comparable(Typed a, Typed b) {
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
    private void checkConstant(Typed enumeration, Typed constant, CelExpr at) throws ExpressionError {
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

    private String human(Typed typed) {
        Shape shape = shape(typed);
        return shape == Shape.STRUCT ? MethodPattern.simpleName(typed.type().name()) : shape.human;
    }

    private Typed arithmetic(CelExpr expr, int op, Typed a, Typed b) throws ExpressionError {
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
                ? decimal((double) typed.expr().number).expr()
                : typed.expr();
    }

    /** For a branch, whose value is what it is. */
    private Expr asDouble(Typed typed) {
        return shape(typed) == Shape.DOUBLE || typed.expr().op == Expr.CONST_LONG
                ? widened(typed)
                : convert("double", typed, StaticType.DOUBLE).expr();
    }

    private Expr asString(Typed typed) {
        return shape(typed) == Shape.ENUM
                ? convert("string", typed, StaticType.STRING).expr()
                : typed.expr();
    }

    private Typed negate(CelExpr argument) throws ExpressionError {
        Typed typed = lower(argument);
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

    private Expr bool(CelExpr expr) throws ExpressionError {
        Typed typed = lower(expr);
        if (!shape(typed).mayBe(Shape.BOOL)) {
            throw error(text.startColumn(expr), "true or false is needed here, and this is " + human(typed));
        }
        return typed.expr();
    }

    private Typed conditional(List<CelExpr> args) throws ExpressionError {
        Expr condition = bool(args.get(0));
        Typed yes = lower(args.get(1));
        Typed no = lower(args.get(2));
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

    private boolean isArguments(CelExpr expr) {
        return expr.getKind() == CelExpr.ExprKind.Kind.IDENT
                && text.name(expr).equals("args")
                && !bound.containsKey("args");
    }

    /** What is counted, searched or gone through: there the arguments need not be made a list. */
    private Typed lowerRange(CelExpr expr) throws ExpressionError {
        return isArguments(expr) && !scope.isAtLine()
                ? new Typed(Expr.of(Expr.ARGS, Expr.OBJECT), StaticType.listOf(StaticType.DYN))
                : lower(expr);
    }

    private Typed index(CelExpr expr, CelExpr of, CelExpr at) throws ExpressionError {
        Typed index = lower(at);
        if (isArguments(of) && index.expr().op == Expr.CONST_LONG && index.expr().kind == Expr.LONG) {
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
            return argument(variable.get());
        }
        Typed target = lowerRange(of);
        return indexed(target, index, text.column(expr), text.startColumn(at));
    }

    private Typed indexed(Typed target, Typed index, int column, int indexColumn) throws ExpressionError {
        Shape shape = shape(target);
        if (!shape.mayBe(Shape.LIST) && shape != Shape.MAP) {
            throw error(column, "only lists, arrays and maps have elements, and this is " + human(target));
        }
        if (shape == Shape.LIST && !shape(index).mayBe(Shape.LONG)) {
            throw error(indexColumn, "a list is indexed with an int, and this is " + human(index));
        }
        StaticType type =
                switch (shape) {
                    case LIST -> elementOf(target.type());
                    case MAP -> target.type().argument(1);
                    default -> StaticType.DYN;
                };
        return new Typed(Expr.of(Expr.INDEX, Expr.OBJECT, target.expr(), index.expr()), type.boxed());
    }

    /** Of an array or collection, as an object. */
    private static StaticType elementOf(StaticType list) {
        return list.arguments().size() == 1 ? list.argument(0).boxed() : StaticType.DYN;
    }

    private Typed in(Typed element, CelExpr elementAt, Typed container, CelExpr at) throws ExpressionError {
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
                checkConstant(element, typed, each);
                if (!comparable(element, typed)) {
                    throw error(text.startColumn(each), "cannot compare " + human(element) + " and " + human(typed));
                }
            }
        } else if (shape == Shape.LIST) {
            StaticType type = elementOf(container.type());
            Typed sample = new Typed(container.expr(), type);
            if (!comparable(element, sample)) {
                throw error(
                        text.startColumn(elementAt),
                        "cannot compare " + human(element) + " and " + human(sample) + ", which each element is");
            }
        }
        return new Typed(Expr.of(Expr.IN, Expr.BOOL, element.expr(), container.expr()), StaticType.BOOL);
    }

    private static Typed size(Typed target) {
        return new Typed(Expr.of(Expr.SIZE, Expr.LONG, target.expr()), StaticType.LONG);
    }

    private Typed sizeOf(Typed target, int column) throws ExpressionError {
        Shape shape = shape(target);
        if (shape != Shape.STRING && !shape.mayBe(Shape.LIST) && shape != Shape.MAP) {
            throw error(column, human(target) + " has no size");
        }
        return size(target);
    }

    private Typed memberCall(CelExpr expr, CelExpr targetAt, List<CelExpr> args) throws ExpressionError {
        String name = text.name(expr);
        int column = text.nameColumn(expr);
        ClassModel owner = classPath(targetAt);
        if (owner != null) {
            throw error(
                    column,
                    "calling methods needs the grant mutate; only static fields of "
                            + MethodPattern.simpleName(owner.name()) + " can be read");
        }
        Typed target = lowerRange(targetAt);
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
                return read(target, found);
            }
            if (isThrowable(target.type()) && (name.equals("getMessage") || name.equals("getCause"))) {
                return member(target, Scope.property(name), column);
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
            return error(column, whyNotCalled(target.type(), name));
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
                    return size(target);
                }
                return null;
            }
            case "length" -> {
                return args.isEmpty() && shape == Shape.STRING ? size(target) : null;
            }
            case "isEmpty" -> {
                if (args.isEmpty() && counts) {
                    return new Typed(
                            Expr.of(
                                    Expr.EQ,
                                    Expr.BOOL,
                                    size(target).expr(),
                                    number(0).expr()),
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
                    return member(target, "value", column);
                }
                if (args.size() == 1 && (shape == Shape.LIST || shape == Shape.MAP)) {
                    return indexed(target, lower(args.get(0)), column, text.startColumn(args.get(0)));
                }
                return null;
            }
            case "contains" -> {
                return args.size() == 1 && shape == Shape.LIST
                        ? in(lower(args.get(0)), args.get(0), target, expr)
                        : null;
            }
            case "containsKey" -> {
                return args.size() == 1 && shape == Shape.MAP
                        ? in(lower(args.get(0)), args.get(0), target, expr)
                        : null;
            }
            case "name" -> {
                return args.isEmpty() && shape == Shape.ENUM ? convert("string", target, StaticType.STRING) : null;
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
        children[0] = asString(target);
        for (int i = 0; i < args.size(); i++) {
            Typed argument = lower(args.get(i));
            Shape wanted = function.parameters().get(i);
            Shape given = shape(argument);
            if (!(wanted == Shape.STRING ? given.mayBeString() : given.mayBe(wanted))) {
                throw error(
                        text.startColumn(args.get(i)),
                        function.name() + " takes " + wanted.human + " here, and this is " + human(argument));
            }
            children[i + 1] = wanted == Shape.STRING ? asString(argument) : argument.expr();
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
                    case LIST -> elementOf(range.type());
                    case MAP -> range.type().argument(0);
                    default -> StaticType.DYN;
                };
        int number = bound.values().stream().mapToInt(Variable::number).max().orElse(-1) + 1;
        Variable shadowed = bound.put(variable, new Variable(number, element));
        try {
            if (isMap) {
                Expr condition = args.size() == 3 ? bool(args.get(1)) : Expr.ofNumber(Expr.CONST_LONG, Expr.BOOL, 1);
                Typed value = lower(args.get(args.size() - 1));
                return new Typed(
                        Expr.ofNumber(Expr.MAP, Expr.OBJECT, number, range.expr(), condition, value.expr()),
                        StaticType.listOf(value.type().boxed()));
            }
            Expr condition = bool(args.get(1));
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
        } finally {
            if (shadowed == null) {
                bound.remove(variable);
            } else {
                bound.put(variable, shadowed);
            }
        }
    }

    private void count(int column, String function, List<CelExpr> args, int least, int most) throws ExpressionError {
        if (args.size() < least || args.size() > most) {
            String wanted = least == most ? "" + least : least + " or " + most;
            throw error(
                    column,
                    function + " takes " + wanted + (most == 1 ? " argument" : " arguments") + ", not " + args.size());
        }
    }

    private Shape shape(Typed typed) {
        return scope.shape(typed.type());
    }

    private ExpressionError error(int column, String message) {
        return error(column, message, List.of());
    }

    private ExpressionError error(int column, String message, List<String> near) {
        return text.error(column, message, near);
    }
}
