package jdk.internal.misc;

import java.lang.reflect.Field;
import java.security.ProtectionDomain;
import org.jspecify.annotations.Nullable;

/**
 * The shape of the JDK's class of this name, so that {@code dev.sonde.agent.Memory} can be compiled against it without
 * reflection. It never goes into the agent's jar, and where it is on a class path the JDK's own comes first.
 */
public final class Unsafe {

    private Unsafe() {}

    public static native Unsafe getUnsafe();

    public native long objectFieldOffset(Field field);

    public native long objectFieldOffset(Class<?> owner, String name);

    public native long staticFieldOffset(Field field);

    public native Object staticFieldBase(Field field);

    public native boolean shouldBeInitialized(Class<?> type);

    public native @Nullable Object getObject(@Nullable Object holder, long offset);

    public native @Nullable Object getReference(@Nullable Object holder, long offset);

    public native int getInt(@Nullable Object holder, long offset);

    public native void putInt(@Nullable Object holder, long offset, int value);

    public native long getLong(@Nullable Object holder, long offset);

    public native boolean getBoolean(@Nullable Object holder, long offset);

    public native double getDouble(@Nullable Object holder, long offset);

    public native float getFloat(@Nullable Object holder, long offset);

    public native char getChar(@Nullable Object holder, long offset);

    public native byte getByte(@Nullable Object holder, long offset);

    public native short getShort(@Nullable Object holder, long offset);

    public native Class<?> defineClass(
            String name,
            byte[] bytes,
            int from,
            int length,
            @Nullable ClassLoader loader,
            @Nullable ProtectionDomain domain);
}
