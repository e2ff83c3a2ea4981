package dev.sonde.shell.invariants;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sonde.shell.invariants.Bastion.Live;
import dev.sonde.shell.invariants.Bastion.Result;
import dev.sonde.testing.Await;
import dev.sonde.testing.Jdk;
import dev.sonde.testing.TargetProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What holds at every moment (DESIGN.md, section 4), each tried to be broken, on every JDK of this machine, over real {@code
 * ssh} against a server in a process of its own.
 */
final class InvariantsTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LONG = Duration.ofSeconds(90);

    /** Classes that HotSpot gives no way to unload; everything else of ours must be gone. */
    private static final Set<String> STUBS = Set.of("dev.sonde.agent.Bootstrap", "java.sonde.SpyV2");

    static List<Jdk> jdks() {
        return Jdk.all();
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void an_application_thread_never_waits_for_us_though_the_server_stands_still(Jdk jdk) throws Exception {
        try (Bastion bastion = Bastion.start();
                TargetProgram patient = TargetProgram.start(jdk, Patient.class)) {
            Live watch = bastion.live("@" + patient.pid() + " watch --rate 0 Clinic place");
            watch.awaitLines(50);
            bastion.signal("STOP");
            try {
                long before = calls(patient);
                Await.until("the application goes on", LONG, () -> calls(patient) > before + 20_000);
            } finally {
                bastion.signal("CONT");
            }
            assertThat(errors(patient)).isEqualTo("0 none");
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void nothing_of_ours_throws_into_the_application(Jdk jdk) throws Exception {
        try (Bastion bastion = Bastion.start();
                TargetProgram patient = TargetProgram.start(jdk, Patient.class)) {
            String at = "@" + patient.pid() + " ";
            Result nulls =
                    bastion.ssh(at + "watch Clinic place --when 'order.customer.name == \"Ann\"' -n 3 --depth 5");
            assertThat(nulls.exit()).as(nulls.err()).isZero();
            assertThat(nulls.err()).as("the error of the condition is told").contains("null");
            Result divided = bastion.ssh(at + "watch Clinic place --when '1 / quantity >= 0' -n 3");
            assertThat(divided.exit()).as(divided.err()).isZero();
            Result deep = bastion.ssh(at + "watch Clinic deep --entry -n 5");
            assertThat(deep.exit()).as(deep.err()).isZero();
            Result thrown = bastion.ssh(at + "watch Clinic refuse --throw -n 2 --json");
            assertThat(thrown.out()).contains("no stock for");
            Result counted = bastion.ssh(at + "count Clinic place deep refuse huge --every 1s --for 3s");
            assertThat(counted.exit()).as(counted.err()).isZero();
            assertThat(errors(patient)).isEqualTo("0 none");
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void losing_the_server_to_kill_9_heals_the_target(Jdk jdk) throws Exception {
        try (Bastion bastion = Bastion.start();
                TargetProgram patient = TargetProgram.start(jdk, Patient.class)) {
            List<String> original = LiveBytecode.of(jdk, patient.pid(), Clinic.class);
            Live watch = bastion.live("@" + patient.pid() + " watch Clinic place");
            watch.awaitLines(20);
            assertThat(LiveBytecode.of(jdk, patient.pid(), Clinic.class)).isNotEqualTo(original);
            bastion.kill();
            // Five seconds, by looks of five milliseconds: a machine that stands still meanwhile does not look either.
            AtomicInteger looks = new AtomicInteger();
            Await.until("no thread of ours", LONG, () -> {
                looks.incrementAndGet();
                return threads(patient.pid()).stream().noneMatch(name -> name.startsWith("sonde"));
            });
            assertThat(looks).hasValueLessThan(1_000);
            assertThat(LiveBytecode.of(jdk, patient.pid(), Clinic.class)).isEqualTo(original);
            assertNothingLeft(jdk, patient);
        }
    }

    @Test
    void a_server_that_is_told_to_end_takes_its_probes_with_it_and_says_so() throws Exception {
        Jdk jdk = Jdk.current();
        try (Bastion bastion = Bastion.start();
                TargetProgram patient = TargetProgram.start(jdk, Patient.class)) {
            List<String> original = LiveBytecode.of(jdk, patient.pid(), Clinic.class);
            Live watch = bastion.live("@" + patient.pid() + " watch Clinic place");
            watch.awaitLines(1);
            assertThat(bastion.terminate()).isZero();
            assertThat(watch.await().err()).contains("sonde: the server is going down");
            Await.until("no thread of ours", LONG, () -> threads(patient.pid()).stream()
                    .noneMatch(name -> name.startsWith("sonde")));
            assertThat(LiveBytecode.of(jdk, patient.pid(), Clinic.class)).isEqualTo(original);
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void a_server_that_falls_silent_heals_the_target_too(Jdk jdk) throws Exception {
        try (Bastion bastion = Bastion.start();
                TargetProgram patient = TargetProgram.start(jdk, Patient.class)) {
            List<String> original = LiveBytecode.of(jdk, patient.pid(), Clinic.class);
            Live watch = bastion.live("@" + patient.pid() + " watch Clinic place");
            watch.awaitLines(5);
            bastion.signal("STOP");
            try {
                Await.until("no thread of ours", LONG, () -> threads(patient.pid()).stream()
                        .noneMatch(name -> name.startsWith("sonde")));
                assertThat(LiveBytecode.of(jdk, patient.pid(), Clinic.class)).isEqualTo(original);
            } finally {
                bastion.signal("CONT");
            }
            assertThat(watch.await().exit()).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void after_the_session_nothing_is_left(Jdk jdk) throws Exception {
        try (Bastion bastion = Bastion.start();
                TargetProgram patient = TargetProgram.start(jdk, Patient.class)) {
            List<String> original = LiveBytecode.of(jdk, patient.pid(), Clinic.class);
            // The first question makes the JVM open what it listens on, for any tool and for ever.
            bastion.ssh("@" + patient.pid() + " jvm");
            Set<String> files = openFiles(patient.pid());
            for (int i = 0; i < 3; i++) {
                Result watched = bastion.ssh("@" + patient.pid() + " watch Clinic place -n 2");
                assertThat(watched.exit()).as(watched.err()).isZero();
            }
            Await.until("no thread of ours", LONG, () -> threads(patient.pid()).stream()
                    .noneMatch(name -> name.startsWith("sonde")));
            assertThat(LiveBytecode.of(jdk, patient.pid(), Clinic.class)).isEqualTo(original);
            assertNothingLeft(jdk, patient);
            Await.until("no file is left open", LONG, () -> leavesNoFile(patient, files));
            bastion.ssh("@" + patient.pid() + " watch Clinic place -n 2");
            Await.until("nor by another session", LONG, () -> leavesNoFile(patient, files));
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void the_target_prints_not_one_line_of_ours(Jdk jdk) throws Exception {
        try (Bastion bastion = Bastion.start();
                TargetProgram patient = TargetProgram.start(jdk, Patient.class)) {
            String at = "@" + patient.pid() + " ";
            bastion.ssh(at + "watch Clinic place -n 2");
            bastion.ssh(at + "count Clinic place --every 1s --for 1s");
            bastion.ssh(at + "threads");
            bastion.ssh(at + "jvm");
            List<String> foreign = patient.output().stream()
                    .filter(line -> !line.equals("READY") && !line.startsWith("CALLS "))
                    // JEP 451 (JDK 21 and later): the JDK's own words, which nobody can stop
                    .filter(line -> !line.startsWith("WARNING: A Java agent has been loaded dynamically")
                            && !line.startsWith("WARNING: If a serviceability tool is in use")
                            && !line.startsWith("WARNING: If a serviceability tool is not in use")
                            && !line.startsWith("WARNING: Dynamic loading of agents will be disallowed"))
                    .toList();
            assertThat(foreign).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void everything_is_bounded_and_says_when_it_cut(Jdk jdk) throws Exception {
        try (Bastion bastion = Bastion.start();
                TargetProgram patient = TargetProgram.start(jdk, Patient.class)) {
            String at = "@" + patient.pid() + " ";
            Result huge = bastion.ssh(at + "watch Clinic huge -n 1 --json");
            assertThat(huge.out().length()).isLessThan(20_000);
            assertThat(huge.out()).contains("$cut");
            Result wide = bastion.ssh(at + "watch Clinic place -n 1 --depth 9 --json");
            assertThat(wide.out().length()).isLessThan(200_000);
            assertThat(wide.out()).contains("$cut");
            Result fast = bastion.ssh(at + "watch Clinic place --for 2s --json");
            List<String> hits = fast.lines().stream()
                    .filter(line -> line.startsWith("{\"type\":\"hit\""))
                    .toList();
            long dropped = 0;
            Set<String> seconds = new TreeSet<>();
            for (String hit : hits) {
                dropped += JSON.readTree(hit).path("dropped").asLong();
                seconds.add(JSON.readTree(hit).path("time").asText().substring(0, 19));
            }
            // A second of the limit is none of the clock's, so there may be twice as many in one of these.
            assertThat(hits).as("20 a second").hasSizeBetween(2, 40 * seconds.size());
            assertThat(dropped).as("what the rate limit held back is counted").isGreaterThan(1_000);
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void expressions_cannot_change_the_target(Jdk jdk) throws Exception {
        try (Bastion bastion = Bastion.start();
                TargetProgram patient = TargetProgram.start(jdk, Patient.class)) {
            String at = "@" + patient.pid() + " ";
            for (String expression : List.of(
                    "order.lines.clear()",
                    "order.toString()",
                    "order.lines.add(1)",
                    "order.id = 7",
                    "order.hashCode() == 1")) {
                Result refused = bastion.ssh(at + "watch Clinic place '" + expression + "' -n 1");
                assertThat(refused.exit()).as(expression + ": " + refused.err()).isEqualTo(2);
                assertThat(refused.out()).isEmpty();
            }
            assertThat(errors(patient)).isEqualTo("0 none");
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void what_a_target_says_cannot_reach_the_terminal_as_it_is(Jdk jdk) throws Exception {
        try (Bastion bastion = Bastion.start();
                TargetProgram patient = TargetProgram.start(jdk, Patient.class)) {
            String at = "@" + patient.pid() + " ";
            for (String line :
                    List.of("watch Clinic place -n 4", "watch Clinic place -n 4 --json", "threads", "threads --json")) {
                Result result = bastion.ssh(at + line);
                assertThat(result.exit()).as(result.err()).isZero();
                assertThat(result.out() + result.err())
                        .doesNotContain("\u001b")
                        .doesNotContain("\u0007")
                        .doesNotContain("\u202e")
                        .doesNotContain("\u2066")
                        .doesNotContain("hunter2");
            }
        }
    }

    @Test
    void every_line_stands_in_the_audit_before_its_output_and_is_refused_when_it_cannot() throws Exception {
        try (Bastion bastion = Bastion.start();
                TargetProgram patient = TargetProgram.start(Jdk.current(), Patient.class)) {
            String at = "@" + patient.pid() + " ";
            Path audit = bastion.home().resolve("audit.jsonl");
            Live watch = bastion.live(at + "watch Clinic place");
            watch.awaitLines(1);
            assertThat(Files.readString(audit)).contains("watch Clinic place").contains("\"ops\"");
            watch.close();
            assertThat(bastion.sshAs("eve", at + "watch Clinic place -n 1").exit())
                    .isEqualTo(4);
            assertThat(bastion.ssh("nonsense").exit()).isEqualTo(2);
            Await.until("the outcomes are written", LONG, () -> {
                String all = Files.readString(audit);
                return all.contains("\"eve\"")
                        && all.contains("nonsense")
                        && all.split("\"outcome\"", -1).length == all.split("\"type\":\"line\"", -1).length;
            });
            for (String line : Files.readAllLines(audit)) {
                JsonNode node = JSON.readTree(line);
                assertThat(node.isObject()).isTrue();
            }
            Files.move(audit, audit.resolveSibling("audit.old"));
            Files.createDirectory(audit);
            Result refused = bastion.ssh("ps");
            assertThat(refused.exit()).isEqualTo(1);
            assertThat(refused.out()).isEmpty();
            assertThat(refused.err()).contains("audit");
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void a_slow_reader_slows_only_itself(Jdk jdk) throws Exception {
        try (Bastion bastion = Bastion.start();
                TargetProgram patient = TargetProgram.start(jdk, Patient.class)) {
            String at = "@" + patient.pid() + " ";
            Live stuck = bastion.live(at + "watch --rate 0 Clinic place --json");
            stuck.awaitLines(10);
            stuck.signal("STOP");
            try {
                long before = calls(patient);
                Result other = bastion.ssh(at + "watch Clinic place -n 5 --json");
                assertThat(other.exit()).as(other.err()).isZero();
                Await.until("the application goes on", LONG, () -> calls(patient) > before + 100_000);
                assertThat(bastion.ssh("probes --json").out()).contains("Clinic");
            } finally {
                stuck.signal("CONT");
            }
            assertThat(errors(patient)).isEqualTo("0 none");
        }
    }

    static void assertNothingLeft(Jdk jdk, TargetProgram patient) throws Exception {
        Await.until("our classes are unloaded", LONG, () -> {
            patient.ask("gc", "GC done");
            return ours(jdk, patient.pid()).isEmpty();
        });
    }

    /** Classes of ours that have instances, or are loaded, apart from the stubs. */
    private static Set<String> ours(Jdk jdk, long pid) throws Exception {
        Process jcmd = new ProcessBuilder(
                        jdk.home().resolve("bin/jcmd").toString(), Long.toString(pid), "VM.class_hierarchy")
                .redirectErrorStream(true)
                .start();
        String text = new String(jcmd.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        jcmd.waitFor();
        assertThat(text).contains("java.lang.Object");
        Set<String> found = new TreeSet<>();
        for (String line : text.lines().toList()) {
            String name = line.replaceAll("^[| -]*", "").replaceAll("/.*$", "").strip();
            if ((name.startsWith("dev.sonde.") || name.startsWith("java.sonde."))
                    && !name.startsWith("dev.sonde.shell.invariants.")
                    && !STUBS.contains(name)) {
                found.add(name);
            }
        }
        return found;
    }

    static Set<String> threads(long pid) throws IOException {
        try (Stream<Path> tasks = Files.list(Path.of("/proc/" + pid + "/task"))) {
            return tasks.map(task -> {
                        try {
                            return Files.readString(task.resolve("comm")).strip();
                        } catch (IOException e) {
                            return "";
                        }
                    })
                    .collect(Collectors.toSet());
        }
    }

    /**
     * But for what a JVM opens with its first Unix-domain channel and keeps for ever: one end of a socket pair that it puts in the
     * place of descriptors it closes, and the source of random names. Whoever uses such a channel has them.
     */
    private static boolean leavesNoFile(TargetProgram patient, Set<String> before) throws IOException {
        Set<String> left = openFiles(patient.pid());
        left.removeAll(before);
        left.removeAll(Set.of("/dev/random", "/dev/urandom"));
        return left.size() <= 1 && left.stream().allMatch(file -> file.startsWith("socket:"));
    }

    private static Set<String> openFiles(long pid) throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            return files.map(file -> {
                        try {
                            return Files.readSymbolicLink(file).toString();
                        } catch (IOException e) {
                            return "";
                        }
                    })
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static long calls(TargetProgram patient) throws Exception {
        return Long.parseLong(patient.ask("calls", "CALLS ").split(" ", 3)[1]);
    }

    private static String errors(TargetProgram patient) throws Exception {
        return patient.ask("calls", "CALLS ").split(" ", 3)[2];
    }
}
