package dev.sonde.commands.profile;

import dev.sonde.commands.BaseCommand;
import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Gives;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.commands.UsageError;
import dev.sonde.commands.output.Humane;
import dev.sonde.commands.threads.ThreadName;
import dev.sonde.jvm.Profiling.Engine;
import dev.sonde.jvm.Profiling.Request;
import dev.sonde.jvm.Profiling.Run;
import dev.sonde.jvm.Target;
import dev.sonde.jvm.TargetError;
import dev.sonde.profile.Description;
import dev.sonde.profile.Kind;
import dev.sonde.profile.Profile;
import dev.sonde.profile.ProfileStore;
import dev.sonde.timeline.Timeline;
import dev.sonde.timeline.TimelineReader;
import dev.sonde.timeline.TimelineReader.Reach;
import dev.sonde.timeline.TimelineSums;
import dev.sonde.timeline.WaitingTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code timeline}: what each thread did when, recorded for a while by JFR and kept under a number, or kept already. */
@Command(
        name = "timeline",
        description = "tell where each thread's time went, who waited longest for whom, and when the JVM stood still")
@Needs(Grant.OBSERVE)
@Gives(TimelineRow.class)
@Example("timeline --for 2s")
@Example("timeline --for 1s --thread 'load-*' --at-least 100us")
final class TimelineCommand extends BaseCommand {

    private static final Duration STANDARD = Duration.ofSeconds(5);
    /** A JVM in which nothing happens begins to tell late. */
    private static final long TOLD_LATE = 1_000_000_000;

