package dev.sonde.commands.code;

import dev.sonde.commands.Cancel;
import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Gives;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.commands.Output;
import dev.sonde.commands.TargetCommand;
import dev.sonde.commands.UsageError;
import dev.sonde.commands.output.Humane;
import dev.sonde.jvm.LoadedCode.Census;
import dev.sonde.jvm.LoadedCode.ClassChoice;
import dev.sonde.jvm.LoadedCode.InstanceQuery;
import dev.sonde.jvm.LoadedCode.Instances;
import dev.sonde.jvm.Target;
import dev.sonde.jvm.TargetError;
import dev.sonde.weave.ExpressionError;
import dev.sonde.wire.Limits;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code instances}: live objects of a class, out of a dump of the heap that is read in the bastion. */
@Command(
        name = "instances",
        description = "find live objects that satisfy a condition: stops the JVM while its heap is copied")
@Needs(Grant.SUSPEND)
@Gives(InstanceRow.class)
@Example("instances shop.Customer --when 'tier == \"REGULAR\"' -n 2")
@Example("instances OrderService --depth 1")
final class InstancesCommand extends TargetCommand {

    /** What a JVM writes in well under a second; beyond it a person says that the stop is acceptable. */
    private static final long ASK_ABOVE = 256L << 20;

    /** About what HotSpot writes of its heap in a second, to a reader that keeps up. */
    private static final long BYTES_PER_SECOND = 200L << 20;

    @Parameters(
            index = "0",
            paramLabel = "CLASS",
            description = "its name, simple or qualified; those of its subclasses count too")
    private String glob = "";

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "EXPR",
            description = "show these of each object: this, its fields by name, and fields of these")
    private List<String> expressions = List.of();

    @Option(names = "--when", paramLabel = "COND", description = "only objects for which this expression is true")
    private Optional<String> condition = Optional.empty();

    @Option(names = "-n", paramLabel = "N", description = "the most to show", defaultValue = "10")
    private int most;

    @Option(names = "--loader", paramLabel = "L", description = "whose class is meant, when several loaders have it")
    private Optional<String> loader = Optional.empty();

    @Option(
            names = "--max-pause",
            paramLabel = "TIME",
            description = "give up if the JVM would stand still for longer",
            defaultValue = "10s")
    private Duration maxPause = Duration.ofSeconds(10);

    @Option(names = "--yes", description = "do it also where the heap is large, and the JVM stands still for seconds")
    private boolean yes;

    @Option(
            names = "--depth",
            paramLabel = "D",
            description = "levels of objects shown below a value",
            defaultValue = "2")
    private int depth;

    @Override
    public void check() throws UsageError {
        if (most < 1 || most > 10_000) {
            throw new UsageError("-n: '" + most + "' is not between 1 and 10,000");
        }
        if (depth < 0 || depth > 32) {
            throw new UsageError("--depth: '" + depth + "' is not between 0 and 32");
        }
        if (maxPause.compareTo(Duration.ofMinutes(10)) > 0) {
            throw new UsageError("--max-pause: is not between 1ms and 10m");
        }
    }

    @Override
    protected void run(Target target, Context context) throws TargetError, ExpressionError {
        Output output = context.output();
        target.warning().ifPresent(output::notice);
        ClassChoice choice = new ClassChoice(glob, loader);
        Census census = target.code().census(choice);
        String stop = "about "
                + Humane.nanos(1_000_000_000L * Math.max(1, census.heapBytes() * 100 / BYTES_PER_SECOND) / 100);
        output.notice(Humane.count(census.instances()) + " of " + census.className() + " in a heap of "
                + Humane.bytes(census.heapBytes()) + ": the JVM collects its garbage and stands still for " + stop);
        if (census.heapBytes() > ASK_ABOVE && !yes) {
            throw new TargetError("not done: a heap of " + Humane.bytes(census.heapBytes()) + " would stop the JVM for "
                    + stop + "; --yes does it, --max-pause bounds it");
        }
        Cancel cancel = context.cancel();
        Instances found = target.code()
                .instances(
                        new InstanceQuery(
                                choice,
                                condition,
                                expressions,
                                most,
                                new Limits(depth, 20, 20, 256, 64 << 10, Limits.DEFAULT.micros),
                                maxPause),
                        cancel::cancelled);
        found.found().forEach(instance -> output.row(InstanceRow.of(instance)));
        found.notices().forEach(output::notice);
        output.notice(Humane.count(found.matching()) + " of " + Humane.count(found.instances()) + " fit, "
                + Humane.count(found.found().size()) + " shown; the JVM stood still for "
                + Humane.nanos(found.stood().toNanos()) + " while " + Humane.bytes(found.dumpBytes()) + " were copied");
    }
}
