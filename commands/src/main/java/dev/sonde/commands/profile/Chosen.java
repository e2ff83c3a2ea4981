package dev.sonde.commands.profile;

import dev.sonde.commands.Context;
import dev.sonde.commands.UsageError;
import dev.sonde.commands.output.Humane;
import dev.sonde.jvm.TargetError;
import dev.sonde.profile.Description;
import dev.sonde.profile.Difference;
import dev.sonde.profile.Profile;
import dev.sonde.profile.ProfileStore;
import dev.sonde.profile.ProfileStore.Kept;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The profile that a line is about: {@code 7}, {@code #7}, what {@code 7} has more than {@code 3} as {@code 3..7}, or the newest.
 *
 * @param wholes of each type, what a hundred per cent are; of a difference those of the first
 */
record Chosen(String name, Profile profile, List<Long> wholes, Optional<Difference> difference) {

    private static final Pattern ONE = Pattern.compile("#?([1-9]\\d{0,8})");
    private static final Pattern TWO = Pattern.compile("#?([1-9]\\d{0,8})\\.\\.#?([1-9]\\d{0,8})");

    static void check(String typed) throws UsageError {
        if (!ONE.matcher(typed).matches() && !TWO.matcher(typed).matches()) {
            throw new UsageError("'" + typed + "' is not the number of a profile such as 7, and not two such as 3..7");
        }
    }

    static long number(String typed) throws UsageError {
        Matcher one = ONE.matcher(typed);
        if (!one.matches()) {
            throw new UsageError("'" + typed + "' is not the number of a profile such as 7");
        }
        return Long.parseLong(one.group(1));
    }

    static Chosen of(Context context, Optional<String> typed) throws TargetError, UsageError {
        ProfileStore profiles = context.profiles();
        try {
            if (typed.isEmpty()) {
                OptionalLong newest = profiles.newest();
                if (newest.isEmpty()) {
                    throw new TargetError("no profile is kept; profile cpu takes one");
                }
                return one(profiles, newest.getAsLong());
            }
            Matcher two = TWO.matcher(typed.get());
            return two.matches()
                    ? between(context, Long.parseLong(two.group(1)), Long.parseLong(two.group(2)), false)
                    : one(profiles, number(typed.get()));
        } catch (IOException e) {
            throw new TargetError("the profile cannot be read: " + e.getMessage(), e);
        }
    }

    private static Chosen one(ProfileStore profiles, long number) throws TargetError, IOException {
        Profile profile = profiles.load(find(profiles, number));
        return new Chosen("#" + number, profile, wholes(profile), Optional.empty());
    }

    private static List<Long> wholes(Profile profile) {
        return java.util.stream.IntStream.range(0, profile.types().size())
                .mapToObj(profile::total)
                .toList();
    }

    static Chosen between(Context context, long first, long second, boolean normalised) throws TargetError {
        ProfileStore profiles = context.profiles();
        try {
            Profile before = profiles.load(find(profiles, first));
            Profile after = profiles.load(find(profiles, second));
            Difference difference = Difference.between(before, after, normalised);
            return new Chosen(
                    "#" + first + "..#" + second, difference.profile(), difference.before(), Optional.of(difference));
        } catch (IllegalArgumentException e) {
            throw new TargetError(String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw new TargetError("the profile cannot be read: " + e.getMessage(), e);
        }
    }

    static Kept find(ProfileStore profiles, long number) throws TargetError, IOException {
        Optional<Kept> kept = profiles.find(number);
        if (kept.isPresent()) {
            return kept.get();
        }
        List<Kept> all = profiles.all();
        throw new TargetError(
                all.isEmpty()
                        ? "no profile is kept; profile cpu takes one"
                        : "there is no profile " + number + "; there are "
                                + all.get(0).number() + " to "
                                + all.get(all.size() - 1).number());
    }

    /** {@code #7 cpu of orders (4242), 30s by async-profiler 4.6}. */
    String head() {
        Description about = profile.description();
        String of = about.targetName().isEmpty()
                ? about.target()
                : about.targetName() + (about.target().isEmpty() ? "" : " (" + about.target() + ")");
        return name
                + " " + about.kind()
                + (of.isEmpty() ? "" : " of " + of)
                + (about.duration().isZero()
                        ? ""
                        : ", " + Humane.nanos(about.duration().toNanos()))
                + (about.engine().isEmpty() ? "" : " by " + about.engine())
                + (about.name().isEmpty() ? "" : ": " + about.name());
    }

    /** What a hundred per cent are. */
    long whole(int type) {
        return wholes.get(type);
    }
}
