package dev.sonde.commands.debug;

import dev.sonde.commands.BaseCommand;
import dev.sonde.commands.Catalogue;
import java.util.List;
import java.util.function.Supplier;

/** The commands of this package. */
public final class DebugCommands {

    private DebugCommands() {}

    /**
     * One maker for each.
     *
     * @param catalogue that lines for hits are parsed with
     */
    public static List<Supplier<BaseCommand>> all(Catalogue catalogue) {
        return List.of(
                BreakCommand::new,
                BreakpointsCommand::new,
                StopsCommand::new,
                NextCommand::new,
                StepCommand::new,
                StepoutCommand::new,
                UntilCommand::new,
                ContinueCommand::new,
                ExtendCommand::new,
                LocalsCommand::new,
                ArgsCommand::new,
                PrintCommand::new,
                SetCommand::new,
                UpCommand::new,
                DownCommand::new,
                DisplayCommand::new,
                () -> new OnCommand(catalogue),
                ConditionCommand::new,
                EnableCommand::new,
                DisableCommand::new,
                ToggleCommand::new);
    }
}
