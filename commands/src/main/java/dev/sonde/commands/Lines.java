package dev.sonde.commands;

import java.time.Duration;
import java.util.Optional;

/**
 * Lines that a command runs by itself, each through the very frame of a line that is typed: parsed, granted, in the audit, with
 * an exit code of its own. What they set belongs to this and not to the session, unless they run in the session itself; closing it ends
 * what runs and undoes it.
 * They end with the line that they are run for. Thread-safe.
 */
public interface Lines extends AutoCloseable {

    /** How a line ended: its exit code, and what was said of it when that is not 0. */
    record Ended(int exit, Optional<String> error) {}

    /**
     * Runs a line to its end.
     *
     * @param typed as a person would type it, with its target
     * @param output gets its rows and notices, on whatever thread they come
     * @param atMost after that it is ended, with {@link Exit#OUT_OF_TIME}
     */
    Ended run(String typed, Output output, Duration atMost);

    @Override
    void close();
}
