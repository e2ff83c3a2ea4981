package dev.sonde.commands.observe;

import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Gives;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.commands.Output;
import dev.sonde.commands.ProbeLimits;
import dev.sonde.commands.TargetCommand;
import dev.sonde.commands.UsageError;
import dev.sonde.jvm.ProbeSpec;
import dev.sonde.jvm.Target;
import dev.sonde.jvm.TargetError;
import dev.sonde.weave.ExpressionError;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code trace}: where one call of a method spends its time. */
@Command(name = "trace", description = "show where a call spends its time, as a tree of the calls below it")
@Needs(Grant.INSTRUMENT)
@Gives(TraceRow.class)
@Example("trace OrderService place -n 1")
@Example("trace OrderService place --when 'cost > 0.01' -n 2 --depth 2")
@Example("trace OrderService place --async --wait 500ms -n 1")
@Example("trace shop.OrderService 'place(Order,int)' --into 'shop.*' --skip '*Audit*' -n 1")
final class TraceCommand extends TargetCommand {

    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Duration MOST_PATIENCE = Duration.ofMinutes(1);

    @Mixin
    private MethodLocation method = new MethodLocation();

    @Mixin
    private CallOptions calls = new CallOptions();

    @Option(
            names = "--depth",
            paramLabel = "N",
            description = "levels of calls below the method: 1 is what it calls itself",
            defaultValue = "3")
    private int depth;

    @Option(
            names = "--into",
            paramLabel = "GLOB",
            description =
                    "follow calls into these classes only; may be given more than once. Without it: all but the JDK's")
    private List<String> into = List.of();

    @Option(
            names = "--skip",
            paramLabel = "GLOB",
            description = "do not follow calls into these classes; may be given more than once")
    private List<String> skip = List.of();

    @Option(
            names = "--async",
            description =
                    "follow work that the call hands to an Executor, CompletableFuture, ForkJoinPool, Timer or thread")
    private boolean async;

    @Option(
            names = "--wait",
            paramLabel = "TIME",
            description = "with --async: how long after the call to wait here for such work to end (2s)")
    private Optional<Duration> patience = Optional.empty();

    @Option(names = "--rate", paramLabel = "N", description = "calls shown in a second; 0 is no limit (20)")
    private Optional<Integer> rate = Optional.empty();

    @Option(
            names = "--methods",
            paramLabel = "N",
            description = "methods followed at most: each is woven while the trace runs",
            defaultValue = "500")
    private int methods;

    @Option(
            names = "--nodes",
            paramLabel = "N",
            description = "nodes of one tree; calls that find no room stay in their caller's own time",
            defaultValue = "500")
    private int nodes;

    @Mixin
    private BudgetOptions budget = new BudgetOptions();

    @Mixin
    private ClassOptions loaded = new ClassOptions();

    @Override
    public void check() throws UsageError {
        calls.check();
        Bounds.check("--depth", depth, 1, 32);
        if (patience.isPresent() && !async) {
            throw new UsageError("--wait: waits for work that --async follows, which is not given");
        }
        if (patience.isPresent() && patience.get().compareTo(MOST_PATIENCE) > 0) {
            throw new UsageError("--wait: at most 1m");
        }
        Bounds.check("--methods", methods, 1, 5_000);
        // What the agent holds of all hits together is 1 MiB, and a node takes 64 bytes.
        Bounds.check("--nodes", nodes, 1, 5_000);
    }

    @Override
    protected void run(Target target, Context context)
            throws UsageError, TargetError, ExpressionError, InterruptedException {
        Output output = context.output();
        new Watching(context, target, spec(context.limits()), hit -> hit.tree()
                        .ifPresent(tree -> output.row(TraceRow.of(hit, tree))))
                .run();
    }

    private ProbeSpec spec(ProbeLimits allowed) throws UsageError {
        int perSecond = BudgetOptions.rate(allowed, rate, allowed.rate());
        return loaded.of(calls.of(method.spec(ProbeSpec.Kind.TRACE)))
                .withRate(perSecond)
                .withLimits(budget.limits(allowed, perSecond).withTree(depth, nodes))
                .following(new ProbeSpec.Follow(
                        into, skip, methods, async ? Optional.of(patience.orElse(PATIENCE)) : Optional.empty()));
    }
}
