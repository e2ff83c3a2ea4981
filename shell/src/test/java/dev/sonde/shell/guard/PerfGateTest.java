package dev.sonde.shell.guard;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sonde.shell.invariants.Bastion;
import dev.sonde.shell.invariants.Bastion.Result;
import dev.sonde.testing.Jdk;
import dev.sonde.testing.TargetProgram;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A gate fails a program whose method takes twice as long as in the baseline, and passes one that has not changed. */
final class PerfGateTest {

    private static final String GATE = "play perf-gate baseline=paces slower=40 settle=300ms --json";

    static List<Jdk> jdks() {
        return Jdk.all();
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void fails_what_became_slower_and_passes_what_did_not(Jdk jdk) throws Exception {
        try (Bastion bastion = Bastion.start();
                TargetProgram pace = TargetProgram.start(jdk, Pace.class)) {
            String at = "@" + pace.pid() + " ";
            Result none = bastion.ssh(at + GATE);
            assertThat(none.exit()).as(none.out()).isEqualTo(1);
            assertThat(none.out()).contains("no baseline of JVMs called Pace is called paces");

            Result saved = bastion.ssh(
                    at + "play baseline name=paces class=Pace method=step windows=8 window=300ms settle=600ms --json");
            assertThat(saved.exit()).as(saved.out() + saved.err()).isZero();

            Result same = bastion.ssh(at + GATE);
            assertThat(same.exit()).as(same.out() + same.err()).isZero();
            assertThat(verdict(same).path("held").asText()).contains("is worse than in paces");

            pace.ask("pace 80", "OK");
            Result slower = bastion.ssh(at + GATE);
            assertThat(slower.exit()).as(slower.out() + slower.err()).isEqualTo(1);
            JsonNode finding = verdict(slower).path("findings").path(0);
            assertThat(finding.path("found").asText())
                    .contains("Pace.step(int) p50", " more (", "% confidence; 40% allowed");
            assertThat(finding.path("next").asText()).startsWith("diff ");
            assertThat(bastion.ssh(at + "probes").err()).contains("no probe is in place");

            assertThat(bastion.ssh("baseline --json").lines()).hasSize(1);
            assertThat(bastion.ssh("baseline rm paces").exit()).isZero();
            assertThat(bastion.ssh("baseline --json").out()).isEmpty();
        }
    }

    private static JsonNode verdict(Result result) throws Exception {
        List<String> lines = result.lines();
        return new ObjectMapper().readTree(lines.get(lines.size() - 1));
    }
}
