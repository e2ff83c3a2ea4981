package dev.sonde.commands.debug;

import dev.sonde.commands.Context;
import dev.sonde.commands.Debugger;
import dev.sonde.commands.Debugger.News;
import dev.sonde.commands.Lines;
import dev.sonde.commands.Output;
import dev.sonde.commands.output.Humane;
import dev.sonde.jvm.Hit;
import dev.sonde.jvm.Stop;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/** What happens at breakpoints, in rows and sentences; and the waiting for it. */
public final class Telling {

    private Telling() {}

    /** Tells one thing that happened. That a thread goes on because it was asked to goes without saying. */
    public static void tell(News news, Debugger debugger, Output output) throws InterruptedException {
        if (news instanceof Debugger.Stands stands) {
            StopRow row = StopRow.of(debugger, stands.at().target(), stands.stop());
            output.row(row);
            if (row.source().isEmpty()) {
                debugger.tellSource(stands.at(), stands.stop());
            }
        } else if (news instanceof Debugger.Sourced sourced) {
            Optional<SourceLine> line = SourceLine.of(debugger, sourced.at().target(), sourced.stop());
            line.ifPresent(output::row);
        } else if (news instanceof Debugger.GoesOn goesOn) {
            String told = goneOn(goesOn.stop());
            if (!told.isEmpty()) {
                output.notice(told);
            }
            health(goesOn.stop()).ifPresent(output::notice);
        } else if (news instanceof Debugger.Waits waits) {
            output.notice(
                    waits.count() == 0
                            ? "nobody waits any more for what " + waits.stop().thread() + " holds"
                            : waits.count() + (waits.count() == 1 ? " thread waits" : " threads wait") + " for what "
                                    + waits.stop().thread() + " holds: " + String.join(", ", waits.names()));
        } else if (news instanceof Debugger.Passes passes) {
            output.notice(passed(passes.hit()));
        } else if (news instanceof Debugger.Says says) {
            output.notice(says.text());
        }
    }

    private static String goneOn(Stop stop) {
        Optional<Stop.End> end = stop.end();
        if (end.isEmpty() || end.get().cause() == Stop.Cause.RESUMED) {
            return "";
        }
        if (end.get().cause() == Stop.Cause.RAN_ON) {
            return end.get().why().isEmpty()
                    ? ""
                    : stop.thread() + " ran on: " + end.get().why();
        }
        return stop.thread() + " goes on after "
                + String.format(Locale.ROOT, "%.1f s", seconds(end.get().parked())) + ": "
                + end.get().why();
    }

    /** Of one that went on by itself: what its standing did to the others. */
    private static Optional<String> health(Stop stop) {
        boolean byItself = stop.end()
                .filter(end -> end.cause() == Stop.Cause.LAPSED || end.cause() == Stop.Cause.LET_GO)
                .isPresent();
        return byItself
                        && stop.callsBefore().isPresent()
                        && stop.callsMeanwhile().isPresent()
                ? Optional.of(StopRow.place(stop.className(), stop.method(), OptionalInt.empty()) + " had "
                        + Humane.rate(stop.callsBefore().getAsDouble()) + " calls/s before, and "
                        + Humane.rate(stop.callsMeanwhile().getAsDouble()) + " meanwhile")
                : Optional.empty();
    }

    private static double seconds(Duration time) {
        return time.toMillis() / 1e3;
    }

    private static String passed(Hit hit) {
        return hit.thread() + " passed " + StopRow.place(hit.className(), hit.method(), OptionalInt.empty());
    }

    /**
     * Tells what happens until a thread stands, or there is no more to wait for.
     *
     * @param from the stop that a thread was stepped from: also that it goes elsewhere ends the waiting
     * @return whether a thread stands, or has stood: one that its breakpoint's lines have sent on is not waited for, and others
     *     still are
     */
    static boolean await(Context context, Optional<Stop> from, Duration atMost) throws InterruptedException {
        Debugger debugger = context.debugger();
        long deadline = System.nanoTime() + atMost.toNanos();
        boolean came = false;
        while (true) {
            Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
            Optional<News> news = debugger.next(left, context.cancel());
            if (news.isEmpty()) {
                return came;
            }
            if (news.get() instanceof Debugger.Stands stands && isOver(stands.stop(), from)) {
                continue;
            }
            tell(news.get(), debugger, context.output());
            if (news.get() instanceof Debugger.Stands stands) {
                if (!goesOnByItself(stands, context)) {
                    return true;
                }
                came = true;
            }
            if (news.get() instanceof Debugger.GoesOn goesOn
                    && from.isPresent()
                    && goesOn.stop() == from.get()
                    && goesOn.stop().end().isPresent()
                    && goesOn.stop().end().get().cause() != Stop.Cause.RESUMED) {
                return false;
            }
        }
    }

    /** Whether somebody has sent a thread on already, that was found standing before it was told that it does. */
    private static boolean isOver(Stop stop, Optional<Stop> from) {
        return from.filter(stepped -> stepped == stop).isPresent()
                || stop.end().filter(end -> end.cause() == Stop.Cause.RESUMED).isPresent();
    }

    /** Whether a breakpoint's lines have sent a thread on. */
    private static boolean goesOnByItself(Debugger.Stands stands, Context context) {
        if (stands.stop().stepped() || stands.at().lines().isEmpty()) {
            return false;
        }
        try (Lines lines = context.linesHere()) {
            AtHit.run(stands, context.debugger(), lines, context.output());
        }
        // That it goes on is told a little after it was sent on.
        return stands.at().goesOn() || stands.stop().end().isPresent();
    }
}
