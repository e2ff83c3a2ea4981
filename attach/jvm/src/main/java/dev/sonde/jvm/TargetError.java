package dev.sonde.jvm;

/**
 * The target said no, and the reader can do something about it. The message is lower case, says what was tried and what
 * would be accepted, and has no full stop.
 */
public class TargetError extends Exception {

    public TargetError(String message) {
        super(message);
    }

    public TargetError(String message, Throwable cause) {
        super(message, cause);
    }
}
