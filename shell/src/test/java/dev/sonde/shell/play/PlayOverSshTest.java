package dev.sonde.shell.play;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sonde.shell.Browser;
import dev.sonde.shell.invariants.Bastion;
import dev.sonde.shell.invariants.Bastion.Result;
import dev.sonde.testing.Jdk;
import dev.sonde.testing.TargetProgram;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

/** A playbook sent over ssh: what it may, what it leaves in the audit, what its end is called. */
final class PlayOverSshTest {

    private static final String NAME = "ward-" + UUID.randomUUID();

    private static Bastion bastion;
    private static TargetProgram ward;

    @BeforeAll
    static void start() throws Exception {
        bastion = Bastion.start();
        ward = ward("");
    }

    /** One whose name begins as that of the others, and as no other on this machine. */
    private static TargetProgram ward(String suffix) throws Exception {
        return TargetProgram.start(Jdk.current(), List.of("-Dsonde.name=" + NAME + suffix), Ward.class);
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
    void one_needs_no_name_where_it_comes_on_the_standard_input() throws Exception {
        Result result =
                bastion.sshWithInput(at() + "play", "name: mine\nsteps:\n- {name: now, line: jvm}\nheld: fine\n");
        assertThat(result.exit()).as(result.err()).isZero();
        assertThat(result.lines().get(0)).as("one line for each step").contains("now", "jvm", "1 row");
        assertThat(result.out()).contains("fine").doesNotContain("\u001b");
    }

    @Test
    void one_that_was_written_elsewhere_is_kept_under_its_name_when_nothing_is_wrong_with_it() throws Exception {
        String text = "name: kept-one\nsteps:\n- line: %s\n";
        assertThat(bastion.sshWithInput("play save", text.formatted("thraeds")).out())
                .contains("input:3:9: no command is called thraeds");
        assertThat(bastion.ssh("play show kept-one").exit()).isEqualTo(2);
        assertThat(bastion.sshWithInput("play save", text.formatted("ps")).exit())
                .isZero();
        Result taken = bastion.sshWithInput("play save", text.formatted("version"));
        assertThat(taken.exit()).isEqualTo(1);
        assertThat(taken.err()).contains("kept-one.yaml is there already; --replace");
        assertThat(bastion.sshWithInput("play save --replace", text.formatted("version"))
                        .exit())
                .isZero();
        assertThat(bastion.ssh("play kept-one").out()).contains("version");
    }

    @Test
    void one_that_nobody_knows_is_answered_with_those_that_there_are() throws Exception {
        Result near = bastion.ssh(at() + "play dedlock");
        assertThat(near.exit()).isEqualTo(2);
        assertThat(near.err()).contains("no playbook is called dedlock; near: deadlock");
        assertThat(bastion.ssh("play leak").err()).contains("near: thread-leak, memory-leak, classloader-leak");
        assertThat(bastion.ssh("play nope").err()).contains("; there are ", "health, deadlock, lock-contention");
    }

    @Test
    void a_dry_run_shows_what_it_would_type_and_types_nothing() throws Exception {
        Result result = bastion.ssh(at() + "play lock-contention looks=7 --dry-run --json");
        assertThat(result.exit()).as(result.err()).isZero();
        assertThat(result.out()).contains("\"type\":\"planned\"", "threads --blocked");
        assertThat(result.err()).contains("nothing was run; it would run on " + ward.pid());
        assertThat(bastion.audit()).noneMatch(line -> line.contains("looks=7") && line.contains("threads --blocked"));
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
    void ctrl_c_at_a_terminal_ends_a_run_and_takes_its_probes_away() throws Exception {
        List<String> command = new ArrayList<>(bastion.client("ops"));
        command.add(1, "-tt");
        command.addAll(List.of("--", at() + "play slow-method class=Ward method=serve time=5m"));
        Process ssh = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            bastion.awaitProbe(ward.pid());
            ssh.getOutputStream().write(3);
            ssh.getOutputStream().flush();
            String seen = new String(ssh.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .replaceAll("\u001b\\[[0-9;]*[A-Za-z]", "");
            assertThat(ssh.waitFor()).as(seen).isEqualTo(130);
            assertThat(seen).as("what goes on, and for how long").contains("▸ how_long  0s  @" + ward.pid());
            assertThat(seen).as("how it ended").contains("slow-method on " + ward.pid(), "it was ended from outside");
        } finally {
            ssh.destroyForcibly();
        }
        bastion.awaitNoProbe(ward.pid());
    }

    @Test
    void the_loss_of_one_target_leaves_the_others_to_go_on_and_nothing_on_them() throws Exception {
        try (TargetProgram one = ward("-lost1");
                TargetProgram two = ward("-lost2")) {
            Bastion.Live live =
                    bastion.live("play slow-method class=Ward method=serve slow=9999 time=8s --on " + NAME + "-lost*");
            bastion.awaitProbe(one.pid());
            one.kill();
            Result result = live.await();
            assertThat(result.exit()).as(result.out() + result.err()).isEqualTo(3);
            assertThat(result.lines())
                    .anyMatch(line -> line.startsWith(one.pid() + " ") && line.contains("lost"))
                    .anyMatch(line -> line.startsWith(two.pid() + " ") && line.contains("held"));
            bastion.awaitNoProbe(two.pid());
        }
    }

    @Test
    void a_profile_that_a_step_took_is_drawn_in_the_report_which_needs_nothing_else() throws Exception {
        ward.ask("on cpu", "OK cpu");
        String text =
                "name: burn\nsteps:\n- {name: cpu, line: profile cpu --for 2s}\n- {name: calls, line: watch Ward serve -n 2}\n";
        Result result;
        try {
            result = bastion.sshWithInput(at() + "play - --report burn.html", text);
        } finally {
            ward.ask("off", "OK none");
        }
        assertThat(result.exit()).as(result.out() + result.err()).isZero();
        assertThat(result.out()).containsPattern("profile #\\d+; flame \\d+ draws it");
        Path file = bastion.recordings().resolve("burn.html");
        assertThat(Files.readString(file))
                .contains("<svg class=\"flame\"", "Ward.spin", "download=\"calls.jsonl\"", ".pb.gz\" href=\"data:")
                .doesNotContain("http://127", "<link", "src=");
        Assumptions.assumeTrue(Browser.isInstalled(), "Chromium is not installed");
        Path folder = Files.createTempDirectory("sonde-chromium-");
        try (Browser browser = new Browser(folder)) {
            browser.open(file.toUri().toString());
            browser.picture("report");
            int boxes = browser.run("return [...document.querySelectorAll('svg.flame svg')]"
                            + ".filter(box => box.getBoundingClientRect().width > 0).length")
                    .asInt();
            assertThat(boxes).isGreaterThan(5);
            browser.run(
                    "[...document.querySelectorAll('svg.flame svg')].find(box => box.textContent.includes('Ward.spin'))"
                            + ".dispatchEvent(new MouseEvent('click', {bubbles: true}))");
            browser.await("return document.querySelectorAll('svg.flame svg.above').length > 0");
            assertThat(browser.log()).doesNotContain("SEVERE");
            browser.picture("report-zoomed");
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(each);
                }
            }
        }
    }

