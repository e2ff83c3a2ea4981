package dev.sonde.commands.profile;

import dev.sonde.commands.Row;
import dev.sonde.jvm.Profiling.Run;
import java.time.Instant;

/** One line for a profile that is being taken. */
record RunRow(String kind, String engine, String owner, Instant started, Instant ends) implements Row {

    static RunRow of(Run run) {
        return new RunRow(run.kind().word(), run.engine(), run.owner(), run.started(), run.endsAt());
    }

    @Override
    public String type() {
        return "run";
    }
}
