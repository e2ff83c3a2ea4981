package dev.sonde.commands.observe;

import dev.sonde.commands.Row;
import dev.sonde.commands.output.Shown;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/** How one method was called during one interval. */
record CountRow(
        Instant time,
        @Shown(keepEnd = true) String method,
        @Shown(onlyJson = true) Duration intervalSeconds,
        @Shown(spare = true) long calls,
        double callsPerSecond,
        @Shown(head = "FAILS") long failures,
        @Shown(spare = true) Optional<Duration> meanMs,
        Optional<Duration> p50Ms,
        Optional<Duration> p90Ms,
        Optional<Duration> p99Ms,
        Optional<Duration> maxMs)
        implements Row {

    static CountRow of(Instant time, String method, Duration interval, Window window) {
        double seconds = Math.max(1e-9, interval.toNanos() / 1e9);
        return new CountRow(
                time,
                method,
                interval,
                window.calls(),
                window.calls() / seconds,
                window.failures(),
                duration(window.mean()),
                duration(window.p50()),
                duration(window.p90()),
                duration(window.p99()),
                duration(window.max()));
    }

    private static Optional<Duration> duration(OptionalLong nanos) {
        return nanos.isPresent() ? Optional.of(Duration.ofNanos(nanos.getAsLong())) : Optional.empty();
    }

    @Override
    public String type() {
        return "count";
    }
}
