package dev.sonde.agent;

import dev.sonde.wire.Expr;
import dev.sonde.wire.ProbePlan;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import org.jspecify.annotations.Nullable;

/**
 * Turns a condition into a method handle of a hook's own parameters: typed, unboxed, so that the JIT compiles it into the
 * method. What needs a walk over data (macros, regular expressions, members found at run time) becomes a call of the
 * {@link Interpreter}; only then are the arguments put into an array. Our thread only.
 */
final class Conditions {

    private static final Class<?> OBJECT = Object.class;

    private final Jvm jvm;
    private final Classes classes;
    private final Tap tap;
    private final Shape shape;
    private final @Nullable Class<?> from;
    private boolean fails;

    Conditions(Jvm jvm, Classes classes, Tap tap, Shape shape) {
        this.jvm = jvm;
        this.classes = classes;
        this.tap = tap;
        this.shape = shape;
        this.from = classes.byId(tap.armed.site.classId);
    }

    /** {@code (the hook's parameters)boolean}; an error in it counts and is false. Null: always true. */
    @Nullable
    MethodHandle condition() {
        Expr condition = tap.armed.condition;
        if (condition == null) {
            return null;
        }
        if (shape.event == ProbePlan.ON_THROW && condition.mentions(Expr.RESULT) && !condition.mentions(Expr.ERROR)) {
            // a condition on the result has nothing to say about a call that has none
            return Handles.nothing(shape.type.changeReturnType(boolean.class));
        }
        if (shape.event == ProbePlan.ON_RETURN && needsError(condition)) {
            return Handles.nothing(shape.type.changeReturnType(boolean.class));
        }
        MethodHandle compiled = as(boolean.class, compile(condition));
        if (!fails) {
            return compiled;
        }
        MethodHandle failed = Handles.of(
                        Tap.class,
                        saysNothing(condition, shape.event) ? "quiet" : "failed",
                        boolean.class,
                        Tap.class,
                        Throwable.class)
                .bindTo(tap);
        return MethodHandles.catchException(compiled, Throwable.class, failed);
    }

    /** {@code (the hook's parameters)void}: takes the number that the one capture gives; an error in it counts. */
    MethodHandle summed() {
        MethodHandle add = Handles.of(Numbers.class, "add", void.class, Tap.class, double.class)
                .bindTo(tap);
        MethodHandle summed =
                MethodHandles.filterReturnValue(as(double.class, compile(tap.armed.captures.get(0))), add);
        MethodHandle failed = Handles.of(Numbers.class, "failed", void.class, Tap.class, Throwable.class)
                .bindTo(tap);
        return MethodHandles.catchException(summed, Throwable.class, failed);
    }

    /**
     * Whether an expression that fails may only have missed what this exit does not have: an error on a normal return, a
     * result when the method throws. That is no error of the person who wrote it.
     */
    static boolean saysNothing(Expr e, int event) {
        return (event != ProbePlan.ON_THROW && e.mentions(Expr.ERROR))
                || (event != ProbePlan.ON_RETURN && e.mentions(Expr.RESULT));
    }

    /** Whether a condition cannot be true where {@code error} is null, so that a normal return need not be asked. */
    private static boolean needsError(Expr e) {
        if (e.op == Expr.AND) {
            return needsError(e.children.get(0)) || needsError(e.children.get(1));
        }
        if (e.op == Expr.OR) {
            return needsError(e.children.get(0)) && needsError(e.children.get(1));
        }
        if (e.op == Expr.NE) {
            int a = e.children.get(0).op;
            int b = e.children.get(1).op;
            if ((a == Expr.ERROR && b == Expr.NULL) || (a == Expr.NULL && b == Expr.ERROR)) {
                return true;
            }
        }
        return e.op == Expr.HAS ? e.children.get(0).op == Expr.ERROR : readsError(e);
    }

    /** Whether an expression always reads something of {@code error}, which fails where that is null. */
    private static boolean readsError(Expr e) {
        if (e.children.isEmpty()) {
            return false;
        }
        boolean reads = e.op == Expr.FIELD || e.op == Expr.MEMBER || e.op == Expr.CALL || e.op == Expr.INDEX;
        if (reads && e.children.get(0).op == Expr.ERROR) {
            return true;
        }
        boolean firstOnly =
                e.op == Expr.AND || e.op == Expr.OR || e.op == Expr.IF || (e.op >= Expr.EXISTS && e.op <= Expr.MAP);
        for (int i = 0; i < (firstOnly ? 1 : e.children.size()); i++) {
            if (readsError(e.children.get(i))) {
                return true;
            }
        }
        return false;
    }