    @Test
    void each_line_is_in_the_audit_as_one_that_was_typed() throws Exception {
        sent("name: audited\nsteps:\n- line: threads --depth 1 'worker-*'\n");
        assertThat(bastion.audit())
                .anyMatch(line -> line.contains("\"line\":\"" + at() + "threads --depth 1 'worker-*'\"")
                        && line.contains("\"login\":\"ops\""));
    }

    @Test
    void several_targets_are_played_at_once_and_the_one_that_differs_is_pointed_out() throws Exception {
        try (TargetProgram second = ward("2");
                TargetProgram third = ward("3")) {
            third.ask("on deadlock", "OK deadlock");
            for (String line : List.of("play deadlock --on '" + NAME + "*'", "@'" + NAME + "*' play deadlock")) {
                Result result = bastion.ssh(line);
                assertThat(result.exit()).as(result.out() + result.err()).isEqualTo(1);
                assertThat(result.lines())
                        .anyMatch(
                                row -> row.startsWith(Long.toString(third.pid())) && row.contains("alone with 1 of 3"))
                        .anyMatch(row -> row.startsWith(Long.toString(second.pid())) && row.contains("held"));
                assertThat(result.err()).contains("2 of 3 held, 1 differs from the others");
            }
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
        bastion.awaitNoProbe(ward.pid());
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
