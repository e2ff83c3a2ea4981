package dev.sonde.weave;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;

/**
 * A class file whose constants stand in the order of their kinds, and of their words within a kind (JVMS 4.4). It means the same. But each
 * constant is little more than the one before it, so differences of them are small numbers, which can be deflated to next to nothing.
 */
public final class OrderedConstants {

    private static final int UTF8 = 1;
    private static final int CLASS = 7;
    private static final int STRING = 8;
    private static final int FIELD = 9;
    private static final int METHOD = 10;
    private static final int INTERFACE_METHOD = 11;
    private static final int NAME_AND_TYPE = 12;

    private final byte[] classFile;
    private final ClassReader in;
    private final char[] buffer;
    private final ClassWriter out = new ClassWriter(0);

    private OrderedConstants(byte[] classFile) {
        this.classFile = classFile;
        in = new ClassReader(classFile);
        buffer = new char[in.getMaxStringLength()];
    }

    public static byte[] of(byte[] classFile) {
        OrderedConstants ordered = new OrderedConstants(classFile);
        // The writer numbers them as it meets them.
        ordered.words(UTF8).forEach(each -> ordered.out.newUTF8(each[0]));
        ordered.words(STRING).forEach(each -> ordered.out.newConst(each[0]));
        ordered.words(CLASS).forEach(each -> ordered.out.newClass(each[0]));
        ordered.words(NAME_AND_TYPE).forEach(each -> ordered.out.newNameType(each[0], each[1]));
        ordered.words(FIELD).forEach(each -> ordered.out.newField(each[0], each[1], each[2]));
        ordered.words(METHOD).forEach(each -> ordered.out.newMethod(each[0], each[1], each[2], false));
        ordered.words(INTERFACE_METHOD).forEach(each -> ordered.out.newMethod(each[0], each[1], each[2], true));
        ordered.in.accept(ordered.out, 0);
        return ordered.out.toByteArray();
    }

    /** What the constants of a kind are made of, in order. */
    private List<String[]> words(int tag) {
        List<String[]> all = new ArrayList<>();
        for (int i = 1; i < in.getItemCount(); i++) {
            int at = in.getItem(i);
            if (at != 0 && in.readByte(at - 1) == tag) { // behind a long or double is none
                all.add(words(tag, at));
            }
        }
        all.sort(Arrays::compare);
        return all;
    }

    private String[] words(int tag, int at) {
        return switch (tag) {
            // Modified UTF-8 is another thing for a few characters: these get a constant more, which nobody uses.
            case UTF8 -> new String[] {new String(classFile, at + 2, in.readUnsignedShort(at), StandardCharsets.UTF_8)};
            case CLASS, STRING -> new String[] {in.readUTF8(at, buffer)};
            case NAME_AND_TYPE -> new String[] {in.readUTF8(at, buffer), in.readUTF8(at + 2, buffer)};
            default -> {
                String[] member = words(NAME_AND_TYPE, in.getItem(in.readUnsignedShort(at + 2)));
                yield new String[] {in.readClass(at, buffer), member[0], member[1]};
            }
        };
    }
}
