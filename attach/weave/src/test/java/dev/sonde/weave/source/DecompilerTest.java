package dev.sonde.weave.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sonde.weave.ClassModel;
import dev.sonde.weave.MethodKey;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

class DecompilerTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String NAME = Basket.class.getName();

    @Test
    void shows_a_class_with_those_inside_it_and_its_lambdas() throws Exception {
        SourceText source = Decompiler.decompile(NAME, basket(), Map.of(), PATIENCE);
        String text = text(source);
        assertThat(text)
                .contains("package dev.sonde.weave.source;", "class Basket<T extends Comparable<T>>")
                .contains("enum Kind", "record Line(String sku, int count)", "class Inside")
                .contains("thing ->")
                .doesNotContain("lambda$");
    }

    @Test
    void numbers_the_lines_as_the_class_file_does() throws Exception {
        List<String> original =
                Files.readAllLines(Path.of("src/test/java", NAME.replace('.', '/') + ".java"), StandardCharsets.UTF_8);
        SourceText source = Decompiler.decompile(NAME, basket(), Map.of(), PATIENCE);
        SourceText.Line kept = source.lines().stream()
                .filter(line -> line.text().contains("this.things = things"))
                .findFirst()
                .orElseThrow();
        int expected = 1
                + original.indexOf(original.stream()
                        .filter(line -> line.contains("this.things = things"))
                        .findFirst()
                        .orElseThrow());
        assertThat(kept.number()).isEqualTo(OptionalInt.of(expected));
    }

    @Test
    void shows_one_method_alone() throws Exception {
        SourceText source = Decompiler.decompile(NAME, basket(), Map.of(), PATIENCE);
        ClassModel model = ClassModel.parse(Objects.requireNonNull(basket().get(NAME)));
        ClassModel.Method kind = model.method(new MethodKey("kind", "(I)Ldev/sonde/weave/source/Basket$Kind;"))
                .orElseThrow();
        String text = text(MethodLines.of(source, model, kind).orElseThrow());
        assertThat(text.strip()).startsWith("Basket.Kind kind(int most) {").endsWith("}");
        assertThat(text).contains("LARGE", "SMALL").doesNotContain("Supplier");
        ClassModel.Method constructor =
                model.method(new MethodKey("<init>", "(Ljava/util/List;)V")).orElseThrow();
        assertThat(text(MethodLines.of(source, model, constructor).orElseThrow()))
                .contains("Basket(List<T> things) {", "this.things = things;");
    }

    @Test
    void ends_when_its_time_is_up_and_serves_the_next() throws Exception {
        byte[] hostile = hostile();
        assertThatThrownBy(
                        () -> Decompiler.decompile("Knot", Map.of("Knot", hostile), Map.of(), Duration.ofMillis(300)))
                .isInstanceOf(Decompiler.Undecompiled.class)
                .hasMessageContaining("took longer than");
        assertThat(text(Decompiler.decompile(NAME, basket(), Map.of(), PATIENCE)))
                .contains("class Basket");
    }

    @Test
    void refuses_what_is_too_large_and_what_is_no_class() {
        assertThatThrownBy(() -> Decompiler.decompile("Big", Map.of("Big", new byte[5 << 20]), Map.of(), PATIENCE))
                .hasMessageContaining("at most");
        assertThatThrownBy(() -> Decompiler.decompile("X", Map.of("X", new byte[100]), Map.of(), PATIENCE))
                .isInstanceOf(Decompiler.Undecompiled.class);
    }

    private static String text(SourceText source) {
        StringBuilder text = new StringBuilder();
        source.lines().forEach(line -> text.append(line.text()).append('\n'));
        return text.toString();
    }

    private static Map<String, byte[]> basket() throws Exception {
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (String name : List.of(NAME, NAME + "$Kind", NAME + "$Line", NAME + "$Inside")) {
            try (InputStream in = Basket.class.getResourceAsStream("/" + name.replace('.', '/') + ".class")) {
                files.put(name, in.readAllBytes());
            }
        }
        return files;
    }

    /** Thousands of jumps into one another: nothing that any source has. */
    private static byte[] hostile() {
        ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_FRAMES | ClassWriter.COMPUTE_MAXS);
        writer.visit(Opcodes.V1_8, Opcodes.ACC_PUBLIC, "Knot", null, "java/lang/Object", null);
        MethodVisitor knot = writer.visitMethod(Opcodes.ACC_PUBLIC | Opcodes.ACC_STATIC, "knot", "(I)I", null, null);
        knot.visitCode();
        Label[] labels = new Label[3_000];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = new Label();
        }
        for (int i = 0; i < labels.length; i++) {
            knot.visitLabel(labels[i]);
            knot.visitIincInsn(0, i % 7 - 3);
            knot.visitVarInsn(Opcodes.ILOAD, 0);
            knot.visitJumpInsn(Opcodes.IFGT, labels[(i * 7919 + 13) % labels.length]);
            knot.visitVarInsn(Opcodes.ILOAD, 0);
            knot.visitJumpInsn(Opcodes.IFLT, labels[(i * 104_729 + 7) % labels.length]);
        }
        knot.visitVarInsn(Opcodes.ILOAD, 0);
        knot.visitInsn(Opcodes.IRETURN);
        knot.visitMaxs(0, 0);
        knot.visitEnd();
        writer.visitEnd();
        return writer.toByteArray();
    }
}
