package dev.sonde.commands.play;

import dev.sonde.commands.BaseCommand.ExpectationFailed;
import dev.sonde.commands.Exit;
import dev.sonde.commands.Output;
import dev.sonde.commands.UsageError;
import java.util.List;

/** A playbook, or a guard, that is wrong: nothing of it was run. */
public final class PlaybookError extends Exception {

    private final String file;
    private final List<Problem> problems;

    /** One thing that is wrong, and where. */
    public record Problem(At at, String text) {}

    /** @param problems in the order of the file, never none */
    PlaybookError(String file, List<Problem> problems) {
        super(file + ":" + problems.get(0).at() + ": " + problems.get(0).text());
        this.file = file;
        this.problems = List.copyOf(problems);
    }

    public String file() {
        return file;
    }

    public List<Problem> problems() {
        return problems;
    }

    /** Hands over all that is wrong, and gives what such a line ends with. */
    public ExpectationFailed tell(Output output) {
        problems.forEach(problem -> output.row(
                new ProblemRow(file, problem.at().line(), problem.at().column(), problem.text())));
        int count = problems.size();
        return new ExpectationFailed(count + (count == 1 ? " thing is wrong" : " things are wrong"), Exit.USAGE);
    }

    /** For a line that was to run it. */
    UsageError asUsageError() {
        return asUsageError("play check");
    }

    /**
     * For a line that was to run it.
     *
     * @param lists what tells all of them
     */
    public UsageError asUsageError(String lists) {
        int more = problems.size() - 1;
        return UsageError.withoutUsage(
                getMessage() + (more == 0 ? "" : "; and " + more + " more, which " + lists + " lists"));
    }
}
