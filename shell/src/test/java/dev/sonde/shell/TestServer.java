package dev.sonde.shell;

import dev.sonde.commands.Catalogue;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A server in a home of its own on a free loopback port, and the real {@code ssh} to talk to it. */
final class TestServer implements AutoCloseable {

    /** What a program wrote, and how it ended. */
    record Result(int exit, String out, String err) {}

    final PretendedHost host = new PretendedHost();
    final TestCommands commands = new TestCommands();
    final List<String> notices = new CopyOnWriteArrayList<>();
    final Path folder;
    final Home home;
    final Server server;

    private TestServer(Path folder, Settings settings, Catalogue catalogue) throws Exception {
        this.folder = Files.createDirectories(folder);
        this.home = Home.open(folder.resolve("home"), notices::add);
        this.server = Server.start(
                home,
                settings.with(Settings.LISTEN, new Endpoint("127.0.0.1", 0)),
                host,
                catalogue == NONE ? commands : catalogue,
                notices::add);
    }

    private static final Catalogue NONE = new TestCommands();

    /** A server that the key {@code alice} may come into, with the grant {@code instrument}. */
    static TestServer start(Path folder) throws Exception {
        return start(folder, quick());
    }

    static TestServer start(Path folder, Settings settings) throws Exception {
        TestServer started = new TestServer(folder, settings, NONE);
        started.key("alice");
        started.allow("grant=\"instrument\"", "alice");
        return started;
    }

    /** No penalties, since most tests fail to authenticate only once; and time for a client on a machine that has much else to do. */
    static Settings quick() {
        return Settings.standard()
                .with(Settings.PENALTY, SettingText.duration("0s"))
                .with(Settings.GRACE_TIME, SettingText.duration("5m"));
    }

    /** Makes a key pair; gives the private one's file. */
    Path key(String name) throws Exception {
        Path file = folder.resolve(name);
        if (!Files.exists(file)) {
            Result made = run(
                    List.of("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name + "@test", "-f", file.toString()),
                    "");
            if (made.exit != 0) {
                throw new AssertionError("ssh-keygen, of openssh-client, is needed: " + made);
            }
        }
        return file;
    }

    /** Lists a key, with options. */
    void allow(String options, String name) throws Exception {
        Path file = home.authorizedKeys();
        String line = options + " " + Files.readString(key(name).resolveSibling(name + ".pub"));
        String before = Files.exists(file) ? Files.readString(file) : "";
        list(before + line.strip() + "\n");
    }

    /** Replaces the list of keys. */
    void list(String lines) throws IOException {
        Path fresh = home.folder().resolve("fresh");
        Files.writeString(fresh, lines);
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-------"));
        Files.move(fresh, home.authorizedKeys(), StandardCopyOption.REPLACE_EXISTING);
    }

    /** The command line of the real client, up to what is run. */
    List<String> client(String key, String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "ssh",
                "-F",
                "none",
                "-p",
                Integer.toString(server.port()),
                "-i",
                key(key).toString(),
                "-o",
                "IdentitiesOnly=yes",
                "-o",
                "IdentityAgent=none",
                "-o",
                "StrictHostKeyChecking=no",
                "-o",
                "UserKnownHostsFile=" + folder.resolve("known_hosts"),
                "-o",
                "BatchMode=yes",
                "-o",
                "LogLevel=ERROR"));
        command.addAll(Arrays.asList(options));
        command.add("alice@127.0.0.1");
        return command;
    }

    /** Runs one line as alice, with nothing on the standard input. */
    Result ssh(String line) throws Exception {
        return sshAs("alice", line);
    }

    Result sshAs(String key, String line) throws Exception {
        List<String> command = client(key, "-n");
        command.add("--");
        command.add(line);
        return run(command, "");
    }

    /** Sends lines on the standard input, with what may stand on the command line. */
    public Result sshLines(String input, String... line) throws Exception {
        List<String> command = client("alice", "-T");
        if (line.length > 0) {
            command.add("--");
            command.addAll(Arrays.asList(line));
        }
        return run(command, input);
    }

    /** Runs any program to its end. */
    static Result run(List<String> command, String input) throws Exception {
        Process process = new ProcessBuilder(command).start();
        CompletableFuture<String> out = read(process.getInputStream());
        CompletableFuture<String> err = read(process.getErrorStream());
        try (OutputStream in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // it does not read
        }
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("does not end: " + command);
        }
        return new Result(process.exitValue(), out.get(), err.get());
    }

    private static CompletableFuture<String> read(InputStream stream) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try (stream) {
                        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
                    } catch (IOException e) {
                        return "";
                    }
                },
                action -> new Thread(action, "reader").start());
    }

    List<String> audit() throws IOException {
        return Files.exists(home.audit()) ? Files.readAllLines(home.audit()) : List.of();
    }

    @Override
    public void close() {
        server.close();
    }
}
