package dev.sonde.commands.profile;

import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.commands.UsageError;
import dev.sonde.profile.Profile;
import dev.sonde.profile.Sample;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code traces}: the stacks themselves, the costliest first. */
@Command(name = "traces", description = "show the stacks of a profile themselves, the costliest first")
@Needs(Grant.OBSERVE)
@Example("traces 2 -n 2 --focus OrderService")
final class TracesCommand extends LookCommand {

    @Parameters(index = "0", arity = "0..1", paramLabel = "PROFILE", description = PROFILE)
    private Optional<String> choice = Optional.empty();

    @Option(names = "-n", paramLabel = "N", description = "the most to show", defaultValue = "10")
    private int most;

    @Override
    Optional<String> choice() {
        return choice;
    }

    @Override
    public void check() throws UsageError {
        super.check();
        if (most < 1 || most > 100_000) {
            throw new UsageError("-n: '" + most + "' is not between 1 and 100,000");
        }
    }

    @Override
    void look(Context context, Chosen chosen, Profile profile, int type) {
        List<Sample> samples = profile.samples().stream()
                .filter(sample -> sample.value(type) != 0)
                .sorted(Comparator.comparingLong(sample -> -Math.abs(sample.value(type))))
                .toList();
        samples.stream().limit(most).forEach(sample -> context.output().row(StackRow.of(chosen, sample, type)));
        if (samples.size() > most) {
            context.output().notice(most + " of " + samples.size() + " stacks are shown");
        }
    }
}
