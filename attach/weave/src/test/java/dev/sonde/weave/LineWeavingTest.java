package dev.sonde.weave;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.InvokeDynamicInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TryCatchBlockNode;

class LineWeavingTest {

    private static final int SPACING = 10_000;

    private final Weaver weaver = new Weaver(RecordingSpy.OWNER);
    private final Map<Integer, LineMap> maps = new HashMap<>();

    @BeforeEach
    void forget() {
        RecordingSpy.EVENTS.clear();
        RecordingSpy.setting = null;
    }

    static Stream<String> shapes() {
        return WeaverTest.shapes();
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void code_with_a_hook_on_every_line_behaves_as_before(String shape) throws Exception {
        Object before = outcome(Shapes.class, shape);
        Class<?> woven = woven(Shapes.class, true);
        assertThat(outcome(woven, shape)).isEqualTo(before);
        assertThat(RecordingSpy.EVENTS).anyMatch(event -> event.hook().equals(Hooks.LINE));
        maps.clear();
        assertThat(outcome(woven(Shapes.class, false), shape)).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void code_that_takes_at_every_line_what_it_has_behaves_as_before(String shape) throws Exception {
        Object before = outcome(Shapes.class, shape);
        RecordingSpy.setting = (site, locals) -> {};
        assertThat(outcome(woven(Shapes.class, true, true), shape)).isEqualTo(before);
        maps.clear();
        assertThat(outcome(woven(Shapes.class, false, true), shape)).isEqualTo(before);
        maps.clear();
        RecordingSpy.setting = null;
        assertThat(outcome(woven(Shapes.class, true, true), shape)).isEqualTo(before);
    }

    /** Only read and run. Lines are counted from the first of each method. */
    @SuppressWarnings({"unused", "UnusedMethod", "UnusedVariable", "ClassCanBeStatic"})
    static class Lines {
        final String name;

        Lines(boolean which) {
            this(which ? "yes" : "no");
        }

        Lines(String name) {
            this.name = name;
        }

        static int loop(int to) {
            int sum = 0;
            for (int i = 0; i < to; i++) {
                long square = (long) i * i;
                sum += (int) square;
            }
            return sum;
        }

        String made(boolean flag) {
            StringBuilder text = new StringBuilder(flag ? "a" : "b");
            return text.append(name).toString();
        }

        int cleaned(int x) {
            try {
                return 10 / x;
            } catch (ArithmeticException e) {
                return -1;
            } finally {
                count(x);
            }
        }

        void count(int x) {}

        static String told(int of) {
            String text = null;
            boolean long1 = of > 100;
            char mark = '.';
            double half = of / 2.0;
            if (long1) {
                text = "long";
            }
            Object any = text;
            return any + " " + mark + half;
        }
    }

    @Test
    void a_thread_goes_on_with_what_its_variables_were_set_to() throws Exception {
        Class<?> woven = woven(Lines.class, true, true);
        set("loop", 1, "to", 2);
        assertThat(run(woven, "loop", 3)).isEqualTo(1);
        set("loop", 2, "i", 7);
        assertThat(run(woven, "loop", 3)).isEqualTo(49);
        set("told", 4, "long1", true);
        assertThat(run(woven, "told", 3)).isEqualTo("long .1.5");
        set("told", 4, "mark", '!');
        assertThat(run(woven, "told", 3)).isEqualTo("null !1.5");
        set("told", 4, "half", 0.25);
        assertThat(run(woven, "told", 3)).isEqualTo("null .0.25");
        set("told", 0, "of", 300);
        assertThat(run(woven, "told", 3)).isEqualTo("long .150.0");
    }

    @Test
    void a_variable_that_begins_as_null_can_become_what_it_is_declared_as() throws Exception {
        Class<?> woven = woven(Lines.class, false, true);
        set("told", 4, "text", "set");
        assertThat(run(woven, "told", 3)).isEqualTo("set .1.5");
        set("told", 8, "any", "other");
        assertThat(run(woven, "told", 3)).isEqualTo("other .1.5");
    }

    @Test
    void before_super_nothing_can_be_set_and_behind_it_all() throws Exception {
        Class<?> woven = woven(Lines.class, true, true);
        LineMap map = maps.values().stream()
                .filter(each -> each.method().descriptor().equals("(Z)V"))
                .findFirst()
                .orElseThrow();
        assertThat(map.spots().get(0).settable()).isEmpty();
        assertThat(map.spots().get(1).settable()).isNotEmpty();
        RecordingSpy.setting = (site, locals) -> {};
        assertThat(call(make(woven, boolean.class, true), "made", boolean.class, false))
                .isEqualTo("byes");
    }

    /** {@code m}, with so many lines, each of one instruction. */
    private static byte[] ofLines(int count) {
        return make(code -> {
            code.visitInsn(Opcodes.ICONST_0);
            code.visitVarInsn(Opcodes.ISTORE, 0);
            for (int line = 1; line <= count; line++) {
                Label label = new Label();
                code.visitLabel(label);
                code.visitLineNumber(line, label);
                code.visitInsn(Opcodes.NOP);
            }
            code.visitInsn(Opcodes.RETURN);
            code.visitMaxs(1, 1);
        });
    }

    @Test
    void a_method_that_would_never_be_compiled_again_goes_without() {
        MethodKey large = new MethodKey("m", "()V");
        WovenClass woven = weaver.weave(
                without(ofLines(300)), Map.of(), Set.of(large), Set.of(large), map -> SPACING, RecordingSpy.SLOT);
        assertThat(woven.refusedSets())
                .containsOnly(Map.entry(
                        large,
                        "with code that sets them it would be longer than 8000 bytes, which HotSpot never compiles"));
        assertThat(woven.lines()).containsOnlyKeys(large);
        assertThat(woven.uncompiled()).isEmpty();
    }

    @Test
    void a_method_that_its_hooks_make_too_long_to_be_compiled_is_told() {
        MethodKey large = new MethodKey("m", "()V");
        assertThat(weaver.weave(without(ofLines(2_000)), Map.of(), Map.of(large, SPACING), RecordingSpy.SLOT)
                        .uncompiled())
                .containsExactly(large);
        assertThat(weaver.weave(without(ofLines(2_000)), Map.of(large, 1), RecordingSpy.SLOT)
                        .uncompiled())
                .isEmpty();
        // It never was compiled.
        assertThat(weaver.weave(without(ofLines(8_001)), Map.of(large, 1), RecordingSpy.SLOT)
                        .uncompiled())
                .isEmpty();
        assertThat(weaver.weave(without(ofLines(7_990)), Map.of(large, 1), RecordingSpy.SLOT)
                        .uncompiled())
                .containsExactly(large);
    }

    /** Has a variable be another the next time that a line is come to, counted from the method's first. */
    private void set(String method, int line, String variable, Object value) {
        LineMap map = map(method);
        int site = maps.entrySet().stream()
                        .filter(each -> each.getValue().equals(map))
                        .findFirst()
                        .orElseThrow()
                        .getKey()
                * SPACING;
        boolean[] done = new boolean[1];
        RecordingSpy.setting = (at, locals) -> {
            LineMap.Spot spot = at / SPACING * SPACING == site ? map.spots().get(at - site) : null;
            if (spot != null && !done[0] && spot.line() - map.lines().get(0) == line) {
                done[0] = true;
                locals.set(
                        spot.locals().stream().map(LineMap.Local::name).toList().indexOf(variable), value);
            }
        };
    }

    @Test
    void a_hook_is_given_the_variables_that_are_there() throws Exception {
        Class<?> woven = woven(Lines.class, false);
        assertThat(run(woven, "loop", 3)).isEqualTo(5);
        assertThat(told("loop"))
                .containsExactly(
                        "0 to=3",
                        "1 to=3 sum=0",
                        "2 to=3 sum=0 i=0",
                        "3 to=3 sum=0 i=0 square=0",
                        "1 to=3 sum=0 i=0",
                        "2 to=3 sum=0 i=1",
                        "3 to=3 sum=0 i=1 square=1",
                        "1 to=3 sum=1 i=1",
                        "2 to=3 sum=1 i=2",
                        "3 to=3 sum=1 i=2 square=4",
                        "1 to=3 sum=5 i=2",
                        "5 to=3 sum=5");
    }

    @Test
    void before_super_there_is_no_this_but_all_else() throws Exception {
        Class<?> woven = woven(Lines.class, true);
        Object made = make(woven, boolean.class, true);
        assertThat(told("<init>"))
                .containsExactly(
                        "0 which=true", "0 name=yes", "1 this name=yes", "2 this name=yes", "1 this which=true");
        assertThat(call(made, "made", boolean.class, false)).isEqualTo("byes");
        assertThat(told("made"))
                .containsExactly("0 this flag=false", "1 this flag=false text=byes"); // it is the builder itself
    }

    @Test
    void finally_is_one_line_in_several_places_and_each_run_passes_one() throws Exception {
        Class<?> woven = woven(Lines.class, false);
        Object made = make(woven, String.class, "x");
        RecordingSpy.EVENTS.clear();
        call(made, "cleaned", int.class, 5);
        assertThat(told("cleaned")).containsExactly("0 this x=5", "4 this x=5", "0 this x=5");
        RecordingSpy.EVENTS.clear();
        call(made, "cleaned", int.class, 0);
        assertThat(told("cleaned").stream().filter(line -> line.startsWith("4 ")))
                .hasSize(1);
        assertThat(told("cleaned")).anyMatch(line -> line.contains("e=java.lang.ArithmeticException"));
        LineMap map = map("cleaned");
        int first = map.lines().get(0);
        // A copy for each end: by return, by return from the catch, by another exception.
        assertThat(map.at(first + 4)).hasSize(3);
        assertThat(map.spots().stream().filter(spot -> spot.line() == first)).hasSize(2);
        assertThat(map.at(first)).hasSize(1);
    }

    @Test
    void no_handler_comes_back_to_a_hook_that_overflows_the_stack() throws Exception {
        byte[] original = classFile(Lines.class.getName());
        assertThat(hooksUnderTheirOwnHandler(original, "astore")).isPositive();
        MethodKey cleaned = new MethodKey("cleaned", "(I)I");
        byte[] woven = weaver.weave(original, Map.of(), Map.of(cleaned, SPACING), RecordingSpy.SLOT)
                .bytes();
        assertThat(hooksUnderTheirOwnHandler(woven, Hooks.LINE)).isZero();
    }

    /** Of instructions that a handler begins with and covers: those that store, or hooks of that name. */
    private static int hooksUnderTheirOwnHandler(byte[] classFile, String what) {
        ClassNode type = new ClassNode();
        new ClassReader(classFile).accept(type, 0);
        int found = 0;
        for (MethodNode method : type.methods) {
            for (TryCatchBlockNode each : method.tryCatchBlocks) {
                int from = Math.max(method.instructions.indexOf(each.start), method.instructions.indexOf(each.handler));
                for (int i = from; i < method.instructions.indexOf(each.end); i++) {
                    AbstractInsnNode node = method.instructions.get(i);
                    found += node.getOpcode() == Opcodes.ASTORE && what.equals("astore") ? 1 : 0;
                    found += node instanceof InvokeDynamicInsnNode hook && hook.name.equals(what) ? 1 : 0;
                }
            }
        }
        return found;
    }

    @Test
    void an_expression_over_several_lines_is_begun_once() {
        byte[] made = make(code -> {
            int[] lines = {1, 2, 1, 3};
            int[] instructions = {Opcodes.ICONST_1, Opcodes.ICONST_2, Opcodes.IADD, Opcodes.RETURN};
            for (int i = 0; i < lines.length; i++) {
                Label label = new Label();
                code.visitLabel(label);
                code.visitLineNumber(lines[i], label);
                code.visitInsn(instructions[i]);
                if (i == 2) {
                    code.visitInsn(Opcodes.POP);
                }
            }
            code.visitMaxs(2, 0);
        });
        LineMap map = Weaver.lines(made, new MethodKey("m", "()V")).orElseThrow();
        assertThat(map.lines()).containsExactly(1, 2, 3);
        assertThat(map.spots().stream().map(LineMap.Spot::continues)).containsExactly(false, false, true, false);
        assertThat(map.at(1)).containsExactly(map.spots().get(0));
        assertThat(map.at(2)).containsExactly(map.spots().get(1));
    }

    @Test
    void without_a_table_variables_go_by_their_slots() throws Exception {
        byte[] stripped = without(classFile(Lines.class.getName()));
        LineMap map = Weaver.lines(stripped, new MethodKey("loop", "(I)I")).orElseThrow();
        assertThat(map.named()).isFalse();
        assertThat(map.spots().get(3).locals())
                .containsExactly(
                        new LineMap.Local("slot0", "I", 0),
                        new LineMap.Local("slot1", "I", 1),
                        new LineMap.Local("slot2", "I", 2),
                        new LineMap.Local("slot3", "J", 3));
        assertThat(map.spots().get(3).descriptor()).isEqualTo("(IIIJ)V");
    }

    @Test
    void a_table_that_lies_is_not_believed() throws Exception {
        byte[] made = make(code -> {
            Label begin = new Label();
            Label written = new Label();
            Label end = new Label();
            code.visitLabel(begin);
            code.visitLineNumber(7, begin);
            code.visitInsn(Opcodes.ICONST_1);
            code.visitVarInsn(Opcodes.ISTORE, 0);
            code.visitLabel(written);
            code.visitLineNumber(8, written);
            code.visitInsn(Opcodes.RETURN);
            code.visitLabel(end);
            code.visitLocalVariable("early", "I", null, begin, end, 0);
            code.visitLocalVariable("other", "Ljava/lang/String;", null, written, end, 0);
            code.visitMaxs(1, 1);
        });
        LineMap map = Weaver.lines(made, new MethodKey("m", "()V")).orElseThrow();
        assertThat(map.spots().get(0).locals()).isEmpty();
        assertThat(map.spots().get(0).hidden()).containsExactly("early: it has no value yet on every way there");
        assertThat(map.spots().get(1).locals()).containsExactly(new LineMap.Local("early", "I", 0));
        assertThat(map.spots().get(1).hidden())
                .containsExactly("other: it is said to be of type java.lang.String, which its slot does not hold");
    }

    @Test
    void a_method_without_room_for_its_lines_keeps_its_other_hooks_and_the_others_keep_theirs() throws Exception {
        byte[] made = make(code -> {
            for (int line = 1; line <= 12_000; line++) {
                Label label = new Label();
                code.visitLabel(label);
                code.visitLineNumber(line, label);
                code.visitInsn(Opcodes.NOP);
            }
            code.visitInsn(Opcodes.RETURN);
            code.visitMaxs(0, 0);
        });
        MethodKey large = new MethodKey("m", "()V");
        MethodKey small = new MethodKey("n", "()V");
        Map<MethodKey, Integer> all = Map.of(large, 1, small, 2);
        WovenClass woven = weaver.weave(made, all, Map.of(large, SPACING, small, 3), RecordingSpy.SLOT);
        assertThat(woven.refused()).isEmpty();
        assertThat(woven.refusedLines()).containsOnly(Map.entry(large, "with a hook on each line it would pass 64 KB"));
        assertThat(woven.lines()).containsOnlyKeys(small);
        Class<?> type = new WovenLoader(getClass().getClassLoader())
                .with("dev.sonde.weave.Made", woven.bytes())
                .link("dev.sonde.weave.Made");
        type.getMethod("m").invoke(null);
        type.getMethod("n").invoke(null);
        assertThat(RecordingSpy.EVENTS.stream().map(event -> event.hook() + event.siteId()))
                .containsExactly("enter1", "clock1", "return1", "enter2", "clock2", "line3", "return2");
    }

    // ---- what the tests stand on

    /** What the line hooks of a method were given: the line, counted from the method's first, {@code this}, and the locals. */
    private List<String> told(String method) {
        List<String> told = new ArrayList<>();
        for (RecordingSpy.Event event : RecordingSpy.EVENTS) {
            LineMap map = maps.get(event.siteId() / SPACING);
            if (!event.hook().equals(Hooks.LINE)
                    || map == null
                    || !map.method().name().equals(method)) {
                continue;
            }
            LineMap.Spot spot = map.spots().get(event.siteId() % SPACING);
            StringBuilder line =
                    new StringBuilder().append(spot.line() - map.lines().get(0));
            List<@Nullable Object> arguments = new ArrayList<>(event.arguments());
            if (spot.hasThis()) {
                arguments.remove(0);
                line.append(" this");
            }
            for (LineMap.Local local : spot.locals()) {
                line.append(' ').append(local.name()).append('=').append(arguments.remove(0));
            }
            assertThat(arguments).isEmpty();
            told.add(line.toString());
        }
        return told;
    }

    private LineMap map(String method) {
        return maps.values().stream()
                .filter(map -> map.method().name().equals(method))
                .findFirst()
                .orElseThrow();
    }

    /** With line hooks everywhere, and the others too when asked for. */
    private Class<?> woven(Class<?> original, boolean both) throws Exception {
        return woven(original, both, false);
    }

    private Class<?> woven(Class<?> original, boolean both, boolean sets) throws Exception {
        WovenLoader loader = new WovenLoader(LineWeavingTest.class.getClassLoader());
        List<String> all = namesIn(original);
        int site = 1;
        for (String each : all) {
            byte[] classFile = classFile(each);
            Map<MethodKey, Integer> methods = new HashMap<>();
            Map<MethodKey, Integer> lines = new HashMap<>();
            for (ClassModel.Method method : ClassModel.parse(classFile).methods()) {
                if (method.hasCode()) {
                    methods.put(method.key(), 1_000_000_000 + site);
                    lines.put(method.key(), SPACING * site++);
                }
            }
            WovenClass woven = weaver.weave(
                    classFile,
                    both ? methods : Map.of(),
                    lines.keySet(),
                    sets ? lines.keySet() : Set.of(),
                    map -> Objects.requireNonNull(lines.get(map.method())),
                    RecordingSpy.SLOT);
            assertThat(woven.refused()).isEmpty();
            assertThat(woven.refusedLines()).isEmpty();
            woven.lines().forEach((method, map) -> maps.put(Objects.requireNonNull(lines.get(method)) / SPACING, map));
            loader.with(each, woven.bytes());
        }
        for (String each : all) {
            assertThat(loader.link(each).getClassLoader()).isSameAs(loader);
        }
        return loader.loadClass(original.getName());
    }

    /** The class and those in it, also those that have no name. */
    private static List<String> namesIn(Class<?> type) throws Exception {
        String file = type.getName().substring(type.getName().lastIndexOf('.') + 1);
        Path folder = Path.of(Objects.requireNonNull(type.getResource(file + ".class"))
                        .toURI())
                .getParent();
        try (Stream<Path> files = Files.list(Objects.requireNonNull(folder))) {
            return files.map(each -> each.getFileName().toString())
                    .filter(each -> each.equals(file + ".class") || each.startsWith(file + "$"))
                    .map(each -> type.getPackageName() + "." + each.substring(0, each.length() - ".class".length()))
                    .sorted()
                    .toList();
        }
    }

    private static Object make(Class<?> type, Class<?> parameter, Object argument) throws Exception {
        var constructor = type.getDeclaredConstructor(parameter);
        constructor.setAccessible(true);
        return constructor.newInstance(argument);
    }

    private static @Nullable Object call(Object on, String method, Class<?> parameter, Object argument)
            throws Exception {
        var found = on.getClass().getDeclaredMethod(method, parameter);
        found.setAccessible(true);
        return found.invoke(on, argument);
    }

    private static @Nullable Object run(Class<?> type, String method, int argument) throws Exception {
        var found = type.getDeclaredMethod(method, int.class);
        found.setAccessible(true);
        return found.invoke(null, argument);
    }

    private static Object outcome(Class<?> type, String method) throws Exception {
        try {
            return type.getMethod(method).invoke(null);
        } catch (InvocationTargetException e) {
            return String.valueOf(e.getCause());
        }
    }

    private interface Code {
        void write(MethodVisitor code);
    }

    private static byte[] make(Code written) {
        ClassWriter writer = new ClassWriter(0);
        writer.visit(Opcodes.V17, Opcodes.ACC_PUBLIC, "dev/sonde/weave/Made", null, "java/lang/Object", null);
        Code small = code -> {
            Label label = new Label();
            code.visitLabel(label);
            code.visitLineNumber(1, label);
            code.visitInsn(Opcodes.RETURN);
            code.visitMaxs(0, 0);
        };
        Map<String, Code> methods = Map.of("m", written, "n", small);
        methods.forEach((name, body) -> {
            MethodVisitor code = writer.visitMethod(Opcodes.ACC_PUBLIC | Opcodes.ACC_STATIC, name, "()V", null, null);
            code.visitCode();
            body.write(code);
            code.visitEnd();
        });
        writer.visitEnd();
        return writer.toByteArray();
    }

    private static byte[] without(byte[] classFile) {
        ClassWriter writer = new ClassWriter(0);
        new ClassReader(classFile)
                .accept(
                        new ClassVisitor(Opcodes.ASM9, writer) {
                            @Override
                            public MethodVisitor visitMethod(
                                    int access,
                                    String name,
                                    String descriptor,
                                    @Nullable String signature,
                                    String @Nullable [] exceptions) {
                                return new MethodVisitor(
                                        Opcodes.ASM9,
                                        super.visitMethod(access, name, descriptor, signature, exceptions)) {
                                    @Override
                                    public void visitLocalVariable(
                                            String variable,
                                            String type,
                                            @Nullable String generic,
                                            Label start,
                                            Label end,
                                            int index) {}
                                };
                            }
                        },
                        0);
        return writer.toByteArray();
    }

    private static byte[] classFile(String name) throws Exception {
        try (InputStream in =
                LineWeavingTest.class.getClassLoader().getResourceAsStream(name.replace('.', '/') + ".class")) {
            return Objects.requireNonNull(in, name).readAllBytes();
        }
    }
}
