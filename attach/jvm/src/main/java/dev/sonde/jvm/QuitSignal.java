package dev.sonde.jvm;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * SIGQUIT to a process. The JDK can send it ({@code sun.tools.attach.VirtualMachineImpl.sendQuitTo}) when this JVM runs with
 * {@code --add-opens jdk.attach/sun.tools.attach=ALL-UNNAMED}, as the launcher sees to; without that option the {@code kill}
 * program does, which takes some milliseconds more.
 */
final class QuitSignal {

    private static final @Nullable Method SEND = find();

    private QuitSignal() {}

    private static @Nullable Method find() {
        try {
            Method send =
                    Class.forName("sun.tools.attach.VirtualMachineImpl").getDeclaredMethod("sendQuitTo", int.class);
            send.setAccessible(true);
            return send;
        } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
            return null;
        }
    }

    /** The caller has made sure that the process catches it: one that does not would end. */
    static void send(long pid) throws IOException {
        if (SEND == null) {
            kill(pid);
            return;
        }
        try {
            SEND.invoke(null, (int) pid);
        } catch (InvocationTargetException e) {
            throw new IOException("SIGQUIT to " + pid + ": " + e.getCause(), e);
        } catch (IllegalAccessException | LinkageError e) {
            kill(pid);
        }
    }

    private static void kill(long pid) throws IOException {
        Process kill = new ProcessBuilder("kill", "-QUIT", Long.toString(pid))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            if (!kill.waitFor(5, TimeUnit.SECONDS) || kill.exitValue() != 0) {
                throw new IOException("SIGQUIT to " + pid + " was refused");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            kill.destroy();
        }
    }
}
