package dev.sonde.shell.play;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sonde.shell.invariants.Bastion;
import dev.sonde.shell.invariants.Bastion.Result;
import dev.sonde.testing.Jdk;
import dev.sonde.testing.TargetProgram;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

/** A playbook sent over ssh: what it may, what it leaves in the audit, what its end is called. */
final class PlayOverSshTest {

    private static Bastion bastion;
    private static TargetProgram ward;

    @BeforeAll
    static void start() throws Exception {
        bastion = Bastion.start();
        ward = TargetProgram.start(Jdk.current(), Ward.class);
    }

    @AfterAll
    static void stop() throws Exception {
        ward.close();
        bastion.close();
    }

    private static String at() {
        return "@" + ward.pid() + " ";
    }

    private static Result sent(String text) throws Exception {
        return bastion.sshWithInput(at() + "play - --json", text);
    }

    @Test
    void one_whose_expectations_hold_ends_with_0_and_comes_on_the_standard_input() throws Exception {
        Result result = sent("name: mine\nsteps:\n- {name: now, line: jvm, expect: size(rows) == 1}\nheld: fine\n");
        assertThat(result.exit()).as(result.err()).isZero();
        JsonNode verdict = new ObjectMapper().readTree(result.lines().get(1));
        assertThat(verdict.path("outcome").asText()).isEqualTo("held");
        assertThat(verdict.path("held").asText()).isEqualTo("fine");
    }

    @Test
    void one_that_fails_ends_with_1_and_what_follows_is_not_run() throws Exception {
        Result result =
                sent("name: mine\nsteps:\n- {line: jvm, expect: \"rows[0].pid == 0\"}\n- {name: never, line: ps}\n");
        assertThat(result.exit()).as(result.err()).isEqualTo(1);
        assertThat(result.out()).doesNotContain("never");
    }

    @Test
    void one_that_is_wrong_ends_with_2_names_the_place_and_runs_nothing() throws Exception {
        Result result = sent("name: mine\nsteps:\n- line: jvm\n- line: thraeds\n");
        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).contains("input:4:9: no command is called thraeds; near: threads");
    }

    @Test
    void one_whose_target_dies_ends_with_3() throws Exception {
        TargetProgram mortal = TargetProgram.start(Jdk.current(), Ward.class);
        try (mortal) {
            Bastion.Live live = bastion.live("@" + mortal.pid() + " play slow-method class=Ward method=serve time=60s");
            bastion.awaitProbe(mortal.pid());
            mortal.kill();
            Result result = live.await();
            assertThat(result.exit()).as(result.out() + result.err()).isEqualTo(3);
            assertThat(result.out()).contains("lost");
        }
    }

    @Test
    void one_that_needs_more_than_is_granted_ends_with_4_and_runs_nothing() throws Exception {
        Result result = bastion.sshAs("eve", at() + "play slow-method class=Ward method=serve");
        assertThat(result.exit()).isEqualTo(4);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).contains("slow-method.yaml:", "needs the grant instrument; yours is observe");
    }

    @Test
    void the_probes_of_a_run_are_gone_when_it_is_interrupted() throws Exception {
        Bastion.Live live = bastion.live(at() + "play slow-method class=Ward method=serve time=5m");
        bastion.awaitProbe(ward.pid());
        live.signal("TERM");
        bastion.awaitNoProbe(ward.pid());
    }

    @Test
    void each_line_is_in_the_audit_as_one_that_was_typed() throws Exception {
        sent("name: audited\nsteps:\n- line: threads --depth 1 'worker-*'\n");
        assertThat(bastion.audit())
                .anyMatch(line -> line.contains("\"line\":\"" + at() + "threads --depth 1 worker-*\"")
                        && line.contains("\"login\":\"ops\""));
    }

    @Test
    void several_targets_are_played_at_once_and_the_one_that_differs_is_pointed_out() throws Exception {
        try (TargetProgram second = TargetProgram.start(Jdk.current(), Ward.class);
                TargetProgram third = TargetProgram.start(Jdk.current(), Ward.class)) {
            third.ask("on deadlock", "OK deadlock");
            Result result = bastion.ssh("play deadlock --on '*Ward'");
            assertThat(result.exit()).as(result.out() + result.err()).isEqualTo(1);
            assertThat(result.lines())
                    .anyMatch(line -> line.startsWith(Long.toString(third.pid())) && line.contains("alone with 1 of 3"))
                    .anyMatch(line -> line.startsWith(Long.toString(second.pid())) && line.contains("held"));
            assertThat(result.err()).contains("2 of 3 held, 1 differs from the others");
        }
    }

    @Test
    void what_asks_is_refused_where_nobody_is_there_and_answered_by_yes() throws Exception {
        String text = "name: asks\nsteps:\n- {ask: really, line: jvm}\n";
        assertThat(sent(text).exit()).isEqualTo(2);
        assertThat(sent(text).err()).contains("asks, and nobody is here to answer; --yes answers yes");
        assertThat(bastion.sshWithInput(at() + "play - --yes", text).exit()).isZero();
    }

    @Test
    void a_line_that_takes_too_long_is_ended() throws Exception {
        Result result = sent("name: slow\nsteps:\n- {line: watch Ward serve --when 'quantity > 99', timeout: 1s}\n");
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.out()).contains("\"error\":\"out of time\"", "out_of_time");
    }

    @Test
    void a_report_for_a_pipeline_is_valid_xml_with_a_case_for_each_step() throws Exception {
        Result result = bastion.ssh(at() + "play deadlock --report xml");
        assertThat(result.exit()).as(result.err()).isZero();
        var report = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(result.out())));
        assertThat(report.getElementsByTagName("testcase").getLength()).isEqualTo(2);
        assertThat(report.getDocumentElement().getTagName()).isEqualTo("testsuites");
    }

    @Test
    void reports_are_saved_among_the_recordings_of_the_login() throws Exception {
        for (String ending : List.of("md", "html", "json", "xml")) {
            Result result = bastion.ssh(at() + "play deadlock --report first." + ending);
            assertThat(result.exit()).as(result.err()).isZero();
            Path file = bastion.recordings().resolve("first." + ending);
            assertThat(Files.readString(file)).contains("threads --blocked");
        }
        assertThat(bastion.ssh(at() + "play deadlock --report ../first.md").exit())
                .isEqualTo(1);
    }
}
