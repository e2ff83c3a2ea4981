package dev.sonde.agent;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;

/**
 * Where a field is of which name and descriptor are known: looked up as the JVM does for bytecode, exactly, and without the
 * type of the field being loaded. To list a class's fields, as {@code getDeclaredField} does, may run a class loader of the
 * application, and wait in it. On any thread of ours.
 */
final class Fields {

    // Of a MemberName: that it is a field, and above that how it is reached.
    private static final int OF_OBJECT = 0x40000 | 1 << 24;
    private static final int OF_CLASS = 0x40008 | 2 << 24;

    private final Jvm jvm;
    private @Nullable Members members;

    Fields(Jvm jvm) {
        this.jvm = jvm;
    }

    /** The JVM's own look-up of members, which is not open even to the trusted lookup but by handles of its methods. */
    private static final class Members {
        final MethodHandle make;
        final MethodHandle init;
        final MethodHandle resolve;
        final MethodHandle objectOffset;
        final MethodHandle staticOffset;
        final MethodHandle staticBase;

        Members(MethodHandles.Lookup trusted) throws ReflectiveOperationException {
            Class<?> name = Class.forName("java.lang.invoke.MemberName");
            Class<?> natives = Class.forName("java.lang.invoke.MethodHandleNatives");
            make = trusted.findConstructor(name, MethodType.methodType(void.class))
                    .asType(MethodType.methodType(Object.class));
            MethodType by = MethodType.methodType(void.class, Class.class, String.class, Object.class, int.class);
            init = trusted.findVirtual(name, "init", by).asType(by.insertParameterTypes(0, Object.class));
            MethodType resolving = MethodType.methodType(name, name, Class.class);
            MethodHandle any;
            if (Agent.FEATURE >= 16) {
                resolving = resolving.appendParameterTypes(int.class, boolean.class);
                any = MethodHandles.insertArguments(trusted.findStatic(natives, "resolve", resolving), 2, -1, true);
            } else if (Agent.FEATURE >= 11) {
                resolving = resolving.appendParameterTypes(boolean.class);
                any = MethodHandles.insertArguments(trusted.findStatic(natives, "resolve", resolving), 2, true);
            } else {
                any = trusted.findStatic(natives, "resolve", resolving);
            }
            resolve = MethodHandles.insertArguments(any, 1, (Object) null)
                    .asType(MethodType.methodType(Object.class, Object.class));
            objectOffset = of(trusted, natives, "objectFieldOffset", long.class, name);
            staticOffset = of(trusted, natives, "staticFieldOffset", long.class, name);
            staticBase = of(trusted, natives, "staticFieldBase", Object.class, name);
        }

        private static MethodHandle of(
                MethodHandles.Lookup trusted, Class<?> natives, String what, Class<?> answer, Class<?> name)
                throws ReflectiveOperationException {
            return trusted.findStatic(natives, what, MethodType.methodType(answer, name))
                    .asType(MethodType.methodType(answer, Object.class));
        }
    }

    /** Where it is in objects of the class, or, of a static one, in the class itself; -1 when there is none. */
    long offset(Class<?> owner, String name, String descriptor, boolean isStatic) {
        try {
            Members by = members;
            if (by == null) {
                by = new Members(jvm.trusted());
                members = by;
            }
            Object wanted = (Object) by.make.invokeExact();
            by.init.invokeExact(wanted, owner, name, (Object) descriptor, isStatic ? OF_CLASS : OF_OBJECT);
            Object found = (Object) by.resolve.invokeExact(wanted);
            if (found == null) {
                return -1;
            }
            if (!isStatic) {
                return (long) by.objectOffset.invokeExact(found);
            }
            // One that comes from above is not in this class.
            return (Object) by.staticBase.invokeExact(found) == owner ? (long) by.staticOffset.invokeExact(found) : -1;
        } catch (Throwable none) {
            return -1;
        }
    }

    /** {@code (Object holder)}, and answers what the field there holds; references as {@code Object}. */
    MethodHandle getter(String descriptor, long offset) throws ReflectiveOperationException {
        Class<?> type = Shape.primitive(descriptor.charAt(0));
        return access("get", type, "", MethodType.methodType(type, Object.class, long.class), offset);
    }

    /** {@code (Object holder, T value)}, and sets the field there as if it were volatile. What it holds is believed. */
    MethodHandle setter(char letter, long offset) throws ReflectiveOperationException {
        Class<?> type = Shape.primitive(letter);
        return access(
                "put", type, "Volatile", MethodType.methodType(void.class, Object.class, long.class, type), offset);
    }

    private MethodHandle access(String how, Class<?> what, String mode, MethodType type, long offset)
            throws ReflectiveOperationException {
        String name = what == Object.class && Agent.FEATURE >= 12 ? "Reference" : what.getSimpleName();
        Object unsafe = jvm.memory.theUnsafe;
        MethodHandle access = jvm.trusted()
                .findVirtual(
                        unsafe.getClass(),
                        how + Character.toUpperCase(name.charAt(0)) + name.substring(1) + mode,
                        type);
        return MethodHandles.insertArguments(access.bindTo(unsafe), 1, offset);
    }

    /** Of a static field, without a holder; null when there is none. */
    @Nullable
    MethodHandle getter(Class<?> owner, String name, String descriptor) throws ReflectiveOperationException {
        long offset = offset(owner, name, descriptor, true);
        return offset < 0 ? null : MethodHandles.insertArguments(getter(descriptor, offset), 0, owner);
    }
}
