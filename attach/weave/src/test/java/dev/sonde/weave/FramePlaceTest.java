package dev.sonde.weave;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** What is known of a frame by the index of the instruction where it stands. */
final class FramePlaceTest {

    /** Methods that call {@link #mark}, once each on a line of its own. */
    @SuppressWarnings("unused")
    static final class Frames {

        private int field;

        static int mark(int n) {
            return n;
        }

        int straight(int first, long second, String third) {
            String before = third + first;
            int called = mark(first);
            return called + (int) second + field;
        }

        static int loop(int[] all, int limit) {
            int sum = 0;
            for (int each : all) {
                int twice = each * 2;
                sum += mark(each);
                if (sum > limit) {
                    return twice;
                }
            }
            return sum;
        }

        static int caught(String text, Object lock) {
            int length = text.length();
            synchronized (lock) {
                try {
                    length = mark(1);
                } catch (IllegalStateException e) {
                    return text.length() + length;
                }
            }
            return 0;
        }

        Frames() {
            this(mark(3), "text");
        }

        Frames(int number, String text) {
            field = number + text.length();
        }
    }

    @Test
    void knows_what_is_in_scope_and_what_is_read_again() throws Exception {
        FramePlace place = standing("straight");
        assertThat(place.hasThis()).isTrue();
        assertThat(place.locals())
                .extracting(LineMap.Local::name)
                .containsExactly("first", "second", "third", "before");
        assertThat(place.live()).containsExactlyInAnyOrder(0, 2, 3);
        assertThat(place.method().descriptor()).isEqualTo("(IJLjava/lang/String;)I");
    }

    @Test
    void what_a_loop_comes_back_to_is_read_again() throws Exception {
        FramePlace place = standing("loop");
        List<String> live = place.locals().stream()
                .filter(local -> place.live().contains(local.slot()))
                .map(LineMap.Local::name)
                .toList();
        // each is read no more, nor is the sum: it lies on the operand stack
        assertThat(live).containsExactly("limit", "twice");
        assertThat(place.locals())
                .extracting(LineMap.Local::name)
                .containsExactly("all", "limit", "sum", "each", "twice");
    }

    @Test
    void what_a_handler_reads_is_read_again() throws Exception {
        FramePlace place = standing("caught");
        List<String> live = place.locals().stream()
                .filter(local -> place.live().contains(local.slot()))
                .map(LineMap.Local::name)
                .toList();
        assertThat(live).containsExactly("text", "length");
    }

    @Test
    void there_is_no_this_before_a_constructor_has_called_another() throws Exception {
        assertThat(standing("<init>").hasThis()).isFalse();
    }

    @Test
    void of_code_that_may_be_older_only_a_call_of_what_was_called_is_believed() throws Exception {
        byte[] classFile = classFile();
        int bci = Objects.requireNonNull(call(classFile, "straight")).bci();
        assertThat(at(classFile, "straight", bci, 0, "mark")).isPresent();
        assertThat(at(classFile, "straight", bci, 0, "other")).isEmpty();
        assertThat(at(classFile, "straight", bci + 1, 0, "mark")).isEmpty();
        assertThat(at(classFile, "straight", bci, 1, "mark")).isEmpty();
        assertThat(at(classFile, "straight", 10_000, 0, "mark")).isEmpty();
        assertThat(at(classFile, "nowhere", bci, 0, "mark")).isEmpty();
        assertThat(at(new byte[] {1, 2, 3}, "straight", bci, 0, "mark")).isEmpty();
    }

    private static FramePlace standing(String method) throws IOException {
        byte[] classFile = classFile();
        FramePlace.Told call = call(classFile, method);
        FramePlace found = FramePlace.of(classFile, call).orElseThrow();
        assertThat(FramePlace.of(classFile, new FramePlace.Told(method, call.bci(), call.line(), 99, Optional.empty())))
                .as("with another number of slots")
                .isEmpty();
        return found;
    }

    private static Optional<FramePlace> at(byte[] classFile, String method, int bci, int line, String called) {
        return FramePlace.of(classFile, new FramePlace.Told(method, bci, line, 0, Optional.of(called)));
    }

    private static byte[] classFile() throws IOException {
        try (InputStream in = Objects.requireNonNull(Frames.class.getResourceAsStream("FramePlaceTest$Frames.class"))) {
            return in.readAllBytes();
        }
    }

    /** The one call of {@code mark}, where ASM writes it: which is where it was. */
    private static FramePlace.Told call(byte[] classFile, String method) {
        List<FramePlace.Told> found = new ArrayList<>();
        ClassReader reader = new ClassReader(classFile);
        ClassWriter writer = new ClassWriter(reader, 0);
        List<Runnable> ends = new ArrayList<>();
        reader.accept(
                new ClassVisitor(Opcodes.ASM9, writer) {
                    @Override
                    public MethodVisitor visitMethod(
                            int access, String name, String descriptor, String signature, String[] exceptions) {
                        return new MethodVisitor(
                                Opcodes.ASM9, super.visitMethod(access, name, descriptor, signature, exceptions)) {
                            private int line;

                            @Override
                            public void visitLineNumber(int number, Label start) {
                                line = number;
                                super.visitLineNumber(number, start);
                            }

                            @Override
                            public void visitMethodInsn(
                                    int opcode, String owner, String called, String type, boolean itf) {
                                if (called.equals("mark") && name.equals(method)) {
                                    Label here = new Label();
                                    visitLabel(here);
                                    int at = line;
                                    ends.add(() -> found.add(
                                            new FramePlace.Told(method, here.getOffset(), at, 0, Optional.of("mark"))));
                                }
                                super.visitMethodInsn(opcode, owner, called, type, itf);
                            }
                        };
                    }
                },
                0);
        writer.toByteArray();
        ends.forEach(Runnable::run);
        assertThat(found).hasSize(1);
        return found.get(0);
    }
}
