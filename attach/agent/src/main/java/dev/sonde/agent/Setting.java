package dev.sonde.agent;

import dev.sonde.wire.Expr;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Gives a variable another value while a thread stands: a field or an element of an array at once, a local when the thread goes on
 * and takes it.
 *
 * <p>The trap: what is put into a local is believed. The code behind a hook casts it to what the verifier knows of the slot, and
 * a cast that fails would throw into the application; so it is looked at here, on our thread. No method of the application is called:
 * collections are not changed.
 */
final class Setting {

    private Setting() {}

    /** Evaluates, looks whether it fits, and sets; what is refused has changed nothing. */
    static void set(Tap tap, Stop stop, @Nullable Object[] values, Expr variable, String type, Expr value) {
        Slots slots = tap.capture.slots;
        int slot = slots.claim();
        try {
            long deadline = System.nanoTime() + tap.probe.plan.limits.micros * 1000L;
            Interpreter interpreter = new Interpreter(tap, stop.event, 0, values, deadline);
            Object given = interpreter.eval(value);
            if (interpreter.secret) {
                throw new Failure("what is masked is not given to another variable");
            }
            if (variable.op == Expr.ARG) {
                setLocal(tap, stop, values, (int) variable.number, type, given);
                return;
            }
            Object old = interpreter.eval(variable); // says why there is none
            boolean isStatic = variable.op == Expr.STATIC_FIELD;
            Object holder = isStatic ? tap : Objects.requireNonNull(interpreter.eval(variable.children.get(0)));
            if (variable.op == Expr.INDEX) {
                int index = (int) Ops.asLong(interpreter.eval(variable.children.get(1)));
                Array.set(holder, index, fitting(given, holder.getClass().getComponentType()));
                return;
            }
            setField(tap, holder, variable, given, old);
        } catch (Throwable refused) {
            throw new Refusal(
                    "it cannot be set: " + (refused instanceof Failure ? refused.getMessage() : refused.toString()));
        } finally {
            slots.release(slot);
        }
    }

    private static void setLocal(
            Tap tap, Stop stop, @Nullable Object[] values, int number, String type, @Nullable Object given)
            throws Throwable {
        if (!stop.takes) {
            throw new Failure("this call began before that was possible");
        }
        Shape shape = Shape.of(Shape.ENTER, tap.armed.site);
        Class<?> takes = shape.type.parameterType(shape.firstArgument + number);
        if (given != null && !type.isEmpty()) {
            // Of arrays no more is known than that one such as it has fits.
            takes = type.startsWith("[")
                    ? Objects.requireNonNull(values[2 + number]).getClass()
                    : named(tap, type);
        }
        values[2 + number] = fitting(given, takes);
        stop.changed = true;
    }

    /** Where the field is, is looked up as the JVM does for bytecode: listing those of a class may run a loader of the application. */
    private static void setField(Tap tap, Object holder, Expr variable, @Nullable Object given, @Nullable Object old)
            throws Throwable {
        Fields fields = tap.capture.jvm.fields;
        Object base = holder;
        Class<?> of = holder.getClass();
        char letter;
        long offset;
        if (variable.op == Expr.MEMBER) {
            Layouts.Layout layout = Objects.requireNonNull(tap.capture.layouts.known(of));
            int field = layout.find(variable.text);
            letter = layout.types[field];
            offset = layout.offsets[field];
        } else {
            boolean isStatic = variable.op == Expr.STATIC_FIELD;
            of = named(tap, variable.owner);
            base = isStatic ? of : holder;
            letter = variable.desc.charAt(0);
            offset = fields.offset(of, variable.text, variable.desc, isStatic);
            if (offset < 0) {
                throw new Failure("it is not in the class that is loaded");
            }
        }
        Class<?> type = Shape.primitive(letter);
        if (!type.isPrimitive() && given != null) {
            Class<?> known = variable.desc.startsWith("L")
                    ? tap.capture.classes.linked(
                            of,
                            variable.desc
                                    .substring(1, variable.desc.length() - 1)
                                    .replace('/', '.'))
                    : null;
            if (known == null && old == null) {
                throw new Failure("what it may hold is not known");
            }
            // At the least one such as it has fits.
            type = known == null ? Objects.requireNonNull(old).getClass() : known;
        }
        Object unused = fields.setter(letter, offset).invokeWithArguments(base, fitting(given, type));
    }

    private static Class<?> named(Tap tap, String name) {
        Class<?> found = tap.capture.classes.resolve(tap.capture.classes.byId(tap.armed.site.classId), name);
        if (found == null) {
            throw new Failure(name + " is not loaded");
        }
        return found;
    }

    /** The value as what the type holds, boxed; throws where it holds no such value. */
    private static @Nullable Object fitting(@Nullable Object value, Class<?> type) throws Throwable {
        Class<?> primitive = MethodType.methodType(type).unwrap().returnType();
        if (value == null && !type.isPrimitive()) {
            return null;
        }
        Object given = value;
        if (primitive == float.class && Ops.isDouble(value)) {
            given = (float) Ops.asDouble(value);
        } else if (primitive.isPrimitive() && Ops.isNumber(value) && !Ops.isDouble(value)) {
            // As the smallest that holds it, which is widened and never narrowed.
            long number = Ops.asLong(value);
            given = number == (byte) number
                    ? (Object) (byte) number
                    : number == (short) number
                            ? (Object) (short) number
                            : number == (int) number ? (Object) (int) number : (Object) number;
        } else if (primitive == char.class && value instanceof String && ((String) value).length() == 1) {
            given = ((String) value).charAt(0);
        }
        return MethodHandles.identity(primitive)
                .asType(MethodType.genericMethodType(1))
                .invokeWithArguments(given);
    }
}
