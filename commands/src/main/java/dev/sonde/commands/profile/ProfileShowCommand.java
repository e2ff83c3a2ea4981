package dev.sonde.commands.profile;

import dev.sonde.commands.BaseCommand;
import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.commands.UsageError;
import dev.sonde.jvm.TargetError;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code profile show}: what a profile is, apart from its samples. */
@Command(
        name = "profile show",
        description = "tell what a profile is: of what, when, how it was sampled, what it cannot see")
@Needs(Grant.OBSERVE)
@Example("profile show")
final class ProfileShowCommand extends BaseCommand {

    @Parameters(index = "0", arity = "0..1", paramLabel = "PROFILE", description = LookCommand.PROFILE)
    private Optional<String> choice = Optional.empty();

    @Override
    public void check() throws UsageError {
        if (choice.isPresent()) {
            Chosen.check(choice.get());
        }
    }

    @Override
    public void run(Context context) throws UsageError, TargetError {
        context.output().row(DescriptionRow.of(Chosen.of(context, choice, Optional.empty())));
    }
}
