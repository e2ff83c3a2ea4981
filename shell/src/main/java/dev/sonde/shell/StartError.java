package dev.sonde.shell;

/** Why the program does not start; the message is for the person who started it, lower case, with no full stop. */
final class StartError extends Exception {

    StartError(String message) {
        super(message);
    }

    StartError(String message, Throwable cause) {
        super(message, cause);
    }
}
