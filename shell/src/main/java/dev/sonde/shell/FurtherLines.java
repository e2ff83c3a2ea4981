package dev.sonde.shell;

import dev.sonde.commands.Lines;
import dev.sonde.commands.Output;
import dev.sonde.commands.Row;
import dev.sonde.commands.output.Printer;
import dev.sonde.commands.output.Screen;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The lines that one line runs, through the same {@link LineRunner} as every other: in a session of their own, so that whatever they
 * set is gone when that ends, or in the very session that asks.
 */
final class FurtherLines implements Lines {

    private static final Duration ANY = Duration.ofDays(30);

    private final LineRunner runner;
    private final Session session;
    private final boolean own;
    private final ScheduledExecutorService timer;
    private final Set<Cancellation> running = new HashSet<>();
    private Cancellation.@Nullable Reason ended;

    /**
     * In a session.
     *
     * @param own whether the session is theirs alone, and ends with them
     * @param asking the end of the line that these are run for, which is theirs too
     */
    FurtherLines(LineRunner runner, Session session, boolean own, Cancellation asking, ScheduledExecutorService timer) {
        this.runner = runner;
        this.session = session;
        this.own = own;
        this.timer = timer;
        asking.onCancel(() -> end(asking.reason()));
    }

    @Override
    public Ended run(String typed, Output output, Duration atMost) {
        Cancellation cancellation = new Cancellation();
        Cancellation.Reason over;
        synchronized (this) {
            over = ended;
            running.add(cancellation);
        }
        if (over != null) {
            cancellation.cancel(over);
        }
        ScheduledFuture<?> deadline = atMost.compareTo(ANY) >= 0
                ? null
                : timer.schedule(
                        () -> cancellation.cancel(Cancellation.Reason.OUT_OF_TIME),
                        atMost.toNanos(),
                        TimeUnit.NANOSECONDS);
        Said said = new Said();
        try {
            Answer answer = new Answer(said, Screen.pipe(), false, Duration.ZERO, cancellation);
            int exit = runner.run(session, typed, answer, (json, label, ofSeveral) -> new Handing(output, said));
            return new Ended(exit, said.first());
        } finally {
            if (deadline != null) {
                deadline.cancel(false);
            }
            synchronized (this) {
                running.remove(cancellation);
            }
        }
    }

    private void end(Cancellation.Reason why) {
        List<Cancellation> due;
        synchronized (this) {
            if (ended == null) {
                ended = why;
            }
            due = List.copyOf(running);
        }
        due.forEach(each -> each.cancel(why));
    }

    @Override
    public void close() {
        end(Cancellation.Reason.CLOSED);
        if (own) {
            session.end();
        }
    }

    /** What the frame says of a line, besides its rows: why it was refused, an internal error. */
    private static final class Said implements Outlet {
        private static final int MOST = 20;
        private final List<String> lines = new ArrayList<>();

        @Override
        public synchronized boolean offer(byte[] bytes, boolean toError) {
            if (lines.size() < MOST) {
                lines.add(new String(bytes, StandardCharsets.UTF_8).stripTrailing());
            }
            return true;
        }

        @Override
        public boolean isPlain() {
            return false;
        }

        synchronized void error(String message) {
            lines.add(0, message);
        }

        synchronized Optional<String> first() {
            return lines.stream().findFirst();
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

    /** Hands rows on, and keeps the error. */
    private record Handing(Output output, Said said) implements Printer {
        @Override
        public void row(Row row) {
            output.row(row);
        }

        @Override
        public void notice(String text) {
            output.notice(text);
        }

        @Override
        public void notice(String text, Map<String, Long> counts) {
            output.notice(text, counts);
        }

        @Override
        public void error(String message) {
            said.error(message);
        }

        @Override
        public void close() {}
    }
}