    private MethodHandle compile(Expr e) {
        switch (e.op) {
            case Expr.CONST_LONG:
                return e.kind == Expr.BOOL ? constant(boolean.class, e.number != 0) : constant(long.class, e.number);
            case Expr.CONST_DOUBLE:
                return constant(double.class, Double.longBitsToDouble(e.number));
            case Expr.CONST_STRING:
                return constant(OBJECT, e.text);
            case Expr.NULL:
                return MethodHandles.dropArguments(MethodHandles.constant(OBJECT, null), 0, shape.type.parameterList());
            case Expr.THIS:
                return shape.self < 0 ? failing("there is no 'this' here") : parameter(shape.self);
            case Expr.ARG:
                return e.number < 0 || e.number >= shape.arguments
                        ? failing("there is no args[" + e.number + "]")
                        : parameter(shape.firstArgument + (int) e.number);
            case Expr.RESULT:
                return shape.event == ProbePlan.ON_RETURN && shape.outcome >= 0
                        ? parameter(shape.outcome)
                        : compile(Expr.of(Expr.NULL, Expr.OBJECT));
            case Expr.ERROR:
                return shape.event == ProbePlan.ON_THROW
                        ? parameter(shape.outcome)
                        : compile(Expr.of(Expr.NULL, Expr.OBJECT));
            case Expr.COST:
                return shape.start < 0
                        ? constant(double.class, 0.0)
                        : MethodHandles.filterReturnValue(
                                Handles.parameter(shape.start, shape.type),
                                Handles.op("cost", double.class, long.class));
            case Expr.THREAD:
                return MethodHandles.dropArguments(Handles.op("threadName", OBJECT), 0, shape.type.parameterList());
            case Expr.IN_CONTEXT:
                fails = true;
                return MethodHandles.dropArguments(
                        MethodHandles.insertArguments(
                                Handles.of(Contexts.class, "carries", boolean.class, Contexts.class, String.class),
                                0,
                                tap.capture.contexts,
                                e.text),
                        0,
                        shape.type.parameterList());
            case Expr.FIELD:
                return field(e);
            case Expr.STATIC_FIELD:
                return staticField(e);
            case Expr.ADD:
            case Expr.SUB:
            case Expr.MUL:
            case Expr.DIV:
            case Expr.MOD:
                return arithmetic(e);
            case Expr.NEG:
                if (e.kind == Expr.OBJECT) {
                    return interpreted(e);
                }
                fails |= e.kind == Expr.LONG;
                Class<?> number = type(e.kind);
                return MethodHandles.filterReturnValue(
                        as(number, compile(e.children.get(0))), Handles.op("negate", number, number));
            case Expr.EQ:
            case Expr.NE:
            case Expr.LT:
            case Expr.LE:
            case Expr.GT:
            case Expr.GE:
                return comparison(e);
            case Expr.AND:
                return MethodHandles.guardWithTest(bool(e, 0), bool(e, 1), constant(boolean.class, false));
            case Expr.OR:
                return MethodHandles.guardWithTest(bool(e, 0), constant(boolean.class, true), bool(e, 1));
            case Expr.NOT:
                return MethodHandles.filterReturnValue(bool(e, 0), Handles.op("not", boolean.class, boolean.class));
            case Expr.IF:
                Class<?> type = type(e.kind);
                return MethodHandles.guardWithTest(
                        bool(e, 0), as(type, compile(e.children.get(1))), as(type, compile(e.children.get(2))));
            case Expr.CALL:
                if (e.children.size() == 2
                        && (e.text.equals("startsWith") || e.text.equals("endsWith") || e.text.equals("contains"))) {
                    fails = true;
                    return both(Handles.op(e.text, boolean.class, OBJECT, OBJECT), e);
                }
                return interpreted(e);
            default:
                return interpreted(e);
        }
    }

    private MethodHandle bool(Expr e, int child) {
        return as(boolean.class, compile(e.children.get(child)));
    }

    private MethodHandle arithmetic(Expr e) {
        if (e.kind == Expr.OBJECT || (e.op == Expr.MOD && e.kind != Expr.LONG)) {
            return interpreted(e);
        }
        Class<?> type = type(e.kind);
        fails |= e.kind == Expr.LONG;
        String name = e.op == Expr.ADD
                ? "add"
                : e.op == Expr.SUB
                        ? "subtract"
                        : e.op == Expr.MUL ? "multiply" : e.op == Expr.DIV ? "divide" : "modulo";
        return both(Handles.op(name, type, type, type), e);
    }

    private MethodHandle comparison(Expr e) {
        Double limit = number(e.children.get(1));
        if (e.children.get(0).op == Expr.COST && limit != null && shape.start >= 0) {
            return Handles.ending(CostLimit.class, "holds", boolean.class, new CostLimit(e.op, limit), shape);
        }
        int a = e.children.get(0).kind;
        int b = e.children.get(1).kind;
        Class<?> type;
        if (a == b) {
            type = type(a);
        } else {
            type = a != Expr.OBJECT && b != Expr.OBJECT && a != Expr.BOOL && b != Expr.BOOL ? double.class : OBJECT;
        }
        boolean equality = e.op == Expr.EQ || e.op == Expr.NE;
        if (type == boolean.class && !equality) {
            type = OBJECT;
        }
        fails |= type == OBJECT;
        String[] names = {"eq", "ne", "lt", "le", "gt", "ge"};
        return both(Handles.op(names[e.op - Expr.EQ], boolean.class, type, type), e);
    }

