package dev.sonde.commands.session;

import dev.sonde.commands.BaseCommand;
import dev.sonde.commands.Catalogue;
import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Line;
import dev.sonde.commands.Needs;
import dev.sonde.commands.UsageError;
import dev.sonde.commands.output.Page;
import dev.sonde.commands.output.Prose;
import dev.sonde.commands.output.Shown;
import dev.sonde.commands.output.Style;
import dev.sonde.commands.output.Text;
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

    @Parameters(paramLabel = "COMMAND", arity = "0..3", description = "the command to tell about")
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
        catalogue.groups().forEach(group -> context.output().row(CommandGroup.of(group)));
        context.output().notice("COMMAND --help tells more of one");
        context.output().notice("@TARGET LINE runs a line on a target: a pid, a name, a glob");
    }

    /** Some commands of the list; {@code record list} and its like are named beside their first word. */
    record CommandGroup(String group, List<Summary> commands) implements Prose {

        /** One command of the list. */
        record Summary(String name, String description, Grant needs, String synopsis) {}

        private static final int NAMES = 16;

        CommandGroup {
            commands = List.copyOf(commands);
        }

        static CommandGroup of(Catalogue.Group group) {
            return new CommandGroup(
                    group.title(),
                    group.entries().stream()
                            .map(entry ->
                                    new Summary(entry.name(), entry.description(), entry.needs(), entry.synopsis()))
                            .toList());
        }

        @Override
        public String type() {
            return "commands";
        }

        @Override
        public void tell(Page page) {
            page.line(new Text().add(group, Style.STRONG));
            for (Summary each : commands) {
                if (each.name.indexOf(' ') < 0) {
                    page.line(
                            new Text()
                                    .add("  " + each.name + " ".repeat(Math.max(1, NAMES - 2 - each.name.length())))
                                    .add(each.description)
                                    .add(below(each.name), Style.FAINT),
                            NAMES);
                }
            }
        }

        private String below(String name) {
            List<String> second = commands.stream()
                    .map(Summary::name)
                    .filter(each -> each.startsWith(name + " "))
                    .map(each -> each.substring(name.length() + 1))
                    .toList();
            return second.isEmpty() ? "" : "; also " + name + " " + String.join(", ", second);
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
            Catalogue.Entry entry = catalogue.parse(Line.of(name, "--help")).command();
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
