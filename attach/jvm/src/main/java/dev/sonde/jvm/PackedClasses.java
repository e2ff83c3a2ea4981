package dev.sonde.jvm;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.ToIntFunction;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/**
 * Classes that share their words, in parts of which each is read when the ones before it were, as the agent's bootstrap reads them: its Javadoc
 * says how they are written. What is like stands together, because that is what deflating lives on: the words in their order, the
 * classes by their length.
 */
final class PackedClasses {

    private static final int UTF8 = 1;
    private static final int CLASS = 7;
    private static final int STRING = 8;
    private static final int NAME_AND_TYPE = 12;

    /** By their bytes, as text of one character each; numbered with the part that has them first. */
    private final Map<String, Integer> words = new HashMap<>();

    /**
     * The next part, deflated.
     *
     * @param classes by internal name
     */
    byte[] part(Map<String, byte[]> classes) throws IOException {
        SortedSet<String> fresh = new TreeSet<>();
        for (byte[] classFile : classes.values()) {
            write(classFile, new DataOutputStream(OutputStream.nullOutputStream()), word -> {
                if (!words.containsKey(word)) {
                    fresh.add(word);
                }
                return 0;
            });
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Deflater best = new Deflater(Deflater.BEST_COMPRESSION);
        try (DataOutputStream out = new DataOutputStream(new DeflaterOutputStream(bytes, best))) {
            out.writeInt(fresh.size());
            out.writeInt(fresh.stream().mapToInt(word -> 2 + word.length()).sum());
            out.writeInt(classes.size());
            for (String word : fresh) {
                words.put(word, words.size());
                out.writeShort(word.length());
                out.write(word.getBytes(StandardCharsets.ISO_8859_1));
            }
            List<Map.Entry<String, byte[]>> byLength = new ArrayList<>(classes.entrySet());
            byLength.sort(Comparator.comparingInt(each -> each.getValue().length));
            for (Map.Entry<String, byte[]> each : byLength) {
                ByteArrayOutputStream packed = new ByteArrayOutputStream();
                write(each.getValue(), new DataOutputStream(packed), words::get);
                out.writeShort(Objects.requireNonNull(words.get(each.getKey())));
                out.writeInt(packed.size());
                packed.writeTo(out);
            }
        } finally {
            best.end();
        }
        return bytes.toByteArray();
    }

    private static void write(byte[] classFile, DataOutputStream out, ToIntFunction<String> number) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(classFile);
        out.writeLong(in.getLong());
        int count = in.getShort() & 0xffff;
        out.writeShort(count);
        int first = 0;
        int second = 0;
        for (int i = 1; i < count; i++) {
            int tag = in.get();
            if (tag == UTF8) {
                byte[] word = new byte[in.getShort() & 0xffff];
                in.get(word);
                out.writeByte(0);
                first = writeDifference(number.applyAsInt(new String(word, StandardCharsets.ISO_8859_1)), first, out);
            } else if (tag >= CLASS && tag <= NAME_AND_TYPE) {
                out.writeByte(-tag);
                first = writeDifference(in.getShort(), first, out);
                second = tag <= STRING ? second : writeDifference(in.getShort(), second, out);
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

    private static int writeDifference(int number, int before, DataOutputStream out) throws IOException {
        out.writeShort(number - before);
        return number;
    }

    /** Of a constant that names no other, behind its tag: JVMS 4.4. */
    private static int length(int tag) throws IOException {
        return switch (tag) {
            case 3, 4, 17, 18 -> 4;
            case 5, 6 -> 8;
            case 16 -> 2;
            case 15 -> 3;
            default -> throw new IOException("a constant of tag " + tag + " is of no class of Java 8");
        };
    }
}
