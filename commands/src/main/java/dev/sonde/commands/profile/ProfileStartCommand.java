package dev.sonde.commands.profile;

import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.commands.TargetCommand;
import dev.sonde.commands.UsageError;
import dev.sonde.jvm.Profiling.Run;
import dev.sonde.jvm.Target;
import dev.sonde.jvm.TargetError;
import dev.sonde.profile.Kind;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code profile start}: samples until it is stopped, whether the session goes on or not. */
@Command(
        name = "profile start",
        description = "begin to sample, and go on when the session ends: profile stop keeps it")
@Needs(Grant.INSTRUMENT)
@Example("profile start cpu --at-most 5m")
final class ProfileStartCommand extends TargetCommand {

    @Mixin
    private SamplingOptions sampling = new SamplingOptions();

    @Option(
            names = "--at-most",
            paramLabel = "TIME",
            description = "end and keep it after this time, if nobody stops it",
            defaultValue = "10m")
    private Duration atMost = Duration.ofMinutes(10);

    @Option(names = "--name", paramLabel = "N", description = "what to call it in profile list")
    private Optional<String> name = Optional.empty();

    @Override
    public void check() throws UsageError {
        sampling.requireKind();
        sampling.check();
        sampling.refuseThread();
        if (sampling.kind() == Kind.THREADS) {
            throw new UsageError("threads are looked at once: profile threads");
        }
        ProfileCommand.checkTime("--at-most", atMost);
        ProfileCommand.checkName(name);
    }

    @Override
    protected void run(Target target, Context context) throws UsageError, TargetError {
        Run run = Background.start(
                context, target, sampling.request(atMost.plusSeconds(10)), atMost, name.orElse(""), Optional.empty());
        run.notices().forEach(context.output()::notice);
        context.output().row(RunRow.of(run));
    }
}
