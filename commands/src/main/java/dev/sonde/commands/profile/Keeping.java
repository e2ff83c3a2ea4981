package dev.sonde.commands.profile;

import dev.sonde.commands.output.Humane;
import dev.sonde.jvm.Profiling.Run;
import dev.sonde.jvm.TargetError;
import dev.sonde.profile.Profile;
import dev.sonde.profile.ProfileStore;
import java.io.IOException;

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

    static Profile stop(Run run, String name) throws TargetError {
        Profile profile = run.stop();
        return profile.described(profile.description().named(name));
    }

    /** {@code profile of cpu, kept as #7: 312 samples}. */
    static String kept(long number, Profile profile) {
        return "kept as #" + number + ": " + Humane.count(profile.total(0)) + " "
                + profile.types().get(0).name();
    }
}
