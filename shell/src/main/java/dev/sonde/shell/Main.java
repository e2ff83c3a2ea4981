package dev.sonde.shell;

import dev.sonde.commands.Catalogue;
import dev.sonde.commands.Exit;
import dev.sonde.commands.Grant;
import dev.sonde.commands.catalogue.Commands;
import dev.sonde.commands.guard.Guards;
import dev.sonde.commands.output.Screen;
import dev.sonde.jvm.Host;
import dev.sonde.jvm.LocalHost;
import dev.sonde.jvm.SourcePlaces;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** {@code sonde serve}, {@code sonde version}, {@code sonde help}, and {@code sonde LINE} without SSH. */
public final class Main {

    private static final String USAGE = """
            usage: sonde serve [--home DIR] [--listen HOST:PORT] [--config FILE] [--beyond-loopback]
                   sonde [--home DIR] LINE      runs one line here, without SSH, such as: sonde ps
                   sonde version
                   sonde help
            """;

    private static final String SERVE = """
            usage: sonde serve [--home DIR] [--listen HOST:PORT] [--config FILE] [--beyond-loopback]

              --home DIR           where keys, settings and the audit are kept; default ~/.sonde
              --listen HOST:PORT   goes before the key 'listen' of the settings; port 0 takes a free one
              --config FILE        the settings; default DIR/sonde.yaml, which need not be there
              --beyond-loopback    needed when others can reach the address

            DIR/authorized_keys lists who may come in, in OpenSSH's format. Options of a line:
              grant="observe|instrument|suspend|mutate"   default observe
              targets="glob,…"                            over pids and names of JVMs; default all
              login="name"                                default: the comment of the key
              from="…", expiry-time="…", command="…", restrict, pty, no-pty   as OpenSSH does

            Settings (key, default, meaning):
            """;

    /** Set when we end by ourselves, so that what is done at a signal is not done. */
    private static volatile boolean ending;

    private Main() {}

    /** Ends the process with the exit code of what was asked. */
    public static void main(String[] args) {
        PrintStream out = utf8(FileDescriptor.out);
        PrintStream error = utf8(FileDescriptor.err);
        int exit;
        try {
            exit = run(List.of(args), out, error);
        } catch (StartError e) {
            error.println("sonde: " + e.getMessage());
            exit = Exit.FAILED;
        } catch (IllegalArgumentException e) {
            error.println("sonde: " + e.getMessage());
            error.print(USAGE);
            exit = Exit.USAGE;
        }
        out.flush();
        error.flush();
        ending = true;
        System.exit(exit);
    }

    private static int run(List<String> args, PrintStream out, PrintStream error) throws StartError {
        Deque<String> words = new ArrayDeque<>(args);
        Path home = Home.standard();
        if ("--home".equals(words.peek())) {
            words.remove();
            home = Path.of(value(words, "--home"));
        }
        String first = words.isEmpty() ? "help" : words.peek();
        switch (first) {
            case "serve" -> {
                words.remove();
                return serve(words, home, out, error);
            }
            case "version", "--version" -> {
                out.println("sonde " + version() + " on Java " + System.getProperty("java.version"));
                return Exit.DONE;
            }
            case "help", "--help", "-h" -> {
                if (words.size() <= 1) {
                    out.print(USAGE);
                    out.println();
                    out.println("commands of a LINE:");
                    for (Catalogue.Entry entry : Commands.all().entries()) {
                        out.printf("  %-12s %s%n", entry.name(), entry.description());
                    }
                    return Exit.DONE;
                }
            }
            default -> {}
        }
        return line(words, home, out, error);
    }

