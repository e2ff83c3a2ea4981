package dev.sonde.commands;

/** The line is wrong (exit 2). Lower case, says what is accepted, no full stop. */
public final class UsageError extends Exception {

    private final boolean usageHelps;

    /** The command's usage follows. */
    public UsageError(String message) {
        this(message, true);
    }

    private UsageError(String message, boolean usageHelps) {
        super(message);
        this.usageHelps = usageHelps;
    }

    /** One of which the message says all: the command itself was typed well. */
    public static UsageError withoutUsage(String message) {
        return new UsageError(message, false);
    }

    /** Whether the usage is worth showing. */
    public boolean usageHelps() {
        return usageHelps;
    }
}
