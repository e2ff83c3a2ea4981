package dev.sonde.jvm;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Classes that share their words, as the agent's bootstrap reads them: its Javadoc says how they are written. What is like stands
 * together, because that is what deflating lives on: the words in their order, the classes by their length.
 */
final class PackedClasses {

    private static final int UTF8 = 1;
    private static final int WORD = 0;

    /** By their bytes, as text of one character each; numbered when all are known. */
    private final SortedMap<String, Integer> words = new TreeMap<>();

    private final Map<String, byte[]> classes = new TreeMap<>();

    void add(String file, byte[] classFile) throws IOException {
        write(classFile, new DataOutputStream(OutputStream.nullOutputStream()));
        classes.put(file, classFile);
    }

    private void write(byte[] classFile, DataOutputStream out) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(classFile);
        out.writeLong(in.getLong());
        int count = in.getShort() & 0xffff;
        out.writeShort(count);
        for (int i = 1; i < count; i++) {
            int tag = in.get();
            if (tag == UTF8) {
                byte[] word = new byte[in.getShort() & 0xffff];
                in.get(word);
                out.writeByte(WORD);
                out.writeShort(words.computeIfAbsent(new String(word, StandardCharsets.ISO_8859_1), unused -> 0));
            } else {
                byte[] constant = new byte[length(tag)];
                in.get(constant);
                out.writeByte(tag);
                out.write(constant);
                i += tag == 5 || tag == 6 ? 1 : 0; // a long or double counts as two
            }
        }
        out.write(classFile, in.position(), in.remaining());
    }

    /** Of a constant that is no text, behind its tag: JVMS 4.4. */
    private static int length(int tag) throws IOException {
        return switch (tag) {
            case 3, 4, 9, 10, 11, 12, 17, 18 -> 4;
            case 5, 6 -> 8;
            case 7, 8, 16 -> 2;
            case 15 -> 3;
            default -> throw new IOException("a constant of tag " + tag + " is of no class of Java 8");
        };
    }

    byte[] toBytes() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(words.size());
        int number = 0;
        for (Map.Entry<String, Integer> word : words.entrySet()) {
            word.setValue(number++);
            out.writeShort(word.getKey().length());
            out.write(word.getKey().getBytes(StandardCharsets.ISO_8859_1));
        }
        out.writeInt(classes.size());
        List<Map.Entry<String, byte[]>> byLength = new ArrayList<>(classes.entrySet());
        byLength.sort(Comparator.comparingInt(each -> each.getValue().length));
        for (Map.Entry<String, byte[]> each : byLength) {
            ByteArrayOutputStream packed = new ByteArrayOutputStream();
            write(each.getValue(), new DataOutputStream(packed));
            out.writeUTF(each.getKey());
            out.writeInt(packed.size());
            packed.writeTo(out);
        }
        return bytes.toByteArray();
    }
}
