package dev.sonde.commands.profile;

import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.commands.TargetCommand;
import dev.sonde.commands.UsageError;
import dev.sonde.jvm.Profiling.Run;
import dev.sonde.jvm.Target;
import dev.sonde.jvm.TargetError;
import dev.sonde.profile.ProfileStore;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code profile stop}: ends what this login has started on the target, and keeps it. */
@Command(
        name = "profile stop",
        description = "end the profiles that this login has started on the target, and keep what was sampled")
@Needs(Grant.INSTRUMENT)
@Example("profile stop")
final class ProfileStopCommand extends TargetCommand {

    @Override
    protected void run(Target target, Context context) throws UsageError, TargetError {
        List<Run> runs = Background.of(context, target);
        if (runs.isEmpty()) {
            throw new TargetError("no profile of " + context.login() + " is being taken of " + target.name());
        }
        ProfileStore profiles = context.profiles();
        for (Run run : runs) {
            long number =
                    Keeping.stopAndKeep(profiles, run, "", profile -> profile).number();
            try {
                ProfileStore.Kept kept = Chosen.find(profiles, number);
                context.output().row(KeptRow.of(kept, profiles.summary(kept)));
            } catch (IOException e) {
                throw new TargetError("the profile cannot be read: " + e.getMessage(), e);
            }
        }
    }
}
