package dev.sonde.commands.guard;

import dev.sonde.commands.BaseCommand;
import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Gives;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.commands.UsageError;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code guard show}: what a guard has found. */
@Command(name = "guard show", description = "show how a guard stands, and what it found each time it fired")
@Needs(Grant.OBSERVE)
@Gives({GuardRow.class, Fired.class})
@Example("guard show leaks")
final class GuardShowCommand extends BaseCommand {

    @Parameters(paramLabel = "GUARD", description = "as guards lists it")
    private String name = "";

    @Option(names = "-n", paramLabel = "COUNT", description = "firings to show, the last ones", defaultValue = "5")
    private int most = 5;

    @Override
    public void run(Context context) throws UsageError {
        Guards.Kept kept = GuardStopCommand.named(context, name);
        Instant now = Instant.now();
        kept.rules().forEach(rule -> context.output().row(GuardRow.of(kept, rule, now)));
        List<Fired> fired = kept.fired();
        fired.subList(Math.max(0, fired.size() - Math.max(0, most)), fired.size())
                .forEach(each -> context.output().row(each));
        kept.refused().ifPresent(why -> context.output().notice(name + " does not watch: " + why));
        if (fired.isEmpty()) {
            context.output().notice("no rule has come true yet");
        }
    }
}
