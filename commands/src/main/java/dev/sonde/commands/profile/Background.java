package dev.sonde.commands.profile;

import dev.sonde.commands.Context;
import dev.sonde.jvm.Profiling;
import dev.sonde.jvm.Profiling.Run;
import dev.sonde.jvm.Target;
import dev.sonde.jvm.TargetError;
import dev.sonde.profile.Profile;
import dev.sonde.profile.ProfileStore;
import dev.sonde.profile.ProfileStore.Kept;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Profiles that go on when the session has ended: they belong to the login, are kept when their time is over, and end with the
 * server. Each has a handle of its own on its target.
 */
final class Background {

    private static final String STARTED = "/started-";
    private static final AtomicLong NUMBERS = new AtomicLong();

    private final Target handle;
    private final ProfileStore profiles;
    private final Profiling.Request request;
    private final String name;
    /** How long a profile of a ring is kept; empty for one profile that is kept like others. */
    private final Optional<Duration> keep;

    private final Duration time;

    private Background(
            Target handle,
            ProfileStore profiles,
            Profiling.Request request,
            Duration time,
            String name,
            Optional<Duration> keep) {
        this.handle = handle;
        this.profiles = profiles;
        this.request = request;
        this.time = time;
        this.name = name;
        this.keep = keep;
    }

    /**
     * Starts one.
     *
     * @param time of a profile, after which it is kept
     * @param keep for how long, of a ring, in which the next follows; empty for one alone
     */
    static Run start(
            Context context,
            Target target,
            Profiling.Request request,
            Duration time,
            String name,
            Optional<Duration> keep)
            throws TargetError {
        Target handle = context.host().open(target.id().pid(), context.login() + STARTED + NUMBERS.incrementAndGet());
        Background background = new Background(handle, context.profiles(), request, time, name, keep);
        try {
            Run run = handle.profiling().start(request);
            background.keepLater(run);
            return run;
        } catch (TargetError | RuntimeException e) {
            handle.close();
            throw e;
        }
    }

    /** Those of a login on a target. */
    static List<Run> of(Context context, Target target) throws TargetError {
        List<Run> runs = new ArrayList<>();
        for (Run run : target.profiling().runs()) {
            if (run.owner().startsWith(context.login() + STARTED)) {
                runs.add(run);
            }
        }
        return runs;
    }

    private void keepLater(Run run) {
        CompletableFuture.delayedExecutor(time.toMillis(), TimeUnit.MILLISECONDS, action -> {
                    Thread keeper = new Thread(action, "profile-keeper");
                    keeper.setDaemon(true);
                    keeper.start();
                })
                .execute(() -> keep(run));
    }

    private void keep(Run run) {
        boolean next = false;
        try {
            if (run.ended()) {
                return; // somebody stopped it
            }
            Profile profile = Keeping.stop(run, name);
            profiles.add(profile, keep.isPresent());
            if (keep.isPresent()) {
                forget(Instant.now().minus(keep.get()));
                keepLater(handle.profiling().start(request));
                next = true;
            }
        } catch (TargetError | IOException e) {
            // The target is gone, or there is no room: there is nobody to tell.
        } finally {
            if (!next) {
                handle.close();
            }
        }
    }

    private void forget(Instant before) throws IOException {
        for (Kept kept : profiles.all()) {
            if (!kept.ring()) {
                continue;
            }
            if (!profiles.summary(kept).description().start().isBefore(before)) {
                return; // the others are younger
            }
            profiles.remove(kept.number());
        }
    }
}
