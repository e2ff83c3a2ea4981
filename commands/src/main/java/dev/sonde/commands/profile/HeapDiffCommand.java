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
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code heap diff}: which classes grow, and how fast. */
@Command(
        name = "heap diff",
        description = "count the heap by class again and again, and show which classes grow, and how fast")
@Needs(Grant.OBSERVE)
@Example("heap diff --every 1s --for 2s -n 3")
final class HeapDiffCommand extends TargetCommand {

    @Option(names = "--every", paramLabel = "TIME", description = "between two counts", defaultValue = "30s")
    private Duration every = Duration.ofSeconds(30);

    @Option(names = "--for", paramLabel = "TIME", description = "end after this time", defaultValue = "10m")
    private Duration time = Duration.ofMinutes(10);

    @Option(names = "-n", paramLabel = "N", description = "the most classes to show each time", defaultValue = "10")
    private int most;

    @Option(names = "--live", description = "collect garbage before each count, so that only what is held counts")
    private boolean live;

    @Override
    public Grant needs(Grant declared) {
        return live ? Grant.SUSPEND : declared;
    }

    @Override
    public void check() throws UsageError {
        if (every.compareTo(Duration.ofMillis(500)) < 0) {
            throw new UsageError("--every: is not between 500ms and 30d");
        }
        if (most < 1 || most > 100_000) {
            throw new UsageError("-n: '" + most + "' is not between 1 and 100,000");
        }
    }

    @Override
    protected void run(Target target, Context context) throws TargetError {
        HeapHistogram first = target.profiling().heap(live);
        HeapHistogram before = first;
        Duration left = time;
        while (left.compareTo(every) >= 0 && !context.cancel().await(every)) {
            left = left.minus(every);
            HeapHistogram now = target.profiling().heap(live);
            List<GrowthRow> grown = grown(first, before, now);
            grown.stream().limit(most).forEach(context.output()::row);
            context.output()
                    .notice((grown.isEmpty() ? "no class grew" : Humane.count(grown.size()) + " classes grew")
                            + "; the heap is " + Humane.bytes(now.bytes()) + " now, it was "
                            + Humane.bytes(before.bytes()));
            before = now;
        }
    }

    private static List<GrowthRow> grown(HeapHistogram first, HeapHistogram before, HeapHistogram now) {
        Map<String, HeapHistogram.Count> firsts = byClass(first);
        Map<String, HeapHistogram.Count> befores = byClass(before);
        double seconds =
                Math.max(0.001, Duration.between(before.time(), now.time()).toMillis() / 1e3);
        return byClass(now).values().stream()
                .map(count -> GrowthRow.of(
                        now.time(),
                        count,
                        Optional.ofNullable(befores.get(count.className())),
                        Optional.ofNullable(firsts.get(count.className())),
                        seconds))
                .filter(row -> row.grewBytes() > 0)
                .sorted(Comparator.comparingLong(GrowthRow::grewBytes).reversed())
                .toList();
    }

    /** Classes of one name, of several loaders, together. */
    private static Map<String, HeapHistogram.Count> byClass(HeapHistogram heap) {
        Map<String, HeapHistogram.Count> counts = new HashMap<>();
        heap.classes()
                .forEach(count -> counts.merge(
                        count.className(),
                        count,
                        (one, other) -> new HeapHistogram.Count(
                                one.className(), one.objects() + other.objects(), one.bytes() + other.bytes())));
        return counts;
    }
}
