package dev.sonde.commands.debug;

import dev.sonde.commands.Context;
import dev.sonde.commands.Debugger;
import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.commands.TargetCommand;
import dev.sonde.commands.output.Humane;
import dev.sonde.commands.output.Page;
import dev.sonde.commands.output.Prose;
import dev.sonde.commands.output.Style;
import dev.sonde.commands.output.Text;
import dev.sonde.jvm.Stop;
import dev.sonde.jvm.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code stops}: who stands where, for how long, and who waits behind it. */
@Command(name = "stops", description = "list the threads that stand, how long yet, and who waits for them")
@Needs(Grant.SUSPEND)
@Example("stops")
@Example("stops --wait 20s")
final class StopsCommand extends TargetCommand {

    @Option(
            names = "--wait",
            paramLabel = "TIME",
            description = "if no thread stands for this session, wait so long for one: for scripts")
    private Optional<Duration> wait = Optional.empty();

    @Override
    protected void run(Target target, Context context) throws ExpectationFailed, InterruptedException {
        Debugger debugger = context.debugger();
        if (wait.isPresent()) {
            debugger.attend();
            try {
                boolean stands = debugger.current(target.id()).isPresent();
                boolean goesOn = stands && debugger.breakpoints().stream().anyMatch(Debugger.Breakpoint::goesOn);
                if ((!stands || goesOn) && !Telling.await(context, Optional.empty(), wait.get()) && !goesOn) {
                    throw new ExpectationFailed("nobody came within " + StopRow.seconds(wait.get()));
                }
            } finally {
                debugger.goOn();
            }
        }
        List<Stop> all = target.stops();
        Optional<Stop> current = debugger.current(target.id());
        for (Stop each : all) {
            context.output()
                    .row(Standing.of(each, current.filter(mine -> mine == each).isPresent(), debugger));
        }
        if (all.isEmpty()) {
            context.output().notice("no thread of " + target.name() + " stands");
        }
    }

    /**
     * One thread that stands.
     *
     * @param callsPerSecond of the breakpoint's method, while it stands
     */
    record Standing(
            String mark,
            int stop,
            String thread,
            long threadId,
            String at,
            int breakpoint,
            Duration standsMs,
            Duration leftMs,
            OptionalDouble callsPerSecond,
            OptionalDouble callsBeforePerSecond,
            List<String> waiting)
            implements Prose {

        static Standing of(Stop stop, boolean current, Debugger debugger) {
            return new Standing(
                    current ? "*" : "",
                    stop.id(),
                    stop.thread(),
                    stop.threadId(),
                    StopRow.place(stop.className(), stop.method(), stop.line()),
                    stop.breakpoint(),
                    rounded(Duration.between(stop.time(), Instant.now())),
                    rounded(stop.left()),
                    stop.callsMeanwhile(),
                    stop.callsBefore(),
                    debugger.waitingFor(stop).map(Debugger.Waits::names).orElse(List.of()));
        }

        /** A table is read in seconds. */
        private static Duration rounded(Duration time) {
            long millis = Math.max(1, time.toMillis());
            return Duration.ofMillis(millis < 1_000 ? millis : millis / 100 * 100);
        }

        @Override
        public String type() {
            return "stop";
        }

        @Override
        public void tell(Page page) {
            page.line(new Text()
                    .add(mark.isEmpty() ? "  " : mark + " ")
                    .add(stop + "  ")
                    .add(thread, Style.STRONG)
                    .add(" stands at ")
                    .add(at, Style.STRONG)
                    .add("  breakpoint " + breakpoint + "  goes on in " + StopRow.seconds(leftMs), Style.FAINT));
            List<String> more = new ArrayList<>(List.of("for " + StopRow.seconds(standsMs) + " now"));
            callsPerSecond.ifPresent(now -> more.add(Humane.rate(now) + " calls/s"));
            callsBeforePerSecond.ifPresent(before -> more.add(Humane.rate(before) + " calls/s before"));
            if (!waiting.isEmpty()) {
                more.add("waited for by " + String.join(", ", waiting));
            }
            page.line(new Text().add("     " + String.join("; ", more), Style.FAINT));
        }
    }
}
