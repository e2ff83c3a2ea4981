package dev.sonde.commands.profile;

import dev.sonde.commands.BaseCommand;
import dev.sonde.commands.Context;
import dev.sonde.commands.UsageError;
import dev.sonde.jvm.TargetError;
import dev.sonde.profile.Profile;
import java.util.Optional;
import picocli.CommandLine.Mixin;

/** A command that looks at a profile that is kept. */
abstract class LookCommand extends BaseCommand {

    /** How a profile is named in a line. */
    static final String PROFILE =
            "its number; 3..7 for what 7 has more than 3; a file among your recordings on the server;"
                    + " - for one on the standard input; else the newest";

    @Mixin
    private LookOptions look = new LookOptions();

    /** What of a profile is looked at. */
    final LookOptions options() {
        return look;
    }

    /** Which profile, as it was typed; empty for the newest. */
    abstract Optional<String> choice();

    @Override
    public void check() throws UsageError {
        if (choice().isPresent()) {
            Chosen.check(choice().get());
        }
        look.check();
    }

    @Override
    public void run(Context context) throws UsageError, TargetError, InterruptedException {
        Chosen chosen = Chosen.of(context, choice(), look.kind());
        look(context, chosen, look.of(chosen.profile()), look.type(chosen.profile()));
    }

    /**
     * Shows it.
     *
     * @param profile what of it is looked at
     * @param type the index of the value that is looked at
     */
    abstract void look(Context context, Chosen chosen, Profile profile, int type)
            throws UsageError, TargetError, InterruptedException;
}
