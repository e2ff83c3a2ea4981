package dev.sonde.commands.output;

import dev.sonde.commands.Output;

/** An output that writes lines. Made for one line of one caller, closed when the command has ended. */
public interface Printer extends Output, AutoCloseable {

    /** Why the line failed, for the standard error: the message of a usage, target or other error. */
    void error(String message);

    /** Writes what was held back to be aligned. Idempotent; whatever comes later is written too. */
    @Override
    void close();
}
