package dev.sonde.agent;

import dev.sonde.wire.Expr;
import dev.sonde.wire.Limits;
import dev.sonde.wire.ProbePlan;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
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

    private final Tap tap;
    private final Stop stop;
    private final @Nullable Object[] values;
    private final Interpreter interpreter;
    private final Classes classes;
    private final @Nullable Class<?> from;

    Setting(Tap tap, Stop stop, @Nullable Object[] values, Limits limits) {
        this.tap = tap;
        this.stop = stop;
        this.values = values;
        this.interpreter = new Interpreter(tap, stop.event, 0, values, System.nanoTime() + limits.micros * 1000L);
        this.classes = tap.capture.classes;
        this.from = classes.byId(tap.armed.site.classId);
    }

    /** Evaluates, looks whether it fits, and sets; what is refused or fails has changed nothing. */
    void set(Expr variable, String type, Expr value) {
        Slots slots = tap.capture.slots;
        int slot = slots.claim();
        try {
            Object given = interpreter.eval(value);
            if (interpreter.secret) {
                throw new Refusal("what is masked is not given to another variable");
            }
            if (variable.op == Expr.ARG) {
                setLocal((int) variable.number, type, given);
            } else if (variable.op == Expr.INDEX) {
                setElement(variable, given);
            } else {
                setField(variable, given);
            }
        } catch (Failure failed) {
            throw new Refusal(String.valueOf(failed.getMessage()));
        } finally {
            slots.release(slot);
        }
    }

    private void setLocal(int number, String type, @Nullable Object given) {
        if (!stop.takes) {
            throw new Refusal(
                    stop.event == ProbePlan.ON_ENTRY
                            ? "this call began before its variables could be set; those of the next can"
                            : "the method ends here, and reads its variables no more");
        }
        Shape shape = Shape.of(Shape.ENTER, tap.armed.site);
        Class<?> erased = shape.type.parameterType(shape.firstArgument + number);
        values[2 + number] = fitting(given, erased.isPrimitive() || type.isEmpty() ? erased : named(type));
        stop.changed = true;
    }

    private void setElement(Expr variable, @Nullable Object given) {
        Object array = interpreter.eval(variable.children.get(0));
        Class<?> element = array == null ? null : array.getClass().getComponentType();
        if (array == null || element == null) {
            throw new Refusal("only elements of arrays can be set, and this is "
                    + (array == null ? "null" : "a " + array.getClass().getName()));
        }
        long index = Ops.asLong(interpreter.eval(variable.children.get(1)));
        int length = Array.getLength(array);
        if (index < 0 || index >= length) {
            throw new Refusal("index " + index + " of " + length);
        }
        Array.set(array, (int) index, fitting(given, element));
    }

    private void setField(Expr variable, @Nullable Object given) {
        boolean isStatic = variable.op == Expr.STATIC_FIELD;
        Object holder = isStatic ? null : interpreter.eval(variable.children.get(0));
        if (!isStatic && holder == null) {
            throw new Refusal("null has no field '" + variable.text + "'");
        }
        Class<?> owner = variable.op == Expr.MEMBER && holder != null ? holder.getClass() : named(variable.owner);
        Field field = null;
        for (Class<?> at = owner; at != null && field == null; at = at.getSuperclass()) {
            field = Conditions.declared(at, variable);
        }
        if (field == null || Modifier.isStatic(field.getModifiers()) != isStatic) {
            throw new Refusal("a " + owner.getName() + " has no field '" + variable.text + "'");
        }
        if (isStatic && !tap.capture.initialised(owner)) {
            throw new Refusal(owner.getName() + " is not initialised yet");
        }
        Object fits = fitting(given, field.getType());
        try {
            MethodHandle setter = tap.capture.jvm.trusted().unreflectSetter(field);
            if (isStatic) {
                setter.asType(MethodType.methodType(void.class, Object.class)).invokeExact(fits);
            } else {
                setter.asType(MethodType.methodType(void.class, Object.class, Object.class))
                        .invokeExact(holder, fits);
            }
        } catch (Throwable refused) {
            throw new Refusal("the JVM does not let the field be written: " + refused);
        }
    }

    /** A class as the code sees it that the thread is in, or an array of such. */
    private Class<?> named(String name) {
        int dimensions = name.lastIndexOf('[') + 1;
        String element = dimensions == 0 || name.length() == dimensions + 1
                ? name
                : name.substring(dimensions + 1, name.length() - 1);
        Class<?> found;
        try {
            found = element.startsWith("[") ? Class.forName(name) : classes.resolve(from, element);
        } catch (ClassNotFoundException impossible) {
            found = null;
        }
        if (found == null) {
            throw new Refusal("the class " + element + " is not loaded");
        }
        return dimensions == 0 || found.isArray()
                ? found
                : Array.newInstance(found, new int[dimensions]).getClass();
    }

    /** The value as what the type holds, boxed. */
    private static @Nullable Object fitting(@Nullable Object value, Class<?> type) {
        Class<?> box = MethodType.methodType(type).wrap().returnType();
        if (value == null ? !type.isPrimitive() : box.isInstance(value)) {
            return value;
        }
        if (value instanceof String && box == Character.class && ((String) value).length() == 1) {
            return ((String) value).charAt(0);
        }
        if (Ops.isNumber(value)) {
            if (box == Double.class) {
                return Ops.asDouble(value);
            }
            if (box == Float.class) {
                return (float) Ops.asDouble(value);
            }
            if (!Ops.isDouble(value)) {
                long number = Ops.asLong(value);
                if (box == Long.class) {
                    return number;
                }
                if (box == Integer.class && number == (int) number) {
                    return (int) number;
                }
                if (box == Short.class && number == (short) number) {
                    return (short) number;
                }
                if (box == Byte.class && number == (byte) number) {
                    return (byte) number;
                }
            }
        }
        throw new Refusal(
                "it holds a " + type.getName() + ", and this is "
                        + (value == null ? "null" : Ops.isNumber(value) ? value : "a " + value.getClass().getName()));
    }
}
