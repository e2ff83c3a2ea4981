package dev.sonde.commands.profile;

import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.commands.TargetCommand;
import dev.sonde.jvm.Profiling.Run;
import dev.sonde.jvm.Target;
import dev.sonde.jvm.TargetError;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code profile status}: what is being sampled on the target, by whomever. */
@Command(name = "profile status", description = "list the profiles that are being taken of the target, by whomever")
@Needs(Grant.OBSERVE)
@Example("profile status")
final class ProfileStatusCommand extends TargetCommand {

    @Override
    protected void run(Target target, Context context) throws TargetError {
        List<Run> runs = target.profiling().runs();
        runs.forEach(run -> context.output().row(RunRow.of(run)));
        if (runs.isEmpty()) {
            context.output().notice("no profile is being taken of " + target.name());
        }
    }
}
