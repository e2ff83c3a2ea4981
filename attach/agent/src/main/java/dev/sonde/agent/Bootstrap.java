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
 * arguments is a jar; the jar has an entry {@code classes}, as {@link DataInputStream} reads it: how many words, then each; how
 * many classes, then of each its file name, length and bytes, where a constant (JVMS 4.4) of tag 0 stands for the word of that
 * number; one of these is {@code dev.sonde.agent.Agent} with {@code public static void start(String arguments,
 * Instrumentation)}; that class's loader answers {@code getResourceAsStream} for each of them that it has not defined; its parent knows the
 * JDK and nothing of the application. No file stays open. Nothing is ever printed or thrown: what fails here is seen in the
 * bastion, as an agent that never calls back.
 */
public final class Bootstrap extends ClassLoader {

    /** What many classes have in common: names, descriptors, texts. */
    private final byte[][] words;

    private final Map<String, byte[]> entries = new HashMap<>();

    private Bootstrap(@Nullable ClassLoader parent, DataInputStream in) throws IOException {
        super(parent);
        words = new byte[in.readInt()][];
        for (int i = 0; i < words.length; i++) {
            words[i] = read(in, in.readUnsignedShort());
        }
        for (int left = in.readInt(); left > 0; left--) {
            entries.put(in.readUTF(), read(in, in.readInt()));
        }
    }

    /** Called by the JVM on its attach thread; returns as soon as the agent's own thread is started. */
    public static void agentmain(String arguments, Instrumentation instrumentation) {
        try {
            int from = arguments.indexOf(';') + 1;
            String jar = arguments.substring(from, arguments.indexOf(';', from));
            open(jar)
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
        byte[] bytes = whole(file);
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
        byte[] bytes = whole(name);
        return bytes == null ? null : new ByteArrayInputStream(bytes);
    }

    private static Bootstrap open(String jar) throws IOException {
        // Not ZipInputStream: the JVM has just opened the jar in this way itself, so it is all there.
        try (ZipFile zip = new ZipFile(jar);
                DataInputStream in = new DataInputStream(zip.getInputStream(zip.getEntry("classes")))) {
            return new Bootstrap(ClassLoader.getSystemClassLoader().getParent(), in);
        }
    }

    private static byte[] read(DataInputStream in, int length) throws IOException {
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return bytes;
    }

    /** A class file with the words in place. Looked through twice, because an array too many is the target's memory. */
    private byte @Nullable [] whole(String file) {
        byte[] packed = entries.get(file);
        if (packed == null) {
            return null;
        }
        byte[] whole = new byte[unpack(packed, null)];
        unpack(packed, whole);
        return whole;
    }

    /** Gives the length of the whole. */
    private int unpack(byte[] packed, byte @Nullable [] whole) {
        int from = 0;
        int at = 10;
        int to = 0;
        for (int left = u2(packed, 8) - 1; left > 0; left--) {
            int tag = packed[at];
            if (tag == 0) {
                byte[] word = words[u2(packed, at + 1)];
                to = copy(packed, from, at - from, whole, to);
                if (whole != null) {
                    whole[to] = 1;
                    whole[to + 1] = (byte) (word.length >> 8);
                    whole[to + 2] = (byte) word.length;
                }
                to = copy(word, 0, word.length, whole, to + 3);
                at += 3;
                from = at;
            } else {
                at += 1 + length(tag, packed, at);
                left -= tag == 5 || tag == 6 ? 1 : 0; // a long or double counts as two
            }
        }
        return copy(packed, from, packed.length - from, whole, to);
    }

    private static int copy(byte[] source, int from, int length, byte @Nullable [] whole, int to) {
        if (whole != null) {
            System.arraycopy(source, from, whole, to, length);
        }
        return to + length;
    }

    /** Of a constant, behind its tag: JVMS 4.4. */
    private static int length(int tag, byte[] bytes, int at) {
        switch (tag) {
            case 1:
                return 2 + u2(bytes, at + 1);
            case 5:
            case 6:
                return 8;
            case 7:
            case 8:
            case 16:
                return 2;
            case 15:
                return 3;
            default:
                return 4;
        }
    }

    private static int u2(byte[] bytes, int at) {
        return ((bytes[at] & 0xff) << 8) | (bytes[at + 1] & 0xff);
    }
}
