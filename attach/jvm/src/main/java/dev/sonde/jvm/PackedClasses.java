package dev.sonde.jvm;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Classes that share their words, as the agent's bootstrap reads them: its Javadoc says how they are written. */
final class PackedClasses {

    private static final int UTF8 = 1;
    private static final int WORD = 0;

    /** By their bytes, as text of one character each. */
    private final Map<String, Integer> words = new LinkedHashMap<>();

    private final Map<String, byte[]> classes = new LinkedHashMap<>();

    void add(String file, byte[] classFile) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(classFile.length);
        DataOutputStream out = new DataOutputStream(bytes);
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
                out.writeShort(
                        words.computeIfAbsent(new String(word, StandardCharsets.ISO_8859_1), unused -> words.size()));
            } else {
                byte[] constant = new byte[length(tag)];
                in.get(constant);
                out.writeByte(tag);
                out.write(constant);
                i += tag == 5 || tag == 6 ? 1 : 0; // a long or double counts as two
            }
        }
        out.write(classFile, in.position(), in.remaining());
        classes.put(file, bytes.toByteArray());
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
        for (String word : words.keySet()) {
            out.writeShort(word.length());
            out.write(word.getBytes(StandardCharsets.ISO_8859_1));
        }
        out.writeInt(classes.size());
        for (Map.Entry<String, byte[]> each : classes.entrySet()) {
            out.writeUTF(each.getKey());
            out.writeInt(each.getValue().length);
            out.write(each.getValue());
        }
        return bytes.toByteArray();
    }
}
