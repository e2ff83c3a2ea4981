package dev.sonde.shell;

import dev.sonde.commands.Context.PastLine;
import dev.sonde.commands.Debugger;
import dev.sonde.commands.Exit;
import dev.sonde.commands.catalogue.Completion;
import dev.sonde.commands.debug.Telling;
import dev.sonde.commands.output.PeopleOutput;
import dev.sonde.commands.output.SafeText;
import dev.sonde.commands.output.Screen;
import dev.sonde.jvm.Target;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.Signal;
import org.jline.keymap.KeyMap;
import org.jline.reader.Binding;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.LineReaderImpl;
import org.jline.reader.impl.history.DefaultHistory;
import org.jline.terminal.Attributes;
import org.jline.terminal.Attributes.InputFlag;
import org.jline.terminal.Attributes.LocalFlag;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.ExternalTerminal;

/**
 * A person at a terminal: prompt, line editor, history, completion.
 *
 * <p>The line editor runs over the channel itself ({@link ExternalTerminal}); JLine's {@code TerminalBuilder.streams} would
 * open a real pseudo-terminal and three threads for each session. Its input holds 1,024 bytes and blocks behind them,
 * which is why {@link ClientInput} looks for Ctrl-C before the bytes get there. While a line runs nothing is echoed.
 */
final class Console {

    private static final Logger LOG = Logger.getLogger(Console.class.getName());

    /** What Ctrl-C means where nothing is typed and a thread stands: nobody is to wait for this person any more. */
    private static final String ENOUGH = "continue --all --disable";

    /** Runs a line that was typed. */
    interface Runner {
        int run(String line, Outlet outlet, Screen screen);
    }

    /** Key maps by terminal type: they are never changed, and are most of what a line editor weighs. */
    private static final Map<String, Map<String, KeyMap<Binding>>> KEY_MAPS = new ConcurrentHashMap<>();

    private final Session session;
    private final Login login;
    private final LineRunner lines;
    private final Sessions sessions;
    private final Outlet outlet;
    private final ClientInput input;
    private final Environment environment;
    private final Runner runner;

    Console(
            Session session,
            Login login,
            LineRunner lines,
            Sessions sessions,
            Outlet outlet,
            ClientInput input,
            Environment environment,
            Runner runner) {
        this.session = session;
        this.login = login;
        this.lines = lines;
        this.sessions = sessions;
        this.outlet = outlet;
        this.input = input;
        this.environment = environment;
        this.runner = runner;
    }

    /** Until the person leaves; gives the exit code of the session. */
    int run() {
        String type = environment.getEnv().getOrDefault(Environment.ENV_TERM, "dumb");
        try (ExternalTerminal terminal = new ExternalTerminal(
                null,
                "sonde",
                type,
                input,
                new ToOutlet(outlet, sessions.settings().get(Settings.READER_PATIENCE)),
                StandardCharsets.UTF_8,
                Terminal.SignalHandler.SIG_IGN,
                true)) {
            prepare(terminal);
            terminal.resume();
            terminal.writer().print(greeting());
            terminal.writer().flush();
            loop(terminal);
            return Exit.DONE;
        } catch (IOException e) {
            throw new UncheckedIOException("the terminal failed", e);
        }
    }

    /** Raw, so that nothing is echoed twice: the editor shows what is typed when it is its turn. */
    private void prepare(ExternalTerminal terminal) {
        Attributes attributes = terminal.getAttributes();
        attributes.setLocalFlag(LocalFlag.ECHO, false);
        attributes.setLocalFlag(LocalFlag.ICANON, false);
        attributes.setLocalFlag(LocalFlag.IEXTEN, false);
        attributes.setInputFlag(InputFlag.ICRNL, false);
        attributes.setInputFlag(InputFlag.IXON, false);
        terminal.setAttributes(attributes);
        terminal.setSize(Terminals.size(environment));
        // A Ctrl-C that came while the editor had the keys, after the line that it was typed behind had begun.
        terminal.handle(Terminal.Signal.INT, signal -> {
            boolean unused = session.cancel(Cancellation.Reason.INTERRUPTED);
        });
        environment.addSignalListener(
                (source, signal) -> {
                    terminal.setSize(Terminals.size(environment));
                    terminal.raise(Terminal.Signal.WINCH);
                },
                Signal.WINCH);
    }

