package dev.sonde.shell;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sonde.testing.Await;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The console, through MINA's client with a terminal and through the real {@code ssh -tt}. */
final class ConsoleTest {

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
    void greets_with_who_you_are_and_what_you_may() throws Exception {
        try (TestConsole console = TestConsole.open(server)) {
            assertThat(console.shown())
                    .contains("you are alice@test, with the grant instrument on every JVM; 3 JVMs run")
                    .contains("help lists the ");
        }
    }

    @Test
    void runs_lines_and_shows_the_selected_target_in_the_prompt() throws Exception {
        try (TestConsole console = TestConsole.open(server)) {
            assertThat(console.run("say grüße 漢字")).contains("\ngrüße 漢字\r\n");
            console.clear();
            console.type("@billing\r");
            console.await("billing@13> ");
            console.clear();
            console.type("whoami\r");
            console.await("alice@test INSTRUMENT billing");
        }
    }

    @Test
    void the_name_of_a_target_is_no_instruction_for_the_prompt() throws Exception {
        server.host.names.put(14L, "a%70Px%{b");
        try (TestConsole console = TestConsole.open(server)) {
            console.type("@14\r");
            console.await("a%70Px%{b@14> ");
        }
    }

    @Test
    void a_target_whose_link_was_lost_is_given_back() throws Exception {
        try (TestConsole console = TestConsole.open(server)) {
            assertThat(console.run("@11 break gone")).contains("orders (11) has ended");
            assertThat(server.host.open).isEmpty();
        }
    }

    @Test
    void ctrl_c_ends_the_line_that_runs_and_leaves_the_console() throws Exception {
        try (TestConsole console = TestConsole.open(server)) {
            console.type("wait\r");
            Await.until("it waits", Duration.ofSeconds(90), () -> server.commands.waiting.get() == 1);
            console.clear();
            console.type("\u0003");
            console.await("sonde> ");
            assertThat(server.commands.waiting).hasValue(0);
            assertThat(console.run("say still here")).contains("\nstill here");
            assertThat(server.audit()).anyMatch(record -> record.contains("\"exit\":130"));
        }
    }

    @Test
    void ctrl_c_takes_back_what_was_typed_ahead() throws Exception {
        try (TestConsole console = TestConsole.open(server)) {
            console.type("wait\rsay pasted behind it\r");
            Await.until("it waits", Duration.ofSeconds(90), () -> server.commands.waiting.get() == 1);
            console.type("say typed while it ran\r\u0004");
            console.clear();
            console.type("\u0003");
            console.await("sonde> ");
            assertThat(console.run("say still here")).contains("\nstill here");
            assertThat(server.audit()).noneMatch(record -> record.contains("pasted") || record.contains("typed while"));
        }
    }

    @Test
    void ctrl_c_at_the_prompt_clears_the_line_and_ctrl_d_leaves() throws Exception {
        try (TestConsole console = TestConsole.open(server)) {
            console.clear();
            console.type("say never\u0003");
            console.await("sonde> ");
            assertThat(console.run("say now")).contains("\nnow");
            assertThat(server.audit()).noneMatch(record -> record.contains("never"));
            console.type("\u0004");
            assertThat(console.awaitExit()).isZero();
        }
    }

    @Test
    void exit_leaves() throws Exception {
        try (TestConsole console = TestConsole.open(server)) {
            console.type("exit\r");
            assertThat(console.awaitExit()).isZero();
        }
    }

    @Test
    void ctrl_c_is_seen_behind_100_000_bytes_typed_ahead() throws Exception {
        try (TestConsole console = TestConsole.open(server)) {
            console.type("wait\r");
            Await.until("it waits", Duration.ofSeconds(90), () -> server.commands.waiting.get() == 1);
            for (int i = 0; i < 100; i++) {
                console.type("x".repeat(1_000));
            }
            console.type("\u0003");
            Await.until("it ended", Duration.ofSeconds(90), () -> server.commands.waiting.get() == 0);
        }
    }

