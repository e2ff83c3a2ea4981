package dev.sonde.commands.baseline;

import dev.sonde.commands.UsageError;
import java.time.Duration;
import picocli.CommandLine.Option;

/** How a program is measured. */
final class MeasuringOptions {

    static final int MOST_WINDOWS = 100;

    @Option(
            names = "--settle",
            paramLabel = "TIME",
            description = "what is counted in that time first does not count: hooks make the JVM compile anew",
            defaultValue = "5s")
    private Duration settling = Duration.ofSeconds(5);

    @Option(names = "--no-profile", description = "count only, and take no profile of the CPU")
    private boolean countOnly;

    Duration settling() {
        return settling;
    }

    boolean profiled() {
        return !countOnly;
    }

    void check() throws UsageError {
        if (settling.compareTo(Duration.ofHours(1)) > 0) {
            throw new UsageError("--settle: is not between 0s and 1h");
        }
    }
}
