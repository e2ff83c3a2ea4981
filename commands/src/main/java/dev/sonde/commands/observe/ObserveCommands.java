package dev.sonde.commands.observe;

import dev.sonde.commands.BaseCommand;
import java.util.List;
import java.util.function.Supplier;

/** The commands of this package. */
public final class ObserveCommands {

    private ObserveCommands() {}

    /** One maker for each. */
    public static List<Supplier<BaseCommand>> all() {
        return List.of(
                WatchCommand::new,
                StackCommand::new,
                CountCommand::new,
                SnapCommand::new,
                TraceCommand::new,
                RecordCommand::new,
                RecordListCommand::new,
                RecordShowCommand::new,
                RecordDiffCommand::new,
                RecordExportCommand::new,
                RecordClearCommand::new);
    }
}
