package dev.sonde.shell;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sonde.testing.Await;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.core.CoreModuleProperties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A reader that stops reading slows itself and nobody else. */
final class SlowReaderTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    private TestServer server;

    @BeforeEach
    void start() throws Exception {
        server = TestServer.start(folder, TestServer.quick().with(Settings.READER_PATIENCE, Duration.ofSeconds(2)));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** 200 MB into a window of 2 GiB whose socket nobody reads. */
    @Test
    void a_huge_window_and_a_reader_that_stopped_leave_the_heap_flat() throws Exception {
        SshClient client = TestConsole.client();
        try {
            ClientSession connection = TestConsole.connect(client, server, "alice");
            CoreModuleProperties.WINDOW_SIZE.set(connection, 0x7fff_ffffL);
            ChannelExec channel = connection.createExecChannel("pour 200000 1000 link");
            StoppedReader reader = new StoppedReader();
            channel.setOut(reader);
            channel.open().verify(Duration.ofSeconds(90));
            Await.until("the first output", Duration.ofSeconds(90), () -> reader.bytes.get() > 0);
            connection.getIoSession().suspendRead();
            long before = used();
            Await.until("all was produced", Duration.ofMinutes(2), () -> server.commands.poured.get() == 200_000);
            assertThat(used() - before).isLessThan(50L << 20);
            Await.until("the outcome", Duration.ofMinutes(1), () -> server.audit().stream()
                    .anyMatch(record -> record.matches(".*\"outcome\".*\"dropped\":[1-9]\\d{3,}.*")));
            assertThat(server.ssh("say others are served").out()).isEqualTo("others are served\n");
        } finally {
            client.stop();
        }
    }

    /** The same with the real client, held in the middle. */
    @Test
    void the_real_client_that_sigstop_holds_leaves_the_heap_flat() throws Exception {
        Process client = client("pour 200000 1000 link");
        try {
            assertThat(client.getInputStream().read()).isEqualTo('0');
            TestServer.run(List.of("kill", "-STOP", Long.toString(client.pid())), "");
            long before = used();
            Await.until("all was produced", Duration.ofMinutes(2), () -> server.commands.poured.get() == 200_000);
            assertThat(used() - before).isLessThan(50L << 20);
            assertThat(server.ssh("say others are served").out()).isEqualTo("others are served\n");
            Await.until("the outcome", Duration.ofMinutes(1), () -> server.audit().stream()
                    .anyMatch(record -> record.matches(".*\"outcome\".*\"dropped\":[1-9]\\d{3,}.*")));
        } finally {
            client.destroyForcibly();
        }
    }

    /** As above with the real client, whose own reader has stopped. */
    @Test
    void what_was_dropped_is_told_in_its_place() throws Exception {
        server.close();
        server = TestServer.start(folder.resolve("patient"), TestServer.quick());
        Process client = client("pour 20000 1000 link");
        try (InputStream out = client.getInputStream()) {
            Await.until("all was produced", Duration.ofMinutes(2), () -> server.commands.poured.get() == 20_000);
            String text = new String(out.readAllBytes(), StandardCharsets.UTF_8);
            String told = new String(client.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(told).contains(" lines dropped, the reader was too slow\n");
            long dropped = told.lines()
                    .mapToLong(line -> Long.parseLong(line.split(" ", -1)[0]))
                    .sum();
            assertThat(text.lines().count() + dropped).isEqualTo(20_000);
            assertThat(client.waitFor()).isZero();
        }
    }

    @Test
    void a_reader_that_never_reads_is_left_behind() throws Exception {
        Process client = client("pour 20000 1000");
        Await.until("the outcome", Duration.ofMinutes(2), () -> server.audit().stream()
                .anyMatch(record -> record.contains("\"outcome\"")));
        Await.until("the target was given back", Duration.ofSeconds(90), () -> server.host.open.isEmpty());
        client.destroyForcibly();
    }

    @Test
    void ctrl_c_gets_through_to_a_line_whose_reader_is_slow() throws Exception {
        try (TestConsole console = TestConsole.open(server)) {
            console.type("pour 1000000000 100\r");
            Await.until("it pours", Duration.ofSeconds(90), () -> server.commands.poured.get() > 1_000);
            console.type("\u0003");
            Await.until("it ended", Duration.ofSeconds(90), () -> server.audit().stream()
                    .anyMatch(record -> record.contains("\"exit\":130")));
            console.clear();
            console.type("say still here\r");
            console.await("\nstill here");
        }
    }

    private Process client(String line) throws Exception {
        var command = server.client("alice", "-n");
        command.add("--");
        command.add(line);
        return new ProcessBuilder(command).start();
    }

    private static long used() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private static final class StoppedReader extends OutputStream {
        final AtomicLong bytes = new AtomicLong();

        @Override
        public void write(int b) {
            bytes.incrementAndGet();
        }

        @Override
        public void write(byte[] from, int offset, int length) {
            bytes.addAndGet(length);
        }
    }
}
