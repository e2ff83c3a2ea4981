package dev.sonde.shell;

import dev.sonde.commands.Cancel;
import dev.sonde.commands.Exit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The end of one line from outside. No thread is interrupted: a thread that is interrupted while it uses the link of a
 * target closes that link for every session (a channel's {@code ClosedByInterruptException}).
 */
final class Cancellation implements Cancel {

    private static final Logger LOG = Logger.getLogger(Cancellation.class.getName());

    /** Why a line was ended. */
    enum Reason {
        /** Ctrl-C, or the client's signal. */
        INTERRUPTED(Exit.INTERRUPTED),
        OUT_OF_TIME(Exit.OUT_OF_TIME),
        /** The channel or connection is closed, or the server goes down. */
        CLOSED(Exit.INTERRUPTED);

        final int exit;

        Reason(int exit) {
            this.exit = exit;
        }
    }

    private @Nullable Reason reason;
    private List<Runnable> actions = new ArrayList<>();

    /** Ends the line, unless that was done before. */
    void cancel(Reason why) {
        List<Runnable> due;
        synchronized (this) {
            if (reason != null) {
                return;
            }
            reason = why;
            due = actions;
            actions = List.of();
            notifyAll();
        }
        due.forEach(Cancellation::run);
    }

    /** Why it was cancelled, when it was. */
    synchronized Reason reason() {
        return reason == null ? Reason.CLOSED : reason;
    }

    /** The exit code that this asks for, when it was cancelled. */
    synchronized OptionalInt exit() {
        return reason == null ? OptionalInt.empty() : OptionalInt.of(reason.exit);
    }

    @Override
    public synchronized boolean cancelled() {
        return reason != null;
    }

    @Override
    public synchronized boolean await(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        while (reason == null) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                break;
            }
            try {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        return reason != null;
    }

    @Override
    public void onCancel(Runnable action) {
        synchronized (this) {
            if (reason == null) {
                actions.add(action);
                return;
            }
        }
        run(action);
    }

    private static void run(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "what should end a line failed", e);
        }
    }
}
