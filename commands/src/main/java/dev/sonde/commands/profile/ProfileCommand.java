package dev.sonde.commands.profile;

import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.commands.Output;
import dev.sonde.commands.TargetCommand;
import dev.sonde.commands.UsageError;
import dev.sonde.commands.output.Humane;
import dev.sonde.jvm.Profiling.Run;
import dev.sonde.jvm.Target;
import dev.sonde.jvm.TargetError;
import dev.sonde.profile.Format;
import dev.sonde.profile.Kind;
import dev.sonde.profile.Profile;
import dev.sonde.profile.Top;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code profile}: samples a JVM for a while, keeps the profile under a number, and shows its top. */
@Command(
        name = "profile",
        description = "sample where time or memory goes, keep the profile under a number, and show its top")
@Needs(Grant.OBSERVE)
@Example("profile cpu --for 2s")
@Example("profile wall --for 1s --interval 20ms --by class")
@Example("profile threads")
final class ProfileCommand extends TargetCommand {

    /** Loads of a native library and recordings of the JVM are more than looking. */
    static final Grant SAMPLES = Grant.INSTRUMENT;

    static final Duration LONGEST = Duration.ofHours(24);
    private static final Duration STEP = Duration.ofSeconds(10);

    @Mixin
    private SamplingOptions sampling = new SamplingOptions();

    @Option(names = "--for", paramLabel = "TIME", description = "how long to sample", defaultValue = "30s")
    private Duration time = Duration.ofSeconds(30);

    @Option(names = "--name", paramLabel = "N", description = "what to call it in profile list")
    private Optional<String> name = Optional.empty();

    @Option(
            names = "--format",
            paramLabel = "F",
            description = "give it as a file to the standard output, as export does, and show no top")
    private Optional<Format> format = Optional.empty();

    @Option(names = "-n", paramLabel = "N", description = "the most to show of its top", defaultValue = "10")
    private int most;

    @Mixin
    private ByOption by = new ByOption();

    @Override
    public Grant needs(Grant declared) {
        return sampling.kind() == Kind.THREADS ? declared : SAMPLES;
    }

    @Override
    public void check() throws UsageError {
        sampling.requireKind();
        sampling.check();
        checkTime("--for", time);
        checkName(name);
        if (most < 1 || most > 10_000) {
            throw new UsageError("-n: '" + most + "' is not between 1 and 10,000");
        }
    }

    static void checkTime(String option, Duration time) throws UsageError {
        if (time.compareTo(Duration.ofMillis(100)) < 0 || time.compareTo(LONGEST) > 0) {
            throw new UsageError(option + ": is not between 100ms and 24h");
        }
    }

    static void checkName(Optional<String> name) throws UsageError {
        if (name.isPresent() && (name.get().isBlank() || name.get().length() > 100)) {
            throw new UsageError("--name: a name has from 1 to 100 characters");
        }
    }

    @Override
    protected void run(Target target, Context context) throws UsageError, TargetError {
        Output output = context.output();
        Optional<OutputStream> bytes =
                format.isPresent() ? Optional.of(Exporting.standardOutput(context)) : Optional.empty();
        Keeping.Kept kept = sampling.kind() == Kind.THREADS ? threads(target, context) : sampled(target, context);
        Profile profile = kept.profile();
        Chosen chosen = new Chosen("#" + kept.number(), profile, Chosen.wholes(profile), Optional.empty());
        int type = profile.description().standardType();
        if (bytes.isPresent() && format.isPresent()) {
            try {
                Exporting.write(context, chosen, format.get(), type, bytes.get());
            } catch (IOException e) {
                throw new TargetError("the export broke off, and the profile is kept: " + e.getMessage(), e);
            }
        } else {
            output.row(TopRow.of(chosen, Top.of(profile, type, by.by, false), type, most));
        }
        output.notice(Keeping.kept(kept.number(), profile));
    }

    private Keeping.Kept threads(Target target, Context context) throws UsageError, TargetError {
        Profile profile = sampling.wanted(target.profiling().threads());
        Profile named = profile.described(profile.description().named(name.orElse("")));
        return new Keeping.Kept(Keeping.keep(context.profiles(), named, false), named);
    }

    private Keeping.Kept sampled(Target target, Context context) throws UsageError, TargetError {
        Output output = context.output();
        // Should we die, the engine ends by itself a little later than it should have.
        try (Run run = target.profiling().start(sampling.request(time.plusSeconds(10)))) {
            run.notices().forEach(output::notice);
            await(time, context);
            Keeping.Kept kept = Keeping.stopAndKeep(context.profiles(), run, name.orElse(""), sampling::wanted);
            // What shows only in what was sampled.
            kept.profile().description().notes().stream()
                    .filter(note -> !run.notices().contains(note))
                    .forEach(output::notice);
            return kept;
        }
    }

    /** Lets the time go by, and tells how much of it has; ends early when the line is cancelled. */
    static void await(Duration time, Context context) {
        Output output = context.output();
        Duration left = time;
        while (!left.isZero()) {
            Duration step = left.compareTo(STEP) < 0 ? left : STEP;
            if (context.cancel().await(step)) {
                output.notice("ended early; what was sampled is kept");
                return;
            }
            left = left.minus(step);
            if (!left.isZero()) {
                output.notice(Humane.duration(time.minus(left)) + " of " + Humane.duration(time));
            }
        }
    }
}
