package dev.sonde.shell.web;

import dev.sonde.commands.Exit;

/** Why a request gets a sentence instead of what it asked for. */
final class Unanswered extends Exception {

    private final int status;

    Unanswered(int status, String why) {
        super(why);
        this.status = status;
    }

    /** What a line said that did not end well. */
    static Unanswered of(Visit.Said said) {
        String why = said.error().strip();
        return new Unanswered(
                switch (said.exit()) {
                    case Exit.USAGE -> Response.WRONG;
                    case Exit.NOT_GRANTED -> Response.NOT_GRANTED;
                    case Exit.GONE -> Response.GONE;
                    case Exit.OUT_OF_TIME -> Response.OUT_OF_TIME;
                    case Exit.INTERRUPTED -> Response.ENDED;
                    default -> Response.REFUSED;
                },
                why.isEmpty() ? "the line ended with exit code " + said.exit() : why);
    }

    Response response() {
        return Response.text(status, String.valueOf(getMessage()));
    }
}