    /** The number that stands there; null where anything else does. */
    private static @Nullable Double number(Expr e) {
        if (e.op == Expr.CONST_DOUBLE) {
            return Double.longBitsToDouble(e.number);
        }
        if (e.op == Expr.CONST_LONG && e.kind == Expr.LONG) {
            return (double) e.number;
        }
        return null;
    }

    /** The op over the two children, each as the op wants it; a constant is bound instead of passed. */
    private MethodHandle both(MethodHandle op, Expr e) {
        Class<?> type = op.type().parameterType(0);
        MethodHandle a = as(type, compile(e.children.get(0)));
        Expr second = e.children.get(1);
        if (second.op == Expr.CONST_LONG && type == long.class) {
            return MethodHandles.filterReturnValue(a, MethodHandles.insertArguments(op, 1, second.number));
        }
        return Handles.both(op, a, as(type, compile(second)));
    }

    // ---- fields

    private MethodHandle field(Expr e) {
        Class<?> owner = classes.resolve(from, e.owner);
        long offset = owner == null ? -1 : jvm.fields.offset(owner, e.text, e.desc, false);
        if (owner == null || offset < 0) {
            return interpreted(e);
        }
        try {
            MethodHandle getter = jvm.fields.getter(e.desc, offset);
            MethodHandle check = MethodHandles.insertArguments(
                    Handles.op("receiver", OBJECT, Class.class, Failure.class, Failure.class, OBJECT),
                    0,
                    owner,
                    new Failure("null has no field '" + e.text + "'"),
                    new Failure("not a " + e.owner + ", which has the field '" + e.text + "'"));
            fails = true;
            MethodHandle checked = MethodHandles.filterReturnValue(as(OBJECT, compile(e.children.get(0))), check);
            return widen(MethodHandles.filterReturnValue(checked, getter));
        } catch (ReflectiveOperationException impossible) {
            return interpreted(e);
        }
    }

    private MethodHandle staticField(Expr e) {
        Class<?> owner = classes.resolve(from, e.owner);
        try {
            MethodHandle getter = owner == null ? null : jvm.fields.getter(owner, e.text, e.desc);
            if (owner == null || getter == null) {
                return failing("no static field '" + e.text + "' in " + e.owner);
            }
            if (!jvm.memory.isInitialised(owner)) {
                return failing(e.owner + " is not initialised yet");
            }
            return widen(MethodHandles.dropArguments(getter, 0, shape.type.parameterList()));
        } catch (ReflectiveOperationException impossible) {
            return failing("static field '" + e.text + "' cannot be read");
        }
    }

    // ---- pieces

    private MethodHandle interpreted(Expr e) {
        fails = true;
        MethodHandle run = MethodHandles.insertArguments(
                Handles.of(
                        Interpreter.class, "run", OBJECT, Tap.class, Expr.class, int.class, long.class, Object[].class),
                0,
                tap,
                e,
                shape.event);
        return Handles.collected(run, shape);
    }

    private MethodHandle failing(String message) {
        fails = true;
        return MethodHandles.dropArguments(
                Handles.op("fail", OBJECT, Failure.class).bindTo(new Failure(message)), 0, shape.type.parameterList());
    }

    private MethodHandle constant(Class<?> type, Object value) {
        return Handles.constant(type, value, shape.type);
    }

    private MethodHandle parameter(int index) {
        return widen(Handles.parameter(index, shape.type));
    }

    /** Ints and their like as long, float as double, char as string, references as Object. */
    private static MethodHandle widen(MethodHandle value) {
        Class<?> type = value.type().returnType();
        if (type == char.class) {
            return MethodHandles.filterReturnValue(value, Handles.op("text", OBJECT, char.class));
        }
        if (type == byte.class || type == short.class || type == int.class) {
            return value.asType(value.type().changeReturnType(long.class));
        }
        if (type == float.class) {
            return value.asType(value.type().changeReturnType(double.class));
        }
        return type.isPrimitive() ? value : value.asType(value.type().changeReturnType(OBJECT));
    }

    private MethodHandle as(Class<?> wanted, MethodHandle value) {
        Class<?> is = value.type().returnType();
        if (is == wanted) {
            return value;
        }
        if (wanted == OBJECT || (wanted == double.class && is == long.class)) {
            return value.asType(value.type().changeReturnType(wanted));
        }
        fails = true;
        MethodHandle boxed = value.asType(value.type().changeReturnType(OBJECT));
        String name = wanted == long.class ? "asLong" : wanted == double.class ? "asDouble" : "asBoolean";
        return MethodHandles.filterReturnValue(boxed, Handles.op(name, wanted, OBJECT));
    }

    private static Class<?> type(int kind) {
        return kind == Expr.LONG
                ? long.class
                : kind == Expr.DOUBLE ? double.class : kind == Expr.BOOL ? boolean.class : OBJECT;
    }
}
