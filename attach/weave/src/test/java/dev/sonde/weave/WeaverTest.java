package dev.sonde.weave;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.objectweb.asm.Attribute;
import org.objectweb.asm.ByteVector;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

class WeaverTest {

    private static final String MADE = "dev/sonde/weave/Made";

    private final Weaver weaver = new Weaver(RecordingSpy.OWNER);
    private final Map<Integer, String> names = new HashMap<>();

    @BeforeEach
    void forget() {
        RecordingSpy.EVENTS.clear();
    }

    static Stream<String> shapes() {
        return Arrays.stream(Shapes.class.getDeclaredMethods())
                .filter(method -> method.getReturnType() == Object.class && method.getParameterCount() == 0)
                .map(Method::getName)
                .sorted();
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void woven_code_behaves_as_before_and_every_entry_has_one_exit(String shape) throws Exception {
        Object before = outcome(Shapes.class, shape);
        assertThat(RecordingSpy.EVENTS).isEmpty();
        Class<?> woven = wovenShapes();
        RecordingSpy.EVENTS.clear();
        Object after = outcome(woven, shape);

        assertThat(after).isEqualTo(before);
        if (shape.equals("stackOverflow")) {
            return; // the hooks' own calls are cut short as well
        }
        Deque<RecordingSpy.Event> open = new ArrayDeque<>();
        for (RecordingSpy.Event event : List.copyOf(RecordingSpy.EVENTS)) { // the text of a woven object makes more

            switch (event.hook()) {
                case Hooks.ENTER -> open.push(event);
                case Hooks.CLOCK -> {
                    assertThat(event.siteId()).isEqualTo(open.element().siteId());
                    assertThat(event.arguments()).containsExactly(5L);
                }
                default -> {
                    // A constructor whose super() throws is never left.
                    while (open.element().siteId() != event.siteId()) {
                        assertThat(name(open.pop())).contains("<init>");
                    }
                    RecordingSpy.Event entry = open.pop();
                    List<@Nullable Object> exit = event.arguments();
                    boolean constructor = name(entry).contains("<init>");
                    int given = entry.arguments().size() + (constructor ? 1 : 0);
                    int bits = exit.size() - given - 2;
                    assertThat(exit.subList(bits, bits + 2)).containsExactly(5L, 1000L);
                    assertThat(exit.subList(exit.size() - entry.arguments().size(), exit.size()))
                            .as("what was passed, on exit as on entry")
                            .isEqualTo(entry.arguments());
                }
            }
        }
        assertThat(open).allMatch(left -> name(left).contains("<init>"));
    }

    @Test
    void hooks_are_given_what_they_document() throws Exception {
        Class<?> woven = wovenShapes();
        RecordingSpy.EVENTS.clear();
        outcome(woven, "primitives");
        assertThat(events()).anyMatch(each -> each.startsWith("enter all [true, 1, c, 2, 3, 4, 5.0, 6.0, s, [I@"));
        assertThat(events())
                .anyMatch(each -> each.startsWith("return all [124.0, 5, 1000, true, 1, c, 2, 3, 4, 5.0, 6.0, s,"));

        RecordingSpy.EVENTS.clear();
        outcome(woven, "reassigns");
        assertThat(events()).contains("enter reassigned [1, 2, 3.5, x, shapes]");
        assertThat(events())
                .anyMatch(each -> each.startsWith("return reassigned [10,56,")
                        && each.endsWith(", 5, 1000, 1, 2, 3.5, x, shapes]"));

        RecordingSpy.EVENTS.clear();
        outcome(woven, "throwsOut");
        assertThat(events())
                .containsSubsequence(
                        "enter fail [shapes, out]",
                        "clock fail [5]",
                        "throw fail [java.io.IOException: out, 5, 1000, shapes, out]",
                        "throw throwsOut [java.io.IOException: out, 5, 1000]");

        RecordingSpy.EVENTS.clear();
        outcome(woven, "constructors");
        assertThat(events()).anyMatch(each -> each.startsWith("enter Derived.<init> [shapes, true, [I@"));
        assertThat(events())
                .anyMatch(each ->
                        each.startsWith("throw Derived.<init> [java.lang.IllegalStateException: too much 201,"));
        assertThat(events()).contains("enter Base.<init> [bad1]");
        assertThat(events()).noneMatch(each -> each.startsWith("throw Base.<init> [bad1"));
    }

    @Test
    void stack_traces_and_metadata_are_as_before() throws Exception {
        Class<?> woven = wovenShapes();
        assertThat(trace(woven)).isEqualTo(trace(Shapes.class));
        Method annotated = woven.getDeclaredMethod("annotated", String.class);
        assertThat(annotated.isAnnotationPresent(Deprecated.class)).isTrue();
        assertThat(annotated.getParameters()[0].getName()).isEqualTo("unused");
        byte[] original = classFile(Shapes.class.getName());
        ClassModel after = ClassModel.parse(weaveAll(original).bytes());
        ClassModel before = ClassModel.parse(original);
        assertThat(after.fields()).isEqualTo(before.fields());
        assertThat(after.methods()).isEqualTo(before.methods());
    }

    @Test
    void methods_that_are_not_asked_for_are_copied_byte_for_byte() throws Exception {
        byte[] original = classFile(Shapes.class.getName());
        MethodKey one = new MethodKey("fib", "(I)J");
        byte[] woven = weaver.weave(original, Map.of(one, 1), RecordingSpy.SLOT).bytes();
        // The constant pool keeps its numbers, so the whole of a method's code is found again.
        ClassReader reader = new ClassReader(original);
        assertThat(new ClassReader(woven).getItemCount()).isGreaterThan(reader.getItemCount());
        int pool = reader.header - 10;
        assertThat(Arrays.copyOfRange(woven, 10, 10 + pool)).isEqualTo(Arrays.copyOfRange(original, 10, 10 + pool));
    }

    @Test
    void unknown_attributes_survive() throws Exception {
        byte[] made = make(Opcodes.V17, writer -> {
            writer.visitAttribute(new Unknown("ClassMystery"));
            MethodVisitor code = writer.visitMethod(Opcodes.ACC_STATIC, "m", "()V", null, null);
            code.visitAttribute(new Unknown("MethodMystery"));
            code.visitCode();
            code.visitInsn(Opcodes.RETURN);
            code.visitMaxs(0, 0);
            code.visitEnd();
        });
        String woven = new String(weaveAll(made).bytes(), StandardCharsets.ISO_8859_1);
        assertThat(woven)
                .contains("ClassMystery", "MethodMystery", "content of ClassMystery", "content of MethodMystery");
    }

    @Test
    void what_has_no_code_or_is_not_there_is_refused() {
        byte[] made = make(Opcodes.V17, writer -> {
            writer.visitMethod(Opcodes.ACC_ABSTRACT, "abstraction", "()V", null, null)
                    .visitEnd();
            writer.visitMethod(Opcodes.ACC_NATIVE, "machine", "()V", null, null).visitEnd();
        });
        WovenClass woven = weaver.weave(
                made,
                Map.of(
                        new MethodKey("abstraction", "()V"), 1,
                        new MethodKey("machine", "()V"), 2,
                        new MethodKey("gone", "()V"), 3),
                RecordingSpy.SLOT);
        assertThat(woven.refused())
                .containsOnly(
                        Map.entry(new MethodKey("abstraction", "()V"), "it has no code"),
                        Map.entry(new MethodKey("machine", "()V"), "it has no code"),
                        Map.entry(new MethodKey("gone", "()V"), "its class has no such method"));
        assertThat(woven.bytes()).isSameAs(made);
    }

    @Test
    void classes_from_before_invokedynamic_are_refused() {
        WovenClass woven = weaveAll(make(Opcodes.V1_6, writer -> emptyMethod(writer, "m", "()V")));
        assertThat(woven.refused().values())
                .containsExactly("its class file has version 50; hooks need 51 (Java 7) or newer");
    }

    @Test
    void bytes_that_are_no_class_file_are_refused() {
        for (byte[] bytes : List.of(new byte[0], new byte[100], new byte[] {1, 2, 3})) {
            WovenClass woven = weaver.weave(bytes, Map.of(new MethodKey("m", "()V"), 1), RecordingSpy.SLOT);
            assertThat(woven.refused()).hasSize(1);
        }
        byte[] future = classFile(Shapes.class.getName());
        future[7] = (byte) 200;
        assertThat(weaveAllOf(future, Shapes.class.getName()).refused().values())
                .allMatch(why -> why.startsWith("its class file is not understood: "));
    }

    @Test
    void a_method_that_would_pass_64_kb_is_refused_and_the_others_are_woven() throws Exception {
        byte[] made = make(Opcodes.V17, writer -> {
            MethodVisitor code =
                    writer.visitMethod(Opcodes.ACC_PUBLIC | Opcodes.ACC_STATIC, "huge", "(I)I", null, null);
            code.visitCode();
            for (int i = 0; i < 16_000; i++) {
                code.visitVarInsn(Opcodes.ILOAD, 0);
                code.visitInsn(Opcodes.POP);
                code.visitInsn(Opcodes.NOP);
                code.visitInsn(Opcodes.NOP);
            }
            for (int i = 0; i < 1_510; i++) {
                code.visitInsn(Opcodes.NOP);
            }
            code.visitVarInsn(Opcodes.ILOAD, 0);
            code.visitInsn(Opcodes.IRETURN);
            code.visitMaxs(0, 0);
            code.visitEnd();
            emptyMethod(writer, "small", "()V");
        });
        WovenClass woven = weaveAll(made);
        assertThat(woven.refused())
                .containsOnly(Map.entry(new MethodKey("huge", "(I)I"), "with hooks it would pass 64 KB"));
        run(woven, "small");
        assertThat(events()).containsExactly("enter small []", "clock small [5]", "return small [5, 1000]");
    }

    @Test
    void long_jumps_are_kept_when_a_method_grows() throws Exception {
        byte[] made = make(Opcodes.V17, writer -> {
            MethodVisitor code = writer.visitMethod(Opcodes.ACC_PUBLIC | Opcodes.ACC_STATIC, "far", "(I)I", null, null);
            code.visitCode();
            Label end = new Label();
            code.visitVarInsn(Opcodes.ILOAD, 0);
            code.visitJumpInsn(Opcodes.IFEQ, end);
            // one return at the near end: with its hooks the jump passes 32 KB
            for (int i = 0; i < 2_000; i++) {
                Label over = new Label();
                code.visitVarInsn(Opcodes.ILOAD, 0);
                code.visitJumpInsn(Opcodes.IFNE, over);
                code.visitInsn(Opcodes.ICONST_5);
                code.visitInsn(Opcodes.IRETURN);
                code.visitLabel(over);
                code.visitFrame(Opcodes.F_SAME, 0, null, 0, null);
                code.visitInsn(Opcodes.NOP);
            }
            code.visitLabel(end);
            code.visitFrame(Opcodes.F_SAME, 0, null, 0, null);
            code.visitVarInsn(Opcodes.ILOAD, 0);
            code.visitInsn(Opcodes.IRETURN);
            code.visitMaxs(0, 0);
            code.visitEnd();
        });
        WovenClass woven = weaveAll(made);
        assertThat(woven.refused()).isEmpty();
        assertThat(run(woven, "far", 0)).isEqualTo(0);
        assertThat(run(woven, "far", 9)).isEqualTo(9);
    }

    @Test
    void as_many_parameters_as_a_hook_can_take_and_no_more() throws Exception {
        String most = "(" + "J".repeat(122) + ")J";
        String tooMany = "(" + "J".repeat(123) + ")J";
        byte[] made = make(Opcodes.V17, writer -> {
            for (String descriptor : List.of(most, tooMany)) {
                MethodVisitor code =
                        writer.visitMethod(Opcodes.ACC_PUBLIC | Opcodes.ACC_STATIC, "m", descriptor, null, null);
                code.visitCode();
                code.visitInsn(Opcodes.LCONST_1);
                code.visitVarInsn(Opcodes.LSTORE, 2); // one of them is copied, beyond slot 255
                code.visitVarInsn(Opcodes.LLOAD, 242);
                code.visitInsn(Opcodes.LRETURN);
                code.visitMaxs(0, 0);
                code.visitEnd();
            }
        });
        WovenClass woven = weaveAll(made);
        assertThat(woven.refused())
                .containsOnly(Map.entry(
                        new MethodKey("m", tooMany), "it has too many parameters: hooks would take 252 slots of 250"));
        Object[] arguments = new Object[122];
        Arrays.setAll(arguments, i -> (long) i);
        assertThat(run(woven, "m", arguments)).isEqualTo(121L);
        assertThat(RecordingSpy.EVENTS.get(2).arguments().subList(3, 125)).containsExactly(arguments);
    }

    @Test
    void frames_that_forget_a_parameter_and_slots_used_twice_still_verify() throws Exception {
        byte[] made = make(Opcodes.V17, writer -> {
            MethodVisitor code = writer.visitMethod(
                    Opcodes.ACC_PUBLIC | Opcodes.ACC_STATIC, "m", "(Ljava/lang/String;IJ)I", null, null);
            code.visitCode();
            Label loop = new Label();
            Label end = new Label();
            code.visitInsn(Opcodes.ICONST_3);
            code.visitVarInsn(Opcodes.ISTORE, 2); // over the first half of the long
            code.visitLabel(loop);
            code.visitFrame(
                    Opcodes.F_FULL, 3, new Object[] {Opcodes.TOP, Opcodes.INTEGER, Opcodes.INTEGER}, 0, new Object[0]);
            code.visitVarInsn(Opcodes.ILOAD, 2);
            code.visitJumpInsn(Opcodes.IFEQ, end);
            code.visitIincInsn(2, -1);
            code.visitJumpInsn(Opcodes.GOTO, loop);
            code.visitLabel(end);
            code.visitFrame(Opcodes.F_FULL, 2, new Object[] {Opcodes.TOP, Opcodes.INTEGER}, 0, new Object[0]);
            code.visitVarInsn(Opcodes.ILOAD, 1);
            code.visitInsn(Opcodes.IRETURN);
            code.visitMaxs(0, 0);
            code.visitEnd();
        });
        assertThat(run(weaveAll(made), "m", "text", 5, 6L)).isEqualTo(5);
        assertThat(events()).contains("return m [5, 5, 1000, text, 5, 6]");
    }

    @Test
    void a_jump_to_the_first_instruction_does_not_enter_again() throws Exception {
        byte[] made = make(Opcodes.V17, writer -> {
            MethodVisitor code = writer.visitMethod(Opcodes.ACC_PUBLIC | Opcodes.ACC_STATIC, "m", "(I)V", null, null);
            code.visitCode();
            Label loop = new Label();
            code.visitLabel(loop);
            code.visitFrame(Opcodes.F_SAME, 0, null, 0, null);
            code.visitIincInsn(0, -1);
            code.visitVarInsn(Opcodes.ILOAD, 0);
            code.visitJumpInsn(Opcodes.IFNE, loop);
            code.visitInsn(Opcodes.RETURN);
            code.visitMaxs(0, 0);
            code.visitEnd();
        });
        run(weaveAll(made), "m", 4);
        assertThat(events()).containsExactly("enter m [4]", "clock m [5]", "return m [5, 1000, 4]");
    }

    @Test
    void a_constructor_with_two_super_calls_and_one_that_reuses_slot_0_are_woven() throws Exception {
        byte[] made = make(Opcodes.V17, writer -> {
            // if (i == 0) super(); else super(); this is then overwritten by a String
            MethodVisitor code = writer.visitMethod(Opcodes.ACC_PUBLIC, "<init>", "(I)V", null, null);
            code.visitCode();
            Label other = new Label();
            Label joined = new Label();
            code.visitVarInsn(Opcodes.ILOAD, 1);
            code.visitJumpInsn(Opcodes.IFEQ, other);
            code.visitVarInsn(Opcodes.ALOAD, 0);
            code.visitMethodInsn(Opcodes.INVOKESPECIAL, "java/lang/Object", "<init>", "()V", false);
            code.visitJumpInsn(Opcodes.GOTO, joined);
            code.visitLabel(other);
            code.visitFrame(
                    Opcodes.F_FULL, 2, new Object[] {Opcodes.UNINITIALIZED_THIS, Opcodes.INTEGER}, 0, new Object[0]);
            code.visitVarInsn(Opcodes.ALOAD, 0);
            code.visitMethodInsn(Opcodes.INVOKESPECIAL, "java/lang/Object", "<init>", "()V", false);
            code.visitLabel(joined);
            code.visitFrame(Opcodes.F_FULL, 2, new Object[] {MADE, Opcodes.INTEGER}, 0, new Object[0]);
            code.visitLdcInsn("no longer this");
            code.visitVarInsn(Opcodes.ASTORE, 0);
            code.visitInsn(Opcodes.ICONST_1);
            code.visitVarInsn(Opcodes.ILOAD, 1);
            code.visitInsn(Opcodes.IDIV);
            code.visitInsn(Opcodes.POP);
            code.visitInsn(Opcodes.RETURN);
            code.visitMaxs(0, 0);
            code.visitEnd();
        });
        WovenClass woven = weaveAll(made);
        assertThat(woven.refused()).isEmpty();
        Class<?> type = define(woven);
        Object object = type.getConstructor(int.class).newInstance(1);
        RecordingSpy.Event last = RecordingSpy.EVENTS.get(RecordingSpy.EVENTS.size() - 1);
        assertThat(last.hook()).isEqualTo(Hooks.RETURN);
        assertThat(last.arguments()).containsExactly(5L, 1000L, object, 1);
        assertThat(catching(() -> type.getConstructor(int.class).newInstance(0)))
                .hasCauseInstanceOf(ArithmeticException.class);
        last = RecordingSpy.EVENTS.get(RecordingSpy.EVENTS.size() - 1);
        assertThat(last.hook()).isEqualTo(Hooks.THROW);
        assertThat(last.arguments().get(3)).isInstanceOf(type);
    }

    @Test
    void an_instance_method_that_overwrites_this_keeps_it_for_the_hooks() throws Exception {
        byte[] made = make(Opcodes.V17, writer -> {
            MethodVisitor init = writer.visitMethod(Opcodes.ACC_PUBLIC, "<init>", "()V", null, null);
            init.visitCode();
            init.visitVarInsn(Opcodes.ALOAD, 0);
            init.visitMethodInsn(Opcodes.INVOKESPECIAL, "java/lang/Object", "<init>", "()V", false);
            init.visitInsn(Opcodes.RETURN);
            init.visitMaxs(0, 0);
            init.visitEnd();
            MethodVisitor code = writer.visitMethod(Opcodes.ACC_PUBLIC, "m", "()I", null, null);
            code.visitCode();
            code.visitInsn(Opcodes.ICONST_4);
            code.visitVarInsn(Opcodes.ISTORE, 0);
            code.visitVarInsn(Opcodes.ILOAD, 0);
            code.visitInsn(Opcodes.IRETURN);
            code.visitMaxs(0, 0);
            code.visitEnd();
        });
        Class<?> type = define(weaveAll(made));
        Object object = type.getConstructor().newInstance();
        RecordingSpy.EVENTS.clear();
        assertThat(type.getMethod("m").invoke(object)).isEqualTo(4);
        assertThat(RecordingSpy.EVENTS.get(2).arguments()).containsExactly(4, 5L, 1000L, object);
    }

    @Test
    void code_that_is_never_reached_does_not_disturb() throws Exception {
        byte[] made = make(Opcodes.V17, writer -> {
            MethodVisitor code = writer.visitMethod(
                    Opcodes.ACC_PUBLIC | Opcodes.ACC_STATIC, "m", "(Ljava/lang/Object;)J", null, null);
            code.visitCode();
            code.visitInsn(Opcodes.LCONST_1);
            code.visitInsn(Opcodes.LRETURN);
            // as ASM and others leave dead code behind
            code.visitFrame(Opcodes.F_FULL, 0, new Object[0], 1, new Object[] {"java/lang/Throwable"});
            code.visitInsn(Opcodes.NOP);
            code.visitInsn(Opcodes.ATHROW);
            code.visitMaxs(0, 0);
            code.visitEnd();
        });
        assertThat(run(weaveAll(made), "m", "o")).isEqualTo(1L);
        assertThat(events()).contains("return m [1, 5, 1000, o]");
    }

    // ---- what the tests stand on

    private List<String> events() {
        return List.copyOf(RecordingSpy.EVENTS).stream() // the text of a woven object makes more
                .map(event -> event.hook() + " " + name(event) + " " + event.arguments())
                .toList();
    }

    private String name(RecordingSpy.Event event) {
        return names.getOrDefault(event.siteId(), "?");
    }

    private Class<?> wovenShapes() throws Exception {
        WovenLoader loader = new WovenLoader(WeaverTest.class.getClassLoader());
        Map<String, byte[]> all = new LinkedHashMap<>();
        all.put(Shapes.class.getName(), classFile(Shapes.class.getName()));
        for (String nested : List.of("Greeter", "Version", "Base", "Derived", "Colour", "Colour$1", "Point", "1")) {
            String name = Shapes.class.getName() + "$" + nested;
            all.put(name, classFile(name));
        }
        for (Map.Entry<String, byte[]> each : all.entrySet()) {
            WovenClass woven = weaveAllOf(each.getValue(), each.getKey());
            assertThat(woven.refused().values()).allMatch("it has no code"::equals);
            loader.with(each.getKey(), woven.bytes());
        }
        for (String name : all.keySet()) {
            assertThat(loader.link(name).getClassLoader()).isSameAs(loader);
        }
        return loader.loadClass(Shapes.class.getName());
    }

    private WovenClass weaveAll(byte[] classFile) {
        return weaveAllOf(classFile, "");
    }

    /** {@code name}: of a nested class, so that its methods are told apart. */
    private WovenClass weaveAllOf(byte[] classFile, String name) {
        String nested = name.indexOf('$') < 0 ? "" : name.substring(name.indexOf('$') + 1) + ".";
        Map<MethodKey, Integer> sites = new LinkedHashMap<>();
        byte[] readable = classFile.clone();
        readable[7] = (byte) Math.min(readable[7] & 0xFF, 61);
        for (ClassModel.Method method : ClassModel.parse(readable).methods()) {
            int id = names.size() + 1;
            names.put(id, nested + method.key().name());
            sites.put(method.key(), id);
        }
        return weaver.weave(classFile, sites, RecordingSpy.SLOT);
    }

    private static Class<?> define(WovenClass woven) throws ClassNotFoundException {
        String name = MADE.replace('/', '.');
        return new WovenLoader(WeaverTest.class.getClassLoader())
                .with(name, woven.bytes())
                .link(name);
    }

    private static @Nullable Object run(WovenClass woven, String method, Object... arguments) throws Exception {
        for (Method each : define(woven).getMethods()) {
            if (each.getName().equals(method) && each.getParameterCount() == arguments.length) {
                return each.invoke(null, arguments);
            }
        }
        throw new AssertionError("no " + method);
    }

    private static Object outcome(Class<?> type, String method) throws Exception {
        try {
            return type.getMethod(method).invoke(null);
        } catch (InvocationTargetException e) {
            return String.valueOf(e.getCause());
        }
    }

    private static List<String> trace(Class<?> type) {
        Throwable thrown = catching(() -> type.getMethod("throwsOut").invoke(null));
        Throwable cause = Objects.requireNonNull(thrown.getCause());
        return Arrays.stream(cause.getStackTrace())
                .filter(frame -> frame.getClassName().equals(Shapes.class.getName()))
                .map(frame -> frame.getMethodName() + ":" + frame.getLineNumber())
                .toList();
    }

    private interface Action {
        @Nullable
        Object run() throws Exception;
    }

    private static Throwable catching(Action action) {
        try {
            action.run();
        } catch (Exception e) {
            return e;
        }
        throw new AssertionError("nothing was thrown");
    }

    private static byte[] classFile(String name) {
        try (InputStream in =
                WeaverTest.class.getClassLoader().getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (in == null) {
                throw new AssertionError(name);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] make(int version, Consumer<ClassWriter> members) {
        ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
        writer.visit(version, Opcodes.ACC_PUBLIC | Opcodes.ACC_SUPER, MADE, null, "java/lang/Object", null);
        members.accept(writer);
        writer.visitEnd();
        return writer.toByteArray();
    }

    private static void emptyMethod(ClassWriter writer, String name, String descriptor) {
        MethodVisitor code = writer.visitMethod(Opcodes.ACC_PUBLIC | Opcodes.ACC_STATIC, name, descriptor, null, null);
        code.visitCode();
        code.visitInsn(Opcodes.RETURN);
        code.visitMaxs(0, 0);
        code.visitEnd();
    }

    private static final class Unknown extends Attribute {
        Unknown(String name) {
            super(name);
        }

        @Override
        protected ByteVector write(
                ClassWriter writer, byte @Nullable [] code, int codeLength, int maxStack, int maxLocals) {
            byte[] content = ("content of " + type).getBytes(StandardCharsets.ISO_8859_1);
            return new ByteVector().putByteArray(content, 0, content.length);
        }
    }
}
