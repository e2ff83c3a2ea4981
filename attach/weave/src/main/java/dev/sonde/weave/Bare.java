package dev.sonde.weave;

import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;

/** A class file without what only a debugger reads: lines, names of variables, the source file. A sixth less. */
public final class Bare {

    private Bare() {}

    public static byte[] of(byte[] classFile) {
        ClassWriter out = new ClassWriter(0);
        new ClassReader(classFile).accept(out, ClassReader.SKIP_DEBUG);
        return out.toByteArray();
    }
}
