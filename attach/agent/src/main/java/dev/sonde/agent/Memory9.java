package dev.sonde.agent;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import jdk.internal.misc.Unsafe;
import org.jspecify.annotations.Nullable;

/** From Java 9 on; its package must be open to us before. {@code sun.misc.Unsafe} prints warnings on 24. */
final class Memory9 extends Memory {

    private static final MethodHandle MODULE_OF = moduleOf();

    private final Unsafe unsafe;
    private final boolean renamed;

    Memory9() {
        super(Unsafe.getUnsafe());
        unsafe = (Unsafe) theUnsafe;
        renamed = Agent.FEATURE >= 12;
    }

    /** {@code Class.getModule}, by a handle because it came with 9; one of a shape that the JDK has made. */
    static Module moduleOf(Class<?> type) {
        try {
            return (Module) MODULE_OF.invokeExact(type);
        } catch (Throwable impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static MethodHandle moduleOf() {
        try {
            return MethodHandles.publicLookup()
                    .findVirtual(Class.class, "getModule", MethodType.methodType(Module.class));
        } catch (ReflectiveOperationException before9) {
            throw new IllegalStateException(before9);
        }
    }

    @Override
    long offset(Field field) {
        return unsafe.objectFieldOffset(field);
    }

    @Override
    long offset(Class<?> owner, String name) {
        try {
            return unsafe.objectFieldOffset(owner, name);
        } catch (LinkageError on9) {
            return listed(owner, name);
        } catch (InternalError renamed) {
            return -1;
        }
    }

    @Override
    @Nullable
    Object getStatic(Field field) {
        return get(unsafe.staticFieldBase(field), unsafe.staticFieldOffset(field));
    }

    @Override
    boolean isInitialised(Class<?> type) {
        return !unsafe.shouldBeInitialized(type);
    }

    @Override
    Class<?> define(String name, byte[] bytes) {
        return unsafe.defineClass(name, bytes, 0, bytes.length, null, null);
    }

    @Override
    @Nullable
    Object get(@Nullable Object holder, long offset) {
        return renamed ? unsafe.getReference(holder, offset) : unsafe.getObject(holder, offset);
    }

    @Override
    long getLong(Object holder, long offset) {
        return unsafe.getLong(holder, offset);
    }

    @Override
    void putInt(Object holder, long offset, int value) {
        unsafe.putInt(holder, offset, value);
    }

    @Override
    @Nullable
    Object box(char type, Object holder, long offset) {
        switch (type) {
            case 'I':
                return unsafe.getInt(holder, offset);
            case 'J':
                return unsafe.getLong(holder, offset);
            case 'Z':
                return unsafe.getBoolean(holder, offset);
            case 'D':
                return unsafe.getDouble(holder, offset);
            case 'F':
                return unsafe.getFloat(holder, offset);
            case 'C':
                return unsafe.getChar(holder, offset);
            case 'B':
                return unsafe.getByte(holder, offset);
            case 'S':
                return unsafe.getShort(holder, offset);
            default:
                return get(holder, offset);
        }
    }
}
