package dev.sonde.commands;

import java.time.Duration;

/** Tells a command that nobody wants it any more: Ctrl-C, a closed connection, the server going down. */
public interface Cancel {

    boolean cancelled();

    /**
     * Waits until cancelled or the time is over.
     *
     * @return whether it was cancelled
     */
    boolean await(Duration time);

    /** Runs {@code action} once when cancelled, at once if that was already; never twice. */
    void onCancel(Runnable action);
}
