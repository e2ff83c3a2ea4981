package dev.sonde.commands.profile;

import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.commands.TargetCommand;
import dev.sonde.commands.UsageError;
import dev.sonde.commands.output.Humane;
import dev.sonde.jvm.HeapHistogram;
import dev.sonde.jvm.Target;
import dev.sonde.jvm.TargetError;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code heap}: how many objects of each class there are. */
@Command(
        name = "heap",
        description = "count the objects of the heap by class: the JVM stands still for it, 25 ms a million objects")
@Needs(Grant.OBSERVE)
@Example("heap -n 5")
final class HeapCommand extends TargetCommand {

    @Option(names = "-n", paramLabel = "N", description = "the most classes to show", defaultValue = "20")
    private int most;

    @Option(names = "--live", description = "collect garbage first, which takes longer, and count what is left")
    private boolean live;

    /** A full collection stops the application for as long as it takes. */
    @Override
    public Grant needs(Grant declared) {
        return live ? Grant.SUSPEND : declared;
    }

    @Override
    public void check() throws UsageError {
        if (most < 1 || most > 100_000) {
            throw new UsageError("-n: '" + most + "' is not between 1 and 100,000");
        }
    }

    @Override
    protected void run(Target target, Context context) throws TargetError {
        HeapHistogram heap = target.profiling().heap(live);
        heap.classes().stream().limit(most).forEach(each -> context.output().row(HeapRow.of(each, heap.bytes())));
        context.output()
                .notice(Humane.count(heap.objects()) + " objects of "
                        + Humane.count(heap.classes().size()) + " classes, "
                        + Humane.bytes(heap.bytes())
                        + (live ? "" : ", those that nobody holds any more too; --live collects them first"));
    }
}
