package dev.sonde.weave;

import dev.cel.common.ast.CelExpr;
import dev.sonde.wire.Expr;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Types an assignment: what can be given a value, and whether the value is one for it. What only shows when the value is there
 * (an {@code int} that a {@code long} may not fit, an object of which an interface is known) the agent looks at.
 */
final class AssignmentCompiler {

    private final ExpressionText variable;
    private final ExpressionText value;
    private final Scope scope;

    AssignmentCompiler(String variable, String value, Scope scope) throws ExpressionError {
        this.variable = ExpressionText.parse(variable);
        this.value = ExpressionText.parse(value);
        this.scope = scope;
    }

    Assignment assignment() throws ExpressionError {
        Typed target = new ExpressionCompiler(variable, scope).typed();
        Optional<String> notice = requireSettable(target);
        return new Assignment(target.expr(), given(target.type()).expr(), notice);
    }

    // ---- what can be set

    private Optional<String> requireSettable(Typed target) throws ExpressionError {
        CelExpr root = variable.root();
        switch (target.expr().op) {
            case Expr.ARG, Expr.MEMBER -> {
                return Optional.empty();
            }
            case Expr.FIELD, Expr.STATIC_FIELD -> {
                return requireNotFixed(target.expr());
            }
            case Expr.INDEX -> {
                if (root.getKind() == CelExpr.ExprKind.Kind.CALL) {
                    StaticType of = new ExpressionCompiler(variable, scope)
                            .lower(root.call().args().get(0))
                            .type();
                    if (of.isArray() || scope.shape(of) == Shape.DYN) {
                        return Optional.empty();
                    }
                }
                throw no(
                        "an element of a collection is not set, because that would call its methods; elements of arrays are");
            }
            case Expr.THIS -> throw no("this is what it is");
            default -> throw no("only a variable, a field or an element of an array can be set");
        }
    }

    private ExpressionError no(String why) {
        return variable.error(variable.startColumn(variable.root()), why, List.of());
    }

    /** What HotSpot makes of final fields: static ones are constants to its compilers, and so are those of records. */
    private Optional<String> requireNotFixed(Expr field) throws ExpressionError {
        ClassModel owner = scope.model(field.owner).orElse(null);
        ClassModel.Field declared =
                owner == null ? null : owner.field(field.text).orElse(null);
        if (owner == null || declared == null || !declared.isFinal()) {
            return Optional.empty();
        }
        String name = MethodPattern.simpleName(owner.name()) + "." + field.text;
        if (declared.isStatic()) {
            throw no(name + " is static final: compiled code has its value in it, and would not see another");
        }
        if (owner.isRecord()) {
            throw no(name + " is a record's: compiled code may have its value in it, and would not see another");
        }
        if (declared.isConstant()) {
            throw no(name + " is a constant: its value stands wherever it is read");
        }
        return Optional.of(name + " is final: code that has read it already may go on with the value that it had");
    }

    // ---- what is given

    private Typed given(StaticType type) throws ExpressionError {
        CelExpr root = value.root();
        if (scope.shape(type) == Shape.ENUM) {
            Typed constant = constant(type, root);
            if (constant != null) {
                return constant;
            }
        }
        Typed given;
        try {
            given = new ExpressionCompiler(value, scope).typed();
        } catch (ExpressionError e) {
            boolean bare = root.getKind() == CelExpr.ExprKind.Kind.IDENT && type.equals(StaticType.STRING);
            throw bare
                    ? new ExpressionError(
                            e.getMessage() + "; a text has quotes of its own, as in name = '\"anna\"'",
                            e.expression(),
                            e.column(),
                            e.near())
                    : e;
        }
        requireFits(given, type);
        return given;
    }

    /** A constant of an enum by its bare name, unless a variable is called so, or by its name as a text. */
    private @org.jspecify.annotations.Nullable Typed constant(StaticType type, CelExpr root) throws ExpressionError {
        ClassModel model = scope.model(type.name()).orElse(null);
        boolean bare = root.getKind() == CelExpr.ExprKind.Kind.IDENT;
        boolean text = root.getKind() == CelExpr.ExprKind.Kind.CONSTANT
                && root.constant().getKind() == dev.cel.common.ast.CelConstant.Kind.STRING_VALUE;
        if (model == null || !(bare || text)) {
            return null;
        }
        String name = bare ? value.name(root) : root.constant().stringValue();
        List<String> constants = Scope.constants(model);
        if (bare && (scope.method().parameterNames().contains(name) || !constants.contains(name))) {
            return null;
        }
        Scope.Found found = constants.contains(name) ? scope.staticField(model, name) : null;
        if (found == null) {
            throw value.error(
                    value.startColumn(root),
                    MethodPattern.simpleName(model.name()) + " has no constant '" + name + "'",
                    NearNames.of(name, constants));
        }
        return Typed.staticRead(found);
    }

