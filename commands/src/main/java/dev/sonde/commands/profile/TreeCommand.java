package dev.sonde.commands.profile;

import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.commands.UsageError;
import dev.sonde.profile.Flame;
import dev.sonde.profile.Profile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tree}: a profile from the outermost callers down, what is small left out. */
@Command(name = "tree", description = "show a profile as a tree of calls, from the outermost callers down")
@Needs(Grant.OBSERVE)
@Example("tree 2")
@Example("tree 2 --bottom-up --min 5")
final class TreeCommand extends WholeLook {

    @Option(names = "--bottom-up", description = "from where the cost is to its callers")
    private boolean bottomUp;

    @Option(
            names = "--min",
            paramLabel = "PERCENT",
            description = "leave out what is less than this part of the whole",
            defaultValue = "1")
    private double least;

    @Override
    public void check() throws UsageError {
        super.check();
        if (least > 100) {
            throw new UsageError("--min: '" + least + "' is not between 0 and 100");
        }
    }

    @Override
    void look(Context context, Chosen chosen, Profile profile, int type) {
        context.output().row(TreeRow.of(chosen, Flame.of(profile, type, by(), bottomUp), type, least));
    }
}