    private static final Duration LONGEST = Duration.ofHours(1);

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "PROFILE",
            description =
                    "the number of a timeline that is kept, a recording of JFR among your files, or - for one that comes"
                            + " on the standard input; else one is recorded")
    private Optional<String> choice = Optional.empty();

    @Option(names = "--for", paramLabel = "TIME", description = "how long to record; else 5s")
    private Optional<Duration> time = Optional.empty();

    @Option(names = "--thread", paramLabel = "GLOB", description = "only threads of this name, and whom they held up")
    private Optional<String> thread = Optional.empty();

    @Mixin
    private ShortestWait shortest = new ShortestWait();

    @Option(names = "--name", paramLabel = "N", description = "what to call it in profile list")
    private Optional<String> name = Optional.empty();

    @Option(names = "-n", paramLabel = "N", description = "the most threads to show, the busiest", defaultValue = "4")
    private int most;

    @Option(
            names = "--waits",
            paramLabel = "N",
            description = "the most waits to show, the longest",
            defaultValue = "10")
    private int mostWaits;

    @Override
    public boolean wantsTarget() {
        return choice.isEmpty();
    }

    @Override
    public Grant needs(Grant declared) {
        return choice.isEmpty() ? ProfileCommand.SAMPLES : declared;
    }

    @Override
    public void check() throws UsageError {
        if (choice.isPresent()) {
            Chosen.checkOne(choice.get());
            if (time.isPresent() || name.isPresent() || shortest.isAsked()) {
                throw new UsageError(
                        "what is there is not recorded anew: a number or a file, or --for, --name and --at-least");
            }
        }
        if (time.isPresent()
                && (time.get().compareTo(Duration.ofMillis(100)) < 0
                        || time.get().compareTo(LONGEST) > 0)) {
            throw new UsageError("--for: is not between 100ms and 1h");
        }
        ProfileCommand.checkName(name);
        shortest.check();
        if (most < 1 || most > 10_000) {
            throw new UsageError("-n: '" + most + "' is not between 1 and 10,000");
        }
        if (mostWaits < 0 || mostWaits > 1_000) {
            throw new UsageError("--waits: '" + mostWaits + "' is not between 0 and 1,000");
        }
    }

    @Override
    public void run(Context context) throws UsageError, TargetError, InterruptedException {
        if (choice.isPresent()) {
            OptionalLong number = Chosen.numberOrFile(choice.get());
            if (number.isPresent()) {
                show(context, number.getAsLong());
            } else {
                showFile(context, choice.get());
            }
            return;
        }
        Target target = context.target()
                .orElseThrow(
                        () -> UsageError.withoutUsage(
                                "no target is selected; @PID or @NAME selects one; a number shows a timeline that is kept, a name one of your files"));
        try {
            record(context, target, context.profiles().recordingToCome());
        } catch (IOException e) {
            throw new TargetError("the timeline cannot be kept: " + e.getMessage(), e);
        }
    }

    private void record(Context context, Target target, Path recording) throws UsageError, TargetError, IOException {
        Duration lasting = time.orElse(STANDARD);
        try {
            Profile sampled;
            long recorded;
            Request request = new Request(
                    Kind.TIMELINE, Optional.of(Engine.JFR), lasting.plusSeconds(10), OptionalLong.of(shortest.nanos()));
            try (Run run = target.profiling().start(request)) {
                run.notices().forEach(context.output()::notice);
                long begun = System.nanoTime();
                ProfileCommand.await(lasting, context);
                recorded = System.nanoTime() - begun;
                sampled = run.stop(recording);
            }
            WaitingTime waits = new WaitingTime(sampled.description());
            TimelineSums sums = new TimelineSums(this::isWanted, mostWaits, waits::add);
            Reach reach = TimelineReader.read(recording, sums);
            long missing = recorded - (reach.last() - reach.first());
            boolean whole = missing <= recorded / 10 || missing <= TOLD_LATE;
            if (whole) {
                // Counted from the first to the last: of a part of it nobody knows.
                sampled.samples()
                        .forEach(counted -> sums.runnable(counted).ifPresent(lane -> waits.runnable(lane, counted)));
            }
            Timeline timeline = sums.sum(reach);
            Profile profile = waits.profile();
            // When it really began: the first recording of a JVM takes a while to be started.
            profile = profile.described(profile.description()
                    .lasting(Instant.ofEpochSecond(0, timeline.start()), Duration.ofNanos(timeline.nanos()))
                    .named(name.orElse("")));
            long number = context.profiles().add(profile, recording);
            tell(context, new Chosen("#" + number, profile, List.of(), Optional.empty()), timeline);
            if (!whole) {
                context.output()
                        .notice("only the last " + Humane.nanos(timeline.nanos()) + " of " + Humane.nanos(recorded)
                                + " are told: more was recorded than is kept; a longer --at-least records less");
            }
            context.output()
                    .notice("kept as #" + number + ": timeline " + number + " shows it again, web in a browser");
        } finally {
            Files.deleteIfExists(recording);
        }
    }

    private void show(Context context, long number) throws TargetError {
        ProfileStore profiles = context.profiles();
        Chosen chosen = Chosen.of(context, Optional.of(Long.toString(number)), Optional.empty());
        TimelineSums sums = new TimelineSums(this::isWanted, mostWaits, span -> {});
        try {
            Optional<Path> recording = profiles.recording(Chosen.find(profiles, number));
            if (recording.isEmpty() || !chosen.profile().description().kind().equals(Kind.TIMELINE.word())) {
                throw new TargetError("#" + number + " is no timeline but a profile of "
                        + chosen.profile().description().kind() + "; top " + number + " shows it");
            }
            Reach reach = TimelineReader.read(recording.get(), sums);
            chosen.profile().samples().forEach(sums::runnable);
            tell(context, chosen, sums.sum(reach));
        } catch (IOException e) {
            throw new TargetError("the timeline cannot be read: " + e.getMessage(), e);
        }
    }

    private void showFile(Context context, String file) throws TargetError {
        TimelineSums sums = new TimelineSums(this::isWanted, mostWaits, span -> {});
        try {
            Timeline timeline = sums.sum(Chosen.given(context, file, path -> TimelineReader.read(path, sums)));
            Description about = Description.of(
                    Kind.TIMELINE,
                    Instant.ofEpochSecond(0, timeline.start()),
                    Duration.ofNanos(timeline.nanos()),
                    "JFR",
                    0);
            tell(context, new Chosen(file, new Profile.Builder(about).build(), List.of(), Optional.empty()), timeline);
        } catch (IOException e) {
            String what = file.equals(Chosen.STANDARD_INPUT) ? "what came" : file;
            throw new TargetError(what + " cannot be read: " + e.getMessage(), e);
        }
    }

    private boolean isWanted(String threadName) {
        return thread.isEmpty() || ThreadName.matches(thread.get(), threadName);
    }

    private void tell(Context context, Chosen chosen, Timeline timeline) {
        context.output().row(TimelineRow.of(chosen, timeline, most));
        timeline.cut().ifPresent(context.output()::notice);
        if (timeline.lostBytes() > 0) {
            context.output()
                    .notice("JFR lost " + Humane.bytes(timeline.lostBytes())
                            + " of events, which came faster than it writes: there is more than is told");
        }
    }
}
