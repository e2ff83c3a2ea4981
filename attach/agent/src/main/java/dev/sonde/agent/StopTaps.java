package dev.sonde.agent;

import org.jspecify.annotations.Nullable;

/** The breakpoints and steppings of all sessions at one site. */
final class StopTaps {

    final Stops stops;
    /** A bit each, by their place. */
    final Tap[] breaks;

    private final Tap[] steps;
    /** Whether who stands here can take values with it. */
    final boolean takes;

    StopTaps(Stops stops, Tap[] breaks, Tap[] steps, boolean takes) {
        this.stops = stops;
        this.breaks = breaks;
        this.steps = steps;
        this.takes = takes;
    }

    /** Where a session steps; null when it does not step here. */
    @Nullable
    Tap step(int session) {
        for (Tap each : steps) {
            if (each.park().session == session) {
                return each;
            }
        }
        return null;
    }

    Tap first() {
        return breaks.length > 0 ? breaks[0] : steps[0];
    }

    boolean anySteps() {
        return steps.length > 0;
    }
}
