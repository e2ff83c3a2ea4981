package dev.sonde.commands.debug;

import dev.sonde.commands.Context;
import dev.sonde.commands.Debugger;
import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.commands.Output;
import dev.sonde.commands.TargetCommand;
import dev.sonde.commands.UsageError;
import dev.sonde.jvm.Parking;
import dev.sonde.jvm.ProbeSpec;
import dev.sonde.jvm.Target;
import dev.sonde.jvm.TargetError;
import dev.sonde.weave.ExpressionError;
import dev.sonde.weave.Location;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code break}: a place where one thread is to stop. */
@Command(name = "break", aliases = "b", description = "stop one thread at a line, and let all others pass")
@Needs(Grant.SUSPEND)
@Example("break OrderService.place --when 'quantity > 1000'")
@Example("break OrderService.java:38 --hit %100 --max-park 2m")
@Example("break OrderService.place:+4 --once --wait 20s")
final class BreakCommand extends TargetCommand {

    /** Threads that come there in a second and are looked at; the others pass. */
    private static final int RATE = 20;

    @Parameters(
            index = "0",
            paramLabel = "LOCATION",
            description =
                    "a line or a method: Order.java:42, Order:42, Order.place, 'Order.place(int)', Order.place:+3")
    private String location = "";

    @Option(
            names = "--when",
            paramLabel = "COND",
            description = "only where this expression over its variables is true")
    private Optional<String> condition = Optional.empty();

    @Option(names = "--hit", paramLabel = "RULE", description = "only these hits: '>=3', '==3' or '%%100'")
    private Optional<String> hits = Optional.empty();

    @Option(
            names = "--max-park",
            paramLabel = "TIME",
            description = "how long a thread stands at most, unless it is extended; at most 5m")
    private Optional<Duration> longest = Optional.empty();

    @Option(names = "--thread", paramLabel = "GLOB", description = "only threads of this name", defaultValue = "*")
    private String threads = "*";

    @Option(names = "--once", description = "only one thread; then it is gone")
    private boolean once;

    @Option(names = "--force", description = "also event loops, and virtual threads that would keep their carrier")
    private boolean force;

    @Option(names = "--wait", paramLabel = "TIME", description = "wait so long for a thread that stops: for scripts")
    private Optional<Duration> wait = Optional.empty();

    @Option(names = "--loader", paramLabel = "L", description = "whose class is meant, when several loaders have it")
    private Optional<String> loader = Optional.empty();

    @Option(names = "--pending", description = "if the class is not loaded yet, wait for it")
    private boolean pending;

    @Override
    public void check() throws UsageError {
        place();
        rule();
        ParkTime.check("--max-park", longest);
    }

    private Location place() throws UsageError {
        try {
            return Location.parse(location);
        } catch (IllegalArgumentException e) {
            throw new UsageError(String.valueOf(e.getMessage()));
        }
    }

    private Parking.Hits rule() throws UsageError {
        try {
            return hits.map(Parking.Hits::parse).orElse(Parking.Hits.EVERY);
        } catch (IllegalArgumentException e) {
            throw new UsageError("--hit: " + e.getMessage());
        }
    }

    @Override
    protected void run(Target target, Context context)
            throws UsageError, TargetError, ExpressionError, ExpectationFailed, InterruptedException {
        Debugger debugger = context.debugger();
        Output output = context.output();
        boolean sets = context.grant().covers(Grant.MUTATE);
        Parking parking = context.limits().parking().with(new Parking.Choice(rule(), threads, force, once, sets));
        if (longest.isPresent()) {
            parking = parking.within(longest.get());
        }
        if (wait.isPresent()) {
            debugger.attend();
        }
        try {
            target.warning().ifPresent(output::notice);
            Debugger.Breakpoint made = debugger.set(target, location, spec(context), parking);
            made.probe().notices().forEach(output::notice);
            made.probe().refused().forEach(output::notice);
            output.row(BreakpointRow.of(made));
            if (wait.isPresent() && !Telling.await(context, Optional.empty(), wait.get())) {
                throw new ExpectationFailed("nobody came within " + StopRow.seconds(wait.get()));
            }
        } finally {
            if (wait.isPresent()) {
                debugger.goOn();
            }
        }
    }

    private ProbeSpec spec(Context context) {
        return ProbeSpec.of(ProbeSpec.Kind.BREAK, "")
                .at(location)
                .withCondition(condition)
                .withRate(RATE)
                .withLimits(context.limits().standard())
                .withLoader(loader)
                .withPending(pending);
    }
}
