package dev.sonde.commands.observe;

import dev.sonde.commands.Row;
import dev.sonde.commands.output.Shown;
import java.time.Duration;
import java.time.Instant;

/** How often a line was executed during one interval. */
record PassesRow(
        Instant time,
        @Shown(keepEnd = true) String place,
        @Shown(onlyJson = true) Duration intervalSeconds,
        long executions,
        double executionsPerSecond)
        implements Row {

    @Override
    public String type() {
        return "passes";
    }
}
