package dev.sonde.shell;

import dev.sonde.commands.output.Screen;
import dev.sonde.jvm.JvmProcess;
import dev.sonde.jvm.Target;
import dev.sonde.profile.ProfileStore;
import dev.sonde.shell.web.Visit;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The session of one {@linkplain WebChannel forwarded channel}, as the pages see it: what they ask of a JVM are lines. */
final class WebVisit implements Visit {

    /** As much is kept of what one line says. */
    private static final int MOST_BYTES = 64 << 20;

    private final Sessions sessions;
    private final LineRunner runner;
    private final Session session;

    WebVisit(Sessions sessions, LineRunner runner, Session session) {
        this.sessions = sessions;
        this.runner = runner;
        this.session = session;
    }

    Session session() {
        return session;
    }

    /** Whether the key is still listed, and may still see the pages. */
    boolean allowed() {
        return session.login().filter(Login::pages).isPresent();
    }

    @Override
    public String login() {
        return session.atFirst().name();
    }

    @Override
    public List<JvmProcess> visible() {
        return session.login()
                .map(login -> session.host().processes().stream()
                        .filter(login::reaches)
                        .toList())
                .orElse(List.of());
    }

    @Override
    public Optional<Long> selected() {
        return sessions.selected(session).map(target -> target.id().pid()).or(() -> {
            List<JvmProcess> all = visible();
            return all.size() == 1 ? Optional.of(all.get(0).id().pid()) : Optional.empty();
        });
    }

    @Override
    public ProfileStore profiles() {
        return session.profiles();
    }

    @Override
    public Said run(String line) {
        Gathered gathered = new Gathered();
        Answer answer = new Answer(
                gathered, Screen.pipe(), false, sessions.settings().get(Settings.READER_PATIENCE), new Cancellation());
        try {
            int exit = runner.run(session, line, answer);
            return new Said(exit, gathered.text(false), gathered.text(true));
        } finally {
            // A browser keeps its connection for minutes, which must not keep an agent in a target.
            for (Target target : session.openTargets()) {
                session.close(target);
            }
        }
    }

    /** The way out that ends in memory: bounded, what does not fit is dropped. */
    private static final class Gathered implements Outlet {

        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private final ByteArrayOutputStream error = new ByteArrayOutputStream();

        @Override
        public synchronized boolean offer(byte[] bytes, boolean toError) {
            if (out.size() + error.size() + bytes.length > MOST_BYTES) {
                return false;
            }
            (toError ? error : out).writeBytes(bytes);
            return true;
        }

        @Override
        public boolean isPlain() {
            return false;
        }

        synchronized String text(boolean ofError) {
            return (ofError ? error : out).toString(StandardCharsets.UTF_8);
        }

        @Override
        public boolean awaitRoom(int bytes, Duration patience, Wanted wanted) {
            return true;
        }

        @Override
        public boolean drain(Duration patience) {
            return true;
        }
    }
}
