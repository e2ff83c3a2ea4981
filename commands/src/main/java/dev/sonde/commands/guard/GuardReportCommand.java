package dev.sonde.commands.guard;

import dev.sonde.commands.BaseCommand;
import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.commands.UsageError;
import dev.sonde.commands.output.Page;
import dev.sonde.commands.output.Prose;
import dev.sonde.jvm.TargetError;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code guard report}: the page that a guard has kept of a firing. */
@Command(name = "guard report", description = "give the report of a firing as it is kept, a page for a browser")
@Needs(Grant.OBSERVE)
@Example("guard report leaks")
final class GuardReportCommand extends BaseCommand {

    @Parameters(index = "0", paramLabel = "GUARD", description = "as guards lists it")
    private String name = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "NUMBER",
            description = "of the firing, as guard show tells it; the last that has a report unless given")
    private Optional<Integer> number = Optional.empty();

    @Override
    public void run(Context context) throws UsageError, TargetError {
        List<Fired> fired = GuardStopCommand.named(context, name).fired();
        Fired wanted = null;
        for (Fired each : fired) {
            if (each.report().isPresent() && (number.isEmpty() || number.get() == each.number())) {
                wanted = each;
            }
        }
        if (wanted == null && number.isPresent()) {
            throw new TargetError(
                    name + " has kept no report of #" + number.get() + "; guard show " + name + " tells when it fired");
        }
        if (wanted == null) {
            context.output().notice(name + " has kept no report yet");
            return;
        }
        try {
            context.output()
                    .row(new ReportText(
                            name,
                            wanted.number(),
                            context.guards().report(name, wanted.report().orElse(""))));
        } catch (IOException e) {
            throw new TargetError("the report of #" + wanted.number() + " is gone: " + e.getMessage(), e);
        }
    }

    /** The page, line by line. */
    record ReportText(String guard, long number, List<String> lines) implements Prose {
        @Override
        public String type() {
            return "report";
        }

        @Override
        public void tell(Page page) {
            lines.forEach(page::line);
        }
    }
}
