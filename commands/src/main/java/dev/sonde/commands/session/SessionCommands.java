package dev.sonde.commands.session;

import dev.sonde.commands.BaseCommand;
import dev.sonde.commands.Catalogue;
import java.util.List;
import java.util.function.Supplier;

/** The commands of this package. */
public final class SessionCommands {

    private SessionCommands() {}

    /**
     * One maker for each.
     *
     * @param catalogue what {@code help} tells of
     */
    public static List<Supplier<BaseCommand>> all(Catalogue catalogue) {
        return List.of(
                SelectCommand::new,
                DetachCommand::new,
                ProbesCommand::new,
                ClearCommand::new,
                () -> new HelpCommand(catalogue),
                HistoryCommand::new,
                WebCommand::new,
                VersionCommand::new,
                ExitCommand::new);
    }
}
