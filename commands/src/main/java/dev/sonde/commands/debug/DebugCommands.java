package dev.sonde.commands.debug;

import dev.sonde.commands.BaseCommand;
import java.util.List;
import java.util.function.Supplier;

/** The commands of this package. */
public final class DebugCommands {

    private DebugCommands() {}

    /** One maker for each. */
    public static List<Supplier<BaseCommand>> all() {
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
                UpCommand::new,
                DownCommand::new,
                DisplayCommand::new,
                ConditionCommand::new,
                EnableCommand::new,
                DisableCommand::new,
                ToggleCommand::new);
    }
}
