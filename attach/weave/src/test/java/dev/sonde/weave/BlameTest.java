package dev.sonde.weave;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

final class BlameTest {

    private static final MethodKey GOOD = new MethodKey("good", "()I");
    private static final MethodKey POPS_NOTHING = new MethodKey("popsNothing", "()V");
    private static final MethodKey FALSE_FRAME = new MethodKey("falseFrame", "(I)I");
    private static final long SECONDS = 10_000_000_000L;

    private static byte[] broken() {
        ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
        writer.visit(Opcodes.V17, Opcodes.ACC_PUBLIC, "Broken", null, "java/lang/Object", null);
        MethodVisitor good = begin(writer, GOOD);
        good.visitInsn(Opcodes.ICONST_1);
        good.visitInsn(Opcodes.IRETURN);
        end(good);
        MethodVisitor pops = begin(writer, POPS_NOTHING);
        pops.visitVarInsn(Opcodes.ALOAD, 3);
        pops.visitInsn(Opcodes.POP);
        pops.visitInsn(Opcodes.RETURN);
        end(pops);
        MethodVisitor frame = begin(writer, FALSE_FRAME);
        var label = new org.objectweb.asm.Label();
        frame.visitVarInsn(Opcodes.ILOAD, 0);
        frame.visitJumpInsn(Opcodes.IFEQ, label);
        frame.visitInsn(Opcodes.NOP);
        frame.visitLabel(label);
        frame.visitFrame(Opcodes.F_FULL, 1, new Object[] {Opcodes.LONG}, 0, new Object[0]);
        frame.visitInsn(Opcodes.ICONST_0);
        frame.visitInsn(Opcodes.IRETURN);
        end(frame);
        writer.visitEnd();
        return writer.toByteArray();
    }

    private static MethodVisitor begin(ClassWriter writer, MethodKey key) {
        MethodVisitor method =
                writer.visitMethod(Opcodes.ACC_PUBLIC + Opcodes.ACC_STATIC, key.name(), key.descriptor(), null, null);
        method.visitCode();
        return method;
    }

    private static void end(MethodVisitor method) {
        method.visitMaxs(0, 0);
        method.visitEnd();
    }

    @Test
    void a_method_that_reads_what_is_not_there_is_named() {
        List<Blame> found = Blame.of(broken(), List.of(GOOD, POPS_NOTHING), SECONDS);
        assertThat(found).singleElement().satisfies(blame -> {
            assertThat(blame.method()).isEqualTo(POPS_NOTHING);
            assertThat(blame.reason()).contains("instruction 0").doesNotContain("\n");
        });
    }

    @Test
    void a_frame_that_says_what_does_not_flow_there_is_named() {
        assertThat(Blame.of(broken(), List.of(GOOD, FALSE_FRAME), SECONDS))
                .singleElement()
                .extracting(Blame::method)
                .isEqualTo(FALSE_FRAME);
    }

    @Test
    void nothing_is_said_of_what_is_right() {
        assertThat(Blame.of(broken(), List.of(GOOD), SECONDS)).isEmpty();
    }
}