    @Test
    void lines_typed_ahead_run_next() throws Exception {
        try (TestConsole console = TestConsole.open(server)) {
            console.clear();
            StringBuilder ahead = new StringBuilder("say 0\r");
            for (int i = 1; i < 300; i++) {
                ahead.append("say line-").append(i).append('\r');
            }
            console.type(ahead + "say the-end\r");
            console.await("\nthe-end\r\n");
            assertThat(console.shown()).contains("\nline-150\r\n", "\nline-299\r\n");
        }
    }

    @ParameterizedTest
    @CsvSource({"80,24", "200,60", "0,0", "5000,2000", "1,1", "2147483647,-1"})
    void works_at_any_size(int columns, int rows) throws Exception {
        try (TestConsole console = new TestConsole(server, "alice", "xterm", columns, rows, Map.of("NO_COLOR", "1"))) {
            console.type("say works\r");
            Await.until("the line ran", Duration.ofSeconds(90), () -> server.audit().stream()
                    .anyMatch(record -> record.contains("\"exit\":0")));
            console.type("exit\r");
            assertThat(console.awaitExit()).isZero();
        }
    }

    @Test
    void follows_the_size_of_the_window() throws Exception {
        try (TestConsole console = TestConsole.open(server)) {
            String narrow = console.run("help watch");
            console.channel.sendWindowChange(200, 60);
            Await.until(
                    "wider lines", Duration.ofSeconds(90), () -> widest(console.run("help watch")) > widest(narrow));
            assertThat(widest(narrow)).isLessThanOrEqualTo(80);
        }
    }

    private static int widest(String shown) {
        return shown.lines().mapToInt(String::length).max().orElse(0);
    }

    @ParameterizedTest
    @CsvSource({"vt100", "dumb", "'$(touch /tmp/x)'", "'../../etc/passwd'", "xterm-of-tomorrow", "''"})
    void any_terminal_type_is_safe(String term) throws Exception {
        try (TestConsole console = new TestConsole(server, "alice", term, 80, 24, Map.of())) {
            console.await("> ");
            console.type("say works\r");
            console.await("\nworks\r\n");
        }
    }

    @Test
    void history_is_kept_for_the_login_and_closed_to_others() throws Exception {
        try (TestConsole console = TestConsole.open(server)) {
            console.run("say remembered");
        }
        Path file = server.home.folder().resolve("history/alice@test");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        try (TestConsole console = TestConsole.open(server)) {
            console.clear();
            console.type("\u0010"); // Ctrl-P, as the arrow up
            console.await("say remembered");
            console.type("\r");
            console.await("\nremembered\r\n");
        }
        assertThat(server.ssh("history").out()).contains("say remembered");
    }

    @Test
    void completes_commands() throws Exception {
        try (TestConsole console = TestConsole.open(server)) {
            console.clear();
            console.type("hist\t");
            console.await("history ");
            console.type("--la\t5\r");
            console.await("--last 5");
        }
    }

    @Test
    void a_quote_that_was_opened_stays_open_or_is_closed_with_the_word() throws Exception {
        try (TestConsole console = TestConsole.open(server)) {
            console.type("@billing\r");
            console.await("billing@13> ");
            for (String line : List.of("watch 'Led\tx", "watch \"Led\tx", "watch Led\tm 'cos\t > 1'")) {
                console.type(line + "\r");
            }
            Await.until("the lines ran", Duration.ofSeconds(90), () -> {
                String audit = String.join("\n", server.audit());
                return audit.contains("\"watch 'Ledger' x\"")
                        && audit.contains("\"watch \\\"Ledger\\\" x\"")
                        && audit.contains("\"watch Ledger m 'cost > 1'\"");
            });
        }
    }

    @Test
    void a_second_tab_picks_nothing() throws Exception {
        try (TestConsole console = TestConsole.open(server)) {
            console.type("h\t");
            console.await("history");
            console.type("\t\t-x\r");
            Await.until("the line ran", Duration.ofSeconds(90), () -> server.audit().stream()
                    .anyMatch(record -> record.contains("\"line\":\"h-x\"")));
        }
    }

