package dev.sonde.commands.play;

import dev.sonde.commands.BaseCommand;
import dev.sonde.commands.Catalogue;
import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.commands.UsageError;
import dev.sonde.commands.play.PlayNewCommand.SavedPlaybook;
import dev.sonde.jvm.TargetError;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code play save}: a playbook that was written elsewhere, kept among the login's own. */
@Command(
        name = "play save",
        description =
                "keep the playbook that comes on the standard input, under its own name, if nothing is wrong with it")
@Needs(Grant.OBSERVE)
@Example("play save --replace")
final class PlaySaveCommand extends BaseCommand {

    private final Catalogue catalogue;

    @Option(names = "--replace", description = "in the place of the one of yours that has its name")
    private boolean replace;

    PlaySaveCommand(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    @Override
    public void run(Context context) throws UsageError, TargetError, ExpectationFailed {
        Library.Entry entry = Library.named(context, Optional.empty());
        try {
            CheckedPlaybook playbook = Checker.check(catalogue, PlaybookReader.read(entry.file(), entry.text()));
            context.output().row(SavedPlaybook.save(context, playbook.written().name(), entry.text(), replace));
        } catch (PlaybookError e) {
            throw e.tell(context.output());
        }
    }
}
