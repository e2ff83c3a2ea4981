package dev.sonde.commands.observe;

import dev.sonde.jvm.ProbeSpec;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which class is meant, where its name does not say it. */
final class ClassOptions {

    @Option(names = "--loader", paramLabel = "L", description = "whose class is meant, when several loaders have it")
    private Optional<String> loader = Optional.empty();

    @Option(names = "--pending", description = "if the class is not loaded yet, wait for it")
    private boolean pending;

    /** The probe, on that class. */
    ProbeSpec of(ProbeSpec probe) {
        return probe.withLoader(loader).withPending(pending);
    }
}
