package dev.sonde.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sonde.testing.Await;
import dev.sonde.testing.Jdk;
import dev.sonde.testing.TargetProgram;
import dev.sonde.wire.ProbeCounters;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kotlin.text.StringsKt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import scala.collection.StringOps$;

/** Probes at lines of a real JVM. */
@Timeout(300)
final class LinesTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Path SOURCE = Path.of("src/test/java/dev/sonde/jvm/Lined.java");

    private final LocalHost host;

    LinesTest(@TempDir Path home) throws Exception {
        host = LocalHost.open(home);
    }

    static List<Jdk> jdks() {
        return Jdk.all();
    }

    @AfterEach
    void close() {
        host.close();
    }

    /** What there was at each hit. */
    private static List<String> told(Heard heard) {
        return heard.hits.stream().map(LinesTest::told).toList();
    }

    private static String told(Hit hit) {
        List<String> words = new ArrayList<>();
        hit.self().ifPresent(self -> words.add("this"));
        for (int i = 0; i < hit.args().size(); i++) {
            words.add(hit.names().get(i) + "=" + plain(hit.args().get(i)));
        }
        hit.values().forEach(value -> words.add(plain(value)));
        return String.join(" ", words);
    }

    private static String plain(Value value) {
        if (value instanceof Value.Whole whole) {
            return Long.toString(whole.value());
        }
        if (value instanceof Value.Text text) {
            return text.text();
        }
        return value.getClass().getSimpleName();
    }

    private static int line(String mark) throws Exception {
        List<String> lines = Files.readAllLines(SOURCE);
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).endsWith("// @" + mark)) {
                return i + 1;
            }
        }
        throw new AssertionError("no line @" + mark);
    }

    private static ProbeSpec at(String place, Optional<String> condition, int hits, String... captures) {
        return spec(ProbeSpec.Kind.SNAP, place, condition, hits, captures);
    }

    private static ProbeSpec spec(
            ProbeSpec.Kind kind, String place, Optional<String> condition, int hits, String... captures) {
        return ProbeSpec.of(kind, "")
                .at(place)
                .withCaptures(List.of(captures))
                .withCondition(condition)
                .withHits(hits)
                .withLimits(Heard.PATIENT);
    }

    /** A place, what makes the program come there, and what it has there each time. */
    private record Case(String mark, String run, String result, List<String> told) {}

    private static List<Case> cases() {
        return List.of(
                new Case(
                        "loop",
                        "loop",
                        "14",
                        List.of(
                                "sum=0 i=0 square=0",
                                "sum=0 i=1 square=1",
                                "sum=1 i=2 square=4",
                                "sum=5 i=3 square=9")),
                new Case("for", "loop", "14", List.of("sum=0", "sum=0 i=0", "sum=1 i=1", "sum=5 i=2", "sum=14 i=3")),
                new Case("oneLine", "once", "3", List.of("sum=0")),
                new Case("each", "each", "6", List.of("sum=0")),
                new Case("eachBody", "each", "6", List.of("sum=0 one=1", "sum=1 one=2", "sum=3 one=3")),
                new Case("while", "whiles", "0", List.of("left=2", "left=1", "left=0")),
                new Case("begun", "begun", "3", List.of("two=2")),
                new Case("argument", "begun", "3", List.of("two=2")),
                new Case("finally", "cleaned", "0", List.of("by=5 got=2", "by=0 got=-2 failed=Thrown")),
                new Case("returned", "cleaned", "0", List.of("by=5 got=2")),
                new Case("always", "failed", "-1", List.of("by=3 got=3")),
                new Case("nested", "nested", "2", List.of("got=2")),
                new Case("innerFinally", "nested", "2", List.of("got=2")),
                new Case("outerFinally", "nested", "2", List.of("got=2")),
                new Case("resource", "resourced", "1", List.of("before=0")),
                new Case("resourced", "resourced", "1", List.of("before=1 one=Fields")),
                new Case("close", "resourced", "1", List.of("this")),
                new Case("resourceFailed", "resourceFailed", "7", List.of("before=7")),
                new Case("resourceCaught", "resourceFailed", "7", List.of("before=7")),
                new Case("lockedReturn", "lockedReturn", "3", List.of("inside=3")),
                new Case("initialised", "settling", "42", List.of("third=14")),
                new Case("compact", "paired", "8", List.of("left=bad right=-1", "left=good right=4")),
                new Case("caught", "cleaned", "0", List.of("by=0 got=-1 failed=Thrown")),
                new Case("super", "made", "four", List.of("name=four")),
                new Case("afterSuper", "made", "four", List.of("this name=four")),
                new Case("initialiser", "made", "four", List.of("this name=four")),
                new Case("base", "made", "four", List.of("this size=4")),
                new Case("lambda", "lambda", "23", List.of("base=10 x=1 more=11", "base=10 x=2 more=12")),
                new Case("locked", "locked", "8", List.of("lock=Elements inside=8")),
                new Case("tea", "switched", "drinkthingnone", List.of("word=tea")),
                new Case("none", "switched", "drinkthingnone", List.of("word=?")),
                new Case(
                        "kind",
                        "switched",
                        "drinkthingnone",
                        List.of("word=tea kind=drink", "word=cup kind=thing", "word=? kind=none")),
                new Case("refused", "paired", "8", List.of("this left=bad right=-1")),
                new Case("doubled", "paired", "8", List.of("this")),
                new Case("enum", "level", "true", List.of("this other=5 mine=9")),
                new Case("inner", "inner", "42", List.of("this x=40 all=42")),
                new Case("pattern", "patterns", "4", List.of("one=text text=text")),
                new Case("masked", "masked", "heim", List.of("password=Masked tries=2")),
                new Case("unset", "unset", "5", List.of("early=here")));
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void shows_what_is_there_at_each_execution_of_a_line(Jdk jdk) throws Exception {
        try (TargetProgram program = TargetProgram.start(jdk, Lined.class)) {
            Target target = host.open(program.pid(), "lines");
            program.ask("made", "RAN"); // classes that are not loaded have no lines
            program.ask("paired", "RAN");
            program.ask("level", "RAN");
            program.ask("inner", "RAN");
            for (Case each : cases()) {
                Heard heard = new Heard();
                int line = line(each.mark);
                try (Probe probe = target.arm(at("Lined.java:" + line, Optional.empty(), 0), heard)) {
                    assertThat(program.ask(each.run, "RAN")).isEqualTo("RAN " + each.run + " " + each.result);
                    Await.until(each.mark, SOON, () -> heard.hits.size() >= each.told.size());
                    assertThat(probe.counters().values().iterator().next().hits).isEqualTo(each.told.size());
                    assertThat(told(heard)).as(each.mark).isEqualTo(each.told);
                    assertThat(heard.hits.get(0).place().orElseThrow().line()).isEqualTo(line);
                    assertThat(heard.hits.get(0).place().orElseThrow().file()).contains("Lined.java");
                }
            }
            assertThat(target.code()
                            .classes(new LoadedCode.ClassChoice("*Lined*", Optional.empty()), 50, true)
                            .classes())
                    .isNotEmpty()
                    .allSatisfy(
                            each -> assertThat(each.changes().orElse(List.of())).isEmpty());
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void a_condition_reads_locals_and_several_share_a_line(Jdk jdk) throws Exception {
        try (TargetProgram program = TargetProgram.start(jdk, Lined.class)) {
            Heard one = new Heard();
            Heard two = new Heard();
            Heard whole = new Heard();
            int line = line("step");
            String place = "Lined:" + line;
            Target first = host.open(program.pid(), "one");
            Target second = host.open(program.pid(), "two");
            Probe a = first.arm(at(place, Optional.of("doubled > 190 && text != 'n98'"), 0, "text", "i"), one);
            try (Probe b = second.arm(at("Lined.step:+2", Optional.of("i == 50"), 0, "doubled + i"), two);
                    Probe c = second.arm(spec(ProbeSpec.Kind.COUNT, place, Optional.of("i < 40"), 0), whole)) {
                program.ask("many", "RAN");
                Await.until("hits", SOON, () -> one.hits.size() >= 3 && two.hits.size() >= 1);
                assertThat(told(one)).containsExactly("n96 96", "n97 97", "n99 99");
                assertThat(told(two)).containsExactly("150");
                assertThat(c.counters().values()).singleElement().satisfies(sum -> assertThat(sum.hits)
                        .isEqualTo(40));
                a.close();
                program.ask("many", "RAN");
                Await.until("hits", SOON, () -> two.hits.size() >= 2);
                assertThat(one.hits).hasSize(3);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void says_what_is_wrong_with_a_place(Jdk jdk) throws Exception {
        try (TargetProgram program = TargetProgram.start(jdk, Lined.class)) {
            Target target = host.open(program.pid(), "lines");
            int step = line("step");
            assertThatThrownBy(() -> target.arm(at("Lined.java:" + (step + 1), Optional.empty(), 0), new Heard()))
                    .hasMessageMatching(
                            "line " + (step + 1) + " of Lined.java can carry no hook; near: .*\\b" + step + "\\b.*");
            assertThatThrownBy(() -> target.arm(at("Lined.step:+9", Optional.empty(), 0), new Heard()))
                    .hasMessage("line " + (step + 7) + " of dev.sonde.jvm.Lined.step(int) can carry no hook; near: "
                            + (step - 2) + ", " + (step - 1) + ", " + step);
            assertThatThrownBy(() -> target.arm(at("Missing.java:3", Optional.empty(), 0), new Heard()))
                    .hasMessageContaining("no class called Missing* is loaded that was compiled from Missing.java;");
            assertThatThrownBy(() -> target.arm(at("Lined:" + step, Optional.of("tripled > 1"), 0), new Heard()))
                    .hasMessageContaining("no variable 'tripled'");
            assertThatThrownBy(() -> target.arm(at("Lined:" + step, Optional.of("result > 1"), 0), new Heard()))
                    .hasMessageContaining("there is no result at a line");
            Heard heard = new Heard();
            try (Probe probe = target.arm(at("Lined:" + line("shared"), Optional.empty(), 0), heard)) {
                assertThat(probe.notices()).anyMatch(text -> text.contains("is in 2 methods"));
                program.ask("shared", "RAN");
                Await.until("both", SOON, () -> heard.hits.size() == 2);
                assertThat(told(heard)).containsExactly("", "x=4");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void a_class_that_is_not_loaded_is_waited_for_and_the_JDK_has_lines_too(Jdk jdk) throws Exception {
        try (TargetProgram program = TargetProgram.start(jdk, Lined.class)) {
            Target target = host.open(program.pid(), "lines");
            Heard later = new Heard();
            int line = line("static");
            try (Probe probe =
                    target.arm(at("Lined.java:" + line, Optional.empty(), 0).withPending(true), later)) {
                assertThat(probe.sites()).isEmpty();
                // Its initialiser runs with the class, so it is the next time that is awaited.
                program.ask("settled", "RAN");
                Await.until("armed", SOON, () -> later.notices.stream()
                        .anyMatch(text -> text.contains("armed on dev.sonde.jvm.Lined$Settled.<clinit>():" + line)));
            }
            program.ask("jdk", "RAN");
            Heard heard = new Heard();
            try (Probe probe = target.arm(at("java.util.StringTokenizer.nextToken()", Optional.empty(), 0), heard)) {
                program.ask("jdk", "RAN");
                Await.until("nextToken", SOON, () -> !heard.hits.isEmpty());
                assertThat(heard.hits.get(0).method()).isEqualTo("nextToken()");
                assertThat(probe.sites()).isNotEmpty();
            }
        }
    }

    /** A line of a library, what makes the program come there, and how often it is executed then. */
    private record Executed(String line, String run, int times) {}

    /**
     * Of kotlin-stdlib {@code replaceIndent}, into which Kotlin inlines what it calls: three of its lines have the body of a lambda too,
     * which runs for each of three lines. Of scala-library {@code indexWhere}, a loop.
     */
    private static final List<Executed> OF_OTHER_COMPILERS = List.of(
            new Executed("kotlin.text.StringsKt__IndentKt:76", "texts", 1),
            new Executed("kotlin.text.StringsKt__IndentKt:78", "texts", 1),
            new Executed("kotlin.text.StringsKt__IndentKt:79", "texts", 1 + 3),
            new Executed("kotlin.text.StringsKt__IndentKt:80", "texts", 1 + 3),
            new Executed("kotlin.text.StringsKt__IndentKt:81", "texts", 1),
            new Executed("kotlin.text.StringsKt__IndentKt:83", "texts", 1 + 3),
            new Executed("scala.collection.StringOps$:1319", "found", 1),
            new Executed("scala.collection.StringOps$:1321", "found", 3),
            new Executed("scala.collection.StringOps$:1322", "found", 3),
            new Executed("scala.collection.StringOps$:1323", "found", 2));

    @ParameterizedTest
    @MethodSource("jdks")
    void lines_of_other_compilers_are_executed_as_often_as_their_source_says(Jdk jdk) throws Exception {
        try (TargetProgram program =
                TargetProgram.start(jdk, List.of(), Lined.class, List.of(StringsKt.class, StringOps$.class))) {
            program.ask("texts", "RAN");
            program.ask("found", "RAN");
            Target target = host.open(program.pid(), "lines");
            for (Executed each : OF_OTHER_COMPILERS) {
                try (Probe probe =
                        target.arm(spec(ProbeSpec.Kind.COUNT, each.line, Optional.empty(), 0), new Heard())) {
                    assertThat(program.ask(each.run, "RAN"))
                            .isEqualTo(each.run.equals("texts") ? "RAN texts   a|   b|   c" : "RAN found 2");
                    assertThat(probe.counters().values().stream()
                                    .mapToLong(counters -> counters.hits)
                                    .sum())
                            .as(each.line)
                            .isEqualTo(each.times);
                }
            }
        }
    }

    /** Compiled by the JDK that runs it. */
    private static final String BARE = """
            public final class Bare {
                public static void main(String[] args) throws Exception {
                    System.out.println("READY");
                    while (System.in.read() >= 0) {
                        System.out.println("RAN " + add(40, 2L));
                    }
                }

                static long add(int one, long other) {
                    long sum = one + other;
                    String text = "is " + sum;
                    return sum + text.length();
                }
            }
            """;

    private static TargetProgram compiled(Jdk jdk, Path folder, String name, String source, String debug)
            throws Exception {
        Path file = folder.resolve(name + ".java");
        Files.writeString(file, source);
        assertThat(new ProcessBuilder(jdk.home().resolve("bin/javac").toString(), debug, "-d", folder + "", file + "")
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();
        return TargetProgram.start(jdk, List.of("-XX:+UseSerialGC", "-cp", folder.toString(), name));
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void without_debug_tables_variables_go_by_their_slots_and_a_method_has_its_beginning(Jdk jdk, @TempDir Path folder)
            throws Exception {
        try (TargetProgram program = compiled(jdk, folder, "Bare", BARE, "-g:none")) {
            Heard heard = new Heard();
            Target target = host.open(program.pid(), "lines");
            try (Probe probe = target.arm(at("Bare.add", Optional.of("slot0 == 40"), 0), heard)) {
                program.ask("", "RAN");
                Await.until("hit", SOON, () -> !heard.hits.isEmpty());
                assertThat(told(heard)).containsExactly("slot0=40 slot1=2");
                Hit.Place place = heard.hits.get(0).place().orElseThrow();
                assertThat(place.named()).isFalse();
                assertThat(place.line()).isZero();
                assertThat(probe.notices()).anyMatch(text -> text.contains("compiled without names of variables"));
            }
            assertThatThrownBy(() -> target.arm(at("Bare.add:+1", Optional.empty(), 0), heard))
                    .hasMessage("Bare.add(int, long) has no line numbers: only its beginning can carry a hook");
        }
        try (TargetProgram program = compiled(jdk, folder, "Bare", BARE, "-g:lines,source")) {
            Heard heard = new Heard();
            Target target = host.open(program.pid(), "lines");
            try (Probe probe = target.arm(at("Bare.java:12", Optional.empty(), 0), heard)) {
                program.ask("", "RAN");
                Await.until("hit", SOON, () -> !heard.hits.isEmpty());
                assertThat(told(heard)).containsExactly("slot0=40 slot1=2 slot3=42 slot5=is 42");
                assertThat(probe.sites()).containsExactly("Bare.add(int, long):12");
            }
        }
    }

    private static final String PATTERNS = """
            public final class Patterns {
                sealed interface Shape {}
                record Circle(int radius) implements Shape {}
                record Box(int width, int height) implements Shape {}

                public static void main(String[] args) throws Exception {
                    System.out.println("READY");
                    while (System.in.read() >= 0) {
                        System.out.println("RAN " + area(new Box(3, 4)) + " " + area(new Circle(2)));
                    }
                }

                static int area(Shape shape) {
                    return switch (shape) {
                        case Circle(int r) when r > 100 -> -1;
                        case Circle(int r) -> {
                            int square = r * r;
                            yield square * 3;
                        }
                        case Box(int w, int h) -> {
                            int both = w * h;
                            yield both;
                        }
                    };
                }
            }
            """;

    @ParameterizedTest
    @MethodSource("jdks")
    void reads_what_patterns_bind(Jdk jdk, @TempDir Path folder) throws Exception {
        assumeTrue(jdk.feature() >= 21, "record patterns are of 21");
        try (TargetProgram program = compiled(jdk, folder, "Patterns", PATTERNS, "-g")) {
            Heard box = new Heard();
            Heard circle = new Heard();
            Target target = host.open(program.pid(), "lines");
            try (Probe inBox = target.arm(at("Patterns:22", Optional.empty(), 0, "w", "h", "both"), box);
                    Probe inCircle = target.arm(at("Patterns:18", Optional.of("r == 2"), 0, "r", "square"), circle)) {
                program.ask("", "RAN 12 12");
                Await.until("hits", SOON, () -> !box.hits.isEmpty() && !circle.hits.isEmpty());
                assertThat(told(box)).containsExactly("3 4 12");
                assertThat(told(circle)).containsExactly("2 4");
                assertThat(inBox.sites()).hasSize(1);
                assertThat(inCircle.sites()).hasSize(1);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void numbers_and_executions_are_counted_in_the_target(Jdk jdk) throws Exception {
        try (TargetProgram program = TargetProgram.start(jdk, Lined.class)) {
            Target target = host.open(program.pid(), "lines");
            String place = "Lined:" + line("step");
            try (Probe values = target.arm(
                    spec(ProbeSpec.Kind.VALUE, place, Optional.of("i > 0"), 0, "doubled * 0.5"), new Heard())) {
                program.ask("many", "RAN");
                ProbeCounters counted = values.counters().values().iterator().next();
                assertThat(counted.hits).isEqualTo(99);
                assertThat(counted.sum).isEqualTo(4950.0);
                assertThat(counted.least).isEqualTo(1.0);
                assertThat(counted.greatest).isEqualTo(99.0);
            }
            try (Probe finallys = target.arm(
                    spec(ProbeSpec.Kind.COUNT, "Lined:" + line("finally"), Optional.empty(), 0), new Heard())) {
                program.ask("cleaned", "RAN");
                assertThat(finallys.counters()).hasSize(1);
                assertThat(finallys.counters().values().iterator().next().hits).isEqualTo(2);
            }
            assertThatThrownBy(() ->
                            target.arm(spec(ProbeSpec.Kind.VALUE, place, Optional.empty(), 0, "i > 2"), new Heard()))
                    .hasMessage("'i > 2' is no number");
        }
    }
}
