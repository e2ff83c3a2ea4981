package dev.sonde.commands.baseline;

import dev.sonde.commands.BaseCommand;
import java.util.List;
import java.util.function.Supplier;

/** The commands of this package. */
public final class BaselineCommands {

    private BaselineCommands() {}

    /** One maker for each. */
    public static List<Supplier<BaseCommand>> all() {
        return List.of(
                BaselineCommand::new,
                BaselineSaveCommand::new,
                BaselineCompareCommand::new,
                BaselineRemoveCommand::new);
    }
}
