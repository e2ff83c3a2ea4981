package dev.sonde.weave;

import dev.cel.common.ast.CelExpr;
import dev.sonde.wire.Expr;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;

/** What stands behind a dot: fields, getters read as fields, and what stands for a member of what has none. */
final class Members extends ExpressionPart {

    Members(ExpressionText text, Scope scope) {
        super(text, scope);
    }

    /** {@code Status.OPEN}, {@code shop.Status.OPEN}. */
    Typed ofClass(ClassModel owner, CelExpr expr) throws ExpressionError {
        String name = text.name(expr);
        Scope.Found found = scope.staticField(owner, name);
        if (found != null) {
            return Typed.staticRead(found);
        }
        List<String> statics = owner.fields().stream()
                .filter(ClassModel.Field::isStatic)
                .map(ClassModel.Field::name)
                .toList();
        if (Variables.looksLikeClass(name)) {
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

    Typed member(Typed target, String name, int column) throws ExpressionError {
        Shape shape = shape(target);
        switch (shape) {
            case DYN -> {
                return name.equals("class") ? Typed.className(target) : Typed.unknownMember(target, name);
            }
            case MAP -> {
                return new Typed(
                        Expr.of(
                                Expr.INDEX,
                                Expr.OBJECT,
                                target.expr(),
                                Typed.string(name).expr()),
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
                    return Typed.size(target);
                }
                throw noMember(target, shape, name, column, List.of("length"));
            }
            case LONG, DOUBLE, BOOL, NULL -> {
                throw noMember(target, shape, name, column, List.of());
            }
            case LIST -> {
                if (target.type().isArray()) {
                    if (name.equals("length") || name.equals("size")) {
                        return Typed.size(target);
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
            return Typed.read(target, found);
        }
        if (name.equals("class")) {
            return Typed.className(target);
        }
        if (shape == Shape.ENUM && name.equals("name")) {
            return Typed.convert("string", target, StaticType.STRING);
        }
        if (shape == Shape.ENUM && name.equals("ordinal")) {
            return new Typed(Typed.field(target.expr(), "java.lang.Enum", "ordinal", "I"), StaticType.of("int"));
        }
        if (shape == Shape.LIST && (name.equals("size") || name.equals("length"))) {
            return Typed.size(target);
        }
        if (isThrowable(target.type())) {
            if (name.equals("message")) {
                return new Typed(
                        Typed.field(target.expr(), "java.lang.Throwable", "detailMessage", "Ljava/lang/String;"),
                        StaticType.STRING);
            }
            if (name.equals("cause")) {
                return new Typed(
                        Typed.field(target.expr(), "java.lang.Throwable", "cause", "Ljava/lang/Throwable;"),
                        StaticType.THROWABLE);
            }
            if (target.type().equals(StaticType.THROWABLE)) {
                return Typed.unknownMember(target, name); // it is some subclass
            }
        }
        Scope.Chain chain = scope.chain(target.type().name());
        if (!chain.complete() && shape != Shape.LIST) {
            return Typed.unknownMember(target, name);
        }
        throw noMember(target, shape, name, column, scope.members(target.type()));
    }

    boolean isThrowable(StaticType type) {
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

    static String whyNotCalled(StaticType type, String method) {
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
}
