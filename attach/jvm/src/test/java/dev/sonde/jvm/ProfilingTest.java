package dev.sonde.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sonde.jvm.Profiling.Engine;
import dev.sonde.jvm.Profiling.Request;
import dev.sonde.jvm.Profiling.Run;
import dev.sonde.profile.Kind;
import dev.sonde.profile.Profile;
import dev.sonde.profile.Sample;
import dev.sonde.testing.Await;
import dev.sonde.testing.Jdk;
import dev.sonde.testing.TargetProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Profiles of a program whose costs are known, by both engines. */
final class ProfilingTest {

    private static final KnownCosts FURNACE = new KnownCosts(Furnace.class);

    private final LocalHost host;

    ProfilingTest(@TempDir Path home) throws Exception {
        host = LocalHost.open(home);
    }

    static List<Jdk> jdks() {
        return Jdk.all();
    }

    @AfterEach
    void close() {
        host.close();
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void finds_what_costs_with_both_engines(Jdk jdk) throws Exception {
        try (TargetProgram program =
                TargetProgram.start(jdk, FURNACE.keptApart("hot", "warm", "tepid"), Furnace.class)) {
            Target target = host.open(program.pid(), "ada/1");
            Profiling profiling = target.profiling();
            // JFR's runs do not disturb each other, nor async-profiler's.
            Run jfrCpu = profiling.start(KnownCosts.request(Kind.CPU, Engine.JFR));
            Run jfrAlloc = profiling.start(KnownCosts.request(Kind.ALLOC, Engine.JFR));
            Run jfrLock = profiling.start(KnownCosts.request(Kind.LOCK, Engine.JFR));
            Run asyncCpu = profiling.start(KnownCosts.request(Kind.CPU, Engine.ASYNC));
            program.ask("work 2500", "DONE");
            for (Run run : List.of(jfrCpu, asyncCpu)) {
                Profile cpu = run.stop();
                long burnt = FURNACE.cum(cpu, "burn");
                assertThat(cpu.total(1)).as(run.engine()).isGreaterThan(300_000_000L);
                assertThat(FURNACE.share(cpu, "hot", burnt)).as(run.engine()).isBetween(45.0, 75.0);
                assertThat(FURNACE.share(cpu, "warm", burnt)).as(run.engine()).isBetween(18.0, 42.0);
                assertThat(FURNACE.share(cpu, "tepid", burnt)).as(run.engine()).isBetween(3.0, 20.0);
                assertThat(cpu.samples().stream().map(s -> s.labels().get(Sample.THREAD)))
                        .as(run.engine())
                        .contains("burner");
                assertThat(cpu.description().targetName()).isEqualTo("Furnace");
            }
            findsAllocations(jfrAlloc.stop(), "JFR");
            Profile jfrWaits = jfrLock.stop();
            findsWaits(jfrWaits, "JFR");
            assertThat(jfrWaits.samples())
                    .anyMatch(sample -> "holder".equals(sample.labels().get(Sample.HOLDER)));

            if (jdk.feature() >= 25) {
                Run cpuTime = profiling.start(KnownCosts.request(Kind.CPU, Engine.CPUTIME));
                assertThat(cpuTime.notices().get(1)).contains("experiment");
                // Neither takes the other's samples for its own.
                profiling.start(KnownCosts.request(Kind.CPU, Engine.JFR)).close();
                program.ask("work 700", "DONE");
                Profile cpu = cpuTime.stop();
                assertThat(cpu.description().engine()).endsWith("CPU time");
                assertThat(FURNACE.cum(cpu, "burn")).isPositive();
            } else {
                assertThatThrownBy(() -> profiling.start(KnownCosts.request(Kind.CPU, Engine.CPUTIME)))
                        .hasMessageContaining("from JDK 25 on");
            }
            Run asyncAlloc = profiling.start(KnownCosts.request(Kind.ALLOC, Engine.ASYNC));
            program.ask("work 700", "DONE");
            findsAllocations(asyncAlloc.stop(), "async-profiler");
            Run asyncLock = profiling.start(KnownCosts.request(Kind.LOCK, Engine.ASYNC));
            program.ask("work 700", "DONE");
            findsWaits(asyncLock.stop(), "async-profiler");
            Run live = profiling.start(KnownCosts.request(Kind.LIVE, Engine.ASYNC));
            program.ask("work 1000", "DONE");
            Profile alive = live.stop();
            assertThat(FURNACE.share(alive, "leak", alive.total(1))).isGreaterThan(50);
            Run wall = profiling.start(
                    new Request(Kind.WALL, Optional.empty(), Duration.ofMinutes(1), OptionalLong.of(10_000_000)));
            program.ask("work 700", "DONE");
            Profile time = wall.stop();
            assertThat(FURNACE.cum(time, "pause")).isGreaterThan(FURNACE.cum(time, "burn"));

            // Nothing is left: no file, no thread, no recording, no descriptor.
            assertThat(leftovers(program.pid())).isEmpty();
            assertThat(target.threads(new ThreadQuery(Duration.ZERO, false)).threads())
                    .noneMatch(thread ->
                            thread.name().toLowerCase(java.util.Locale.ROOT).contains("async-profiler"));
            assertThat(program.output())
                    .filteredOn(line -> !line.equals("READY") && !line.equals("DONE"))
                    .isEmpty();
        }
    }

    private static void findsAllocations(Profile profile, String engine) {
        long all = FURNACE.cum(profile, "allocate");
        assertThat(FURNACE.share(profile, "large", all)).as(engine).isBetween(45.0, 95.0);
        assertThat(FURNACE.share(profile, "small", all)).as(engine).isBetween(5.0, 55.0);
        assertThat(profile.samples()).as(engine).anyMatch(sample -> "byte[]"
                .equals(sample.labels().get(Sample.OBJECT)));
    }

    private static void findsWaits(Profile profile, String engine) {
        long waited = profile.total(1);
        assertThat(waited).as(engine).isGreaterThan(50_000_000L);
        assertThat(FURNACE.share(profile, "await", waited)).as(engine).isBetween(20.0, 80.0);
        assertThat(FURNACE.share(profile, "park", waited)).as(engine).isBetween(20.0, 80.0);
        assertThat(profile.samples())
                .as(engine)
                .anyMatch(sample -> "java.lang.Object".equals(sample.labels().get(Sample.LOCK)))
                .anyMatch(
                        sample -> sample.labels().getOrDefault(Sample.LOCK, "").contains("ReentrantLock"));
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void says_who_is_in_the_way_and_takes_the_other_engine(Jdk jdk) throws Exception {
        try (TargetProgram program = TargetProgram.start(jdk, Furnace.class)) {
            Target hers = host.open(program.pid(), "ada/1");
            Target his = host.open(program.pid(), "bob/2");
            Run run = hers.profiling().start(KnownCosts.request(Kind.CPU, Engine.ASYNC));
            assertThatThrownBy(() -> his.profiling().start(KnownCosts.request(Kind.ALLOC, Engine.ASYNC)))
                    .isInstanceOf(TargetError.class)
                    .hasMessageContaining("ada/1 takes a profile of cpu");
            Run other = his.profiling()
                    .start(new Request(Kind.CPU, Optional.empty(), Duration.ofMinutes(1), OptionalLong.empty()));
            assertThat(other.engine()).startsWith("JFR");
            assertThat(other.notices().get(0)).contains("because of async-profiler: ada/1");
            assertThat(his.profiling().runs()).hasSize(2);
            // Of the same kind at the same interval JFR serves several.
            Run third = hers.profiling().start(KnownCosts.request(Kind.CPU, Engine.JFR));
            third.close();
            // A handle that is given back ends what was started with it.
            hers.close();
            assertThat(his.profiling().runs()).hasSize(1);
            his.profiling().start(KnownCosts.request(Kind.ALLOC, Engine.ASYNC)).close();
            other.close();
            assertThat(run.endsAt()).isAfter(run.started());
            assertThat(leftovers(program.pid())).isEmpty();
        }
    }

    /** As when the server is killed: nobody stops anything. */
    @ParameterizedTest
    @MethodSource("jdks")
    void a_run_that_nobody_stops_ends_by_itself_and_leaves_nothing(Jdk jdk) throws Exception {
        try (TargetProgram program = TargetProgram.start(jdk, Furnace.class)) {
            Target target = host.open(program.pid(), "ada/1");
            Duration second = Duration.ofSeconds(1);
            Run async = target.profiling()
                    .start(new Request(Kind.CPU, Optional.of(Engine.ASYNC), second, OptionalLong.empty()));
            target.profiling().start(new Request(Kind.CPU, Optional.of(Engine.JFR), second, OptionalLong.empty()));
            assertThat(folders()).isEmpty(); // what the engines have open has no name
            AttachPoint attach = new AttachPoint(
                    program.pid(), Proc.stat(program.pid()).orElseThrow().startTicks());
            assertThat(answer(attach, "JFR.check")).contains("sonde-");
            program.ask("work 500", "DONE");
            Await.until(
                    "both have ended",
                    Duration.ofSeconds(60),
                    () -> !answer(attach, "JFR.check").contains("sonde-")
                            && !answer(attach, "Thread.print").contains("Async-profiler"));
            assertThat(folders()).isEmpty();
            // What it saw before is there all the same.
            assertThat(async.stop().total(0)).isPositive();
            assertThat(leftovers(program.pid())).isEmpty();
        }
    }

    private static String answer(AttachPoint attach, String command) throws Exception {
        try (AttachReply reply = attach.jcmd(command)) {
            return reply.text(1 << 20);
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void tells_where_the_threads_are(Jdk jdk) throws Exception {
        try (TargetProgram program = TargetProgram.start(jdk, Furnace.class)) {
            Profile threads = host.open(program.pid(), "ada/1").profiling().threads();
            assertThat(FURNACE.cum(threads, "main")).isEqualTo(1);
            assertThat(threads.samples())
                    .anyMatch(sample -> "main".equals(sample.labels().get(Sample.THREAD)));
        }
    }

    /** What engines have open or left in the target's tmp. */
    private static List<String> leftovers(long pid) throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            return Stream.concat(
                            folders().stream(),
                            open.map(ProfilingTest::target)
                                    .filter(name -> name.contains("perf_event") || name.contains("sonde-engine")))
                    .toList();
        }
    }

    private static List<String> folders() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/tmp"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith(
                            ".sonde-engine-" + ProcessHandle.current().pid() + "-"))
                    .toList();
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return "";
        }
    }
}
