package dev.sonde.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

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

    private static final class Heard implements ProbeListener {
        final List<Hit> hits = new CopyOnWriteArrayList<>();
        final List<String> notices = new CopyOnWriteArrayList<>();

        @Override
        public void hit(Hit hit) {
            hits.add(hit);
        }

        @Override
        public void notice(String text) {
            notices.add(text);
        }

        @Override
        public void ended(String reason, ProbeCounters counters) {}

        /** What there was at each hit. */
        List<String> told() {
            return hits.stream().map(LinesTest::told).toList();
        }
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

    private static ProbeSpec waiting(String place) {
        return at(place, Optional.empty(), 0).withPending(true);
    }

    private static ProbeSpec spec(
            ProbeSpec.Kind kind, String place, Optional<String> condition, int hits, String... captures) {
        return ProbeSpec.of(kind, "")
                .withCaptures(List.of(captures))
                .withCondition(condition)
                .withHits(hits)
                .at(place);
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
                new Case("finally", "cleaned", "0", List.of("by=5 got=2", "by=0 got=-2 failed=Thrown")),
                new Case("caught", "cleaned", "0", List.of("by=0 got=-1 failed=Thrown")),
                new Case("super", "made", "four", List.of("name=four")),
                new Case("afterSuper", "made", "four", List.of("this name=four")),
                new Case("initialiser", "made", "four", List.of("this name=four")),
                new Case("base", "made", "four", List.of("this size=4")),
                new Case("lambda", "lambda", "23", List.of("base=10 x=1 more=11", "base=10 x=2 more=12")),
                new Case("locked", "locked", "8", List.of("lock=Fields inside=8")),
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
                    assertThat(heard.told()).as(each.mark).isEqualTo(each.told);
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
                assertThat(one.told()).containsExactly("n96 96", "n97 97", "n99 99");
                assertThat(two.told()).containsExactly("150");
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
                    .hasMessageContaining("that is called like it was compiled from 'Missing.java'");
            assertThatThrownBy(() -> target.arm(at("Lined:" + step, Optional.of("tripled > 1"), 0), new Heard()))
                    .hasMessageContaining("no variable 'tripled'");
            assertThatThrownBy(() -> target.arm(at("Lined:" + step, Optional.of("result > 1"), 0), new Heard()))
                    .hasMessageContaining("there is no result at a line");
            Heard heard = new Heard();
            try (Probe probe = target.arm(at("Lined:" + line("shared"), Optional.empty(), 0), heard)) {
                assertThat(probe.notices()).anyMatch(text -> text.contains("is in 2 methods"));
                program.ask("shared", "RAN");
                Await.until("both", SOON, () -> heard.hits.size() == 2);
                assertThat(heard.told()).containsExactly("", "x=4");
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
            try (Probe probe = target.arm(waiting("Lined.java:" + line), later)) {
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
}