    private static int serve(Deque<String> words, Path standardHome, PrintStream out, PrintStream error)
            throws StartError {
        Path folder = standardHome;
        Optional<Path> config = Optional.empty();
        Optional<Endpoint> listen = Optional.empty();
        boolean beyond = false;
        while (!words.isEmpty()) {
            String option = words.remove();
            switch (option) {
                case "--home" -> folder = Path.of(value(words, option));
                case "--listen" -> listen = Optional.of(Endpoint.parse(value(words, option)));
                case "--config" -> config = Optional.of(Path.of(value(words, option)));
                case "--beyond-loopback" -> beyond = true;
                case "--help", "-h" -> {
                    out.print(SERVE);
                    out.print(Settings.explained());
                    return Exit.DONE;
                }
                default ->
                    throw new IllegalArgumentException("serve: '" + option
                            + "' is not known; --home, --listen, --config, --beyond-loopback, --help are");
            }
        }
        Home home = Home.open(folder, notice -> error.println("sonde: " + notice));
        LogFile.open(home);
        Settings settings = config.isPresent()
                ? SettingsFile.read(config.get())
                : Files.exists(home.settings()) ? SettingsFile.read(home.settings()) : Settings.standard();
        if (listen.isPresent()) {
            settings = settings.with(Settings.LISTEN, listen.get());
        }
        if (beyond) {
            settings = settings.with(Settings.ALLOW_BEYOND_LOOPBACK, true);
        }
        Server server = Server.start(home, settings, localHost(home, settings), Commands.all(), notice -> {
            error.println("sonde: " + notice);
            error.flush();
        });
        CountDownLatch ended = atEnd(server::close, Exit.DONE);
        sayReady(server, home, settings, out, error);
        try {
            ended.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Exit.DONE;
    }

    private static void sayReady(Server server, Home home, Settings settings, PrintStream out, PrintStream error) {
        String host = settings.get(Settings.LISTEN).host();
        out.println("ssh -p " + server.port() + " " + System.getProperty("user.name") + "@" + host);
        out.flush();
        error.println("sonde: the host key is " + server.fingerprint());
        if (server.keys() == 0) {
            error.println("sonde: nobody is let in until a key is listed; to let yourself in:");
            error.println("  (printf 'grant=\"mutate\" '; cat ~/.ssh/id_ed25519.pub) >> " + home.authorizedKeys()
                    + " && chmod 600 " + home.authorizedKeys());
        }
        error.flush();
    }

    /** Runs one line for the user of this process, through the same frame and into the same audit. */
    private static int line(Deque<String> words, Path folder, PrintStream out, PrintStream error) throws StartError {
        Home home = Home.open(folder, notice -> error.println("sonde: " + notice));
        LogFile.open(home);
        Settings settings = Files.exists(home.settings()) ? SettingsFile.read(home.settings()) : Settings.standard();
        Login login = new Login(localName(), "local", Grant.MUTATE, List.of("*"), true, false, Optional.empty());
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        ExecutorService threads = Executors.newCachedThreadPool();
        Host host = localHost(home, settings);
        try {
            Session session = new Session(
                    "p" + ProcessHandle.current().pid(),
                    login.name(),
                    "local",
                    Optional.empty(),
                    () -> Optional.of(login),
                    login,
                    host,
                    Belongings.of(login.name(), home, settings, unused -> Guards.NONE));
            session.hears(
                    new TypedInput(System.in, () -> System.in.available() > 0 ? System.in.read() : -1, isTerminal(0)));
            Cancellation cancellation = new Cancellation();
            CountDownLatch over = new CountDownLatch(1);
            CountDownLatch unused = atEnd(
                    () -> {
                        cancellation.cancel(Cancellation.Reason.INTERRUPTED);
                        try {
                            boolean ended = over.await(5, TimeUnit.SECONDS);
                            if (!ended) {
                                host.close();
                            }
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    },
                    Exit.INTERRUPTED);
            LineRunner runner = new LineRunner(Commands.all(), new Audit(home.audit()), settings, timer, threads);
            Screen screen = onTerminal() ? Screen.terminal(columns(), colour()) : Screen.pipe();
            Answer answer = new Answer(
                    new StreamOutlet(out, error), screen, false, settings.get(Settings.READER_PATIENCE), cancellation);
            int exit = runner.run(session, typed(new ArrayList<>(words)), answer);
            session.end();
            host.close();
            over.countDown();
            return exit;
        } catch (IOException e) {
            throw new StartError("home " + home.folder() + " cannot be used: " + e.getMessage(), e);
        } finally {
            timer.shutdownNow();
            threads.shutdownNow();
        }
    }

    /** One word is a line; several are its words, and are quoted as the line's own syntax wants. */
    private static String typed(List<String> words) {
        if (words.size() == 1) {
            return words.get(0);
        }
        List<String> quoted = new ArrayList<>();
        for (String word : words) {
            quoted.add(
                    word.matches("[A-Za-z0-9_@%+=:,./*?$<>()\\[\\]-]+")
                            ? word
                            : "'" + word.replace("'", "'\\''") + "'");
        }
        return String.join(" ", quoted);
    }

    private static String localName() {
        String name = System.getProperty("user.name");
        return Login.isName(name) ? name : "local";
    }

    /** Whether the standard output is a terminal. {@code System.console()} says nothing of that from JDK 22 on. */
    private static boolean onTerminal() {
        return isTerminal(1);
    }

    private static boolean isTerminal(int descriptor) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                    .toString()
                    .matches("/dev/(pts/|tty|console).*");
        } catch (IOException e) {
            return false;
        }
    }

    private static int columns() {
        String columns = System.getenv("COLUMNS");
        try {
            return columns == null ? 80 : Integer.parseInt(columns);
        } catch (NumberFormatException e) {
            return 80;
        }
    }

    private static boolean colour() {
        return System.getenv("NO_COLOR") == null && !"dumb".equals(System.getenv("TERM"));
    }

    private static Host localHost(Home home, Settings settings) throws StartError {
        try {
            return LocalHost.open(
                    home.folder(), settings.safeguards(), new SourcePlaces(settings.get(Settings.SOURCE_PATH)));
        } catch (IOException e) {
            throw new StartError("home " + home.folder() + " cannot be used: " + e.getMessage(), e);
        }
    }

    private static String version() {
        String version = Main.class.getPackage().getImplementationVersion();
        return version == null ? "(not packaged)" : version;
    }

    private static String value(Deque<String> words, String option) {
        String value = words.poll();
        if (value == null) {
            throw new IllegalArgumentException(option + ": a value is missing");
        }
        return value;
    }

    /**
     * Runs an action when the process is told to end, and then ends it with that exit code: after a signal the JVM would
     * give 128 and the signal's number, whatever was done.
     */
    private static CountDownLatch atEnd(Runnable action, int exit) {
        CountDownLatch never = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            if (!ending) {
                                action.run();
                                Runtime.getRuntime().halt(exit);
                            }
                        },
                        "sonde end"));
        return never;
    }

    private static PrintStream utf8(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), false, StandardCharsets.UTF_8);
    }
}
