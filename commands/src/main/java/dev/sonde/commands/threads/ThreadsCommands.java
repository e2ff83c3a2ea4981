package dev.sonde.commands.threads;

import dev.sonde.commands.BaseCommand;
import java.util.List;
import java.util.function.Supplier;

/** The commands of this package. */
public final class ThreadsCommands {

    private ThreadsCommands() {}

    /** One maker for each. */
    public static List<Supplier<BaseCommand>> all() {
        return List.of(ThreadsCommand::new);
    }
}
