package dev.sonde.commands.profile;

import dev.sonde.commands.UsageError;
import java.util.Optional;
import picocli.CommandLine.Option;

/** From how long on a wait is worth to be told. */
final class ShortestWait {

    private static final long STANDARD = 1_000_000;

    @Option(
            names = "--at-least",
            paramLabel = "T",
            description =
                    "the shortest wait that is recorded, such as 100us; else 1ms. Shorter ones, native code, and being"
                            + " ready without a processor are the rest")
    private Optional<String> typed = Optional.empty();

    boolean isAsked() {
        return typed.isPresent();
    }

    void check() throws UsageError {
        nanos();
    }

    long nanos() throws UsageError {
        return typed.isEmpty() ? STANDARD : SamplingOptions.nanos("--at-least", typed.get(), 1_000, "1us");
    }
}
