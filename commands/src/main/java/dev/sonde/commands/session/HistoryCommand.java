package dev.sonde.commands.session;

import dev.sonde.commands.BaseCommand;
import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.commands.Row;
import dev.sonde.commands.UsageError;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code history}: what this login has typed. */
@Command(name = "history", description = "list the lines that this login has typed, newest last")
@Needs(Grant.OBSERVE)
@Example("history --last 10")
final class HistoryCommand extends BaseCommand {

    @Option(names = "--last", paramLabel = "N", description = "how many lines", defaultValue = "50")
    private int last;

    @Override
    public void check() throws UsageError {
        if (last == 0) {
            throw new UsageError("--last: '0' is not a count from 1 on");
        }
    }

    @Override
    public void run(Context context) {
        List<Context.PastLine> lines = context.history();
        lines.subList(Math.max(0, lines.size() - last), lines.size())
                .forEach(past -> context.output().row(new Typed(past.time(), past.line())));
    }

    record Typed(Instant time, String line) implements Row {
        @Override
        public String type() {
            return "line";
        }
    }
}
