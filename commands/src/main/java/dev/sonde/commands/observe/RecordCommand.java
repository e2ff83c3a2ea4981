package dev.sonde.commands.observe;

import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.commands.ProbeLimits;
import dev.sonde.commands.Recordings;
import dev.sonde.commands.TargetCommand;
import dev.sonde.commands.UsageError;
import dev.sonde.commands.output.Humane;
import dev.sonde.jvm.ProbeSpec;
import dev.sonde.jvm.Target;
import dev.sonde.jvm.TargetError;
import dev.sonde.weave.ExpressionError;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code record}: keeps calls in the bastion, to be looked at later. It runs like a watch, until so many, so long or Ctrl-C;
 * what it has kept stays.
 */
@Command(name = "record", description = "keep calls under numbers; record list, show, diff and export look at them")
@Needs(Grant.INSTRUMENT)
@Example("record OrderService place -n 5")
@Example("record OrderService place --when 'quantity > 1' --keep 500 --for 2s")
final class RecordCommand extends TargetCommand {

    private static final int RATE = 100;

    @Mixin
    private MethodLocation method = new MethodLocation();

    @Mixin
    private CallOptions calls = new CallOptions();

    @Option(
            names = "--keep",
            paramLabel = "N",
            description = "calls that your login keeps in all, the oldest out first",
            defaultValue = "1000")
    private int keep;

    @Option(names = "--rate", paramLabel = "N", description = "calls kept in a second; 0 is no limit (100)")
    private Optional<Integer> rate = Optional.empty();

    @Option(
            names = "--stack",
            paramLabel = "D",
            description = "frames of the stack kept with each",
            defaultValue = "16")
    private int frames;

    @Option(names = "--depth", paramLabel = "D", description = "levels of objects kept below a value (3)")
    private Optional<Integer> depth = Optional.empty();

    @Mixin
    private BudgetOptions budget = new BudgetOptions();

    @Mixin
    private ClassOptions loaded = new ClassOptions();

    @Override
    public void check() throws UsageError {
        calls.check();
        Bounds.check("--keep", keep, 1, 100_000);
        Bounds.check("--stack", frames, 0, 1_000);
    }

    @Override
    protected void run(Target target, Context context)
            throws UsageError, TargetError, ExpressionError, InterruptedException {
        Recordings recordings = context.recordings();
        ProbeLimits allowed = context.limits();
        int perSecond = BudgetOptions.rate(allowed, rate, RATE);
        int levels = depth.orElse(allowed.standard().depth);
        Bounds.check("--depth", levels, 0, allowed.most().depth);
        long before = recordings.forgotten();
        ProbeSpec spec = loaded.of(calls.of(method.spec(ProbeSpec.Kind.RECORD)))
                .withRate(perSecond)
                .withLimits(budget.limits(allowed, perSecond).withDepth(levels).withFrames(frames));
        new Watching(
                        context,
                        target,
                        spec,
                        hit -> context.output()
                                .row(RecordedRow.of(recordings.add(target.id(), target.name(), hit, keep))),
                        "recorded")
                .run();
        long gone = recordings.forgotten() - before;
        if (gone > 0) {
            context.output().notice("the oldest " + Humane.count(gone) + " made room; --keep holds more");
        }
    }
}
