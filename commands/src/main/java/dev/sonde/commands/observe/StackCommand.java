package dev.sonde.commands.observe;

import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Gives;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.commands.TargetCommand;
import dev.sonde.commands.UsageError;
import dev.sonde.commands.debug.AtStop;
import dev.sonde.commands.output.Humane;
import dev.sonde.jvm.ProbeSpec;
import dev.sonde.jvm.Target;
import dev.sonde.jvm.TargetError;
import dev.sonde.weave.ExpressionError;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code stack}: who calls a method. */
@Command(
        name = "stack",
        aliases = {"bt", "where"},
        description =
                "show who calls a method: each stack, or all folded into a tree; without one, who called where the thread stands")
@Needs(Grant.INSTRUMENT)
@Gives({StackRow.class, StackTree.class})
@Example("stack OrderService place -n 2")
@Example("stack Inventory reserve --group -n 50 --for 10s")
@Example("stack OrderService place --when 'quantity > 1' --group --top-down --for 2s")
@Example("stack")
final class StackCommand extends TargetCommand {

    private static final int RATE = 20;
    private static final int RATE_FOLDED = 100;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "CLASS",
            description =
                    "its name, simple or qualified; * and ? stand for anything; without it: where the thread stands")
    private Optional<String> classGlob = Optional.empty();

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "METHOD",
            description =
                    "its name or a glob, with parameter types if wanted: 'place(Order,int)'; <init> is the constructor")
    private Optional<String> method = Optional.empty();

    @Mixin
    private CallOptions calls = new CallOptions();

    @Option(names = "--group", description = "count equal stacks, and show them as one tree at the end (or at Ctrl-C)")
    private boolean group;

    @Option(
            names = "--top-down",
            description =
                    "the tree from the threads' first frames down to the method, not from the method to its callers")
    private boolean topDown;

    @Option(names = "--depth", paramLabel = "D", description = "frames of each stack", defaultValue = "32")
    private int depth;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "calls taken in a second (20, with --group 100); 0 is no limit")
    private Optional<Integer> rate = Optional.empty();

    @Mixin
    private BudgetOptions budget = new BudgetOptions();

    @Mixin
    private ClassOptions loaded = new ClassOptions();

    @Override
    public void check() throws UsageError {
        calls.check();
        if (classGlob.isPresent() && method.isEmpty()) {
            throw new UsageError("METHOD is missing, as in stack OrderService place -n 2");
        }
        if (classGlob.isEmpty() && group) {
            throw new UsageError("--group: is of a CLASS and METHOD, and none is named");
        }
        if (topDown && !group) {
            throw new UsageError("--top-down: is for the tree of --group");
        }
        Bounds.check("--depth", depth, 1, 1_000);
    }

    @Override
    public Grant needs(Grant declared) {
        return classGlob.isPresent() ? declared : Grant.SUSPEND;
    }

    @Override
    protected void run(Target target, Context context)
            throws UsageError, TargetError, ExpressionError, InterruptedException {
        if (classGlob.isEmpty()) {
            AtStop.stack(target, context);
            return;
        }
        int perSecond = BudgetOptions.rate(context.limits(), rate, group ? RATE_FOLDED : RATE);
        ProbeSpec spec = loaded.of(calls.of(ProbeSpec.of(ProbeSpec.Kind.STACK, classGlob.get(), method.orElseThrow())))
                .withRate(perSecond)
                .withLimits(budget.limits(context.limits(), perSecond).withFrames(depth));
        if (!group) {
            new Watching(context, target, spec, hit -> context.output().row(StackRow.of(hit))).run();
            return;
        }
        Folding folding = new Folding();
        new Watching(context, target, spec, folding::add, "taken").run();
        if (folding.calls() > 0) {
            context.output().row(folding.tree(topDown));
        }
        if (folding.notKept() > 0) {
            context.output()
                    .notice(
                            Humane.count(folding.notKept())
                                    + " calls had stacks of their own beyond what is kept; a smaller --depth folds more of them");
        }
    }
}
