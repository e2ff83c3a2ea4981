package dev.sonde.commands.guard;

import dev.sonde.commands.BaseCommand;
import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Gives;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code guards}: how each rule of this login's guards stands. */
@Command(name = "guards", description = "list this login's guards: how each rule stands, its last value, when it fired")
@Needs(Grant.OBSERVE)
@Gives(GuardRow.class)
@Example("guards")
final class GuardsCommand extends BaseCommand {

    @Override
    public void run(Context context) {
        List<Guards.Kept> all = context.guards().all();
        Instant now = Instant.now();
        for (Guards.Kept kept : all) {
            kept.rules().forEach(rule -> context.output().row(GuardRow.of(kept, rule, now)));
        }
        for (Guards.Kept kept : all) {
            kept.refused().ifPresent(why -> context.output().notice(kept.name() + " does not watch: " + why));
        }
        if (all.isEmpty()) {
            context.output().notice("no guard watches; guard leaks --on NAME sets one");
        }
    }
}
