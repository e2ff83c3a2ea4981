package dev.sonde.commands.baseline;

import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Gives;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.commands.Output;
import dev.sonde.commands.TargetCommand;
import dev.sonde.commands.UsageError;
import dev.sonde.jvm.Target;
import dev.sonde.jvm.TargetError;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code baseline compare}: measures again what a baseline measured, and tells what is worse, and how sure that is. */
@Command(
        name = "baseline compare",
        description = "measure again what a baseline measured: what is slower now, and how sure that is")
@Needs(Grant.INSTRUMENT)
@Gives(ComparisonRow.class)
@Example("baseline compare orders --settle 300ms --slower 400")
final class BaselineCompareCommand extends TargetCommand {

    /** Those of the measures that tell how long calls take. */
    enum Time {
        P50(Measure.P50),
        P90(Measure.P90),
        P99(Measure.P99),
        MEAN(Measure.MEAN);

        private final Measure measure;

        Time(Measure measure) {
            this.measure = measure;
        }
    }

    @Parameters(paramLabel = "BASELINE", description = "the name of one of this JVM's, as baseline lists it")
    private String name = "";

    @Option(names = "--version", paramLabel = "N", description = "one that is not the newest")
    private Optional<Integer> version = Optional.empty();

    @Option(
            names = "--by",
            paramLabel = "TIMES",
            split = ",",
            description = "the times that decide, with commas; all are told",
            defaultValue = "p50")
    private List<Time> deciding = List.of(Time.P50);

    @Option(
            names = "--slower",
            paramLabel = "PCT",
            description = "per cent that these may grow by",
            defaultValue = "20")
    private double slower = 20;

    @Option(
            names = "--fewer",
            paramLabel = "PCT",
            description = "per cent that calls a second may fall by; 0: they do not decide",
            defaultValue = "0")
    private double fewer;

    @Option(
            names = "--failing",
            paramLabel = "POINTS",
            description = "points that the share of calls that fail may grow by, in per cent",
            defaultValue = "1")
    private double failing = 1;

    @Option(
            names = "--share",
            paramLabel = "POINTS",
            description = "points that a method's share of the CPU may grow by, in per cent",
            defaultValue = "15")
    private double share = 15;

    @Option(
            names = "--confidence",
            paramLabel = "PCT",
            description = "of each interval; worse is what lies beyond with all of it",
            defaultValue = "99")
    private double confidence = 99;

    @Mixin
    private MeasuringOptions measuring = new MeasuringOptions();

    @Override
    public void check() throws UsageError {
        measuring.check();
        if (confidence < 80 || confidence > 99.9) {
            throw new UsageError("--confidence: '" + confidence + "' is not between 80 and 99.9");
        }
        if (slower < 0 || fewer < 0 || fewer > 100 || failing < 0 || share < 0) {
            throw new UsageError("--slower, --fewer, --failing, --share: a number from 0 on is accepted");
        }
    }

    @Override
    protected void run(Target target, Context context) throws UsageError, TargetError, ExpectationFailed {
        Baseline before = baseline(target, context);
        int windows = before.series().stream()
                .mapToInt(series -> series.windows().size())
                .max()
                .orElse(0);
        int fewest = Shift.fewest(confidence / 100);
        if (windows < fewest) {
            throw UsageError.withoutUsage("--confidence: the baseline has " + windows + " windows, and " + confidence
                    + "% need " + fewest + "; baseline save " + name + " --windows " + fewest + " keeps more");
        }
        Output output = context.output();
        Measuring again = new Measuring(
                before.methods(),
                Duration.ofNanos(Math.round(before.windowMs() * 1e6)),
                windows,
                measuring.settling(),
                measuring.profiled() && before.profile().isPresent());
        Baseline now = again.run(name, target, context);
        if (!now.java().equals(before.java())) {
            output.notice("the baseline is of Java " + before.java() + ", this is " + now.java());
        }
        Set<Measure> by = EnumSet.noneOf(Measure.class);
        deciding.forEach(time -> by.add(time.measure));
        List<ComparisonRow> rows = new Comparing(by, slower, fewer, failing, share, confidence / 100).rows(before, now);
        rows.forEach(output::row);
        output.notice(summary(before, rows));
        if (now.profile().isPresent() && rows.stream().noneMatch(row -> row.measure() == Measure.CPU)) {
            output.notice("too few samples to compare where the CPU time went; longer windows have more");
        }
        before.profile()
                .filter(profile -> now.profile().isPresent())
                .ifPresent(profile -> output.notice("diff " + profile.number() + " "
                        + now.profile().map(Baseline.Sampled::number).orElse(0L)
                        + " shows what changed in the profile"));
    }

    private Baseline baseline(Target target, Context context) throws TargetError {
        try {
            Optional<Baseline> found = context.baselines().find(name, target.name(), version);
            if (found.isEmpty()) {
                throw BaselineRemoveCommand.none(context, name, Optional.of(target.name()));
            }
            return found.get();
        } catch (IOException e) {
            throw new TargetError("the baselines cannot be read: " + e.getMessage(), e);
        }
    }

    private static String summary(Baseline before, List<ComparisonRow> rows) {
        long worse = rows.stream()
                .filter(row -> row.gates() && row.verdict() == ComparisonRow.Verdict.WORSE)
                .count();
        long unsure = rows.stream()
                .filter(row -> row.gates() && row.verdict() == ComparisonRow.Verdict.UNSURE)
                .count();
        return "compared with " + before.name() + " version " + before.version() + ": "
                + (worse == 0
                        ? "nothing that decides is worse"
                        : worse + " that " + (worse == 1 ? "decides is" : "decide are") + " worse")
                + (unsure == 0 ? "" : String.format(Locale.ROOT, ", of %d it is not sure", unsure));
    }
}
