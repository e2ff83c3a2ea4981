package dev.sonde.commands.session;

import dev.sonde.commands.BaseCommand;
import dev.sonde.commands.Catalogue;
import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.commands.Row;
import dev.sonde.commands.UsageError;
import dev.sonde.commands.output.Page;
import dev.sonde.commands.output.Prose;
import dev.sonde.commands.output.Shown;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code help}: what can be typed. */
@Command(name = "help", aliases = "?", description = "list the commands, or tell all about one")
@Needs(Grant.OBSERVE)
@Example("help")
@Example("help watch")
final class HelpCommand extends BaseCommand {

    private final Catalogue catalogue;

    @Parameters(paramLabel = "COMMAND", arity = "0..2", description = "the command to tell about")
    private List<String> command = List.of();

    HelpCommand(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    @Override
    public void run(Context context) throws UsageError {
        if (!command.isEmpty()) {
            context.output().row(CommandHelp.of(catalogue, String.join(" ", command)));
            return;
        }
        catalogue.entries().forEach(entry -> context.output().row(CommandLine.of(entry)));
        context.output().notice("COMMAND --help tells more of one");
        context.output().notice("@TARGET LINE runs a line on a target: a pid, a name, a glob");
    }

    /** One command of the list. */
    record CommandLine(
            String name,
            String description,
            Grant needs,
            @Shown(onlyJson = true) String synopsis) implements Row {

        static CommandLine of(Catalogue.Entry entry) {
            return new CommandLine(entry.name(), entry.description(), entry.needs(), entry.synopsis());
        }

        @Override
        public String type() {
            return "command";
        }
    }

    /** One command in full. */
    record CommandHelp(
            String name,
            String synopsis,
            String description,
            Grant needs,
            List<String> examples,
            @Shown(onlyTable = true) Catalogue catalogue)
            implements Prose {

        static CommandHelp of(Catalogue catalogue, String name) throws UsageError {
            Catalogue.Entry entry = catalogue.parse(List.of(name, "--help")).command();
            return new CommandHelp(
                    entry.name(), entry.synopsis(), entry.description(), entry.needs(), entry.examples(), catalogue);
        }

        @Override
        public String type() {
            return "command";
        }

        @Override
        public void tell(Page page) {
            try {
                catalogue.help(name, page.columns()).lines().forEach(page::line);
            } catch (UsageError e) {
                throw new IllegalStateException("the command was there a moment ago", e);
            }
        }
    }
}
