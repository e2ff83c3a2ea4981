package dev.sonde.commands.debug;

import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import picocli.CommandLine.Command;

/** {@code down}: the frame below, which this one called. */
@Command(name = "down", description = "look at the frame that was called")
@Needs(Grant.SUSPEND)
@Example("down")
final class DownCommand extends FrameCommand {

    @Override
    int direction() {
        return -1;
    }
}
