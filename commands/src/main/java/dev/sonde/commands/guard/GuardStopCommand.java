package dev.sonde.commands.guard;

import dev.sonde.commands.BaseCommand;
import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.NearNames;
import dev.sonde.commands.Needs;
import dev.sonde.commands.UsageError;
import dev.sonde.jvm.TargetError;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code guard stop}: ends a guard. */
@Command(name = "guard stop", description = "end a guard; what it found stays, unless it is forgotten")
@Needs(Grant.OBSERVE)
@Example("guard stop leaks")
@Example("guard stop leaks --forget")
final class GuardStopCommand extends BaseCommand {

    @Parameters(paramLabel = "GUARD", description = "as guards lists it")
    private String name = "";

    @Option(names = "--forget", description = "let go of its file, of what it found, and of its reports")
    private boolean forget;

    @Override
    public void run(Context context) throws UsageError, TargetError {
        Guards.Kept kept = named(context, name);
        if (forget) {
            context.guards().forget(kept.name());
            context.output().notice(name + " is gone, with what it found");
        } else {
            context.guards().stop(kept.name());
            context.output().notice(name + " does not watch any more; guard " + name + " has it watch again");
        }
    }

    static Guards.Kept named(Context context, String name) throws UsageError {
        List<String> names =
                context.guards().all().stream().map(Guards.Kept::name).toList();
        return context.guards()
                .find(name)
                .orElseThrow(() -> UsageError.withoutUsage("no guard is called " + name
                        + (NearNames.of(name, names).isEmpty()
                                ? names.isEmpty() ? "; there is none" : "; there are " + String.join(", ", names)
                                : NearNames.suffix(name, names))));
    }
}
