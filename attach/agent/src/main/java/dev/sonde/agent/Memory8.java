package dev.sonde.agent;

import java.lang.reflect.Field;
import org.jspecify.annotations.Nullable;
import sun.misc.Unsafe;

/** On Java 8. */
final class Memory8 extends Memory {

    private final Unsafe unsafe;

    Memory8() throws Exception {
        super(found());
        unsafe = (Unsafe) theUnsafe;
    }

    private static Object found() throws Exception {
        Field theUnsafe = Unsafe.class.getDeclaredField("theUnsafe");
        theUnsafe.setAccessible(true);
        return theUnsafe.get(null);
    }

    @Override
    long offset(Field field) {
        return unsafe.objectFieldOffset(field);
    }

    @Override
    long offset(Class<?> owner, String name) {
        return listed(owner, name);
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
        return unsafe.getObject(holder, offset);
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
