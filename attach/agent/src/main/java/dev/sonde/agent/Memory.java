package dev.sonde.agent;

import java.lang.reflect.Field;
import org.jspecify.annotations.Nullable;

/**
 * Fields by their offsets, and classes of the boot loader. Called directly and not through method handles or reflection,
 * because each shape of those makes the JVM spin a class, and an agent that only waits should cost the target nearly none.
 */
abstract class Memory {

    /** The {@code Unsafe} of this JVM, for handles of its methods. */
    final Object theUnsafe;

    Memory(Object theUnsafe) {
        this.theUnsafe = theUnsafe;
    }

    abstract long offset(Field field);

    /** Where a field is that reflection may hide; -1 when that cannot be told. */
    abstract long offset(Class<?> owner, String name);

    /** As above, by reflection. */
    final long listed(Class<?> owner, String name) {
        try {
            return offset(owner.getDeclaredField(name));
        } catch (NoSuchFieldException unknown) {
            return -1;
        }
    }

    abstract @Nullable Object getStatic(Field field);

    abstract boolean isInitialised(Class<?> type);

    /** Defines a class in the boot loader. */
    abstract Class<?> define(String name, byte[] bytes);

    abstract @Nullable Object get(@Nullable Object holder, long offset);

    abstract long getLong(Object holder, long offset);

    abstract void putInt(Object holder, long offset, int value);

    /** A field of whatever type, by the letter of its descriptor; boxed. */
    abstract @Nullable Object box(char type, Object holder, long offset);
}
