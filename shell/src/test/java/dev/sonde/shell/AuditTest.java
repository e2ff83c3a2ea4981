package dev.sonde.shell;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sonde.testing.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every line is on the disk before its output is shown, and is refused when it cannot be. */
final class AuditTest {

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
    void a_line_has_a_record_of_who_ran_what_where_and_one_of_how_it_ended() throws Exception {
        server.ssh("@orders* say 'a secret'");
        List<JsonNode> records = records();
        assertThat(records).hasSize(2);
        JsonNode line = records.get(0);
        assertThat(line.get("type").asText()).isEqualTo("line");
        assertThat(line.get("login").asText()).isEqualTo("alice@test");
        assertThat(line.get("user").asText()).isEqualTo("alice");
        assertThat(line.get("source").asText()).startsWith("127.0.0.1:");
        assertThat(line.get("session").asText()).isEqualTo("s1");
        assertThat(line.get("targets").toString()).isEqualTo("[\"11\",\"12\"]");
        assertThat(line.get("line").asText()).isEqualTo("@orders* say 'a secret'");
        assertThat(Instant.parse(line.get("time").asText())).isBefore(Instant.now());
        JsonNode outcome = records.get(1);
        assertThat(outcome.get("type").asText()).isEqualTo("outcome");
        assertThat(outcome.get("id")).isEqualTo(line.get("id"));
        assertThat(outcome.get("exit").asInt()).isZero();
        assertThat(outcome.get("rows").asInt()).isEqualTo(2);
        assertThat(outcome.get("bytes").asInt()).isPositive();
        assertThat(outcome.get("dropped").asInt()).isZero();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(server.home.audit())))
                .isEqualTo("rw-------");
    }

    @Test
    void a_line_that_runs_is_on_the_disk_already() throws Exception {
        List<String> command = server.client("alice", "-n");
        command.add("wait");
        Process client = new ProcessBuilder(command).start();
        try {
            Await.until("it waits", Duration.ofSeconds(90), () -> server.commands.waiting.get() == 1);
            assertThat(records()).hasSize(1);
            assertThat(records().get(0).get("line").asText()).isEqualTo("wait");
        } finally {
            client.destroy();
        }
    }

    @Test
    void lines_that_are_wrong_or_not_granted_are_recorded_too() throws Exception {
        server.ssh("no-such-command");
        server.ssh("stop");
        List<JsonNode> records = records();
        assertThat(records.stream().map(record -> record.path("exit").asInt(-1)))
                .containsExactly(-1, 2, -1, 4);
        assertThat(records.get(3).get("error").asText()).contains("needs the grant suspend");
    }

    @Test
    void a_long_line_is_recorded_in_part_with_its_length() throws Exception {
        server.sshLines("say " + "x".repeat(60_000) + "\n");
        JsonNode line = records().get(0);
        assertThat(line.get("line").asText()).hasSize(Audit.MOST_OF_A_LINE);
        assertThat(line.get("lineLength").asInt()).isEqualTo(60_004);
    }

    @Test
    void a_line_is_refused_while_the_audit_is_a_folder_or_its_disk_is_full() throws Exception {
        Files.createDirectory(server.home.audit());
        assertRefused();
        Files.delete(server.home.audit());
        Files.createSymbolicLink(server.home.audit(), Path.of("/dev/full"));
        assertRefused();
        Files.delete(server.home.audit());
        assertThat(server.ssh("say hello").out()).isEqualTo("hello\n");
        assertThat(records()).hasSize(2);
    }

    @Test
    void a_file_that_was_moved_away_is_begun_anew() throws Exception {
        server.ssh("say one");
        Files.move(server.home.audit(), server.home.folder().resolve("audit.1"));
        server.ssh("say two");
        assertThat(records()).hasSize(2);
    }

    @Test
    void lines_of_many_sessions_do_not_mix() throws Exception {
        List<Process> clients = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            List<String> command = server.client("alice", "-n");
            command.add("say " + "y".repeat(10_000));
            clients.add(new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start());
        }
        for (Process client : clients) {
            assertThat(client.waitFor()).isZero();
        }
        assertThat(records()).hasSize(16);
    }

    private void assertRefused() throws Exception {
        TestServer.Result result = server.ssh("say hello");
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).startsWith("the line is refused: the audit cannot be written: ");
        assertThat(result.exit()).isEqualTo(1);
    }

    private List<JsonNode> records() throws Exception {
        List<JsonNode> records = new ArrayList<>();
        for (String line : server.audit()) {
            if (!line.isEmpty()) {
                records.add(new ObjectMapper().readTree(line));
            }
        }
        return records;
    }
}
