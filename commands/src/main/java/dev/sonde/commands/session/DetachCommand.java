package dev.sonde.commands.session;

import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.commands.TargetCommand;
import dev.sonde.jvm.Target;
import picocli.CommandLine.Command;

/** {@code detach}: gives the target back as it was. */
@Command(name = "detach", description = "remove this session's probes and let go of the target")
@Needs(Grant.OBSERVE)
@Example("detach")
final class DetachCommand extends TargetCommand {

    @Override
    protected void run(Target target, Context context) {
        context.close(target);
        context.output().notice("detached from " + target.id() + " " + target.name());
    }
}
