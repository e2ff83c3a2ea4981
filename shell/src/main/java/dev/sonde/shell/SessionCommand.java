package dev.sonde.shell;

import dev.sonde.commands.Debugger;
import dev.sonde.commands.Exit;
import dev.sonde.commands.debug.Telling;
import dev.sonde.commands.output.PeopleOutput;
import dev.sonde.commands.output.Screen;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.Signal;
import org.apache.sshd.server.channel.ChannelSession;
import org.jspecify.annotations.Nullable;

/**
 * What runs in one channel: a console when there is a terminal and no line, else the line that was sent, else the lines of
 * the standard input. It ties a {@link Session} to MINA's channel, and ends both together.
 */
final class SessionCommand extends ChannelCommand {

    private static final Logger LOG = Logger.getLogger(SessionCommand.class.getName());
    private static final String KEEP_GOING = "--keep-going";
    private static final int LONGEST_LINE_BYTES = 256 << 10;

    private final Sessions sessions;
    private final LineRunner runner;
    private final ExecutorService threads;
    private final Optional<String> sent;
    private final Session session;
    private final Login login;

    private @Nullable SessionChannel channel;
    private @Nullable ClientInput input;
    private final AtomicBoolean told = new AtomicBoolean();
    private volatile long lineEnded = System.nanoTime();
    private volatile boolean console;
    private boolean terminal;

    /** @param sent the line that came with {@code exec}; empty for a shell */
    SessionCommand(
            Sessions sessions,
            LineRunner runner,
            ExecutorService threads,
            Session session,
            Login login,
            Optional<String> sent) {
        this.sessions = sessions;
        this.runner = runner;
        this.threads = threads;
        this.session = session;
        this.login = login;
        this.sent = login.forced().isPresent() ? login.forced() : sent;
    }

    @Override
    public void setChannelSession(ChannelSession opened) {
        channel = (SessionChannel) opened;
        terminal = channel.hasTerminal();
        input = new ClientInput(terminal);
        opened.setDataReceiver(input); // before MINA sets its own
    }

    @Override
    public void start(ChannelSession opened, Environment environment) throws IOException {
        if (channel == null || input == null) {
            throw new IllegalStateException("the channel is not prepared");
        }
        SessionChannel mine = channel;
        ClientInput keys = input;
        ExitCallback told = callback();
        ChannelOutlet way = openOutlet();
        keys.onInterrupt(() -> session.cancel(Cancellation.Reason.INTERRUPTED));
        environment.addSignalListener(
                (source, signal) -> {
                    boolean unused = session.cancel(Cancellation.Reason.INTERRUPTED);
                },
                Signal.INT,
                Signal.TERM,
                Signal.HUP);
        sessions.began(this);
        threads.execute(() -> run(mine, keys, way, environment, told));
    }

    private void run(
            SessionChannel mine, ClientInput keys, ChannelOutlet way, Environment environment, ExitCallback told) {
        int exit = Exit.FAILED;
        try {
            exit = lines(keys, way, environment);
        } catch (RuntimeException | Error e) {
            LOG.log(Level.SEVERE, "session " + session.id() + " failed", e);
        } finally {
            try {
                session.end();
            } finally {
                sessions.ended(this);
                isOver();
                leave(mine, way, told, exit);
            }
        }
    }

