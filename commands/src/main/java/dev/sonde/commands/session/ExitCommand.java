package dev.sonde.commands.session;

import dev.sonde.commands.BaseCommand;
import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import picocli.CommandLine.Command;

/** {@code exit}: leaves the shell, as Ctrl-D does. */
@Command(
        name = "exit",
        aliases = {"quit", "logout"},
        description = "remove this session's probes and end it")
@Needs(Grant.OBSERVE)
@Example("exit")
final class ExitCommand extends BaseCommand {

    @Override
    public void run(Context context) {
        context.leave();
    }
}