    private void loop(ExternalTerminal terminal) throws IOException {
        Editor editor = new Editor(terminal);
        DefaultHistory history = new DefaultHistory();
        editor.setHistory(history);
        editor.setVariable(
                LineReader.HISTORY_SIZE, Math.max(1, sessions.settings().get(Settings.HISTORY_LINES)));
        LineCompletion completion = new LineCompletion(this::complete);
        editor.setParser(completion);
        editor.setCompleter(completion);
        editor.setOpt(LineReader.Option.DISABLE_EVENT_EXPANSION); // a ! is no history reference
        editor.unsetOpt(LineReader.Option.AUTO_MENU); // a second tab lists again, as in a shell, and picks nothing
        for (PastLine line : session.history()) {
            history.add(line.time(), line.line());
        }
        LineHistory kept = sessions.belongings(login.name()).history();
        InTurn telling = new InTurn(lines::later);
        session.debugger().tell(news -> telling.run(() -> announce(editor, terminal, news)));
        Runnable end = lines.eachSecond(() -> {
            if (!session.isRunning()
                    && session.selected()
                            .map(this::standing)
                            .filter(text -> !text.isEmpty())
                            .isPresent()) {
                editor.show(prompt());
            }
        });
        try {
            loop(terminal, editor, kept);
        } finally {
            end.run();
            session.debugger().tell(null);
        }
    }

    private void loop(ExternalTerminal terminal, Editor editor, LineHistory kept) throws IOException {
        while (!session.leaving()) {
            String line;
            try {
                line = editor.readLine(prompt());
            } catch (UserInterruptException e) {
                if (!e.getPartialLine().isBlank() || !anyStands()) {
                    continue;
                }
                line = ENOUGH;
                terminal.writer().println("Ctrl-C: " + line);
                terminal.writer().flush();
            } catch (EndOfFileException e) {
                return;
            }
            kept.add(line.strip());
            if (line.isBlank()) {
                continue;
            }
            input.hold();
            try {
                if (runner.run(line, outlet, screen(terminal)) == Exit.INTERRUPTED) {
                    forgetTypedAhead(terminal);
                }
            } finally {
                input.release();
            }
        }
    }

    /** Whoever types Ctrl-C means the lines that wait behind this one too; the editor has read some of them already. */
    private static void forgetTypedAhead(Terminal terminal) throws IOException {
        while (terminal.reader().peek(1) >= 0) {
            int unused = terminal.reader().read();
        }
    }

