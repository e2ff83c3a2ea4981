package dev.sonde.commands.debug;

import dev.sonde.commands.Context;
import dev.sonde.commands.Debugger;
import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.commands.Row;
import dev.sonde.commands.TargetCommand;
import dev.sonde.commands.output.Shown;
import dev.sonde.jvm.Stop;
import dev.sonde.jvm.Target;
import java.time.Duration;
import java.time.Instant;
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
                if (debugger.current(target.id()).isEmpty() && !Telling.await(context, Optional.empty(), wait.get())) {
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
            @Shown(head = " ") String mark,
            int stop,
            String thread,
            @Shown(onlyJson = true) long threadId,
            @Shown(keepEnd = true) String at,
            int breakpoint,
            @Shown(head = "SINCE") Duration standsMs,
            @Shown(head = "GOES ON IN") Duration leftMs,
            OptionalDouble callsPerSecond,
            @Shown(head = "BEFORE") OptionalDouble callsBeforePerSecond,
            @Shown(head = "WAITING") List<String> waiting)
            implements Row {

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
    }
}
