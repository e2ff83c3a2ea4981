package dev.sonde.commands.play;

import dev.sonde.commands.Row;
import dev.sonde.commands.output.Shown;
import java.time.Duration;

/** One target's outcome in the table of all. */
record RunLine(
        @Shown(head = "PID") String target,
        String name,
        String outcome,
        String failed,
        Duration tookMs,
        @Shown(head = "DIFFERS") String differs)
        implements Row {

    @Override
    public String type() {
        return "outcome";
    }
}
