package dev.sonde.commands.play;

import dev.sonde.commands.BaseCommand;
import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.commands.output.Page;
import dev.sonde.commands.output.Prose;
import dev.sonde.commands.output.Style;
import dev.sonde.commands.output.Text;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code play list}: the playbooks there are. */
@Command(name = "play list", description = "list the playbooks: yours, the server's, and those that come with Sonde")
@Needs(Grant.OBSERVE)
@Example("play list")
final class PlayListCommand extends BaseCommand {

    /** One playbook. */
    record PlaybookRow(String name, String from, List<String> inputs, String about) implements Prose {

        private static final int NAME = 27;

        static PlaybookRow of(Library.Entry entry) {
            try {
                Playbook playbook = PlaybookReader.read(entry.file(), entry.text());
                return new PlaybookRow(
                        entry.name(),
                        entry.from(),
                        playbook.inputs().stream().map(PlaybookRow::shown).toList(),
                        playbook.about());
            } catch (PlaybookError e) {
                return new PlaybookRow(entry.name(), entry.from(), List.of(), Library.about(entry));
            }
        }

        private static String shown(Playbook.Input input) {
            return input.name() + input.preset().map(value -> "=" + value).orElse("");
        }

        @Override
        public String type() {
            return "playbook";
        }

        /** A sentence does not fit a column of a table. */
        @Override
        public void tell(Page page) {
            page.line(
                    new Text()
                            .add(name + " ".repeat(Math.max(1, NAME - name.length())), Style.STRONG)
                            .add(about)
                            .add(from.equals("sonde") ? "" : "  (" + from + "'s)", Style.FAINT),
                    NAME);
        }
    }

    @Override
    public void run(Context context) {
        Library.all(context).forEach(entry -> context.output().row(PlaybookRow.of(entry)));
        context.output().notice("play show PLAYBOOK shows one, play PLAYBOOK runs it");
    }
}
