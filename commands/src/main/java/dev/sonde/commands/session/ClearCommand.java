package dev.sonde.commands.session;

import dev.sonde.commands.BaseCommand;
import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.commands.Row;
import dev.sonde.commands.UsageError;
import dev.sonde.jvm.Probe;
import dev.sonde.jvm.TargetError;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code clear}: removes probes. By number also those of others, so that a forgotten one is nobody's fate. */
@Command(name = "clear", aliases = "delete", description = "remove probes, by number or all of this login")
@Needs(Grant.INSTRUMENT)
@Example("clear --all")
final class ClearCommand extends BaseCommand {

    @Parameters(paramLabel = "ID", arity = "0..*", description = "numbers as probes lists them, those of others too")
    private List<Integer> ids = List.of();

    @Option(names = "--all", description = "all probes that this login has set")
    private boolean all;

    @Override
    public void check() throws UsageError {
        if (all == !ids.isEmpty()) {
            throw new UsageError("either IDs or --all is accepted");
        }
    }

    @Override
    public void run(Context context) throws TargetError {
        List<Integer> missing = new ArrayList<>(ids);
        AtomicBoolean cleared = new AtomicBoolean();
        context.probes().forEach((target, probes) -> {
            for (Probe probe : probes) {
                if (all ? isOwn(context, probe) : missing.remove((Integer) probe.id())) {
                    probe.close();
                    cleared.set(true);
                    context.output().row(new Cleared(probe.id(), target.toString(), probe.owner()));
                }
            }
        });
        if (all && !cleared.get()) {
            context.output().notice("no probe of this login is in place");
        }
        if (!missing.isEmpty()) {
            throw new TargetError("no probe has the number "
                    + missing.stream().map(String::valueOf).collect(Collectors.joining(", "))
                    + "; probes lists those there are");
        }
    }

    /** Whether it was set by one of the sessions of the login that typed this line. */
    private static boolean isOwn(Context context, Probe probe) {
        return probe.owner().equals(context.login()) || probe.owner().startsWith(context.login() + "/");
    }

    /** One probe that is gone. */
    record Cleared(int id, String target, String owner) implements Row {
        @Override
        public String type() {
            return "cleared";
        }
    }
}
