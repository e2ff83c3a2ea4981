package java.sonde;

import java.lang.invoke.CallSite;
import java.lang.invoke.ConstantCallSite;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;

/**
 * The one class that woven code names. It is defined in the boot loader, where every loader finds it, and stays there for
 * ever: so it knows nothing of the agent but an interface of the JDK, and its shape must never change. A new
 * shape is a {@code SpyV3} beside it.
 *
 * <p>Several agents may be attached at once; each has a slot, and the slot stands in the hooks that it had woven. Linking
 * runs on a thread of the application, so whatever goes wrong ends in a hook that does nothing.
 */
public final class SpyV2 {

    private static final AtomicReferenceArray<Function<Object[], Object>> LINKERS = new AtomicReferenceArray<>(16);

    private SpyV2() {}

    /**
     * Takes a free slot.
     *
     * @param linker answers {@code {String hook, MethodType type, Integer siteId}} with a CallSite, or null
     * @return the slot, or -1 when none is free
     */
    public static int attach(Function<Object[], Object> linker) {
        for (int slot = 0; slot < LINKERS.length(); slot++) {
            if (LINKERS.compareAndSet(slot, null, linker)) {
                return slot;
            }
        }
        return -1;
    }

    /** Frees a slot, if it is still that linker's. */
    public static void detach(int slot, Function<Object[], Object> linker) {
        LINKERS.compareAndSet(slot, linker, null);
    }

    /**
     * The bootstrap method of every hook. Its types are those that the JVM calls it with, because for each that is another one the
     * first hit of a process waits for classes to be made that convert it.
     *
     * @param type a MethodType
     * @param slot an Integer, as is the id of the site
     */
    @SuppressWarnings("ReferenceEquality")
    public static Object link(MethodHandles.Lookup caller, String hook, Object type, Object slot, Object siteId) {
        try {
            Function<Object[], Object> linker = LINKERS.get((Integer) slot);
            if (linker != null) {
                CallSite site = (CallSite) linker.apply(new Object[] {hook, type, siteId});
                if (site != null && site.type() == type) {
                    return site;
                }
            }
        } catch (Throwable anything) {
            // the application must not see it; an unlinked hook does nothing
        }
        return new ConstantCallSite(nothing((MethodType) type));
    }

    /** A handle of the type that does nothing and answers 0. */
    public static MethodHandle nothing(MethodType type) {
        MethodHandle zero = type.returnType() == long.class
                ? MethodHandles.constant(long.class, 0L)
                : MethodHandles.constant(Object.class, null).asType(MethodType.methodType(void.class));
        return MethodHandles.dropArguments(zero, 0, type.parameterList());
    }
}
