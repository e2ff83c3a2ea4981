package dev.sonde.commands.profile;

import dev.sonde.commands.BaseCommand;
import java.util.List;
import java.util.function.Supplier;

/** The commands of this package. */
public final class ProfileCommands {

    private ProfileCommands() {}

    /** One maker for each. */
    public static List<Supplier<BaseCommand>> all() {
        return List.of(
                ProfileCommand::new,
                ProfileStartCommand::new,
                ProfileStatusCommand::new,
                ProfileStopCommand::new,
                ProfileContinuousCommand::new,
                ProfileListCommand::new,
                ProfileShowCommand::new,
                ProfileRemoveCommand::new,
                TopCommand::new,
                TreeCommand::new,
                PeekCommand::new,
                ListCommand::new,
                TracesCommand::new,
                FlameCommand::new,
                DiffCommand::new,
                TimelineCommand::new,
                ExportCommand::new,
                ProfileImportCommand::new,
                HeapCommand::new,
                HeapDiffCommand::new,
                HeapDumpCommand::new);
    }
}
