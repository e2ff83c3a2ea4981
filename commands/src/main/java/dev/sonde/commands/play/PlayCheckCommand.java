package dev.sonde.commands.play;

import dev.sonde.commands.BaseCommand;
import dev.sonde.commands.Catalogue;
import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.commands.Row;
import dev.sonde.commands.UsageError;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code play check}: everything that is wrong with a playbook, each with its place. */
@Command(name = "play check", description = "check a playbook: lines, names, expressions; lists all that is wrong")
@Needs(Grant.OBSERVE)
@Example("play check deadlock")
final class PlayCheckCommand extends BaseCommand {

    private final Catalogue catalogue;

    @Parameters(
            paramLabel = "PLAYBOOK",
            arity = "0..1",
            description = "its name; without one, or for -, it comes on the standard input")
    private Optional<String> name = Optional.empty();

    PlayCheckCommand(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    @Override
    public void run(Context context) throws UsageError, ExpectationFailed {
        Library.Entry entry = Library.named(context, name);
        try {
            CheckedPlaybook playbook = Checker.check(catalogue, PlaybookReader.read(entry.file(), entry.text()));
            context.output()
                    .row(new Sound(
                            entry.file(),
                            playbook.written().name(),
                            (int) playbook.all().count(),
                            playbook.needs()));
        } catch (PlaybookError e) {
            throw e.tell(context.output());
        }
    }

    /** A playbook of which nothing is wrong. */
    record Sound(String file, String name, int steps, Grant needs) implements Row {
        @Override
        public String type() {
            return "checked";
        }
    }
}
