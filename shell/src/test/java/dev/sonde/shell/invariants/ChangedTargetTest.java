package dev.sonde.shell.invariants;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sonde.shell.invariants.Bastion.Result;
import dev.sonde.testing.Jdk;
import dev.sonde.testing.TargetProgram;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Only who may change a target does, by name, and what a breakpoint has run for itself is that login's too. */
final class ChangedTargetTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void a_lesser_grant_is_refused_and_what_is_set_is_in_the_audit_with_the_value_before() throws Exception {
        try (Bastion bastion = Bastion.start();
                TargetProgram patient = TargetProgram.start(Jdk.all().get(0), Patient.class)) {
            bastion.confine(patient.pid(), "suspend");
            String stand = "@" + patient.pid() + "\nbreak Clinic.place --once --wait 60s\n";
            Result refused = bastion.sshLines(stand + "on 1 set quantity = 4\n");
            assertThat(refused.exit()).as(refused.err()).isEqualTo(4);
            assertThat(refused.err()).contains("set needs the grant mutate; yours is suspend");
            refused = bastion.sshLines(stand + "set quantity = 4\n");
            assertThat(refused.exit()).as(refused.err()).isEqualTo(4);
            assertThat(refused.err()).contains("set needs the grant mutate; yours is suspend");
            assertThat(audit(bastion, "set")).isEmpty();
        }
        try (Bastion bastion = Bastion.start();
                TargetProgram patient = TargetProgram.start(Jdk.all().get(0), Patient.class)) {
            Result set = bastion.sshLines("@" + patient.pid() + """

                    break Clinic.place --wait 60s
                    set quantity = -7
                    set --json quantity=quantity-1
                    print quantity
                    print quantity == -8 ? "it is" : 'it is not'
                    """);
            assertThat(set.exit()).as(set.out() + set.err()).isZero();
            assertThat(set.out())
                    .contains("quantity was ")
                    .contains("quantity = -7")
                    .contains("{\"type\":\"set\"")
                    .contains("\"before\":-7,\"after\":-8")
                    .contains("quantity = -8")
                    .contains("= \"it is\"");
            List<JsonNode> changes = audit(bastion, "set");
            assertThat(changes).hasSize(2);
            assertThat(changes.get(0).get("login").asText()).isEqualTo("ops");
            assertThat(changes.get(0).get("variable").asText()).isEqualTo("quantity");
            assertThat(changes.get(0).get("at").asText()).contains("Clinic.place");
            assertThat(changes.get(1).get("before").asText()).isEqualTo("-7");
            assertThat(changes.get(1).get("after").asText()).isEqualTo("-8");
            Result wrong =
                    bastion.sshLines("@" + patient.pid() + "\nbreak Clinic.place --wait 60s\nset quantity = x\n");
            assertThat(wrong.exit()).isEqualTo(2);
            assertThat(wrong.err()).contains("no variable 'x', at column 1");
            wrong = bastion.sshLines("@" + patient.pid() + "\nbreak Clinic.place --wait 60s\nset quantity = \"x\"\n");
            assertThat(wrong.exit()).isEqualTo(2);
            assertThat(wrong.err()).contains("is a string");
        }
    }

    @Test
    void a_breakpoint_runs_its_lines_and_sends_the_thread_on() throws Exception {
        try (Bastion bastion = Bastion.start();
                TargetProgram patient = TargetProgram.start(Jdk.all().get(0), Patient.class)) {
            Result traced = bastion.sshLines("@" + patient.pid() + """

                    break Clinic.place --hit ==1000000000
                    on 1 print 'quantity * 0 + 42'
                    on 1 print nothing["such"] == "a b"
                    on 1 continue
                    condition 1 quantity == size("a b") || quantity == 1
                    breakpoints --json
                    condition 1
                    break Clinic.refuse --hit ==1000000000
                    clear 2
                    stops
                    """);
            assertThat(traced.exit()).as(traced.out() + traced.err()).isZero();
            assertThat(traced.out())
                    .contains(
                            "\"lines\":[\"print 'quantity * 0 + 42'\",\"print nothing[\\\"such\\\"] == \\\"a b\\\"\",\"continue\"]")
                    .contains("quantity == size(\\\"a b\\\") || quantity == 1");
            Result hits = bastion.sshLines("@" + patient.pid() + """

                    break Clinic.place --hit %1000
                    on 3 'print "quantity * 0 + 42"'
                    on 3 print nothing.such
                    on 3 continue
                    continue --all
                    stops --wait 60s
                    stops
                    on 3 --clear
                    """);
            assertThat(hits.exit()).as(hits.out() + hits.err()).isZero();
            assertThat(hits.out()).contains("stands at Clinic.place:").contains("quantity * 0 + 42 = 42");
            assertThat(hits.out().split("quantity \\* 0 \\+ 42 = 42", -1)).hasSizeGreaterThan(1);
            assertThat(hits.err())
                    .contains("breakpoint 3, print nothing.such: ")
                    .contains("no variable 'nothing'");
            List<JsonNode> lines = audit(bastion, "line");
            assertThat(lines.stream().map(line -> line.get("line").asText()))
                    .contains("@" + patient.pid() + " continue");
            Result wrong =
                    bastion.sshLines("@" + patient.pid() + "\nbreak Clinic.place --hit ==1000000000\non 4 prnt x\n");
            assertThat(wrong.exit()).isEqualTo(2);
            assertThat(wrong.err()).contains("no command is called prnt; near: print");
        }
    }

    private static List<JsonNode> audit(Bastion bastion, String type) throws Exception {
        List<JsonNode> found = new ArrayList<>();
        for (String line : Files.readAllLines(bastion.home().resolve("audit.jsonl"))) {
            JsonNode one = JSON.readTree(line);
            if (one.get("type").asText().equals(type)) {
                found.add(one);
            }
        }
        return found;
    }
}
