package dev.sonde.commands.baseline;

import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Gives;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.commands.TargetCommand;
import dev.sonde.commands.UsageError;
import dev.sonde.jvm.Target;
import dev.sonde.jvm.TargetError;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code baseline save}: measures how the target runs now, and keeps it. */
@Command(
        name = "baseline save",
        aliases = "play baseline save",
        description = "measure how methods run now, window after window, and keep it to compare with")
@Needs(Grant.INSTRUMENT)
@Gives(BaselineRow.class)
@Example("baseline save orders OrderService.place --windows 6 --window 300ms --settle 300ms")
final class BaselineSaveCommand extends TargetCommand {

    static final String NAME = "[a-z0-9][a-z0-9-]{0,39}";
    private static final String METHOD = "[^\\s(),]+\\.[^\\s(),.]+(\\([^()]*\\))?";

    @Parameters(index = "0", paramLabel = "BASELINE", description = "its name: small letters, digits and dashes")
    private String name = "";

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "CLASS.METHOD",
            description = "methods to count, such as OrderService.place; * and ? stand for anything")
    private List<String> methods = List.of();

    @Option(names = "--windows", paramLabel = "N", description = "how many are measured", defaultValue = "10")
    private int windows = 10;

    @Option(names = "--window", paramLabel = "TIME", description = "how long each is", defaultValue = "2s")
    private Duration window = Duration.ofSeconds(2);

    @Mixin
    private MeasuringOptions measuring = new MeasuringOptions();

    @Override
    public void check() throws UsageError {
        measuring.check();
        if (!name.matches(NAME)) {
            throw new UsageError("'" + name + "' is no name: up to 40 small letters, digits and dashes");
        }
        for (String method : methods) {
            if (!method.matches(METHOD)) {
                throw new UsageError("'" + method + "' is not a class and a method such as OrderService.place");
            }
        }
        if (windows < 4 || windows > MeasuringOptions.MOST_WINDOWS) {
            throw new UsageError("--windows: '" + windows + "' is not between 4 and " + MeasuringOptions.MOST_WINDOWS);
        }
        if (window.compareTo(Duration.ofMillis(100)) < 0 || window.compareTo(Duration.ofMinutes(10)) > 0) {
            throw new UsageError("--window: is not between 100ms and 10m");
        }
    }

    @Override
    protected void run(Target target, Context context) throws TargetError, ExpectationFailed {
        Baseline measured = new Measuring(methods, window, windows, measuring.settling(), measuring.profiled())
                .run(name, target, context);
        if (measured.series().isEmpty()) {
            throw new TargetError("nothing was counted, and nothing is kept");
        }
        try {
            context.output().row(BaselineRow.of(context.baselines().save(measured)));
        } catch (IOException e) {
            throw new TargetError("the baseline cannot be kept: " + e.getMessage(), e);
        }
        measured.series().stream()
                .filter(series -> series.windows().stream().allMatch(each -> each.calls() == 0))
                .forEach(series -> context.output().notice(series.method() + " was not called"));
    }
}
