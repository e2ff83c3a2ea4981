package dev.sonde.commands;

/** The exit codes of a line. */
public final class Exit {
    public static final int DONE = 0;
    /** The target said no, or an expectation failed. */
    public static final int FAILED = 1;
    /** The line is wrong. */
    public static final int USAGE = 2;
    /** The target is gone. */
    public static final int GONE = 3;
    /** The login's grant is too low. */
    public static final int NOT_GRANTED = 4;

    public static final int OUT_OF_TIME = 124;
    public static final int INTERRUPTED = 130;

    private Exit() {}
}
