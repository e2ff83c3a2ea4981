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
import java.util.OptionalLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code profile continuous}: one profile after the other, the old ones let go. */
@Command(
        name = "profile continuous",
        description = "take one profile after the other until profile stop, and keep those of the last while")
@Needs(Grant.INSTRUMENT)
@Example("profile continuous --every 60s --keep 24h --interval 50ms")
final class ProfileContinuousCommand extends TargetCommand {

    /** Of processors, unless asked for: what goes on for days may cost a fifth of what is looked at for seconds. */
    private static final OptionalLong STANDARD_INTERVAL = OptionalLong.of(50_000_000);

    @Mixin
    private SamplingOptions sampling = new SamplingOptions();

    @Option(names = "--every", paramLabel = "TIME", description = "how long each is", defaultValue = "60s")
    private Duration every = Duration.ofMinutes(1);

    @Option(names = "--keep", paramLabel = "TIME", description = "how long each is kept", defaultValue = "24h")
    private Duration keep = Duration.ofHours(24);

    @Option(names = "--name", paramLabel = "N", description = "what to call them in profile list")
    private Optional<String> name = Optional.empty();

    @Override
    public void check() throws UsageError {
        sampling.check();
        sampling.refuseThread();
        if (sampling.kind() == Kind.THREADS) {
            throw new UsageError("threads are looked at once: profile threads");
        }
        if (every.compareTo(Duration.ofSeconds(10)) < 0 || every.compareTo(Duration.ofHours(1)) > 0) {
            throw new UsageError("--every: is not between 10s and 1h");
        }
        if (keep.compareTo(every) < 0) {
            throw new UsageError("--keep: is shorter than --every");
        }
        if (keep.dividedBy(every) > 2_000) {
            throw new UsageError("--keep: these are more than 2,000 profiles; a longer --every or a shorter --keep is"
                    + " accepted");
        }
        ProfileCommand.checkName(name);
    }

    @Override
    protected void run(Target target, Context context) throws UsageError, TargetError {
        OptionalLong standard = sampling.kind() == Kind.CPU ? STANDARD_INTERVAL : OptionalLong.empty();
        Run run = Background.start(
                context,
                target,
                sampling.request(every.plusSeconds(10), standard),
                every,
                name.orElse(""),
                Optional.of(keep));
        run.notices().forEach(context.output()::notice);
        context.output().row(RunRow.of(run));
    }
}
