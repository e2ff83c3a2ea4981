package dev.sonde.shell.invariants;

import dev.sonde.testing.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A server in a process of its own, with a throw-away home, and the real {@code ssh} to talk to it: what a user has, so that
 * it can be killed, stopped and left as a user's can.
 */
public final class Bastion implements AutoCloseable {

    private final Path folder;
    private Process server;
    private final List<Live> lives = new ArrayList<>();

    private Bastion(Path folder, Process server) {
        this.folder = folder;
        this.server = server;
    }

    /** Starts a server that knows two keys: {@code ops}, which may do everything, and {@code eve}, which may look. */
    public static Bastion start() throws Exception {
        return start("");
    }

    /**
     * The same.
     *
     * @param settings more of its {@code sonde.yaml}
     */
    public static Bastion start(String settings) throws Exception {
        Path folder = Files.createTempDirectory("sonde-bastion-");
        Path home = Files.createDirectory(
                folder.resolve("home"),
                java.nio.file.attribute.PosixFilePermissions.asFileAttribute(
                        java.nio.file.attribute.PosixFilePermissions.fromString("rwx------")));
        StringBuilder authorized = new StringBuilder();
        for (String login : List.of("ops", "eve")) {
            run(List.of(
                    "ssh-keygen",
                    "-q",
                    "-t",
                    "ed25519",
                    "-N",
                    "",
                    "-C",
                    login,
                    "-f",
                    folder.resolve(login).toString()));
            String options = login.equals("ops") ? "grant=\"mutate\" " : "";
            authorized.append(options).append(Files.readString(folder.resolve(login + ".pub")));
        }
        Path keys = home.resolve("authorized_keys");
        Files.writeString(keys, authorized);
        Files.setPosixFilePermissions(keys, java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
        // Time for a client on a machine that has much else to do.
        Path file = Files.writeString(home.resolve("sonde.yaml"), "grace-time: 5m\n" + settings);
        Files.setPosixFilePermissions(file, java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
        Bastion bastion = new Bastion(folder, launch(folder, home));
        try {
            bastion.awaitPort();
        } catch (Throwable t) {
            bastion.close();
            throw t;
        }
        return bastion;
    }

    private void awaitPort() throws Exception {
        Await.until("the server's port; it said " + log(), Duration.ofMinutes(3), () -> {
            if (!server.isAlive()) {
                throw new AssertionError("the server ended: " + log());
            }
            return Files.exists(home().resolve("port"))
                    && !Files.readString(home().resolve("port")).isBlank();
        });
    }

    /** Ends the server as {@code kill -9} does, and starts another in its home. */
    public void killAndRestart() throws Exception {
        kill();
        Files.deleteIfExists(home().resolve("port"));
        server = launch(folder, home());
        awaitPort();
    }

    /** Takes a key from those that may come in. */
    public void unlist(String login) throws IOException {
        Path keys = home().resolve("authorized_keys");
        List<String> others = Files.readAllLines(keys).stream()
                .filter(line -> !line.endsWith(" " + login))
                .toList();
        Files.write(keys, others);
    }

    private static Process launch(Path folder, Path home) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-Xmx256m",
                        "--add-opens",
                        "jdk.attach/sun.tools.attach=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.sonde.shell.Main",
                        "serve",
                        "--home",
                        home.toString(),
                        "--listen",
                        "127.0.0.1:0")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("server.log").toFile())
                .start();
    }

    /** From the next connection on {@code ops} sees this JVM alone: others on this machine may have its name. */
    public void confine(long pid) throws IOException {
        confine(pid, "mutate");
    }

    /** The same, with this grant on it. */
    public void confine(long pid, String grant) throws IOException {
        Path keys = home().resolve("authorized_keys");
        Files.writeString(
                keys,
                Files.readString(keys)
                        .replace("grant=\"mutate\" ", "grant=\"" + grant + "\",targets=\"" + pid + "\" "));
    }

    public Path home() {
        return folder.resolve("home");
    }

    long pid() {
        return server.pid();
    }

    String log() {
        try {
            return Files.exists(folder.resolve("server.log")) ? Files.readString(folder.resolve("server.log")) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What one line gave. */
    public record Result(int exit, String out, String err) {
        public List<String> lines() {
            return out.lines().toList();
        }
    }

    /** Runs one line as {@code ops} through the real {@code ssh}, without a terminal. */
    public Result ssh(String line) throws Exception {
        return sshAs("ops", line);
    }

    /** The same, with this on the standard input. */
    public Result sshWithInput(String line, String input) throws Exception {
        Process ssh = client("ops", List.of(), line);
        Drain out = new Drain(ssh.getInputStream());
        Drain err = new Drain(ssh.getErrorStream());
        try (var in = ssh.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
        }
        if (!ssh.waitFor(120, TimeUnit.SECONDS)) {
            ssh.destroyForcibly();
            throw new AssertionError("no end in 120 s: " + line + "\n" + out.text() + err.text() + log());
        }
        return new Result(ssh.exitValue(), out.end(), err.end());
    }

    /** Where what {@code ops} saves is kept. */
    public Path recordings() {
        return home().resolve("recordings").resolve("ops");
    }

    /** The lines of the audit. */
    public List<String> audit() throws IOException {
        return Files.readAllLines(home().resolve("audit.jsonl"));
    }

    /** Waits until a probe is on a JVM. */
    public void awaitProbe(long pid) throws Exception {
        Await.until("a probe", Duration.ofSeconds(60), () -> !ssh("@" + pid + " probes --json")
                .out()
                .isBlank());
    }

    /** Waits until none is. */
    public void awaitNoProbe(long pid) throws Exception {
        Await.until("no probe", Duration.ofSeconds(60), () -> ssh("@" + pid + " probes --json")
                .out()
                .isBlank());
    }

    /** Runs one line as another login. */
    public Result sshAs(String login, String line) throws Exception {
        Process ssh = client(login, List.of(), line);
        ssh.getOutputStream().close();
        Drain out = new Drain(ssh.getInputStream());
        Drain err = new Drain(ssh.getErrorStream());
        if (!ssh.waitFor(120, TimeUnit.SECONDS)) {
            ssh.destroyForcibly();
            throw new AssertionError("no end in 120 s: " + line + "\n" + out.text() + err.text() + log());
        }
        return new Result(ssh.exitValue(), out.end(), err.end());
    }

    /** Sends lines on standard input, as {@code ssh host < lines} does. */
    public Result sshLines(String lines) throws Exception {
        return sshLines(null, lines);
    }

    /** The same with a word on the command line, such as {@code --keep-going}. */
    public Result sshLines(@Nullable String word, String lines) throws Exception {
        Process ssh = client("ops", List.of("-T"), word);
        Drain out = new Drain(ssh.getInputStream());
        Drain err = new Drain(ssh.getErrorStream());
        try (var in = ssh.getOutputStream()) {
            in.write(lines.getBytes(StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            // it has heard enough
        }
        if (!ssh.waitFor(120, TimeUnit.SECONDS)) {
            ssh.destroyForcibly();
            throw new AssertionError("no end in 120 s: " + out.text() + err.text() + log());
        }
        return new Result(ssh.exitValue(), out.end(), err.end());
    }

    /** Runs one line that goes on until it is closed. */
    public Live live(String line) throws Exception {
        Live live = new Live(client("ops", List.of(), line));
        lives.add(live);
        return live;
    }

    /** Opens a session that reads its lines from whoever {@link Live#say says} them. */
    Live session() throws Exception {
        Live live = new Live(client("ops", List.of("-T"), null));
        lives.add(live);
        return live;
    }

    /** Opens the console: a session with a terminal, where Ctrl-C is a key. */
    Live console() throws Exception {
        Live live = new Live(client("ops", List.of("-tt", "-o", "SetEnv=NO_COLOR=1"), null));
        lives.add(live);
        return live;
    }

    /** The command line of the real {@code ssh} of a login, up to what is run. */
    public List<String> client(String login) throws IOException {
        return client(login, List.of());
    }

    private List<String> client(String login, List<String> options) throws IOException {
        List<String> command = new ArrayList<>(Arrays.asList(
                "ssh",
                "-F",
                "/dev/null",
                "-i",
                folder.resolve(login).toString(),
                "-p",
                Files.readString(home().resolve("port")).strip(),
                "-o",
                "IdentitiesOnly=yes",
                "-o",
                "BatchMode=yes",
                "-o",
                "LogLevel=ERROR",
                "-o",
                "StrictHostKeyChecking=accept-new",
                "-o",
                "UserKnownHostsFile=" + folder.resolve("known_hosts")));
        command.addAll(options);
        command.add(login + "@127.0.0.1");
        return command;
    }

    private Process client(String login, List<String> options, @Nullable String line) throws IOException {
        List<String> command = client(login, options);
        if (line != null) {
            command.add("--");
            command.add(line);
        }
        ProcessBuilder client = new ProcessBuilder(command);
        client.environment().put("TERM", "xterm-256color");
        return client.start();
    }

    /** Ends the server as {@code kill -9} does. */
    void kill() throws InterruptedException {
        server.destroyForcibly();
        server.waitFor();
    }

    /** Ends the server as {@code kill} does, and waits for it. */
    int terminate() throws InterruptedException {
        server.destroy();
        if (!server.waitFor(90, TimeUnit.SECONDS)) {
            throw new AssertionError("the server did not end: " + log());
        }
        return server.exitValue();
    }

    /** Sends a signal by name to the server. */
    void signal(String name) throws Exception {
        run(List.of("kill", "-" + name, Long.toString(server.pid())));
    }

    @Override
    public void close() throws Exception {
        for (Live live : lives) {
            live.close();
        }
        server.destroy();
        if (!server.waitFor(10, TimeUnit.SECONDS)) {
            kill();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** Runs a program to its end, which must be good, and gives what it said. */
    static String run(List<String> command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new AssertionError(command + " ended with " + process.exitValue() + ": " + said);
        }
        return said;
    }

    /** A line that is still running. */
    public static final class Live implements AutoCloseable {

        private final Process ssh;
        private final Drain out;
        private final Drain err;

        private Live(Process ssh) {
            this.ssh = ssh;
            this.out = new Drain(ssh.getInputStream());
            this.err = new Drain(ssh.getErrorStream());
        }

        long pid() {
            return ssh.pid();
        }

        boolean isAlive() {
            return ssh.isAlive();
        }

        String out() {
            return out.text();
        }

        String err() {
            return err.text();
        }

        /** Waits until so many lines have come on stdout. */
        void awaitLines(int count) throws Exception {
            Await.until(
                    count + " lines; there was '" + out() + "' and '" + err() + "'",
                    Duration.ofMinutes(3),
                    () -> out().lines().count() >= count);
        }

        /** Types a line; for a session that was opened without one. */
        public void say(String line) throws IOException {
            type(line + "\n");
        }

        /** Types no more than this. */
        void type(String text) throws IOException {
            ssh.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            ssh.getOutputStream().flush();
        }

        /** Waits for its end. */
        public Result await() throws Exception {
            if (!ssh.waitFor(120, TimeUnit.SECONDS)) {
                throw new AssertionError("no end: " + out() + err());
            }
            return new Result(ssh.exitValue(), out.end(), err.end());
        }

        public void signal(String name) throws Exception {
            run(List.of("kill", "-" + name, Long.toString(ssh.pid())));
        }

        @Override
        public void close() throws Exception {
            ssh.destroyForcibly();
            ssh.waitFor();
        }
    }

    /** Reads a stream to its end beside the test. */
    private static final class Drain {

        private final StringBuilder text = new StringBuilder();
        private final Thread thread;

        Drain(java.io.InputStream stream) {
            thread = new Thread(
                    () -> {
                        try (BufferedReader in =
                                new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                            char[] chunk = new char[8192];
                            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                                synchronized (text) {
                                    text.append(chunk, 0, n);
                                }
                            }
                        } catch (IOException e) {
                            // the client is gone
                        }
                    },
                    "drain");
            thread.setDaemon(true);
            thread.start();
        }

        String text() {
            synchronized (text) {
                return text.toString();
            }
        }

        String end() throws InterruptedException {
            thread.join(90_000);
            return text();
        }
    }
}
