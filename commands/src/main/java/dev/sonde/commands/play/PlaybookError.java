package dev.sonde.commands.play;

import dev.sonde.commands.UsageError;
import java.util.List;

/** A playbook that is wrong: nothing of it was run. */
final class PlaybookError extends Exception {

    private final String file;
    private final List<Problem> problems;

    /** One thing that is wrong, and where. */
    record Problem(At at, String text) {}

    /** @param problems in the order of the file, never none */
    PlaybookError(String file, List<Problem> problems) {
        super(file + ":" + problems.get(0).at() + ": " + problems.get(0).text());
        this.file = file;
        this.problems = List.copyOf(problems);
    }

    String file() {
        return file;
    }

    List<Problem> problems() {
        return problems;
    }

    /** For a line that was to run it. */
    UsageError asUsageError() {
        int more = problems.size() - 1;
        return UsageError.withoutUsage(
                getMessage() + (more == 0 ? "" : "; and " + more + " more, which play check lists"));
    }
}
