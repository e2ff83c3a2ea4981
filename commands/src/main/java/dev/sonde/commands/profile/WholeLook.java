package dev.sonde.commands.profile;

import dev.sonde.profile.By;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** A command that looks at all of a profile, by methods or by something else. */
abstract class WholeLook extends LookCommand {

    @Parameters(index = "0", arity = "0..1", paramLabel = "PROFILE", description = PROFILE)
    private Optional<String> choice = Optional.empty();

    @Mixin
    private ByOption by = new ByOption();

    @Override
    final Optional<String> choice() {
        return choice;
    }

    final By by() {
        return by.by;
    }
}
