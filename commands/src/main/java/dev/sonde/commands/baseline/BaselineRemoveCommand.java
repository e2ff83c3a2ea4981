package dev.sonde.commands.baseline;

import dev.sonde.commands.BaseCommand;
import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.NearNames;
import dev.sonde.commands.Needs;
import dev.sonde.jvm.TargetError;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code baseline rm}: lets a baseline go. */
@Command(name = "baseline rm", description = "let a baseline go, all versions of it")
@Needs(Grant.OBSERVE)
@Example("baseline rm orders")
final class BaselineRemoveCommand extends BaseCommand {

    @Parameters(paramLabel = "BASELINE", description = "as baseline lists it")
    private String name = "";

    @Option(names = "--jvm", paramLabel = "NAME", description = "only those of JVMs of that name")
    private Optional<String> jvm = Optional.empty();

    @Override
    public void run(Context context) throws TargetError {
        try {
            int count = context.baselines().remove(name, jvm);
            if (count == 0) {
                throw none(context, name, jvm);
            }
            context.output().notice(count + (count == 1 ? " version of " : " versions of ") + name + " gone");
        } catch (IOException e) {
            throw new TargetError("not all of it is gone: " + e.getMessage(), e);
        }
    }

    /** That there is none, with what there is. */
    static TargetError none(Context context, String name, Optional<String> jvm) throws IOException {
        List<Baseline> all = context.baselines().all();
        List<String> others = all.stream()
                .filter(each -> each.name().equals(name))
                .map(Baseline::jvm)
                .distinct()
                .toList();
        String of = jvm.map(each -> " of JVMs called " + each).orElse("");
        return new TargetError("no baseline" + of + " is called " + name
                + (others.isEmpty()
                        ? NearNames.suffix(
                                name,
                                all.stream().map(Baseline::name).distinct().toList())
                        : "; there is one of " + String.join(", ", others))
                + (others.isEmpty() ? "; baseline lists them" : ""));
    }
}
