package dev.sonde.commands.observe;

import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.commands.ProbeLimits;
import dev.sonde.commands.TargetCommand;
import dev.sonde.commands.UsageError;
import dev.sonde.jvm.Hit;
import dev.sonde.jvm.ProbeSpec;
import dev.sonde.jvm.Target;
import dev.sonde.jvm.TargetError;
import dev.sonde.weave.ExpressionError;
import dev.sonde.weave.Location;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code snap}: what is there at a line, without stopping anybody. */
@Command(
        name = "snap",
        description = "show what is there at a line: arguments, local variables and this; nobody is stopped")
@Needs(Grant.INSTRUMENT)
@Example("snap OrderService.place:+4 -n 2")
@Example("snap OrderService.price:+2 one 'order.id' --when 'quantity > 1' -n 3")
@Example("snap Inventory.reserve:+1 --log 'left {left} of {sku}' -n 5")
@Example("snap Inventory.reserve:+1 --value left --every 1s --for 2s")
@Example("snap OrderService.place --count --every 1s --for 2s")
@Example("snap --throw OutOfStockException -n 1")
final class SnapCommand extends TargetCommand {

    private static final int FRAMES = 50;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "LOCATION",
            description =
                    "where: File.java:42, Class:42, Class.method (where it begins), Class.method:+3 (lines after that),"
                            + " Class.method:* (each line of it)")
    private Optional<String> location = Optional.empty();

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "EXPR",
            description = "show these instead of all: locals and arguments by name, this, thread, fields of these")
    private List<String> words = List.of();

    @Option(names = "--when", paramLabel = "COND", description = "only hits for which this expression is true")
    private Optional<String> condition = Optional.empty();

    @Option(names = "-n", paramLabel = "N", description = "end after so many hits")
    private Optional<Integer> hits = Optional.empty();

    @Option(names = "--for", paramLabel = "TIME", description = "end after that time", defaultValue = "10m")
    private Duration lifetime = Duration.ofMinutes(10);

    @Option(names = "--stack", description = "the stack too, 50 frames of it")
    private boolean stack;

    @Option(
            names = "--throw",
            paramLabel = "TYPE",
            description =
                    "instead of a LOCATION: exceptions of this class, and of those that extend it, as they are made,"
                            + " with their stack; whether they are then thrown, and where, is not seen")
    private Optional<String> thrown = Optional.empty();

    @Option(
            names = "--log",
            paramLabel = "TEXT",
            description = "a line for each hit: 'order {order.id} took {cost}'; a brace of the text itself is doubled")
    private Optional<String> log = Optional.empty();

    @Option(names = "--count", description = "only count how often the line is executed")
    private boolean count;

    @Option(
            names = "--value",
            paramLabel = "EXPR",
            description = "count a number, all hits of it: min, mean, p50, p99, max since the start")
    private Optional<String> value = Optional.empty();

    @Option(
            names = "--every",
            paramLabel = "TIME",
            description = "with --count and --value: how often to show a line",
            defaultValue = "5s")
    private Duration every = Duration.ofSeconds(5);

    @Option(
            names = "--trace-id",
            paramLabel = "X",
            description = "only hits for the request that carries this trace id, or this value in its MDC")
    private Optional<String> traceId = Optional.empty();

    @Mixin
    private ClassOptions loaded = new ClassOptions();

    @Mixin
    private LimitOptions limits = new LimitOptions();

    @Override
    public void check() throws UsageError {
        if (thrown.isEmpty() && location.isEmpty()) {
            throw new UsageError(
                    "a LOCATION is missing, such as Order.java:42, Order:42, Order.place or Order.place:+3");
        }
        if (thrown.isEmpty()) {
            try {
                Location.parse(location.orElse(""));
            } catch (IllegalArgumentException e) {
                throw new UsageError(String.valueOf(e.getMessage()));
            }
        }
        WatchCommand.requireExpressions(expressions());
        int ways = (log.isPresent() ? 1 : 0) + (count ? 1 : 0) + (value.isPresent() ? 1 : 0);
        if (ways > 1) {
            throw new UsageError("one of --log, --count and --value is accepted");
        }
        if (ways > 0 && !expressions().isEmpty()) {
            throw new UsageError(
                    "'" + expressions().get(0) + "': with --log, --count or --value no expressions are shown");
        }
        if (thrown.isPresent() && (count || value.isPresent())) {
            throw new UsageError("--throw: shows exceptions or logs them; count calls of their constructor with count");
        }
        if ((count || value.isPresent()) && (hits.isPresent() || stack)) {
            throw new UsageError(
                    (stack ? "--stack" : "-n") + ": is of hits that are shown, not of --count and --value");
        }
        if (log.isPresent()) {
            LogTemplate.parse(log.get());
        }
        if (hits.isPresent() && hits.get() == 0) {
            throw new UsageError("-n: '0' is not a count from 1 on");
        }
        if (every.compareTo(Duration.ofMillis(100)) < 0) {
            throw new UsageError("--every: is not between 100ms and 30d");
        }
        limits.limits(ProbeLimits.STANDARD);
    }

    /** With --throw all words are; else the first is the place. */
    private List<String> expressions() {
        List<String> expressions = new ArrayList<>(words);
        if (thrown.isPresent()) {
            location.ifPresent(word -> expressions.add(0, word));
        }
        return expressions;
    }

    @Override
    public Grant needs(Grant declared) {
        return limits.runsCode() ? Grant.MUTATE : declared;
    }

    @Override
    protected void run(Target target, Context context)
            throws UsageError, TargetError, ExpressionError, InterruptedException {
        if (count) {
            ProbeSpec spec = spec(ProbeSpec.Kind.COUNT, List.of(), context.limits(), lease());
            new Counting(context, target).run(spec, every, lifetime, (time, place, interval, before, now) -> {
                long executions = Math.max(0, now.hits - before.hits);
                double seconds = Math.max(1e-9, interval.toNanos() / 1e9);
                return new PassesRow(time, place, interval, executions, executions / seconds);
            });
        } else if (value.isPresent()) {
            ProbeSpec spec = spec(ProbeSpec.Kind.VALUE, List.of(value.get()), context.limits(), lease());
            new Counting(context, target)
                    .run(spec, every, lifetime, (time, place, interval, before, now) -> NumberRow.of(time, place, now));
        } else {
            show(target, context);
        }
    }

    private void show(Target target, Context context)
            throws UsageError, TargetError, ExpressionError, InterruptedException {
        Consumer<Hit> shown;
        List<String> captures = expressions();
        if (log.isPresent()) {
            LogTemplate template = LogTemplate.parse(log.get());
            captures = template.expressions();
            shown = hit -> context.output().row(LogRow.of(hit, template));
        } else {
            List<String> asked = captures;
            shown = hit -> context.output().row(SnapRow.of(hit, asked));
        }
        ProbeSpec spec = spec(ProbeSpec.Kind.SNAP, captures, context.limits(), lifetime);
        new Watching(context, target, spec, shown, "shown").run();
    }

    /** For when we die; while we live, the last interval is read before it ends. */
    private Duration lease() {
        return lifetime.plus(every).plusSeconds(5);
    }

    private ProbeSpec spec(ProbeSpec.Kind kind, List<String> captures, ProbeLimits allowed, Duration lease)
            throws UsageError {
        ProbeSpec spec = thrown.map(
                        type -> ProbeSpec.of(kind, type, "<init>").withEvents(Set.of(ProbeSpec.Event.RETURN)))
                .orElseGet(() -> ProbeSpec.of(kind, "").at(location.orElse("")));
        return loaded.of(spec)
                .withCaptures(captures)
                .withCondition(condition)
                .ofRequest(traceId)
                .withHits(hits.orElse(0))
                .withRate(kind == ProbeSpec.Kind.SNAP ? limits.rate(allowed) : 0)
                .withLifetime(lease)
                .withLimits(limits.limits(allowed).withFrames(stack ? FRAMES : 0));
    }
}
