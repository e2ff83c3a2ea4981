package dev.sonde.commands.play;

import dev.sonde.commands.BaseCommand;
import dev.sonde.commands.Catalogue;
import java.util.List;
import java.util.function.Supplier;

/** The commands of this package. */
public final class PlayCommands {

    private PlayCommands() {}

    /**
     * One maker for each.
     *
     * @param catalogue that lines of steps are parsed with
     */
    public static List<Supplier<BaseCommand>> all(Catalogue catalogue) {
        return List.of(
                () -> new PlayCommand(catalogue),
                PlayListCommand::new,
                PlayShowCommand::new,
                () -> new PlayCheckCommand(catalogue),
                PlayNewCommand::new,
                () -> new PlaySaveCommand(catalogue),
                PlaySchemaCommand::new,
                () -> new PlayRecordCommand(catalogue));
    }
}
