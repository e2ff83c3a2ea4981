package dev.sonde.weave;

import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.MethodNode;

/** How many bytes the code of methods has. */
final class CodeLength {

    /** HotSpot compiles no method whose code is longer, in bytes ({@code HugeMethodLimit}, which no product build lets one change). */
    static final int LONGEST_COMPILED = 8_000;

    private CodeLength() {}

    /** Writes a method, and tells how long it has become. */
    static int write(MethodNode method, ClassVisitor into) {
        LabelNode end = new LabelNode();
        method.instructions.add(end);
        method.accept(into);
        return end.getLabel().getOffset();
    }

    /** Of a method in its class file. */
    static int of(ClassReader reader, MethodKey method) {
        int[] length = new int[1];
        ClassWriter copy = new ClassWriter(0);
        reader.accept(
                new ClassVisitor(Opcodes.ASM9) {
                    @Override
                    public @Nullable MethodVisitor visitMethod(
                            int access,
                            String name,
                            String descriptor,
                            @Nullable String signature,
                            String @Nullable [] exceptions) {
                        if (!method.equals(new MethodKey(name, descriptor))) {
                            return null;
                        }
                        return new MethodNode(Opcodes.ASM9, access, name, descriptor, signature, exceptions) {
                            @Override
                            public void visitEnd() {
                                length[0] = write(this, copy);
                            }
                        };
                    }
                },
                ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
        return length[0];
    }
}
