package dev.sonde.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that are not OpenSSH's log in and get exit codes; each test runs where its program is installed. */
final class OtherClientsTest {

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
    void dropbear() throws Exception {
        needs("dbclient", "dropbearconvert");
        Path key = folder.resolve("dropbear");
        TestServer.run(
                List.of(
                        "dropbearconvert",
                        "openssh",
                        "dropbear",
                        server.key("alice").toString(),
                        key.toString()),
                "");
        TestServer.Result result = TestServer.run(
                List.of(
                        "dbclient",
                        "-y",
                        "-y",
                        "-p",
                        port(),
                        "-i",
                        key.toString(),
                        "alice@127.0.0.1",
                        "say hi; break gone"),
                "");
        assertThat(result.out()).isEqualTo("hi; break gone\n");
        TestServer.Result failed = TestServer.run(
                List.of("dbclient", "-y", "-y", "-p", port(), "-i", key.toString(), "alice@127.0.0.1", "break gone"),
                "");
        assertThat(failed.exit()).isEqualTo(3);
    }

    @Test
    void plink() throws Exception {
        needs("plink", "puttygen");
        Path key = folder.resolve("putty.ppk");
        TestServer.Result converted = TestServer.run(
                List.of("puttygen", server.key("alice").toString(), "-O", "private", "-o", key.toString()), "");
        assertThat(converted.exit()).as(converted.toString()).isZero();
        TestServer.Result result = TestServer.run(plinkLine(key, "say hi"), "");
        assertThat(result.out()).as(result.toString()).isEqualTo("hi\n");
        assertThat(TestServer.run(plinkLine(key, "break gone"), "").exit()).isEqualTo(3);
    }

    private List<String> plinkLine(Path key, String line) {
        return List.of(
                "plink",
                "-ssh",
                "-batch",
                "-hostkey",
                server.server.fingerprint(),
                "-P",
                port(),
                "-i",
                key.toString(),
                "alice@127.0.0.1",
                line);
    }

    @Test
    void paramiko() throws Exception {
        String python = Files.isExecutable(Path.of("/usr/bin/python3")) ? "/usr/bin/python3" : "python3";
        assumeTrue(works(python, "-c", "import paramiko"), "paramiko is not installed");
        String program = """
                import paramiko, sys
                client = paramiko.SSHClient()
                client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
                client.connect('127.0.0.1', port=int(sys.argv[1]), username='alice', key_filename=sys.argv[2],
                               allow_agent=False, look_for_keys=False)
                for line in ('say hi', 'break gone'):
                    _, out, _ = client.exec_command(line)
                    print(out.read().decode().strip(), out.channel.recv_exit_status())
                client.close()
                """;
        TestServer.Result result = TestServer.run(
                List.of(python, "-c", program, port(), server.key("alice").toString()), "");
        assertThat(result.out()).as(result.toString()).isEqualTo("hi 0\n 3\n");
    }

    @Test
    void ssh_audit_finds_no_fault() throws Exception {
        assumeTrue(works("ssh-audit", "--help"), "ssh-audit is not installed");
        for (Settings.AlgorithmSet set : Settings.AlgorithmSet.values()) {
            try (TestServer audited = TestServer.start(
                    folder.resolve(set.name()), TestServer.quick().with(Settings.ALGORITHMS, set))) {
                TestServer.Result result = TestServer.run(
                        List.of("ssh-audit", "-n", "-p", Integer.toString(audited.server.port()), "127.0.0.1"), "");
                assertThat(result.out()).as(set.name()).contains("(kex)").doesNotContain("[fail]");
            }
        }
    }

    @Test
    void the_real_client_connects_to_the_strict_algorithms() throws Exception {
        try (TestServer strict = TestServer.start(
                folder.resolve("strict"), TestServer.quick().with(Settings.ALGORITHMS, Settings.AlgorithmSet.STRICT))) {
            assertThat(strict.ssh("say hi").out()).isEqualTo("hi\n");
            List<String> weak = strict.client("alice", "-n", "-o", "KexAlgorithms=curve25519-sha256");
            weak.add("say hi");
            assertThat(TestServer.run(weak, "").exit()).isEqualTo(255);
        }
    }

    private String port() {
        return Integer.toString(server.server.port());
    }

    private static void needs(String... programs) throws Exception {
        for (String program : programs) {
            assumeTrue(works("sh", "-c", "command -v " + program), program + " is not installed");
        }
    }

    private static boolean works(String... command) {
        try {
            return TestServer.run(List.of(command), "").exit() == 0;
        } catch (Exception e) {
            return false;
        }
    }
}