    private void leave(SessionChannel mine, ChannelOutlet way, ExitCallback told, int exit) {
        boolean read = false;
        try {
            read = way.drain(sessions.settings().get(Settings.READER_PATIENCE));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (read) {
            told.onExit(exit);
        } else {
            way.close();
            mine.abandon(exit);
        }
    }

    private int lines(ClientInput keys, ChannelOutlet way, Environment environment) {
        boolean lines = sent.isPresent() ? sent.get().strip().equals(KEEP_GOING) : !terminal;
        if (!lines) {
            session.hears(new TypedInput(keys, keys::typed, terminal, screens(way, environment)));
        }
        if (sent.isPresent() && !lines) {
            return runLine(sent.get(), way, screen(environment));
        }
        if (sent.isEmpty() && terminal) {
            console = true;
            return new Console(session, login, runner, sessions, way, keys, environment, this::runLine).run();
        }
        return linesOfInput(keys, way, environment, sent.isPresent());
    }

    private Optional<TypedInput.Screens> screens(ChannelOutlet way, Environment environment) {
        boolean able = terminal
                && !Terminals.type(environment.getEnv().getOrDefault(Environment.ENV_TERM, "dumb"))
                        .equals("dumb");
        return able
                ? Optional.of((keys, closed) -> new SessionScreen(
                        way, environment, keys, !environment.getEnv().containsKey("NO_COLOR"), closed))
                : Optional.empty();
    }

    /** Runs in order and stops at the first that fails, unless told to keep going; that one's exit code is ours. */
    private int linesOfInput(ClientInput keys, ChannelOutlet way, Environment environment, boolean keepGoing) {
        int first = Exit.DONE;
        session.debugger().unattended(stands -> runner.later(() -> tell(stands, way, screen(environment))));
        try {
            for (String line = readLine(keys); line != null; line = readLine(keys)) {
                int exit = runLine(line, way, screen(environment));
                if (first == Exit.DONE) {
                    first = exit;
                }
                if ((exit != Exit.DONE && !keepGoing) || session.leaving()) {
                    break;
                }
            }
        } catch (IOException e) {
            LOG.log(Level.FINE, "the input of " + session.id() + " broke off", e);
        }
        return first;
    }

    /** A stop for which there are lines, while no command waits for it: as at a console. */
    private void tell(Debugger.Stands stands, Outlet way, Screen screen) {
        Answer answer = new Answer(
                way, screen, terminal, sessions.settings().get(Settings.READER_PATIENCE), new Cancellation());
        try (PeopleOutput output = new PeopleOutput(answer.data(), answer.rest(), answer.screen())) {
            Telling.tell(stands, session.debugger(), output);
            runner.atHit(session, stands, output);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** One line of the input, its end cut off; of one that is far too long as much as shows that it is. */
    private static @Nullable String readLine(ClientInput keys) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int b = keys.read();
        if (b < 0) {
            return null;
        }
        while (b >= 0 && b != '\n') {
            if (line.size() < LONGEST_LINE_BYTES) {
                line.write(b);
            }
            b = keys.read();
        }
        String text = line.toString(StandardCharsets.UTF_8);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    private int runLine(String line, Outlet way, Screen screen) {
        try {
            Answer answer = new Answer(
                    way, screen, terminal, sessions.settings().get(Settings.READER_PATIENCE), new Cancellation());
            return runner.run(session, line, answer);
        } finally {
            lineEnded = System.nanoTime();
        }
    }

    private Screen screen(Environment environment) {
        return terminal
                ? Screen.terminal(
                        Terminals.size(environment).getColumns(),
                        !environment.getEnv().containsKey("NO_COLOR"))
                : Screen.pipe();
    }

    /** The channel or its connection is closed: what runs ends. */
    @Override
    public void destroy(ChannelSession closed) {
        if (input != null) {
            input.close();
        }
        outlet().ifPresent(ChannelOutlet::close);
        boolean unused = session.cancel(Cancellation.Reason.CLOSED);
        threads.execute(session::end); // may take as long as the targets do, and this is MINA's thread
    }

    @Override
    public Session session() {
        return session;
    }

    @Override
    public Optional<Long> idleSince() {
        return console && !session.isRunning() && input != null
                ? Optional.of(Math.max(input.lastTyped(), lineEnded))
                : Optional.empty();
    }

    @Override
    public void end(String why) {
        if (told.getAndSet(true)) {
            return; // what it runs takes its time to end
        }
        outlet().ifPresent(way -> {
            String end = terminal ? "\r\n" : "\n";
            boolean unused = way.offer(
                    ((terminal ? "\r\n" : "") + "sonde: " + why + end).getBytes(StandardCharsets.UTF_8), !terminal);
        });
        session.leave();
        boolean unused = session.cancel(Cancellation.Reason.CLOSED);
        if (input != null) {
            input.close();
        }
    }
}
