package dev.sonde.commands.debug;

import dev.sonde.commands.UsageError;
import java.time.Duration;
import java.util.Optional;

/** How long a thread may stand: as much as anybody may ask for. */
final class ParkTime {

    static final Duration MOST = Duration.ofMinutes(5);

    private ParkTime() {}

    static void check(String option, Optional<Duration> typed) throws UsageError {
        if (typed.isPresent() && typed.get().compareTo(MOST) > 0) {
            throw new UsageError(option + ": a thread stands for at most 5m");
        }
    }
}
