package dev.sonde.agent;

import org.jspecify.annotations.Nullable;

/**
 * Threads and moments in which nobody may be stopped, because more than the one thread would stand: those that the JVM
 * itself lives on, the initialisation of a class (every other thread that needs it waits), the loading of one (a loader's lock
 * is held), a thread that serves many connections, and a virtual thread that would keep its carrier.
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

    private static final int PINS_NO_LONGER = 24;

    /** The frames at a thread's beginning that tell what it is. */
    private static final int FIRST_FRAMES = 6;

    private Unparkable() {}

    /** Why this thread must not stop here; null when it may. */
    static @Nullable String reason(Thread thread, StackTraceElement[] frames, boolean force) {
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
        for (int i = Math.max(0, frames.length - FIRST_FRAMES); i < frames.length; i++) {
            String type = frames[i].getClassName();
            if (isEventLoop(type)) {
                return "it is an event loop (" + type
                        + "), and all it serves would stand; --force stops it all the same";
            }
        }
        if (Agent.FEATURE < PINS_NO_LONGER && thread.getClass().getName().equals("java.lang.VirtualThread")) {
            return "a virtual thread that holds a monitor pins its carrier before JDK 24, and it may; --force stops it all the same";
        }
        return null;
    }

    private static boolean isOfTheJvm(Thread thread) {
        ThreadGroup group = thread.getThreadGroup();
        if (group != null && group.getParent() == null && !group.getName().equals("main")) {
            return !thread.getClass().getName().equals("java.lang.VirtualThread");
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
