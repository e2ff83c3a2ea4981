package dev.sonde.agent;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.instrument.Instrumentation;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * The {@code Agent-Class}, and the class loader that the rest of the agent lives in.
 *
 * <p>The trap: HotSpot loads this class with the system class loader, where it stays for ever. A later Sonde finds this one
 * in place of its own. So it is a single class, holds nothing, and its contract is only this: the second field of the
 * arguments is a jar; the jar has an entry {@code classes} (how many, then of each its file name, length and bytes, as {@link
 * DataInputStream} reads them); one of these is {@code dev.sonde.agent.Agent} with {@code public static void start(String
 * arguments, Instrumentation)}; that class's loader answers {@code getResourceAsStream} for each of them that it has not defined; its parent knows the
 * JDK and nothing of the application. No file stays open. Nothing is ever printed or thrown: what fails here is seen in the
 * bastion, as an agent that never calls back.
 */
public final class Bootstrap extends ClassLoader {

    private final Map<String, byte[]> entries;

    private Bootstrap(@Nullable ClassLoader parent, Map<String, byte[]> entries) {
        super(parent);
        this.entries = entries;
    }

    /** Called by the JVM on its attach thread; returns as soon as the agent's own thread is started. */
    public static void agentmain(String arguments, Instrumentation instrumentation) {
        try {
            int from = arguments.indexOf(';') + 1;
            String jar = arguments.substring(from, arguments.indexOf(';', from));
            new Bootstrap(ClassLoader.getSystemClassLoader().getParent(), read(jar))
                    .loadClass("dev.sonde.agent.Agent")
                    .getMethod("start", String.class, Instrumentation.class)
                    .invoke(null, arguments, instrumentation);
        } catch (Throwable silent) {
            // a line on the target's stderr would be worse than an agent that does not answer
        }
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        String file = name.replace('.', '/') + ".class";
        byte[] bytes = entries.get(file);
        if (bytes == null) {
            throw new ClassNotFoundException(name);
        }
        Class<?> defined = defineClass(name, bytes, 0, bytes.length);
        // The JVM asks for a class once, and what is kept here is the target's memory.
        entries.remove(file);
        return defined;
    }

    @Override
    public synchronized @Nullable InputStream getResourceAsStream(String name) {
        byte[] bytes = entries.get(name);
        return bytes == null ? null : new ByteArrayInputStream(bytes);
    }

    private static Map<String, byte[]> read(String jar) throws IOException {
        Map<String, byte[]> entries = new HashMap<>();
        // Not ZipInputStream: the JVM has just opened the jar in this way itself, so it is all there.
        try (ZipFile zip = new ZipFile(jar);
                DataInputStream in = new DataInputStream(zip.getInputStream(zip.getEntry("classes")))) {
            for (int left = in.readInt(); left > 0; left--) {
                String name = in.readUTF();
                byte[] bytes = new byte[in.readInt()];
                in.readFully(bytes);
                entries.put(name, bytes);
            }
        }
        return entries;
    }
}