    private List<Completion.Candidate> complete(List<String> words) {
        try {
            return lines.tabs().complete(session, words);
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "completion failed", e);
            return List.of();
        }
    }

    private Screen screen(Terminal terminal) {
        return Screen.terminal(terminal.getSize().getColumns(), colour());
    }

    private boolean colour() {
        return !environment.getEnv().containsKey("NO_COLOR");
    }

    /**
     * Tells above the line that is being typed what happens at a breakpoint, and shows the thread and its time in the prompt.
     * On a thread of its own, because it asks the target.
     */
    private void announce(Editor editor, Terminal terminal, Debugger.News news) {
        List<String> told = new ArrayList<>();
        try (PeopleOutput output = new PeopleOutput(told::add, told::add, screen(terminal))) {
            Telling.tell(news, session.debugger(), output);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "a stop could not be told", e);
        }
        show(editor, told);
        if (news instanceof Debugger.Stands stands && !stands.at().lines().isEmpty()) {
            lines.later(() -> atHit(editor, terminal, stands));
        }
    }

    /** Out of turn: while these lines run it is told what else happens. */
    private void atHit(Editor editor, Terminal terminal, Debugger.Stands stands) {
        List<String> said = Collections.synchronizedList(new ArrayList<>());
        try (PeopleOutput output = new PeopleOutput(said::add, said::add, screen(terminal))) {
            lines.atHit(session, stands, output);
        }
        show(editor, said);
    }

    private void show(Editor editor, List<String> told) {
        try {
            if (!told.isEmpty()) {
                editor.printAbove(String.join("\n", told));
            }
            editor.show(prompt());
        } catch (RuntimeException e) {
            // the person has left meanwhile
        }
    }

    /** JLine obeys a % in a prompt: {@code %2000000000Px}, as the name of a JVM, would fill the heap with x. */
    private String prompt() {
        String at = session.selected()
                .map(target -> SafeText.of(target.name()).replace("%", "%%") + "@" + target.id() + standing(target))
                .orElse("sonde");
        return colour() ? "\u001b[1m" + at + ">\u001b[0m " : at + "> ";
    }

    private boolean anyStands() {
        return session.selected()
                .flatMap(target -> session.debugger().current(target.id()))
                .isPresent();
    }

    /** {@code  worker-3 27s}: who stands, and how long yet. */
    private String standing(Target target) {
        return session.debugger()
                .current(target.id())
                .map(stop -> " " + SafeText.of(clipped(stop.thread())).replace("%", "%%") + " "
                        + (stop.left().toMillis() + 999) / 1_000 + "s")
                .orElse("");
    }

    private static String clipped(String name) {
        return name.length() <= 24 ? name : name.substring(0, 23) + "…";
    }

    private String greeting() {
        String what = login.grant().name().toLowerCase(Locale.ROOT);
        String where = login.reachesAll() ? "every JVM" : String.join(", ", login.targets());
        return "sonde: you are " + login.name() + ", with the grant " + what + " on " + SafeText.of(where) + jvms()
                + "\nps lists them, @NAME or @PID selects one, help lists the "
                + lines.catalogue().entries().size() + " commands\n";
    }

    private String jvms() {
        long count = session.host().processes().stream().filter(login::reaches).count();
        return count == 1 ? "; 1 JVM runs" : "; " + count + " JVMs run";
    }

    /** JLine's editor with key maps that sessions share: 0.15 MB a session and not 0.42. */
    private static final class Editor extends LineReaderImpl {

        Editor(Terminal terminal) throws IOException {
            super(terminal, "sonde", null);
        }

        /** Another prompt before what is being typed. */
        void show(String another) {
            if (isReading()) {
                setPrompt(another);
                callWidget(LineReader.REDISPLAY);
            }
        }

        @Override
        public Map<String, KeyMap<Binding>> defaultKeyMaps() {
            return KEY_MAPS.computeIfAbsent(terminal.getType(), any -> super.defaultKeyMaps());
        }
    }

    /** The terminal's bytes, one piece for each flush. */
    private static final class ToOutlet extends OutputStream {
        private final Outlet outlet;
        private final Duration patience;
        private byte[] bytes = new byte[256];
        private int count;

        ToOutlet(Outlet outlet, Duration patience) {
            this.outlet = outlet;
            this.patience = patience;
        }

        @Override
        public synchronized void write(int b) {
            if (count == bytes.length) {
                bytes = Arrays.copyOf(bytes, count * 2);
            }
            bytes[count++] = (byte) b;
        }

        @Override
        public synchronized void flush() {
            if (count == 0) {
                return;
            }
            byte[] piece = Arrays.copyOf(bytes, count);
            count = 0;
            bytes = bytes.length > 16 << 10 ? new byte[256] : bytes;
            try {
                if (outlet.awaitRoom(piece.length, patience, () -> true)) {
                    boolean unused = outlet.offer(piece, false);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
