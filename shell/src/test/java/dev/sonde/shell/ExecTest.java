package dev.sonde.shell;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sonde.testing.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ssh host LINE} and {@code ssh host < lines}, with the real client. */
final class ExecTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    private TestServer server;

    @BeforeEach
    void start() throws Exception {
        server = TestServer.start(folder);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void runs_a_line_and_gives_its_output_and_exit_code() throws Exception {
        TestServer.Result result = server.ssh("say hello 'two  words'");
        assertThat(result.err()).isEmpty();
        assertThat(result.out()).isEqualTo("hello two  words\n");
        assertThat(result.exit()).isZero();
    }

    @Test
    void json_goes_to_stdout_one_object_a_line() throws Exception {
        TestServer.Result result = server.ssh("@11 say --json hello");
        assertThat(result.out())
                .startsWith("{\"type\":\"said\",\"target\":\"11\"")
                .endsWith("}\n");
        assertThat(result.exit()).isZero();
    }

    @Test
    void gives_each_kind_of_failure_its_exit_code_and_keeps_stdout_empty() throws Exception {
        assertFails("no-such-command", 2, "no command is called no-such-command");
        assertFails("break usage", 2, "break: --depth: 'x' is not a count such as 16", "usage: break");
        assertFails("break target", 1, "break: no class fits");
        assertFails("break gone", 3, "orders (11) has ended");
        assertFails("break expectation", 1, "p99 is 41 ms, more than 40 ms");
        assertFails("stop", 4, "stop needs the grant suspend; yours is instrument");
        assertFails("@nobody say hello", 1, "no JVM is called nobody");
        assertFails("@99 say hello", 1, "no JVM with the pid 99");
        assertFails("say 'open", 2, "the quote ' is not closed");
    }

    @Test
    void shows_a_wrong_expression_with_a_caret_under_its_column() throws Exception {
        TestServer.Result result = server.ssh("break expression");
        assertThat(result.err())
                .contains("undefined field 'amunt'", "near: amount")
                .contains("  args[0].amunt > 3\n          ^\n");
        assertThat(result.exit()).isEqualTo(2);
    }

    @Test
    void keeps_what_is_our_own_fault_from_the_user() throws Exception {
        TestServer.Result result = server.ssh("break otherwise");
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.out()).isEmpty();
        assertThat(result.err())
                .matches("internal error [a-z0-9]+-\\d+; it stands in the audit\\n")
                .doesNotContain("secret", "Exception");
        String id = result.err().split(" ", -1)[2].replace(";", "");
        assertThat(server.audit())
                .anyMatch(record -> record.contains("\"" + id + "\"") && record.contains("a secret of ours"));
    }

    @Test
    void runs_a_line_on_every_jvm_that_a_glob_meets() throws Exception {
        TestServer.Result result = server.ssh("@orders* whoami");
        assertThat(result.out().lines())
                .containsExactlyInAnyOrder(
                        "11 │ alice@test INSTRUMENT orders", "12 │ alice@test INSTRUMENT orders-batch");
        assertThat(server.ssh("@orders* select").err()).contains("one is selected at a time");
    }

    @Test
    void lines_of_the_standard_input_run_in_order_and_keep_the_selected_target() throws Exception {
        TestServer.Result result = server.sshLines("# a remark\n\n@billing\nwhoami\r\nsay last");
        assertThat(result.err()).isEmpty();
        assertThat(result.out()).contains("alice@test INSTRUMENT billing\n").endsWith("last\n");
        assertThat(result.exit()).isZero();
    }

    @Test
    void lines_of_the_standard_input_stop_at_the_first_that_fails() throws Exception {
        TestServer.Result stopped = server.sshLines("say one\nbreak gone\nsay two\n");
        assertThat(stopped.out()).isEqualTo("one\n");
        assertThat(stopped.exit()).isEqualTo(3);

        TestServer.Result kept = server.sshLines("say one\nbreak gone\nbreak usage\nsay two\n", "--keep-going");
        assertThat(kept.out()).isEqualTo("one\ntwo\n");
        assertThat(kept.exit()).isEqualTo(3);
    }

    @Test
    void garbage_and_lines_that_are_far_too_long_are_refused_and_the_next_one_runs() throws Exception {
        TestServer.Result result = server.sshLines(
                "\u0000\u0001\u0007\u001b[2J\nsay " + "x".repeat(1 << 20) + "\nsay fine\n", "--keep-going");
        assertThat(result.out()).isEqualTo("fine\n");
        assertThat(result.err()).contains("control character U+0000", "65,536").doesNotContain("\u001b", "\u0007");
        assertThat(result.exit()).isEqualTo(2);

        Path bytes = folder.resolve("bytes");
        byte[] binary = new byte[4096];
        new Random(1).nextBytes(binary);
        Files.write(bytes, binary);
        TestServer.Result random = TestServer.run(
                List.of("sh", "-c", String.join(" ", server.client("alice", "-T")) + " -- --keep-going < " + bytes),
                "");
        assertThat(random.exit()).isEqualTo(2);
    }

    @Test
    void all_of_a_long_output_arrives() throws Exception {
        TestServer.Result result = server.ssh("pour 20000 200");
        assertThat(result.err()).isEmpty();
        assertThat(result.out().lines()).hasSize(20_000);
    }

    @Test
    void a_closed_connection_ends_what_it_ran() throws Exception {
        List<String> command = server.client("alice", "-n");
        command.addAll(List.of("--", "@11 wait"));
        Process client = new ProcessBuilder(command).start();
        Await.until("the line waits", Duration.ofSeconds(90), () -> server.commands.waiting.get() == 1);
        assertThat(server.host.open).hasSize(1);
        client.destroyForcibly();
        Await.until("the line ended", Duration.ofSeconds(90), () -> server.commands.waiting.get() == 0);
        Await.until("the target was given back", Duration.ofSeconds(90), () -> server.host.open.isEmpty());
        Await.until("the outcome stands in the audit", Duration.ofSeconds(90), () -> server.audit().stream()
                .anyMatch(record -> record.contains("\"exit\":130")));
    }

    @Test
    void a_line_that_takes_too_long_ends_with_124() throws Exception {
        server.close();
        server = TestServer.start(
                folder.resolve("short"), TestServer.quick().with(Settings.LINE_TIMEOUT, Duration.ofSeconds(2)));
        TestServer.Result result = server.ssh("wait");
        assertThat(result.exit()).isEqualTo(124);
        assertThat(result.out()).isEqualTo("waiting\n");
    }

    @Test
    void help_shows_and_does_nothing_else() throws Exception {
        TestServer.Result result = server.ssh("watch --help");
        assertThat(result.out()).contains("watch CLASS METHOD");
        assertThat(result.exit()).isZero();
    }

    private void assertFails(String line, int exit, String... messages) throws Exception {
        TestServer.Result result = server.ssh(line);
        assertThat(result.err()).as(line).contains(messages);
        assertThat(result.out()).as(line).isEmpty();
        assertThat(result.exit()).as(line).isEqualTo(exit);
    }
}
