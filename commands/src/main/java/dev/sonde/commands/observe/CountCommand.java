package dev.sonde.commands.observe;

import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Gives;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
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
import picocli.CommandLine.Parameters;

/** {@code count}: how often methods are called, how often they fail, and how long they take. */
@Command(name = "count", description = "count calls: rate, failures, mean, p50, p90, p99, max")
@Needs(Grant.INSTRUMENT)
@Gives(CountRow.class)
@Example("count OrderService place --every 1s --for 3s")
@Example("count shop.Inventory 'reserve' audit --every 1s --for 2s")
final class CountCommand extends TargetCommand {

    @Parameters(
            index = "0",
            paramLabel = "CLASS",
            description = "its name, simple or qualified; * and ? stand for anything")
    private String classGlob = "";

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "METHOD",
            description =
                    "names or globs, with parameter types if wanted: 'place(Order,int)'; <init> is the constructor")
    private List<String> methods = List.of();

    @Option(names = "--every", paramLabel = "TIME", description = "how often to show a line", defaultValue = "5s")
    private Duration every = Duration.ofSeconds(5);

    @Option(names = "--for", paramLabel = "TIME", description = "end after that time", defaultValue = "10m")
    private Duration lifetime = Duration.ofMinutes(10);

    @Option(names = "--when", paramLabel = "COND", description = "only calls for which this expression is true")
    private Optional<String> condition = Optional.empty();

    @Mixin
    private ClassOptions loaded = new ClassOptions();

    @Override
    public void check() throws UsageError {
        if (every.compareTo(Duration.ofMillis(100)) < 0) {
            throw new UsageError("--every: is not between 100ms and 30d");
        }
    }

    @Override
    protected void run(Target target, Context context) throws TargetError, ExpressionError, InterruptedException {
        ProbeSpec spec = loaded.of(ProbeSpec.of(ProbeSpec.Kind.COUNT, classGlob, methods.toArray(String[]::new)))
                .withCondition(condition)
                // The lease is for when we die; while we live, the last interval is read before it ends.
                .withLifetime(lifetime.plus(every).plusSeconds(5))
                .withLimits(context.limits().standard());
        new Counting(context, target).run(spec, every, lifetime);
    }
}
