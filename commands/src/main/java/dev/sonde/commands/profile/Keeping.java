package dev.sonde.commands.profile;

import dev.sonde.commands.UsageError;
import dev.sonde.commands.output.Humane;
import dev.sonde.jvm.Profiling.Run;
import dev.sonde.jvm.TargetError;
import dev.sonde.profile.Profile;
import dev.sonde.profile.ProfileStore;
import java.io.IOException;
import java.nio.file.Path;

/** Ends runs and keeps what they gave. */
final class Keeping {

    private Keeping() {}

    /** @throws TargetError when there is no room for it */
    static long keep(ProfileStore profiles, Profile profile, boolean ring) throws TargetError {
        try {
            return profiles.add(profile, ring);
        } catch (IOException e) {
            throw new TargetError("the profile cannot be kept: " + e.getMessage(), e);
        }
    }

    /** What was kept, and its number. */
    record Kept(long number, Profile profile) {}

    /** What of a profile is kept. */
    interface Wanted {
        Profile of(Profile profile) throws UsageError;
    }

    /** Ends a run, and keeps its profile with the recording. */
    static Kept stopAndKeep(ProfileStore profiles, Run run, String name, Wanted wanted) throws UsageError, TargetError {
        try {
            Path recording = profiles.recordingToCome();
            Profile profile = wanted.of(run.stop(recording));
            Profile named = profile.described(profile.description().named(name));
            return new Kept(profiles.add(named, recording), named);
        } catch (IOException e) {
            throw new TargetError("the profile cannot be kept: " + e.getMessage(), e);
        }
    }

    static Profile stop(Run run, String name) throws TargetError {
        Profile profile = run.stop();
        return profile.described(profile.description().named(name));
    }

    /** {@code kept as #7: 312 samples}. */
    static String kept(long number, Profile profile) {
        long count = profile.total(0);
        return "kept as #" + number + ": " + Humane.count(count) + " "
                + profile.types().get(0).name()
                + (count == 0 ? "; a longer --for or a shorter --interval sees more" : "");
    }
}