    private void requireFits(Typed given, StaticType type) throws ExpressionError {
        int op = given.expr().op;
        if (op == Expr.LIST || op == Expr.ARGS || op == Expr.FILTER || op == Expr.MAP) {
            throw wrong("a list is not made here: what is given is there already, or is a text or a number");
        }
        Shape shape = scope.shape(given.type());
        if (shape == Shape.NULL) {
            if (type.isPrimitive()) {
                throw wrong("null is no " + type.name());
            }
            return;
        }
        if (shape == Shape.DYN) {
            return;
        }
        switch (scope.shape(type)) {
            case LONG -> {
                if (shape != Shape.LONG) {
                    throw needed(type, shape, shape == Shape.DOUBLE ? "; int(x) makes one" : "");
                }
                requireRange(given.expr(), type);
            }
            case DOUBLE -> {
                if (shape != Shape.LONG && shape != Shape.DOUBLE) {
                    throw needed(type, shape, "");
                }
            }
            case BOOL -> {
                if (shape != Shape.BOOL) {
                    throw needed(type, shape, "");
                }
            }
            case STRING -> requireText(given, type, shape);
            case DYN -> {}
            default -> requireClass(given.type(), type, shape);
        }
    }

    private void requireRange(Expr number, StaticType type) throws ExpressionError {
        if (number.op != Expr.CONST_LONG) {
            return;
        }
        int bits =
                switch (type.name()) {
                    case "byte", "java.lang.Byte" -> Byte.SIZE;
                    case "short", "java.lang.Short" -> Short.SIZE;
                    case "int", "java.lang.Integer" -> Integer.SIZE;
                    default -> Long.SIZE;
                };
        long most = Long.MAX_VALUE >> (Long.SIZE - bits);
        if (number.number > most || number.number < -most - 1) {
            throw wrong(number.number + " is no " + MethodPattern.simpleName(type.name()) + ": " + (-most - 1) + " to "
                    + most + " are");
        }
    }

    private void requireText(Typed given, StaticType type, Shape shape) throws ExpressionError {
        boolean one = type.name().equals("char") || type.name().equals("java.lang.Character");
        boolean isChar =
                given.type().name().equals("char") || given.type().name().equals("java.lang.Character");
        if (shape != Shape.STRING || (isChar && !one)) {
            throw needed(type, shape, isChar ? "; string(x) makes one" : "");
        }
        if (one && given.expr().op == Expr.CONST_STRING && given.expr().text.length() != 1) {
            throw wrong(
                    "a char is one character, and this has " + given.expr().text.length());
        }
    }

    /** Refuses what can be of the class in no case: neither is it of a class below it, nor one above it. */
    private void requireClass(StaticType given, StaticType type, Shape shape) throws ExpressionError {
        boolean object = shape == Shape.STRUCT
                || shape == Shape.ENUM
                || shape == Shape.LIST
                || shape == Shape.MAP
                || shape == Shape.OPTIONAL;
        if (!object) {
            throw needed(type, shape, "");
        }
        if (type.isArray() || given.isArray()) {
            boolean primitive =
                    type.argument(0).isPrimitive() || given.argument(0).isPrimitive();
            if (type.isArray() != given.isArray()
                    || (primitive && !type.argument(0).equals(given.argument(0)))) {
                throw needed(type, shape, "");
            }
            return;
        }
        ClassModel wanted = scope.model(type.name()).orElse(null);
        ClassModel is = scope.model(given.name()).orElse(null);
        if (wanted != null
                && is != null
                && !wanted.isInterface()
                && !is.isInterface()
                && !below(is).contains(wanted.name())
                && !below(wanted).contains(is.name())
                && scope.chain(is.name()).complete()
                && scope.chain(wanted.name()).complete()) {
            throw wrong("a value of type " + MethodPattern.simpleName(wanted.name())
                    + " is needed here, and this is of type " + MethodPattern.simpleName(is.name()));
        }
    }

    private Set<String> below(ClassModel model) {
        Set<String> names = new HashSet<>();
        for (ClassModel each : new ArrayList<>(scope.chain(model.name()).models())) {
            names.add(each.name());
        }
        return names;
    }

    private ExpressionError needed(StaticType type, Shape shape, String more) {
        String what = type.isArray() ? type.argument(0).name() + "[]" : MethodPattern.simpleName(type.name());
        return wrong("a value of type " + what + " is needed here, and this is " + shape.human + more);
    }

    private ExpressionError wrong(String why) {
        return value.error(value.startColumn(value.root()), why, List.of());
    }
}
