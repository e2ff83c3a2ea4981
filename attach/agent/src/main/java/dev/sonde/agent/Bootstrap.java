package dev.sonde.agent;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.instrument.Instrumentation;
import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * The {@code Agent-Class}, and the class loader that the rest of the agent lives in.
 *
 * <p>The trap: HotSpot loads this class with the system class loader, where it stays for ever. A later Sonde finds this one
 * in place of its own. So it is a single class, holds nothing, and its contract is only this: the second field of the
 * arguments is a jar; the jar has an entry {@code classes}, and an entry {@code later} with the classes that an agent which only
 * waits does without. Each is stored as a zlib stream: in four bytes each, how many words, how many bytes these take, and how many
 * classes; then each word behind its length in two bytes; then of each class the number of the word that is its name, in two bytes, its length
 * in four, and its bytes. There a constant (JVMS 4.4) of tag 0 stands for the word of a number, and one whose tag is negative is what its tag
 * would be without the sign; the numbers of both are written as their differences from the one before them, first from first and
 * second from second. The words of {@code later} are numbered on from the others, and it stays in the jar until a class of it is asked for.
 * One of {@code classes} is {@code dev.sonde.agent.Agent} with {@code public static void start(String arguments,
 * Instrumentation)}; that class's loader answers {@code getResourceAsStream} for each of them that it has not defined; its parent knows the
 * JDK and nothing of the application. No file stays open. Nothing is ever printed or thrown: what fails here is seen in the
 * bastion, as an agent that never calls back.
 */
public final class Bootstrap extends ClassLoader {

    /** What many classes have in common, names, descriptors and texts, each behind its length. */
    private byte[] words = {};

    private int[] wordAt = {};

    private final Map<String, byte[]> entries = new HashMap<>();
    /** Whose entry {@code later} has not been read yet; null when it has. */
    private @Nullable String jar;
    /** For one class file after the other, because what is thrown away has been the target's memory, too. */
    private byte[] room = new byte[8 << 10];

    private Bootstrap(@Nullable ClassLoader parent, String jar) throws IOException {
        super(parent);
        read(jar, "classes");
        this.jar = jar;
    }

    /** Called by the JVM on its attach thread; returns as soon as the agent's own thread is started. */
    public static void agentmain(String arguments, Instrumentation instrumentation) {
        try {
            int from = arguments.indexOf(';') + 1;
            String jar = arguments.substring(from, arguments.indexOf(';', from));
            new Bootstrap(ClassLoader.getSystemClassLoader().getParent(), jar)
                    .loadClass("dev.sonde.agent.Agent")
                    .getMethod("start", String.class, Instrumentation.class)
                    .invoke(null, arguments, instrumentation);
        } catch (Throwable silent) {
            // a line on the target's stderr would be worse than an agent that does not answer
        }
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        String internal = name.replace('.', '/');
        int length = unpack(internal);
        if (length < 0) {
            throw new ClassNotFoundException(name);
        }
        Class<?> defined = defineClass(name, room, 0, length);
        // The JVM asks for a class once, and what is kept here is the target's memory.
        entries.remove(internal);
        return defined;
    }

    @Override
    public synchronized @Nullable InputStream getResourceAsStream(String name) {
        int length = unpack(name.substring(0, Math.max(0, name.lastIndexOf('.'))));
        return length < 0 ? null : new ByteArrayInputStream(Arrays.copyOf(room, length));
    }

    private void read(String from, String entry) throws IOException {
        // Not ZipInputStream: the JVM has just opened the jar in this way itself, so it is all there.
        try (ZipFile zip = new ZipFile(from);
                InputStream in = new InflaterInputStream(zip.getInputStream(zip.getEntry(entry)))) {
            read(in);
        }
    }

    private void read(InputStream in) throws IOException {
        byte[] counts = fill(new byte[12], 0, in);
        int number = wordAt.length;
        int at = words.length;
        int[] allAt = Arrays.copyOf(wordAt, number + u4(counts, 0));
        byte[] all = fill(Arrays.copyOf(words, at + u4(counts, 4)), at, in);
        for (; number < allAt.length; number++) {
            allAt[number] = at;
            at += 2 + u2(all, at);
        }
        // Not by StandardCharsets, which brings six more of them into a target.
        Charset utf8 = Charset.forName("UTF-8");
        for (int left = u4(counts, 8); left > 0; left--) {
            byte[] head = fill(new byte[6], 0, in);
            int name = allAt[u2(head, 0)];
            entries.put(new String(all, name + 2, u2(all, name), utf8), fill(new byte[u4(head, 2)], 0, in));
        }
        words = all;
        wordAt = allAt;
    }

    /** Reads until the array is full. Not as DataInputStream does, which on 21 and later has a dozen classes of VarHandles loaded. */
    private static byte[] fill(byte[] bytes, int from, InputStream in) throws IOException {
        for (int at = from; at < bytes.length; ) {
            int count = in.read(bytes, at, bytes.length - at);
            if (count < 0) {
                throw new IOException("the end");
            }
            at += count;
        }
        return bytes;
    }

    /** Puts a class file into the room, with the words in place; its length, or -1 when there is none. */
    private int unpack(String name) {
        String unread = jar;
        if (unread != null && !entries.containsKey(name)) {
            try {
                read(unread, "later");
            } catch (IOException gone) {
                return -1;
            }
            jar = null;
        }
        byte[] packed = entries.get(name);
        if (packed == null) {
            return -1;
        }
        int from = 0;
        int at = 10;
        int to = 0;
        int first = 0;
        int second = 0;
        for (int left = u2(packed, 8) - 1; left > 0; left--) {
            int tag = packed[at];
            if (tag > 0) {
                at += 1 + length(tag, packed, at);
                left -= tag == 5 || tag == 6 ? 1 : 0; // a long or double counts as two
                continue;
            }
            to = put(packed, from, at - from, to);
            first += u2(packed, at + 1);
            at += 3;
            makeRoom(to + 5);
            if (tag == 0) {
                int word = wordAt[first & 0xffff];
                room[to] = 1;
                to = put(words, word, 2 + u2(words, word), to + 1);
            } else {
                room[to] = (byte) -tag;
                to = put(first, to + 1);
                if (tag < -8) {
                    second += u2(packed, at);
                    at += 2;
                    to = put(second, to);
                }
            }
            from = at;
        }
        return put(packed, from, packed.length - from, to);
    }

    private int put(byte[] source, int from, int length, int to) {
        makeRoom(to + length);
        System.arraycopy(source, from, room, to, length);
        return to + length;
    }

    private int put(int number, int to) {
        room[to] = (byte) (number >> 8);
        room[to + 1] = (byte) number;
        return to + 2;
    }

    private void makeRoom(int length) {
        if (room.length < length) {
            room = Arrays.copyOf(room, 2 * length);
        }
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

    private static int u4(byte[] bytes, int at) {
        return (u2(bytes, at) << 16) | u2(bytes, at + 2);
    }

    private static int u2(byte[] bytes, int at) {
        return ((bytes[at] & 0xff) << 8) | (bytes[at + 1] & 0xff);
    }
}
