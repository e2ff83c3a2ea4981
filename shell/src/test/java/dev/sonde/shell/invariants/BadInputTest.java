package dev.sonde.shell.invariants;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sonde.shell.invariants.Bastion.Live;
import dev.sonde.shell.invariants.Bastion.Result;
import dev.sonde.testing.Jdk;
import dev.sonde.testing.TargetProgram;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Lines and targets that nobody should send, and what a person reads then. */
final class BadInputTest {

    private static Bastion bastion;
    private static TargetProgram patient;

    @BeforeAll
    static void start() throws Exception {
        bastion = Bastion.start();
        patient = TargetProgram.start(Jdk.current(), Patient.class);
    }

    @AfterAll
    static void stop() throws Exception {
        patient.close();
        bastion.close();
    }

    private static void refused(String line, int exit, String... said) throws Exception {
        Result result = bastion.ssh(line);
        assertThat(result.exit()).as(line + ": " + result.out() + result.err()).isEqualTo(exit);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).contains(said);
        assertThat(result.err()).as("no stack trace").doesNotContain("\tat ").doesNotContain("Exception");
    }

    private static String at() {
        return "@" + patient.pid() + " ";
    }

    @Test
    void a_pid_that_is_no_process() throws Exception {
        refused("@4194000 jvm", 1, "4194000");
    }

    @Test
    void a_process_that_is_no_JVM() throws Exception {
        Process sleep = new ProcessBuilder("sleep", "60").start();
        try {
            refused("@" + sleep.pid() + " jvm", 1, Long.toString(sleep.pid()));
            assertThat(sleep.isAlive()).as("it was not hit by a signal").isTrue();
        } finally {
            sleep.destroyForcibly();
        }
    }

    @Test
    void a_name_that_nobody_has_offers_the_near_ones() throws Exception {
        refused("@Patiemt jvm", 1, "Patiemt", "Patient");
    }

    @Test
    void a_command_that_does_not_exist_offers_the_near_ones() throws Exception {
        refused(at() + "thraeds", 2, "threads");
    }

    @Test
    void an_option_that_does_not_exist_offers_the_near_ones() throws Exception {
        refused(at() + "threads --dpeth 3", 2, "--depth");
    }

    @Test
    void a_class_that_does_not_exist() throws Exception {
        refused(at() + "watch Clinicc place", 1, "Clinicc");
    }

    @Test
    void a_method_that_does_not_exist_offers_the_near_ones() throws Exception {
        refused(at() + "watch Clinic plaice", 1, "place");
    }

    @Test
    void a_method_with_no_code() throws Exception {
        refused(at() + "watch java.lang.Runnable run", 1, "no code");
    }

    @Test
    void a_class_that_we_run_on_ourselves() throws Exception {
        refused(at() + "watch java.lang.Object wait", 1, "java.lang.Object");
    }

    @Test
    void an_expression_with_a_wrong_name_shows_where_and_what_was_meant() throws Exception {
        refused(at() + "watch Clinic place --when 'order.idd == 1'", 2, "order.idd == 1", "^", "id");
    }

    @Test
    void an_expression_of_a_megabyte() throws Exception {
        // More than one argument may be, so it comes on standard input, as a script would send it.
        Result result = bastion.sshLines(at() + "watch Clinic place --when '" + "1+".repeat(500_000) + "1 > 0'\n");
        assertThat(result.exit()).as(result.err()).isEqualTo(2);
        assertThat(result.out()).isEmpty();
        assertThat(result.err().length()).isLessThan(4_000);
        assertThat(bastion.ssh("version").exit()).isZero();
    }

    @Test
    void a_line_of_binary_garbage() throws Exception {
        StringBuilder garbage = new StringBuilder();
        for (int i = 1; i < 256; i++) {
            if (i != '\n' && i != '\r') {
                garbage.append((char) i);
            }
        }
        Result result = bastion.sshLines(garbage + "\n");
        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err()).doesNotContain("\u001b").doesNotContain("\u0007");
        assertThat(bastion.ssh("version").exit()).isZero();
    }

    @Test
    void a_quote_that_does_not_end() throws Exception {
        refused(at() + "watch Clinic place --when 'order.id", 2, "quote");
    }

    @Test
    void lines_from_standard_input_stop_at_the_first_that_fails() throws Exception {
        Result result = bastion.sshLines("version\nnonsense\nversion\n");
        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.lines()).as("one heading, one version").hasSize(2);
        Result all = bastion.sshLines("--keep-going", "version\nnonsense\nversion\n");
        assertThat(all.exit()).isEqualTo(2);
        assertThat(all.lines()).hasSize(4);
    }

    @Test
    void a_target_that_ends_in_the_middle_is_said_once() throws Exception {
        try (TargetProgram doomed = TargetProgram.start(Jdk.current(), Patient.class)) {
            Live watch = bastion.live("@" + doomed.pid() + " watch Clinic place");
            watch.awaitLines(1);
            doomed.kill();
            Result result = watch.await();
            assertThat(result.exit()).isEqualTo(3);
            assertThat(result.err().lines().filter(line -> line.contains("gone") || line.contains("ended")))
                    .as(result.err())
                    .hasSize(1);
        }
    }

    @Test
    void one_that_may_only_look_may_not_weave() throws Exception {
        Result result = bastion.sshAs("eve", at() + "watch Clinic place -n 1");
        assertThat(result.exit()).isEqualTo(4);
        assertThat(result.err()).contains("instrument");
        assertThat(bastion.sshAs("eve", at() + "threads").exit()).isZero();
    }
}
