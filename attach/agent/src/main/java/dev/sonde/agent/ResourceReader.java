package dev.sonde.agent;

import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads one class file from the loader of its class, beside our thread, which must answer the bastion meanwhile. Ends with
 * the answer; a loader that never gives one keeps this thread, and nothing else, waiting.
 */
final class ResourceReader extends Thread {

    private static final int PATIENCE_MILLIS = 2_000;

    private final Class<?> type;
    private volatile byte @Nullable [] bytes;

    ResourceReader(Class<?> type) {
        super("sonde-reader");
        this.type = type;
        setDaemon(true);
        setContextClassLoader(null);
    }

    @Override
    public void run() {
        bytes = read(type);
    }

    /** What was read; empty when there is nothing, or nothing in time. */
    byte[] await() {
        try {
            join(PATIENCE_MILLIS);
        } catch (InterruptedException byWhomever) {
            // then it is waited for no longer
        }
        byte[] read = bytes;
        return read == null ? new byte[0] : read;
    }

    /** On the caller's own thread. */
    static byte[] read(Class<?> type) {
        String resource = type.getName().replace('.', '/') + ".class";
        try {
            // Of the class itself, so that a named module gives what is its own. A leading slash: from the root.
            InputStream in = type.getResourceAsStream("/" + resource);
            ClassLoader loader = type.getClassLoader();
            if (in == null) {
                in = loader == null
                        ? ClassLoader.getSystemResourceAsStream(resource)
                        : loader.getResourceAsStream(resource);
            }
            return in == null ? new byte[0] : Jvm.bytes(in);
        } catch (Throwable unreadable) {
            return new byte[0];
        }
    }
}
