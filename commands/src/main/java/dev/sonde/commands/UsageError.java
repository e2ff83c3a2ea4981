package dev.sonde.commands;

/** The line is wrong (exit 2; the usage follows). Lower case, says what is accepted, no full stop. */
public final class UsageError extends Exception {

    public UsageError(String message) {
        super(message);
    }
}
