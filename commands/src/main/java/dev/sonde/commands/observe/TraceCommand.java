package dev.sonde.commands.observe;

import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Gives;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
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
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trace}: where one call of a method spends its time. */
@Command(name = "trace", description = "show where a call spends its time, as a tree of the calls below it")
@Needs(Grant.INSTRUMENT)
@Gives(TraceRow.class)
@Example("trace OrderService place -n 1")
@Example("trace OrderService place --when 'cost > 0.01' -n 2 --depth 2")
@Example("trace shop.OrderService 'place(Order,int)' --into 'shop.*' --skip '*Audit*' -n 1")
final class TraceCommand extends TargetCommand {

    @Parameters(
            index = "0",
            paramLabel = "CLASS",
            description = "its name, simple or qualified; * and ? stand for anything")
    private String classGlob = "";

    @Parameters(
            index = "1",
            paramLabel = "METHOD",
            description =
                    "its name or a glob, with parameter types if wanted: 'place(Order,int)'; <init> is the constructor")
    private String method = "";

    @Option(
            names = "--when",
            paramLabel = "COND",
            description =
                    "only calls for which this expression is true; with 'cost > 20' the fast ones stay in the target")
    private Optional<String> condition = Optional.empty();

    @Option(
            names = "--trace-id",
            paramLabel = "X",
            description = "only calls for the request that carries this trace id, or this value in its MDC")
    private Optional<String> traceId = Optional.empty();

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

    @Option(names = "-n", paramLabel = "N", description = "end after so many calls")
    private Optional<Integer> hits = Optional.empty();

    @Option(names = "--for", paramLabel = "TIME", description = "end after that time", defaultValue = "10m")
    private Duration lifetime = Duration.ofMinutes(10);

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
    private BudgetOption budget = new BudgetOption();

    @Option(names = "--loader", paramLabel = "L", description = "whose class is meant, when several loaders have it")
    private Optional<String> loader = Optional.empty();

    @Option(names = "--pending", description = "if the class is not loaded yet, wait for it")
    private boolean pending;

    @Override
    public void check() throws UsageError {
        if (hits.isPresent() && hits.get() == 0) {
            throw new UsageError("-n: '0' is not a count from 1 on");
        }
        Bounds.check("--depth", depth, 1, 32);
        Bounds.check("--methods", methods, 1, 5_000);
        // What the agent holds of all hits together is 1 MiB, and a node takes 64 bytes.
        Bounds.check("--nodes", nodes, 1, 5_000);
    }

    @Override
    protected void run(Target target, Context context)
            throws UsageError, TargetError, ExpressionError, InterruptedException {
        new Tracing(context, target, spec(context.limits())).run();
    }

    private ProbeSpec spec(ProbeLimits allowed) throws UsageError {
        int perSecond = BudgetOption.rate(allowed, rate, allowed.rate());
        return new ProbeSpec(
                        ProbeSpec.Kind.TRACE,
                        classGlob,
                        List.of(method),
                        List.of(),
                        condition,
                        Set.of(),
                        hits.orElse(0),
                        perSecond,
                        Optional.of(lifetime),
                        budget.limits(allowed, perSecond).withTree(depth, nodes),
                        loader,
                        pending)
                .following(new ProbeSpec.Follow(into, skip, methods))
                .ofRequest(traceId);
    }
}
