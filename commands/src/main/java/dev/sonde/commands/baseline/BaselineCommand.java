package dev.sonde.commands.baseline;

import dev.sonde.commands.BaseCommand;
import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Gives;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.jvm.TargetError;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code baseline}: the baselines of this login. */
@Command(name = "baseline", description = "list the baselines that this login keeps, with their versions")
@Needs(Grant.OBSERVE)
@Gives(BaselineRow.class)
@Example("baseline")
final class BaselineCommand extends BaseCommand {

    @Override
    public void run(Context context) throws TargetError {
        try {
            List<Baseline> all = context.baselines().all();
            all.forEach(each -> context.output().row(BaselineRow.of(each)));
            if (all.isEmpty()) {
                context.output().notice("no baseline is kept; baseline save NAME CLASS.METHOD keeps one");
            }
        } catch (IOException e) {
            throw new TargetError("the baselines cannot be read: " + e.getMessage(), e);
        }
    }
}
