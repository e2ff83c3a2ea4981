package dev.sonde.agent;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;

/**
 * Threads and moments in which nobody may be stopped, because more than the one thread would stand: those that the JVM
 * itself lives on, the initialisation of a class (every other thread that needs it waits), the loading of one (a loader's lock
 * is held), a thread that serves many connections, and a virtual thread that would keep its carrier.
 *
 * <p>The trap of the last: HotSpot's {@code Continuation.isPinned} answers yes to code that the interpreter runs, whatever is
 * on the stack. Of the number below it three answers are sure: that nothing pins the thread, and the two that are given before
 * the stack is walked, because the JVM must not unmount it now, or it holds a monitor that pins it (before 24 any, as the JVM
 * counts them when they are entered; since then those of {@code LockingMode=1} and of JNI). Otherwise native methods are looked
 * for in the stack here.
 */
final class Unparkable {

    private static final String[] OF_THE_JVM = {
        "Reference Handler",
        "Finalizer",
        "Signal Dispatcher",
        "Attach Listener",
        "Common-Cleaner",
        "Notification Thread",
        "Service Thread",
        "DestroyJavaVM",
        "process reaper",
        "Keep-Alive-Timer"
    };

    private static final int MONITORS_PIN_NO_LONGER = 24;

    // freeze_result in continuationFreezeThaw.cpp, read at the source of 21 and of 25, tried on 25.
    private static final int UNKNOWN = -1;
    private static final int NOT_PINNED = 0;
    private static final int IN_CRITICAL_SECTION = 2;
    private static final int HOLDS_MONITOR = 4;

    /** The frames at a thread's beginning that tell what it is. */
    private static final int FIRST_FRAMES = 6;

    /** Asks the JVM why the current thread could not be unmounted; null where that is not known. */
    private final @Nullable MethodHandle pinned;

    /** On our thread. */
    Unparkable(Jvm jvm) {
        MethodHandle found;
        try {
            Class<?> scope = Class.forName("jdk.internal.vm.ContinuationScope", false, null);
            found = jvm.trusted()
                    .findStatic(
                            Class.forName("jdk.internal.vm.Continuation", false, null),
                            "isPinned0",
                            MethodType.methodType(int.class, scope))
                    .asType(MethodType.methodType(int.class, Object.class));
            int unused = (int) found.invokeExact((Object) null);
        } catch (Throwable none) {
            found = null;
        }
        pinned = found;
    }

    /**
     * Why this thread, the current one, must not stop here; null when it may.
     *
     * @param stepped it is one that was let stop already
     */
    @Nullable
    String reason(Thread thread, StackTraceElement[] frames, boolean stepped, boolean force) {
        if (isOfTheJvm(thread)) {
            return "it is a thread of the JVM's own";
        }
        for (StackTraceElement frame : frames) {
            String method = frame.getMethodName();
            String type = frame.getClassName();
            if (method.equals("<clinit>")) {
                return type + " is being initialised, and every thread that needs it would wait";
            }
            if (type.endsWith("Loader")
                    || type.endsWith("ClassLoaders$AppClassLoader")
                    || type.contains("ClassLoader")) {
                if (method.startsWith("loadClass") || method.equals("findClass") || method.equals("defineClass")) {
                    return "a class is being loaded, and others that load would wait";
                }
            }
            if (type.startsWith("sun.instrument.") || type.equals("java.lang.invoke.MethodHandleNatives")) {
                return "the JVM is in the midst of changing or linking code";
            }
        }
        if (force) {
            return null;
        }
        for (int i = Math.max(0, frames.length - FIRST_FRAMES); i < frames.length && !stepped; i++) {
            String type = frames[i].getClassName();
            if (isEventLoop(type)) {
                return "it is an event loop (" + type
                        + "), and all it serves would stand; --force stops it all the same";
            }
        }
        String pinning = isVirtual(thread) ? pinning() : null;
        return pinning == null
                ? null
                : "its carrier would stand with this virtual thread, because " + pinning
                        + "; --force stops it all the same";
    }

    private @Nullable String pinning() {
        int answer = UNKNOWN;
        try {
            MethodHandle asked = pinned;
            answer = asked == null ? UNKNOWN : (int) asked.invokeExact((Object) null);
        } catch (Throwable none) {
            // as if it could not be asked
        }
        switch (answer) {
            case NOT_PINNED:
                return null;
            case IN_CRITICAL_SECTION:
                return "the JVM must not unmount it now";
            case HOLDS_MONITOR:
                return "it holds a monitor";
            default:
                if (answer == UNKNOWN && Agent.FEATURE < MONITORS_PIN_NO_LONGER) {
                    return "it may hold a monitor, and this JVM does not tell";
                }
        }
        String caller = Stacks.calledByNative();
        return caller == null ? null : "native code called it, " + caller;
    }

    static boolean isVirtual(Thread thread) {
        return thread.getClass().getName().equals("java.lang.VirtualThread");
    }

    private static boolean isOfTheJvm(Thread thread) {
        ThreadGroup group = thread.getThreadGroup();
        if (group != null && group.getParent() == null && !group.getName().equals("main")) {
            return !isVirtual(thread);
        }
        if (group != null && group.getName().equals("InnocuousThreadGroup")) {
            return true;
        }
        String name = thread.getName();
        for (String one : OF_THE_JVM) {
            if (name.equals(one)) {
                return true;
            }
        }
        return name.startsWith("JFR ");
    }

    private static boolean isEventLoop(String type) {
        return type.contains("EventLoop")
                || type.contains("EventExecutor")
                || type.contains("Selector")
                || type.contains("Poller")
                || type.contains("Reactor")
                || type.equals("sun.net.httpserver.ServerImpl$Dispatcher");
    }
}
