package dev.sonde.commands.debug;

import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import picocli.CommandLine.Command;

/** {@code up}: the frame above, which called this one. */
@Command(name = "up", description = "look at the frame of the caller")
@Needs(Grant.SUSPEND)
@Example("up")
final class UpCommand extends FrameCommand {

    @Override
    int direction() {
        return 1;
    }
}
