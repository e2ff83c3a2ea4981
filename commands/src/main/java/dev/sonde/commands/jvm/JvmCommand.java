package dev.sonde.commands.jvm;

import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Gives;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.commands.TargetCommand;
import dev.sonde.jvm.Target;
import dev.sonde.jvm.TargetError;
import picocli.CommandLine.Command;

/** {@code jvm}: what the target is, how it was started, and what its memory does. */
@Command(name = "jvm", description = "describe the target: version, flags, memory, collectors")
@Needs(Grant.OBSERVE)
@Gives(JvmDescription.class)
@Example("jvm")
final class JvmCommand extends TargetCommand {

    @Override
    protected void run(Target target, Context context) throws TargetError {
        context.output().row(JvmDescription.of(target.report()));
    }
}
