package dev.sonde.shell.invariants;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sonde.shell.invariants.Bastion.Live;
import dev.sonde.shell.invariants.Bastion.Result;
import dev.sonde.testing.Await;
import dev.sonde.testing.Jdk;
import dev.sonde.testing.TargetProgram;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds of a run of a playbook: its targets are as they were though it was cut, and many of them at once cost little. */
final class PlaybookRunsTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Each step sets something of another kind; the one that is asked for holds it for minutes. */
    private static final String STEPS = """
            name: steps
            inputs: {held: {type: count}}
            steps:
              - line: 'count Clinic place --every 100ms --for ${held == 1 ? "5m" : "100ms"}'
              - parallel:
                  - line: 'watch Clinic refuse --rate 1 --for ${held == 2 ? "5m" : "100ms"}'
                  - line: 'trace Clinic place --rate 1 --for ${held == 2 ? "5m" : "100ms"}'
              - line: 'snap Clinic.place --rate 1 --for ${held == 3 ? "5m" : "100ms"}'
              - line: 'stack Clinic place --group --for ${held == 4 ? "5m" : "100ms"}'
              - {line: profile cpu --for 10s, when: held == 5}
            """;

    /** What {@code probes} says of each step while it is held. */
    private static final List<String> HELD = List.of("\"count\"", "\"trace\"", "\"snap\"", "\"stack\"");

    /** The thread that async-profiler has until it ends by itself, as much of its name as the kernel keeps. */
    private static final String ENGINE = "Async-profiler";

    static List<Jdk> jdks() {
        return Jdk.all();
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void a_run_that_is_cut_by_kill_9_of_the_server_leaves_its_target_as_it_was_at_each_step(Jdk jdk) throws Exception {
        try (TargetProgram patient = TargetProgram.start(jdk, Patient.class)) {
            List<String> original = LiveBytecode.of(jdk, patient.pid(), Clinic.class);
            // First, because the engine goes on without us for twenty seconds, while the others are cut.
            cut(HELD.size() + 1, patient.pid());
            for (int step = 1; step <= HELD.size(); step++) {
                cut(step, patient.pid());
                assertThat(LiveBytecode.of(jdk, patient.pid(), Clinic.class))
                        .as("step " + step)
                        .isEqualTo(original);
                InvariantsTest.assertNothingLeft(jdk, patient);
            }
            Await.until("no engine that samples", Duration.ofMinutes(2), () -> !isSampled(patient.pid()));
            assertThat(patient.isAlive()).isTrue();
        }
    }

    private static boolean isSampled(long pid) throws Exception {
        return InvariantsTest.threads(pid).stream().anyMatch(name -> name.startsWith(ENGINE));
    }

    private static void cut(int step, long pid) throws Exception {
        try (Bastion bastion = Bastion.start()) {
            Files.writeString(
                    Files.createDirectories(bastion.home().resolve("playbooks")).resolve("steps.yaml"), STEPS);
            Live run = bastion.live("@" + pid + " play steps held=" + step);
            Await.until("step " + step + "; the run says " + run.err(), Duration.ofSeconds(60), () -> {
                assertThat(run.isAlive()).as(run.out() + run.err()).isTrue();
                if (step > HELD.size()) {
                    return isSampled(pid);
                }
                return bastion.ssh("@" + pid + " probes --json").out().contains(HELD.get(step - 1));
            });
            bastion.kill();
            Await.until("no thread of ours", Duration.ofSeconds(90), () -> InvariantsTest.threads(pid).stream()
                    .noneMatch(name -> name.startsWith("sonde")));
        }
    }

    @Test
    void six_targets_are_played_at_the_same_time_or_so_many_as_are_allowed_in_little_memory() throws Exception {
        String name = "six-" + UUID.randomUUID().toString().substring(0, 8);
        List<TargetProgram> six = new ArrayList<>();
        try (Bastion bastion = Bastion.start()) {
            for (int i = 0; i < 6; i++) {
                six.add(TargetProgram.start(
                        Jdk.current(),
                        List.of("-Dsonde.name=" + name + i, "-Xmx32m", "-XX:TieredStopAtLevel=1"),
                        Patient.class));
            }
            Result all = bastion.ssh("play health time=2s --on " + name + "* --max-parallel 6 --json");
            assertThat(all.exit()).as(all.out() + all.err()).isZero();
            assertThat(mostAtOnce(all)).isEqualTo(6);
            Result two = bastion.ssh("play health time=100ms --on " + name + "* --max-parallel 2 --json");
            assertThat(two.exit()).as(two.out() + two.err()).isZero();
            assertThat(mostAtOnce(two)).isBetween(1, 2);
            assertThat(peakMegabytes(bastion.pid())).isLessThan(512);
        } finally {
            for (TargetProgram each : six) {
                each.close();
            }
        }
    }

    private record Looked(Instant from, Instant to) {}

    /** How many of the first steps were running when one of them began. */
    private static int mostAtOnce(Result result) throws Exception {
        List<Looked> looks = new ArrayList<>();
        for (String line : result.lines()) {
            JsonNode row = JSON.readTree(line);
            if (row.path("step").asText().equals("looks")) {
                Instant from = OffsetDateTime.parse(row.path("time").asText()).toInstant();
                looks.add(new Looked(from, from.plusMillis(row.path("tookMs").asLong())));
            }
        }
        assertThat(looks).hasSize(6);
        return looks.stream()
                .mapToInt(one -> (int) looks.stream()
                        .filter(other -> !other.from.isAfter(one.from) && other.to.isAfter(one.from))
                        .count())
                .max()
                .orElse(0);
    }

    private static long peakMegabytes(long pid) throws Exception {
        Matcher peak = Pattern.compile("VmHWM:\\s+(\\d+) kB")
                .matcher(Files.readString(Path.of("/proc", Long.toString(pid), "status")));
        assertThat(peak.find()).isTrue();
        return Long.parseLong(peak.group(1)) / 1024;
    }
}
