package dev.sonde.commands.baseline;

import dev.sonde.commands.baseline.Baseline.Window;
import java.util.Locale;

/** A number that windows are compared by. */
enum Measure {
    P50(true),
    P90(true),
    P99(true),
    MEAN(true),
    /** Calls a second. */
    CALLS(false),
    /** The share of calls that fail. */
    FAILING(false),
    /** The share of the CPU time. */
    CPU(false);

    private final boolean time;

    Measure(boolean time) {
        this.time = time;
    }

    /** Whether it tells how long calls take, in milliseconds. */
    boolean isTime() {
        return time;
    }

    /** As it is typed. */
    String typed() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Its value in one window. */
    double of(Window window) {
        return switch (this) {
            case P50 -> window.p50Ms();
            case P90 -> window.p90Ms();
            case P99 -> window.p99Ms();
            case MEAN -> window.meanMs();
            case CALLS -> window.callsPerSecond();
            case FAILING -> window.calls() == 0 ? 0 : (double) window.failures() / window.calls();
            case CPU -> throw new IllegalStateException("windows do not tell of CPU");
        };
    }
}
