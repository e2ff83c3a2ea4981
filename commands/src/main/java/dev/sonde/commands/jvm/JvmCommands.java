package dev.sonde.commands.jvm;

import dev.sonde.commands.BaseCommand;
import java.util.List;
import java.util.function.Supplier;

/** The commands of this package. */
public final class JvmCommands {

    private JvmCommands() {}

    /** One maker for each. */
    public static List<Supplier<BaseCommand>> all() {
        return List.of(PsCommand::new, JvmCommand::new);
    }
}
