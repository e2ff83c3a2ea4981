package dev.sonde.agent;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;

/** Method handles to our own static methods, and the few ways in which we put handles together. */
final class Handles {

    private static final MethodHandles.Lookup OURS = MethodHandles.lookup();

    private Handles() {}

    static MethodHandle of(Class<?> owner, String name, Class<?> result, Class<?>... parameters) {
        try {
            return OURS.findStatic(owner, name, MethodType.methodType(result, parameters));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(owner.getName() + "." + name, e);
        }
    }

    static MethodHandle op(String name, Class<?> result, Class<?>... parameters) {
        return of(Ops.class, name, result, parameters);
    }

    /** A handle of the type that does nothing and answers 0 or false; made of the JDK alone, so it may outlive us. */
    static MethodHandle nothing(MethodType type) {
        MethodHandle zero;
        if (type.returnType() == long.class) {
            zero = MethodHandles.constant(long.class, 0L);
        } else if (type.returnType() == boolean.class) {
            zero = MethodHandles.constant(boolean.class, false);
        } else {
            zero = MethodHandles.constant(Object.class, null).asType(MethodType.methodType(void.class));
        }
        return MethodHandles.dropArguments(zero, 0, type.parameterList());
    }

    static MethodHandle constant(Class<?> type, Object value, MethodType parameters) {
        return MethodHandles.dropArguments(MethodHandles.constant(type, value), 0, parameters.parameterList());
    }

    /** Parameter {@code index} as it is. */
    static MethodHandle parameter(int index, MethodType parameters) {
        MethodHandle it = MethodHandles.identity(parameters.parameterType(index));
        it = MethodHandles.dropArguments(
                it, 1, parameters.parameterList().subList(index + 1, parameters.parameterCount()));
        return MethodHandles.dropArguments(it, 0, parameters.parameterList().subList(0, index));
    }

    /**
     * What a call's end is handed to, {@code (of, long bits, long start)}: the JVM makes a class for each shape that a handle has on its
     * way, so all that need no more have this one.
     */
    static MethodHandle ending(Class<?> owner, String name, Class<?> answer, Object of, Shape shape) {
        List<Class<?>> parameters = shape.type.parameterList();
        MethodHandle bound =
                of(owner, name, answer, of.getClass(), long.class, long.class).bindTo(of);
        bound = MethodHandles.dropArguments(bound, 2, parameters.subList(shape.start + 1, parameters.size()));
        return MethodHandles.dropArguments(bound, 0, parameters.subList(0, shape.bits));
    }

    /** {@code op(a(...), b(...))}, a first. By folding: it needs two parameters more, not twice as many. */
    static MethodHandle both(MethodHandle op, MethodHandle a, MethodHandle b) {
        MethodType parameters = a.type();
        Class<?> first = op.type().parameterType(0);
        Class<?> second = op.type().parameterType(1);
        MethodHandle swapped = MethodHandles.permuteArguments(
                op, MethodType.methodType(op.type().returnType(), second, first), new int[] {1, 0});
        MethodHandle whole = MethodHandles.dropArguments(swapped, 2, parameters.parameterList());
        whole = MethodHandles.foldArguments(whole, MethodHandles.dropArguments(b, 0, first));
        return MethodHandles.foldArguments(whole, a);
    }

    /** Both, one after the other; void. */
    static MethodHandle then(MethodHandle first, MethodHandle second) {
        return MethodHandles.foldArguments(second, first);
    }

    /**
     * A handle of a hook's parameters around one of {@code (long start, Object[] values)}, where the values are this, the
     * outcome, and the arguments. Only here are arguments boxed.
     */
    static MethodHandle collected(MethodHandle target, Shape shape) {
        int values = 2 + shape.arguments;
        MethodHandle spread = target.asCollector(Object[].class, values);
        int[] from = new int[1 + values];
        from[0] = shape.start;
        from[1] = shape.self;
        from[2] = shape.outcome;
        for (int i = 0; i < shape.arguments; i++) {
            from[3 + i] = shape.firstArgument + i;
        }
        return given(spread, shape, from);
    }

    /** A handle of a hook's parameters around one that takes those at these places; 0 or null for each that is not there. */
    static MethodHandle given(MethodHandle target, Shape shape, int... from) {
        MethodHandle given = target;
        int kept = 0;
        int[] order = new int[from.length];
        for (int index : from) {
            if (index < 0) {
                given = given.type().parameterType(kept) == long.class
                        ? MethodHandles.insertArguments(given, kept, 0L)
                        : MethodHandles.insertArguments(given, kept, (Object) null);
            } else {
                order[kept++] = index;
            }
        }
        MethodType exact = given.type();
        for (int i = 0; i < kept; i++) {
            exact = exact.changeParameterType(i, shape.type.parameterType(order[i]));
        }
        return MethodHandles.permuteArguments(
                given.asType(exact),
                shape.type.changeReturnType(exact.returnType()),
                java.util.Arrays.copyOf(order, kept));
    }

    /** The handle, except that whatever it throws ends in nothing: no hook throws into the application. */
    static MethodHandle silent(MethodHandle handle) {
        MethodType type = handle.type();
        return MethodHandles.catchException(
                handle, Throwable.class, nothing(type.insertParameterTypes(0, Throwable.class)));
    }
}
