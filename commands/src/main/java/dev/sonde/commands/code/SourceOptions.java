package dev.sonde.commands.code;

import dev.sonde.commands.UsageError;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Of which loader's class the source is wanted, and where it comes from. */
final class SourceOptions {

    @Option(names = "--loader", paramLabel = "L", description = "whose class is meant, when several loaders have it")
    Optional<String> loader = Optional.empty();

    @Option(
            names = "--source-path",
            paramLabel = "PATH",
            description = "look here alone: a directory or archive at or below what the server's source-path allows")
    Optional<String> place = Optional.empty();

    @Option(names = "--decompile", description = "decompile, even where the source is at hand")
    boolean decompile;

    void check() throws UsageError {
        if (decompile && place.isPresent()) {
            throw new UsageError("either --decompile or --source-path is accepted");
        }
    }
}
