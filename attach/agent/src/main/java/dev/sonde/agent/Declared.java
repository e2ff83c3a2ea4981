package dev.sonde.agent;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A field of objects, as its class declares it. Not on a thread of the application, and not on ours.
 *
 * <p>The trap: listing the fields of a class makes the JVM resolve their types, which asks the class's loader. Unless that
 * is capable of loading in parallel, the JVM holds its monitor meanwhile, and threads of the application wait for it. Of a
 * class of such a loader the class file is read instead, and what it says is looked up in the class that is loaded.
 */
final class Declared {

    final Class<?> owner;
    final String name;
    /** The letter of its descriptor. */
    final char letter;

    final long offset;
    /** Null when it is not known, because nobody may be asked. */
    final @Nullable Class<?> type;
    /** The generic one where there is one. */
    final @Nullable String signature;

    private Declared(
            Class<?> owner,
            String name,
            char letter,
            long offset,
            @Nullable Class<?> type,
            @Nullable String signature) {
        this.owner = owner;
        this.name = name;
        this.letter = letter;
        this.offset = offset;
        this.type = type;
        this.signature = signature;
    }

    /** Adds the fields of a class and of those above it; answers whether that are all. */
    static boolean collect(Class<?> type, Jvm jvm, List<Declared> into) {
        Class<?> above = type.getSuperclass();
        boolean all = above == null || collect(above, jvm, into);
        ClassLoader loader = type.getClassLoader();
        // Ours is nobody's to wait for, and has no class files to read.
        if (loader != Declared.class.getClassLoader() && !jvm.loadsInParallel(loader)) {
            try {
                read(type, jvm, into);
                return all;
            } catch (IOException | RuntimeException none) {
                return false;
            }
        }
        for (Field field : type.getDeclaredFields()) {
            if (!Modifier.isStatic(field.getModifiers())) {
                Class<?> of = field.getType();
                into.add(new Declared(
                        type, field.getName(), letter(of), jvm.memory.offset(field), of, jvm.signature(field)));
            }
        }
        return all;
    }

    /** As the class file tells (JVMS 4). One that is not in the class, which may be another than the file's, is left out. */
    private static void read(Class<?> type, Jvm jvm, List<Declared> into) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(ResourceReader.read(type)));
        in.readLong();
        String[] texts = new String[in.readUnsignedShort()];
        for (int i = 1; i < texts.length; i++) {
            int tag = in.readUnsignedByte();
            if (tag == 1) {
                texts[i] = in.readUTF();
            } else {
                boolean isWide = tag == 5 || tag == 6;
                boolean isShort = tag == 7 || tag == 8 || tag == 16 || tag > 18;
                in.skipBytes(isWide ? 8 : isShort ? 2 : tag == 15 ? 3 : 4);
                i += isWide ? 1 : 0;
            }
        }
        in.skipBytes(6);
        in.skipBytes(2 * in.readUnsignedShort());
        for (int left = in.readUnsignedShort(); left > 0; left--) {
            boolean isStatic = Modifier.isStatic(in.readUnsignedShort());
            String name = texts[in.readUnsignedShort()];
            String descriptor = texts[in.readUnsignedShort()];
            String signature = descriptor;
            for (int attributes = in.readUnsignedShort(); attributes > 0; attributes--) {
                boolean generic = "Signature".equals(texts[in.readUnsignedShort()]);
                int length = in.readInt();
                if (generic) {
                    signature = texts[in.readUnsignedShort()];
                } else {
                    in.skipBytes(length);
                }
            }
            long offset = isStatic ? -1 : jvm.fields.offset(type, name, descriptor, false);
            if (offset >= 0) {
                char letter = descriptor.charAt(0);
                into.add(new Declared(type, name, letter == '[' ? 'L' : letter, offset, null, signature));
            }
        }
    }

    private static char letter(Class<?> type) {
        if (!type.isPrimitive()) {
            return 'L';
        }
        return type == boolean.class
                ? 'Z'
                : type == long.class
                        ? 'J'
                        : Character.toUpperCase(type.getName().charAt(0));
    }
}
