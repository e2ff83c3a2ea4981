package dev.sonde.shell.play;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sonde.shell.invariants.Bastion;
import dev.sonde.testing.Jdk;
import dev.sonde.testing.TargetProgram;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each playbook that ships finds its fault in a program that has it, and finds nothing in one that has not. One program has all
 * the faults, one after the other; a deadlock stays, so it comes last.
 */
final class ShippedPlaybooksTest {

    static List<Jdk> jdks() {
        return Jdk.all();
    }

    /**
     * One fault and the line that finds it.
     *
     * @param fault as {@link Ward} calls it
     * @param line what is played: in a hurry, and closely enough for a machine that has much else to do
     * @param found a part of what it says
     */
    private record Case(String fault, String line, String found) {}

    /** What looks like a fault and is none: somebody is told of these exceptions. */
    private static final List<Case> NO_FAULTS = List.of(
            new Case("told exceptions", "exceptions time=1s most=0", ""),
            new Case("thrown exceptions", "exceptions time=1s most=0", ""));

    private static final List<Case> CASES = List.of(
            new Case("none", "health time=1s", ""),
            new Case("cpu", "cpu-high most=2 time=2s", "Ward.spin"),
            new Case("locks", "lock-contention looks=8 every=50ms", "Ward.serve"),
            new Case("pool", "connection-pool-exhausted looks=4 every=100ms pool=Ward\\\\.take", "Ward.take"),
            new Case("slow", "slow-method class=Ward method=serve slow=200 time=2s", "quantity is 49"),
            new Case("exceptions", "exceptions time=1s", "NumberFormatException"),
            new Case("null exceptions", "exceptions time=1s", "NullPointerException"),
            new Case("loaders", "classloader-leak time=1s", "Ward$Copy"),
            // Before there is garbage of other faults, whose collection would hide it.
            new Case("memory", "memory-leak looks=8 every=300ms", "grew from"),
            new Case("garbage", "gc-pauses time=1s share=3", "went into"),
            new Case("threads", "thread-leak times=4 every=400ms", "Ward.waitForEver"),
            new Case("startup", "startup-slow thread=starter looks=6 every=50ms", "Ward.slowStart"),
            new Case("deadlock", "deadlock", "wait for each other in a circle"));

    /**
     * A small young generation: what stays gets old soon, even where the machine has no time for the program. And no
     * NullPointerException that the JIT has seen often is thrown as one object, which nothing sees.
     */
    private static final List<String> OPTIONS = List.of("-Xmn16m", "-XX:-OmitStackTraceInFastThrow");

    @ParameterizedTest
    @MethodSource("jdks")
    @Execution(ExecutionMode.CONCURRENT)
    void finds_a_fault_where_it_is_and_none_where_it_is_not(Jdk jdk) throws Exception {
        SoftAssertions all = new SoftAssertions();
        try (Bastion bastion = Bastion.start();
                TargetProgram ward = TargetProgram.start(jdk, OPTIONS, Ward.class)) {
            String at = "@" + ward.pid() + " play ";
            Set<String> quiet = new HashSet<>();
            for (Case one : CASES) {
                ward.ask("off", "OK none");
                if (!one.fault.equals("memory")) { // of which the garbage of the others would be a part
                    // The compiler's threads alone use more than is looked for there.
                    String line = one.fault.equals("cpu") ? "cpu-high time=1s" : one.line;
                    if (quiet.add(line)) {
                        quiet(bastion.ssh(at + line + " --json"), one, all);
                    }
                }
                if (!one.fault.equals("none")) {
                    ward.ask("on " + one.fault, "OK " + one.fault);
                    found(bastion.ssh(at + one.line + " --json"), one, all);
                }
            }
            for (Case one : NO_FAULTS) {
                ward.ask("on " + one.fault, "OK " + one.fault);
                quiet(bastion.ssh(at + one.line + " --json"), one, all);
            }
            ward.ask("off", "OK none");
            all.assertThat(bastion.ssh("@" + ward.pid() + " probes").err()).contains("no probe is in place");
        }
        all.assertAll();
    }

    private static JsonNode verdict(Bastion.Result result) throws Exception {
        List<String> lines = result.lines();
        assertThat(lines).as(result.err()).isNotEmpty();
        return new ObjectMapper().readTree(lines.get(lines.size() - 1));
    }

    private static void found(Bastion.Result result, Case one, SoftAssertions all) throws Exception {
        JsonNode verdict = verdict(result);
        all.assertThat(result.exit())
                .as("found: " + one.line + "\n" + verdict + result.err())
                .isEqualTo(1);
        all.assertThat(verdict.path("outcome").asText()).as(one.line).isEqualTo("failed");
        JsonNode finding = verdict.path("findings").path(0);
        all.assertThat(finding.path("found").asText()).as(one.line).contains(one.found);
        all.assertThat(finding.path("sure").asText()).as(one.line).isIn("certain", "likely", "perhaps");
        all.assertThat(finding.path("next").asText()).as(one.line).isNotBlank();
    }

    private static void quiet(Bastion.Result result, Case one, SoftAssertions all) throws Exception {
        JsonNode verdict = verdict(result);
        all.assertThat(result.exit())
                .as("quiet: " + one.line + "\n" + verdict + result.err())
                .isZero();
        all.assertThat(verdict.path("findings")).as(one.line).isEmpty();
        all.assertThat(verdict.path("held").asText()).as(one.line).isNotBlank();
    }
}
