package dev.sonde.commands.profile;

import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.commands.UsageError;
import dev.sonde.profile.By;
import dev.sonde.profile.Profile;
import dev.sonde.profile.Top;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code top}: who costs most, as pprof prints it. */
@Command(name = "top", description = "show what costs most in a profile: flat in itself, cum with what it calls")
@Needs(Grant.OBSERVE)
@Example("top")
@Example("top 2 --cum -n 5 --by class")
final class TopCommand extends WholeLook {

    @Option(names = "-n", paramLabel = "N", description = "the most to show", defaultValue = "15")
    private int most;

    @Option(names = "--cum", description = "by what it calls, too")
    private boolean cum;

    @Option(names = "--lines", description = "by line; the same as --by line")
    private boolean lines;

    @Override
    public void check() throws UsageError {
        super.check();
        if (most < 1 || most > 10_000) {
            throw new UsageError("-n: '" + most + "' is not between 1 and 10,000");
        }
        if (lines && by() != By.METHOD && by() != By.LINE) {
            throw new UsageError("either --lines or --by is accepted");
        }
    }

    @Override
    void look(Context context, Chosen chosen, Profile profile, int type) {
        By wanted = lines ? By.LINE : by();
        context.output().row(TopRow.of(chosen, Top.of(profile, type, wanted, cum), type, most));
    }
}
