package dev.sonde.commands.profile;

import dev.sonde.profile.By;
import picocli.CommandLine.Option;

/** What costs are told of. */
final class ByOption {

    @Option(names = "--by", paramLabel = "WHAT", description = "what costs are told of", defaultValue = "method")
    By by = By.METHOD;
}
