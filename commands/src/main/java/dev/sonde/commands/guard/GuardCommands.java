package dev.sonde.commands.guard;

import dev.sonde.commands.BaseCommand;
import dev.sonde.commands.Catalogue;
import java.util.List;
import java.util.function.Supplier;

/** The commands of this package. */
public final class GuardCommands {

    private GuardCommands() {}

    /**
     * One maker for each.
     *
     * @param catalogue that the lines of playbooks are parsed with
     */
    public static List<Supplier<BaseCommand>> all(Catalogue catalogue) {
        return List.of(
                () -> new GuardCommand(catalogue),
                GuardsCommand::new,
                GuardShowCommand::new,
                GuardReportCommand::new,
                GuardStopCommand::new);
    }
}
