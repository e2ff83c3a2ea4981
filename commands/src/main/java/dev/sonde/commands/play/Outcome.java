package dev.sonde.commands.play;

import dev.sonde.commands.Exit;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** How a step or a run ended. */
enum Outcome {
    HELD(Exit.DONE, "✓"),
    SKIPPED(Exit.DONE, "–"),
    /** An expectation failed, or its line. */
    FAILED(Exit.FAILED, "✗"),
    /** What the check could not see: an expression of a probe that the target's classes refuse. */
    WRONG(Exit.USAGE, "✗"),
    /** The target is gone. */
    LOST(Exit.GONE, "✗"),
    REFUSED(Exit.NOT_GRANTED, "✗"),
    OUT_OF_TIME(Exit.FAILED, "✗"),
    /** From outside: Ctrl-C, the end of the session. */
    ENDED(Exit.INTERRUPTED, "✗");

    private final int exit;
    private final String mark;

    Outcome(int exit, String mark) {
        this.exit = exit;
        this.mark = mark;
    }

    int exit() {
        return exit;
    }

    String mark() {
        return mark;
    }

    boolean good() {
        return this == HELD || this == SKIPPED;
    }

    /** Whether nothing can run after it, whatever a step says of failing. */
    boolean last() {
        return this == LOST || this == ENDED;
    }

    /** Of a line that ended with this code. */
    static Outcome of(int exit) {
        return switch (exit) {
            case Exit.DONE -> HELD;
            case Exit.USAGE -> WRONG;
            case Exit.GONE -> LOST;
            case Exit.NOT_GRANTED -> REFUSED;
            case Exit.OUT_OF_TIME -> OUT_OF_TIME;
            case Exit.INTERRUPTED -> ENDED;
            default -> FAILED;
        };
    }

    /** What several come to: the worst of them; empty when all are good. */
    static Optional<Outcome> worst(List<Outcome> all) {
        return Stream.of(ENDED, REFUSED, WRONG, LOST, OUT_OF_TIME, FAILED)
                .filter(all::contains)
                .findFirst();
    }
}
