package dev.sonde.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ssh host LINE} and {@code ssh host < lines}, with the real client. */
final class ExecTest {

    @TempDir
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
}
