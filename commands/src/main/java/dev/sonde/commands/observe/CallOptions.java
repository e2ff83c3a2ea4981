package dev.sonde.commands.observe;

import dev.sonde.commands.UsageError;
import dev.sonde.jvm.ProbeSpec;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which calls of a method a line wants, how many, and for how long. */
final class CallOptions {

    @Option(names = "--when", paramLabel = "COND", description = "only calls for which this expression is true")
    private Optional<String> condition = Optional.empty();

    @Option(
            names = "--trace-id",
            paramLabel = "X",
            description = "only calls for the request that carries this trace id, or this value in its MDC")
    private Optional<String> traceId = Optional.empty();

    @Option(names = "-n", paramLabel = "N", description = "end after so many calls")
    private Optional<Integer> hits = Optional.empty();

    @Option(names = "--for", paramLabel = "TIME", description = "end after that time", defaultValue = "10m")
    private Duration lifetime = Duration.ofMinutes(10);

    void check() throws UsageError {
        if (hits.isPresent() && hits.get() == 0) {
            throw new UsageError("-n: '0' is not a count from 1 on");
        }
    }

    /** The probe, for these calls alone. */
    ProbeSpec of(ProbeSpec probe) {
        return probe.withCondition(condition)
                .ofRequest(traceId)
                .withHits(hits.orElse(0))
                .withLifetime(lifetime);
    }
}