    /** A tab that asks a target for names loads the agent into it, so it is attributable as a line is. */
    @Test
    void a_tab_that_loads_the_agent_is_in_the_audit_and_loads_nothing_when_it_cannot_be() throws Exception {
        try (TestConsole console = TestConsole.open(server)) {
            console.type("@billing\r");
            console.await("billing@13> ");
            console.type("watch Led\t");
            console.await("Ledger");
            assertThat(server.audit())
                    .anyMatch(record -> record.contains("\"line\":\"watch Led\\t\"")
                            && record.contains("\"targets\":[\"13\"]")
                            && record.contains("\"login\":\"alice@test\""));
            int asked = server.host.asked.get();
            assertThat(asked).isPositive();
            Path audit = server.home.audit();
            Files.delete(audit);
            Files.createDirectory(audit);
            console.type("\u0015watch Led\t");
            console.type("\u0015say x\r");
            console.await("the audit cannot be written");
            assertThat(server.host.asked).hasValue(asked);
        }
    }

    @Test
    void ends_when_nothing_is_typed_but_not_while_a_line_runs() throws Exception {
        server.close();
        server = TestServer.start(
                folder.resolve("idle"), TestServer.quick().with(Settings.IDLE_TIMEOUT, Duration.ofSeconds(3)));
        try (TestConsole running = TestConsole.open(server)) {
            running.type("wait\r");
            Await.until("it waits", Duration.ofSeconds(90), () -> server.commands.waiting.get() == 1);
            try (TestConsole idle = new TestConsole(server, "alice", "xterm", 80, 24, Map.of())) {
                assertThat(idle.awaitExit()).isZero();
                assertThat(idle.shown()).contains("nothing was typed for 3s");
            }
            assertThat(server.commands.waiting).hasValue(1);
        }
    }

    @Test
    void every_session_ends_when_its_time_is_up() throws Exception {
        server.close();
        server = TestServer.start(
                folder.resolve("short"), TestServer.quick().with(Settings.SESSION_TIMEOUT, Duration.ofSeconds(2)));
        TestServer.Result result = server.ssh("wait");
        assertThat(result.exit()).isEqualTo(130);
        assertThat(result.err()).contains("the session has had its 2s");
    }

    @Test
    void the_real_client_with_a_terminal_gets_output_and_exit_code() throws Exception {
        List<String> command = server.client("alice", "-tt");
        TestServer.Result typed = TestServer.run(command, "say hello\rexit\r");
        assertThat(TestConsole.plain(typed.out())).contains("\nhello\r\n");
        assertThat(typed.exit()).isZero();

        List<String> line = server.client("alice", "-tt");
        line.add("break gone");
        TestServer.Result failed = TestServer.run(line, "");
        assertThat(TestConsole.plain(failed.out())).contains("orders (11) has ended\r\n");
        assertThat(failed.exit()).isEqualTo(3);
    }

    @Test
    void the_real_client_on_a_real_terminal_works() throws Exception {
        Path screen = folder.resolve("screen");
        Process script = new ProcessBuilder(
                        "script", "-qec", String.join(" ", server.client("alice", "-t")), "/dev/null")
                .redirectOutput(screen.toFile())
                .start();
        try (Writer keys = script.outputWriter(StandardCharsets.UTF_8)) {
            awaitOn(screen, "sonde> ");
            keys.write("say höllo\r");
            keys.flush();
            awaitOn(screen, "\nhöllo\r\n");
            keys.write("exit\r");
            keys.flush();
            assertThat(script.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(script.exitValue()).isZero();
        } finally {
            script.destroyForcibly();
        }
    }

    private static void awaitOn(Path screen, String text) throws Exception {
        Await.until(text + " on the screen", Duration.ofSeconds(60), () -> TestConsole.plain(
                        new String(Files.readAllBytes(screen), StandardCharsets.UTF_8))
                .contains(text));
    }
}
