package dev.sonde.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sonde.testing.Await;
import dev.sonde.testing.Jdk;
import dev.sonde.testing.TargetProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What needs no agent, on real JVMs. */
final class LocalHostTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    private final LocalHost host;

    LocalHostTest(@TempDir Path home) throws Exception {
        host = LocalHost.open(home);
    }

    static List<Jdk> jdks() {
        return Jdk.all();
    }

    static Stream<Arguments> collectors() {
        List<Arguments> all = new ArrayList<>();
        for (Jdk jdk : Jdk.all()) {
            for (String gc : List.of("Serial", "Parallel", "G1", "Z", "Shenandoah")) {
                all.add(Arguments.of(jdk, gc));
            }
        }
        return all.stream();
    }

    @AfterEach
    void close() {
        host.close();
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void lists_a_jvm_with_its_name_version_and_load(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, List.of("-Dsonde.name=the patient"), Patient.class, "a")) {
            target.ask("busy", "DONE");
            JvmProcess row = row(target.pid());
            assertThat(row.name()).isEqualTo("the patient");
            assertThat(row.command()).isEqualTo("dev.sonde.jvm.Patient a");
            assertThat(row.version()).contains(jdk.version());
            assertThat(row.unreachable()).isEmpty();
            assertThat(row.uptime().orElseThrow()).isLessThan(SOON);
            Await.until(
                    "CPU is seen", SOON, () -> row(target.pid()).cpuPercent().orElse(0) > 5);
            assertThat(row(target.pid()).id()).isEqualTo(row.id());
        }
    }

    @Test
    void our_own_jvm_is_not_listed_and_not_opened() {
        long self = ProcessHandle.current().pid();
        assertThat(host.processes()).noneMatch(row -> row.id().pid() == self);
        assertThatThrownBy(() -> host.open(self, "s"))
                .isInstanceOf(TargetError.class)
                .hasMessageContaining("itself");
    }

    @Test
    void what_cannot_be_opened_says_why() throws Exception {
        assertThatThrownBy(() -> host.open(1 << 30, "s")).hasMessage("there is no process 1073741824");
        assertThatThrownBy(() -> host.open(-1, "s")).isInstanceOf(TargetError.class);
        Process sleep = new ProcessBuilder("sleep", "60").start();
        try {
            Await.until("sleep runs", SOON, () -> Proc.stat(sleep.pid())
                    .filter(s -> s.command().equals("sleep"))
                    .isPresent());
            assertThatThrownBy(() -> host.open(sleep.pid(), "s"))
                    .hasMessage("process " + sleep.pid() + " (sleep) is not a HotSpot JVM");
        } finally {
            sleep.destroyForcibly();
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void jvms_that_refuse_attaching_are_listed_with_the_reason_and_never_signalled(Jdk jdk) throws Exception {
        try (TargetProgram disabled = TargetProgram.start(jdk, List.of("-XX:+DisableAttachMechanism"), Patient.class);
                TargetProgram noSignals = TargetProgram.start(jdk, List.of("-Xrs"), Patient.class)) {
            assertThat(row(disabled.pid()).unreachable()).contains("was started with -XX:+DisableAttachMechanism");
            assertThat(row(noSignals.pid()).unreachable().orElseThrow()).contains("-Xrs");
            assertThatThrownBy(() -> host.open(disabled.pid(), "s")).hasMessageContaining("DisableAttachMechanism");
            assertThatThrownBy(() -> host.open(noSignals.pid(), "s")).hasMessageContaining("-Xrs");
            assertThat(noSignals.ask("calls", "CALLS")).isEqualTo("CALLS 0");
            assertThat(disabled.output()).hasSize(1);
        }
    }

    @Test
    void jvms_of_another_user_or_group_are_told_as_such() throws Exception {
        try (TargetProgram target = TargetProgram.start(Jdk.current(), Patient.class)) {
            Proc.Status its = Proc.status(target.pid()).orElseThrow();
            assertThat(seenBy(its.uid() + 1, its.gid(), target)).startsWith("belongs to user ");
            assertThat(seenBy(its.uid() + 1, its.gid() + 1, target)).startsWith("belongs to user ");
            assertThat(seenBy(0, its.gid() + 1, target)).isEmpty();
        }
    }

    private static String seenBy(long uid, long gid, TargetProgram target) throws TargetError {
        Proc.Status ours = new Proc.Status(uid, gid, 1, true, true);
        LocalProcesses processes = new LocalProcesses(Optional.of(ours));
        return processes.unreachable(processes.jvm(target.pid())).orElse("");
    }

    @ParameterizedTest
    @MethodSource("collectors")
    void describes_a_jvm_with_every_collector(Jdk jdk, String gc) throws Exception {
        List<String> options = List.of("-XX:-UseSerialGC", "-XX:+Use" + gc + "GC", "-Dtwo=a b");
        try (TargetProgram target = TargetProgram.start(jdk, options, Patient.class, "x y")) {
            JvmReport report = open(target).report();
            assertThat(report.vm()).contains("VM");
            assertThat(report.version()).startsWith(jdk.version());
            assertThat(report.command()).isEqualTo("dev.sonde.jvm.Patient x y");
            assertThat(report.jvmArguments()).contains("-Xmx256m", "-Dtwo=a b").doesNotContain("-cp");
            assertThat(report.flags()).contains("-XX:+Use" + gc + "GC").allMatch(flag -> flag.startsWith("-XX:"));
            assertThat(report.heapUsedBytes()).isBetween(1L, 256L << 20);
            assertThat(report.heapCommittedBytes()).isBetween(report.heapUsedBytes(), 256L << 20);
            assertThat(report.heapMaxBytes()).hasValue(256L << 20);
            assertThat(report.pools())
                    .extracting(JvmReport.Pool::name)
                    .contains("Metaspace")
                    .doesNotHaveDuplicates();
            assertThat(report.collectors()).isNotEmpty();
            assertThat(report.loadedClasses().orElseThrow()).isGreaterThan(300);
            assertThat(report.threads().orElseThrow()).isPositive();
            assertThat(report.rssBytes().orElseThrow()).isGreaterThan(10 << 20);
            assertThat(report.uptime()).isBetween(Duration.ofMillis(1), SOON);
            assertThat(target.output()).containsExactly("READY");
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void without_counters_less_is_told_and_nothing_guessed(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, List.of("-XX:-UsePerfData"), Patient.class, "x")) {
            JvmProcess row = row(target.pid());
            assertThat(row.name()).isEqualTo("Patient");
            assertThat(row.command()).isEqualTo("dev.sonde.jvm.Patient x");
            assertThat(row.version()).isEmpty();
            JvmReport report = open(target).report();
            assertThat(report.vm()).contains("VM");
            assertThat(report.version()).startsWith(jdk.version());
            assertThat(report.command()).isEqualTo("dev.sonde.jvm.Patient x");
            assertThat(report.jvmArguments()).contains("-XX:-UsePerfData");
            assertThat(report.heapUsedBytes()).isPositive();
            assertThat(report.collectors()).isEmpty();
            assertThat(report.threads()).isEmpty();
            assertThat(report.uptime()).isBetween(Duration.ofMillis(1), SOON);
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void dumps_threads_with_rates_and_names_deadlocks(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Patient.class)) {
            target.ask("deadlock", "DONE");
            target.ask("busy", "DONE");
            target.ask("name", "DONE");
            Target handle = open(target);
            Await.until(
                    "both deadlocks",
                    SOON,
                    () -> handle.threads(new ThreadQuery(Duration.ZERO, false))
                                    .deadlocks()
                                    .size()
                            == 2);
            ThreadReport report = awaitThreads(
                    handle,
                    new ThreadQuery(Duration.ofMillis(300), false),
                    t -> t.name().equals("busy") && t.cpuPercent().orElse(0) > 0 && burns(t));
            assertThat(report.deadlocks())
                    .anySatisfy(cycle -> assertThat(cycle).containsExactlyInAnyOrder("monitor-1", "monitor-2"))
                    .anySatisfy(cycle -> assertThat(cycle).containsExactlyInAnyOrder("lock-1", "lock-2"));
            ThreadReport.JvmThread busy = thread(report, "busy");
            assertThat(busy.state()).contains(Thread.State.RUNNABLE);
            assertThat(busy.daemon()).isTrue();
            ThreadReport.JvmThread blocked = thread(report, "lock-1");
            assertThat(blocked.waitsForOwner()).contains("lock-2");
            assertThat(blocked.holds()).hasSize(1);
            assertThat(blocked.waitsFor().orElseThrow())
                    .startsWith("java.util.concurrent.locks.ReentrantLock$NonfairSync@");
            assertThat(thread(report, "odd \"name\"\nof two lines").id()).isPresent();
            assertThat(thread(report, "VM Thread").state()).isEmpty();
            assertThat(target.output()).noneMatch(line -> line.contains("Full thread dump"));
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void virtual_threads_are_told_where_there_are_any(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Patient.class)) {
            Target handle = open(target);
            if (jdk.feature() < 21) {
                ThreadReport report = handle.threads(new ThreadQuery(Duration.ZERO, true));
                assertThat(report.threads()).noneMatch(ThreadReport.JvmThread::virtual);
                assertThat(report.notices())
                        .as("nothing is missing that there could be")
                        .isEmpty();
                return;
            }
            target.ask("virtual 20000", "DONE");
            ThreadReport report =
                    awaitThreads(handle, new ThreadQuery(Duration.ZERO, true), t -> t.virtual() && burns(t));
            assertThat(report.threads().stream().filter(ThreadReport.JvmThread::virtual))
                    .hasSize(20_001);
            assertThat(report.threads()).anyMatch(ThreadReport.JvmThread::carrier);
            try (Stream<Path> left = Files.list(Path.of("/proc/" + target.pid() + "/root/tmp"))) {
                assertThat(left.map(path -> path.getFileName().toString()))
                        .noneMatch(n -> n.startsWith("sonde-threads-" + target.pid()));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void a_stopped_jvm_is_an_error_and_not_a_hang(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Patient.class)) {
            Target handle = open(target);
            handle.report();
            signal("STOP", target.pid());
            Await.until(
                    "stopped", SOON, () -> Proc.stat(target.pid()).orElseThrow().state() == 'T');
            assertThat(row(target.pid()).unreachable()).contains("is stopped");
            assertThatThrownBy(() -> handle.threads(new ThreadQuery(Duration.ZERO, false)))
                    .isInstanceOf(TargetError.class)
                    .hasMessageContaining("is stopped");
            signal("CONT", target.pid());
            Await.until(
                    "continued",
                    SOON,
                    () -> Proc.stat(target.pid()).orElseThrow().state() != 'T');
            assertThat(handle.report().vm()).isNotEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void a_jvm_that_ends_in_the_middle_is_gone(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Patient.class)) {
            Target handle = open(target);
            handle.report();
            Thread killer = new Thread(() -> {
                try {
                    target.kill();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            killer.start();
            assertThatThrownBy(() -> {
                        while (true) {
                            handle.threads(new ThreadQuery(Duration.ofMillis(50), false));
                        }
                    })
                    .isInstanceOf(TargetGone.class)
                    .hasMessage("process " + target.pid() + " has ended");
            killer.join();
            assertThat(host.processes()).noneMatch(row -> row.id().pid() == target.pid());
        }
    }

    private Target open(TargetProgram target) throws TargetError {
        return host.open(target.pid(), "session");
    }

    private JvmProcess row(long pid) {
        Optional<JvmProcess> row =
                host.processes().stream().filter(r -> r.id().pid() == pid).findFirst();
        return row.orElseThrow(() -> new AssertionError("not listed: " + pid));
    }

    /** Dumps until a thread is seen that was started before, and may not have begun yet. */
    private static ThreadReport awaitThreads(Target handle, ThreadQuery query, Predicate<ThreadReport.JvmThread> sought)
            throws Exception {
        ThreadReport[] last = {handle.threads(query)};
        Await.until("the thread", SOON, () -> {
            boolean seen = last[0].threads().stream().anyMatch(sought);
            if (!seen) {
                last[0] = handle.threads(query);
            }
            return seen;
        });
        return last[0];
    }

    private static boolean burns(ThreadReport.JvmThread thread) {
        return thread.frames().stream().anyMatch(frame -> frame.contains("Patient.burn(Patient.java:"));
    }

    private static ThreadReport.JvmThread thread(ThreadReport report, String name) {
        return report.threads().stream()
                .filter(t -> t.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no thread " + name));
    }

    @Test
    void a_trigger_that_is_another_name_of_some_file_gives_that_file_to_nobody(@TempDir Path folder) throws Exception {
        Path precious = Files.writeString(folder.resolve("precious"), "x");
        Path trigger = Files.createLink(folder.resolve(".attach_pid1"), precious);
        assumeThat(Files.getAttribute(precious, "unix:uid"))
                .as("only root gives files away")
                .isEqualTo(0);
        AttachPoint.create(trigger, 12345);
        assertThat(Files.getAttribute(precious, "unix:uid")).isEqualTo(0);
        assertThat(Files.getAttribute(trigger, "unix:uid")).isEqualTo(12345);
    }

    @Test
    void a_mode_is_never_set_through_a_link(@TempDir Path folder) throws Exception {
        Path precious = Files.writeString(folder.resolve("precious"), "x");
        Files.setPosixFilePermissions(precious, PosixFilePermissions.fromString("rw-------"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), precious);
        assertThatThrownBy(() -> AgentJar.permit(link, "rw-rw-rw-")).isInstanceOf(IOException.class);
        assertThat(Files.getPosixFilePermissions(precious)).hasSize(2);
    }

    @Test
    void a_jvm_that_was_given_back_is_not_attached_any_more(@TempDir Path home) throws Exception {
        Jdk jdk = Jdk.all().get(0);
        try (TargetProgram target = TargetProgram.start(jdk, Patient.class)) {
            LocalJvm jvm = new LocalJvm(
                    new LocalProcesses().jvm(target.pid()),
                    new Links(home, Safeguards.STANDARD),
                    new SourcePlaces(List.of()));
            jvm.open("tester").close();
            assertThatThrownBy(jvm::attach)
                    .isInstanceOf(TargetError.class)
                    .hasMessageContaining("given the target back");
        }
    }

    private static void signal(String name, long pid) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(pid))
                        .start()
                        .waitFor())
                .isZero();
    }
}
