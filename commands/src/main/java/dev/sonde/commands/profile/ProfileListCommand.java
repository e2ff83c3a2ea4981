package dev.sonde.commands.profile;

import dev.sonde.commands.BaseCommand;
import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.jvm.TargetError;
import dev.sonde.profile.ProfileStore;
import dev.sonde.profile.ProfileStore.Kept;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code profile list}: the profiles that this login keeps. */
@Command(name = "profile list", description = "list the profiles that this login keeps")
@Needs(Grant.OBSERVE)
@Example("profile list")
final class ProfileListCommand extends BaseCommand {

    @Option(names = "-n", paramLabel = "N", description = "the most to list, the newest", defaultValue = "50")
    private int most;

    @Override
    public void run(Context context) throws TargetError {
        ProfileStore profiles = context.profiles();
        try {
            List<Kept> all = profiles.all();
            if (all.isEmpty()) {
                context.output().notice("no profile is kept; profile cpu takes one");
            }
            for (Kept kept : all.subList(Math.max(0, all.size() - most), all.size())) {
                try {
                    context.output().row(KeptRow.of(kept, profiles.summary(kept)));
                } catch (IOException e) {
                    context.output().notice("#" + kept.number() + " cannot be read: " + e.getMessage());
                }
            }
            if (all.size() > most) {
                context.output().notice(all.size() - most + " older ones are not listed; -n lists more");
            }
        } catch (IOException e) {
            throw new TargetError("the profiles cannot be read: " + e.getMessage(), e);
        }
    }
}
