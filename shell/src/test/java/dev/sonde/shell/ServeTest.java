package dev.sonde.shell;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sonde.testing.Await;
import dev.sonde.testing.Jdk;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code sonde serve} and {@code sonde LINE} as processes of their own. */
final class ServeTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @Test
    void serves_and_ends_with_0_at_sigterm_and_tells_its_sessions() throws Exception {
        Path home = folder.resolve("home");
        try (Program server = Program.start("serve", "--home", home.toString(), "--listen", "127.0.0.1:0")) {
            String ready = server.awaitOut("ssh -p ");
            String port = Files.readString(home.resolve("port")).strip();
            assertThat(ready).matches("ssh -p " + port + " \\S+@127.0.0.1");
            server.awaitErr("nobody is let in until a key is listed");
            assertThat(mode(home)).isEqualTo("rwx------");
            assertThat(mode(home.resolve("host_key"))).isEqualTo("rw-------");

            Path key = key(home, "grant=\"observe\"");
            TestServer.Result version = TestServer.run(ssh(key, port, "version"), "");
            assertThat(version.exit()).as(version.err()).isZero();

            Process console = new ProcessBuilder(ssh(key, port, "-tt")).start();
            try (var out =
                    new BufferedReader(new InputStreamReader(console.getInputStream(), StandardCharsets.UTF_8))) {
                StringBuilder shown = new StringBuilder();
                while (shown.indexOf("sonde>") < 0) {
                    shown.append((char) out.read());
                }
                server.process.destroy(); // SIGTERM
                for (int c = out.read(); c >= 0; c = out.read()) {
                    shown.append((char) c);
                }
                assertThat(shown).contains("sonde: the server is going down");
            }
            assertThat(server.process.waitFor(90, TimeUnit.SECONDS)).isTrue();
            assertThat(server.process.exitValue()).isZero();
            assertThat(home.resolve("port")).doesNotExist();
            console.destroyForcibly();
        }
    }

    @Test
    void a_second_server_in_the_same_home_is_refused() throws Exception {
        Path home = folder.resolve("home");
        try (Program server = Program.start("serve", "--home", home.toString(), "--listen", "127.0.0.1:0")) {
            server.awaitOut("ssh -p ");
            TestServer.Result second = Program.run("serve", "--home", home.toString(), "--listen", "127.0.0.1:0");
            assertThat(second.exit()).isEqualTo(1);
            assertThat(second.err()).contains("another server runs in " + home.toRealPath() + ", on port ");
        }
    }

    @Test
    void the_host_key_is_kept() throws Exception {
        Path home = folder.resolve("home");
        List<String> fingerprints = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            try (Program server = Program.start("serve", "--home", home.toString(), "--listen", "127.0.0.1:0")) {
                fingerprints.add(server.awaitErr("sonde: the host key is SHA256:"));
            }
        }
        assertThat(fingerprints.get(0)).isEqualTo(fingerprints.get(1));
    }

    @Test
    void listening_to_others_must_be_meant() throws Exception {
        String home = folder.resolve("home").toString();
        TestServer.Result refused = Program.run("serve", "--home", home, "--listen", "0.0.0.0:0");
        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.err()).contains("0.0.0.0:0 can be reached by others", "--beyond-loopback");
        // An address that no machine has (RFC 5737), so that nobody is listened to here.
        TestServer.Result meant = Program.run("serve", "--home", home, "--listen", "192.0.2.1:0", "--beyond-loopback");
        assertThat(meant.exit()).isEqualTo(1);
        assertThat(meant.err())
                .contains("warning: 192.0.2.1:0 can be reached from other machines", "cannot listen on 192.0.2.1:0");
    }

    @Test
    void a_home_that_others_could_write_is_refused_and_one_they_could_read_is_closed() throws Exception {
        Path open = Files.createDirectory(folder.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        TestServer.Result refused = Program.run("serve", "--home", open.toString(), "--listen", "127.0.0.1:0");
        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.err()).contains("could be written by others");

        Path readable = Files.createDirectory(folder.resolve("readable"));
        Files.setPosixFilePermissions(readable, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (Program server = Program.start("serve", "--home", readable.toString(), "--listen", "127.0.0.1:0")) {
            server.awaitErr("could be read by others; its mode is 0700 now");
            server.awaitOut("ssh -p ");
            assertThat(mode(readable)).isEqualTo("rwx------");
        }
    }

    @Test
    void wrong_settings_and_options_end_it_with_a_sentence() throws Exception {
        Path config = folder.resolve("sonde.yaml");
        Files.writeString(config, "conections: 4\n");
        String home = folder.resolve("home").toString();
        TestServer.Result wrong = Program.run("serve", "--home", home, "--config", config.toString());
        assertThat(wrong.exit()).isEqualTo(1);
        assertThat(wrong.err()).isEqualTo("sonde: " + config + ":1: unknown key 'conections'; near: connections\n");
        TestServer.Result option = Program.run("serve", "--port", "5");
        assertThat(option.exit()).isEqualTo(2);
        assertThat(option.err()).contains("'--port' is not known", "usage: sonde serve");
        TestServer.Result help = Program.run("serve", "--help");
        assertThat(help.exit()).isZero();
        assertThat(help.out()).contains("idle-timeout:", "grant=");
    }

    @Test
    void a_line_runs_without_ssh_through_the_same_frame() throws Exception {
        Path home = folder.resolve("home");
        TestServer.Result version = Program.run("--home", home.toString(), "version");
        assertThat(version.exit()).as(version.err()).isZero();
        assertThat(version.out()).startsWith("sonde ");
        TestServer.Result wrong = Program.run("--home", home.toString(), "no-such-command");
        assertThat(wrong.exit()).isEqualTo(2);
        TestServer.Result history = Program.run("--home", home.toString(), "history", "--json");
        assertThat(history.exit()).as(history.err()).isZero();
        assertThat(Files.readString(home.resolve("audit.jsonl")))
                .contains("\"source\":\"local\"", "\"line\":\"history --json\"");
    }

    private Path key(Path home, String options) throws Exception {
        Path key = folder.resolve("key");
        TestServer.run(List.of("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "me", "-f", key.toString()), "");
        Path list = home.resolve("authorized_keys");
        Files.writeString(list, options + " " + Files.readString(folder.resolve("key.pub")));
        Files.setPosixFilePermissions(list, PosixFilePermissions.fromString("rw-------"));
        return key;
    }

    private List<String> ssh(Path key, String port, String what) {
        List<String> command = new ArrayList<>(List.of(
                "ssh",
                "-F",
                "none",
                "-p",
                port,
                "-i",
                key.toString(),
                "-o",
                "IdentitiesOnly=yes",
                "-o",
                "StrictHostKeyChecking=no",
                "-o",
                "UserKnownHostsFile=" + folder.resolve("known_hosts"),
                "-o",
                "BatchMode=yes"));
        if (what.startsWith("-")) {
            command.addAll(List.of(what, "me@127.0.0.1"));
        } else {
            command.addAll(List.of("-n", "me@127.0.0.1", what));
        }
        return command;
    }

    private static String mode(Path file) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    /** {@code sonde} as a process. */
    private static final class Program implements AutoCloseable {
        final Process process;
        private final List<String> out = new CopyOnWriteArrayList<>();
        private final List<String> err = new CopyOnWriteArrayList<>();

        private Program(Process process) {
            this.process = process;
            read(process.inputReader(StandardCharsets.UTF_8), out);
            read(process.errorReader(StandardCharsets.UTF_8), err);
        }

        static Program start(String... args) throws Exception {
            return new Program(new ProcessBuilder(command(args)).start());
        }

        static TestServer.Result run(String... args) throws Exception {
            return TestServer.run(command(args), "");
        }

        private static List<String> command(String... args) {
            List<String> command = new ArrayList<>(List.of(
                    Jdk.current().java().toString(),
                    "--add-opens",
                    "jdk.attach/sun.tools.attach=ALL-UNNAMED",
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                    Main.class.getName()));
            command.addAll(Arrays.asList(args));
            return command;
        }

        String awaitOut(String prefix) throws Exception {
            return await(out, prefix);
        }

        String awaitErr(String part) throws Exception {
            return await(err, part);
        }

        private String await(List<String> lines, String part) throws Exception {
            Await.until("'" + part + "', there is " + out + err, Duration.ofMinutes(1), () -> lines.stream()
                    .anyMatch(line -> line.contains(part)));
            return lines.stream()
                    .filter(line -> line.contains(part))
                    .findFirst()
                    .orElseThrow();
        }

        private static void read(BufferedReader from, List<String> into) {
            Thread reader = new Thread(() -> from.lines().forEach(into::add));
            reader.setDaemon(true);
            reader.start();
        }

        @Override
        public void close() throws Exception {
            process.destroy();
            if (!process.waitFor(90, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
    }
}
