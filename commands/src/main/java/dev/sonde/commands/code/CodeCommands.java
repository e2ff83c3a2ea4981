package dev.sonde.commands.code;

import dev.sonde.commands.BaseCommand;
import java.util.List;
import java.util.function.Supplier;

/** The commands of this package. */
public final class CodeCommands {

    private CodeCommands() {}

    /** One maker for each. */
    public static List<Supplier<BaseCommand>> all() {
        return List.of(
                ClassesCommand::new,
                MethodsCommand::new,
                LoadersCommand::new,
                SourceCommand::new,
                LinesCommand::new,
                FieldsCommand::new,
                InstancesCommand::new);
    }
}
