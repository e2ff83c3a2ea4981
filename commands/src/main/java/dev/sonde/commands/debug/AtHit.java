package dev.sonde.commands.debug;

import dev.sonde.commands.Debugger;
import dev.sonde.commands.Lines;
import dev.sonde.commands.Output;
import java.time.Duration;

/** The running of a breakpoint's lines, once its stop has been told. */
public final class AtHit {

    /** A line that goes on for longer is ended; the thread does not stand for ever either. */
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private AtHit() {}

    /** Runs them in order; one that fails is told, and the next runs. */
    public static void run(Debugger.Stands stands, Debugger debugger, Lines lines, Output output) {
        if (stands.stop().stepped() || stands.stop().end().isPresent()) {
            return;
        }
        debugger.look(stands);
        for (String line : stands.at().lines()) {
            Lines.Ended ended = lines.run("@" + stands.at().target().id().pid() + " " + line, output, LONGEST);
            if (ended.exit() != 0) {
                output.notice("breakpoint " + stands.at().number() + ", " + line + ": "
                        + ended.error().orElse("exit " + ended.exit()));
            }
        }
    }
}
