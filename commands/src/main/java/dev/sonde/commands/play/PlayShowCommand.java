package dev.sonde.commands.play;

import dev.sonde.commands.BaseCommand;
import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.commands.UsageError;
import dev.sonde.commands.output.Page;
import dev.sonde.commands.output.Prose;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code play show}: a playbook as it is written. */
@Command(
        name = "play show",
        description = "show a playbook as it is written: its use, a sample of its output, its steps")
@Needs(Grant.OBSERVE)
@Example("play show deadlock")
final class PlayShowCommand extends BaseCommand {

    @Parameters(paramLabel = "PLAYBOOK", description = "its name")
    private String name = "";

    @Override
    public void run(Context context) throws UsageError {
        Library.Entry entry = Library.find(context, name);
        context.output()
                .row(new PlaybookText(
                        entry.name(), entry.from(), entry.text().lines().toList()));
    }

    /** Its lines. */
    record PlaybookText(String name, String from, List<String> lines) implements Prose {
        @Override
        public String type() {
            return "playbookText";
        }

        @Override
        public void tell(Page page) {
            lines.forEach(page::line);
        }
    }
}
