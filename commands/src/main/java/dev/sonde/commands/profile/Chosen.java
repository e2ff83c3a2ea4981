package dev.sonde.commands.profile;

import dev.sonde.commands.Context;
import dev.sonde.commands.ExportFolder;
import dev.sonde.commands.UsageError;
import dev.sonde.commands.output.Humane;
import dev.sonde.jvm.TargetError;
import dev.sonde.profile.Description;
import dev.sonde.profile.Difference;
import dev.sonde.profile.Kind;
import dev.sonde.profile.Profile;
import dev.sonde.profile.ProfileFile;
import dev.sonde.profile.ProfileStore;
import dev.sonde.profile.ProfileStore.Kept;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The profile that a line is about: {@code 7}, {@code #7}, a file by its name, {@code -} for what comes on the standard input, what
 * one of them has more than another as {@code 3..7}, or the newest that is kept.
 *
 * @param wholes of each type, what a hundred per cent are; of a difference those of the first
 */
record Chosen(String name, Profile profile, List<Long> wholes, Optional<Difference> difference) {

    private static final Pattern NUMBER = Pattern.compile("#?([1-9]\\d{0,8})");
    /** As {@link ExportFolder} has them. */
    private static final Pattern FILE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}|-");

    private static final String BETWEEN = "..";
    static final String STANDARD_INPUT = "-";

    static void check(String typed) throws UsageError {
        int dots = typed.indexOf(BETWEEN);
        boolean known = dots < 0
                ? isOne(typed)
                : isOne(typed.substring(0, dots)) && isOne(typed.substring(dots + BETWEEN.length()));
        if (!known) {
            throw new UsageError(
                    "'" + typed + "' is not the number of a profile such as 7, not two such as 3..7, not the"
                            + " name of a file among your recordings on the server, and not - for the standard input");
        }
    }

    private static boolean isOne(String typed) {
        return NUMBER.matcher(typed).matches() || FILE.matcher(typed).matches();
    }

    /** Checks what is one, and no difference. */
    static void checkOne(String typed) throws UsageError {
        if (!isOne(typed) || typed.contains(BETWEEN)) {
            throw new UsageError(
                    "'" + typed + "' is not the number of a timeline such as 7, not the name of a file among"
                            + " your recordings on the server, and not - for the standard input");
        }
    }

    /** The number that was typed; empty when it is no number but a file. */
    static OptionalLong numberOrFile(String typed) {
        Matcher one = NUMBER.matcher(typed);
        return one.matches() ? OptionalLong.of(Long.parseLong(one.group(1))) : OptionalLong.empty();
    }

    static long number(String typed) throws UsageError {
        Matcher one = NUMBER.matcher(typed);
        if (!one.matches()) {
            throw new UsageError("'" + typed + "' is not the number of a profile such as 7");
        }
        return Long.parseLong(one.group(1));
    }

    /** @param kind of a recording that has several */
    static Chosen of(Context context, Optional<String> typed, Optional<Kind> kind) throws TargetError {
        if (typed.isEmpty()) {
            return one("#" + newest(context.profiles()), context, kind);
        }
        int dots = typed.get().indexOf(BETWEEN);
        return dots < 0
                ? one(typed.get(), context, kind)
                : between(
                        context,
                        typed.get().substring(0, dots),
                        typed.get().substring(dots + BETWEEN.length()),
                        false,
                        kind);
    }

    static long newest(ProfileStore profiles) throws TargetError {
        try {
            OptionalLong newest = profiles.newest();
            if (newest.isEmpty()) {
                throw new TargetError("no profile is kept; profile cpu takes one");
            }
            return newest.getAsLong();
        } catch (IOException e) {
            throw new TargetError("the profiles cannot be read: " + e.getMessage(), e);
        }
    }

    private static Chosen one(String typed, Context context, Optional<Kind> kind) throws TargetError {
        Profile profile = load(context, typed, kind);
        return new Chosen(label(typed), profile, wholes(profile), Optional.empty());
    }

    private static String label(String typed) {
        Matcher number = NUMBER.matcher(typed);
        return number.matches() ? "#" + number.group(1) : typed;
    }

    private static Profile load(Context context, String typed, Optional<Kind> kind) throws TargetError {
        Matcher number = NUMBER.matcher(typed);
        try {
            if (number.matches()) {
                return context.profiles().load(find(context.profiles(), Long.parseLong(number.group(1))));
            }
            return file(context, typed, kind);
        } catch (IOException e) {
            throw new TargetError(
                    (number.matches() ? "the profile" : typed.equals(STANDARD_INPUT) ? "what came" : typed)
                            + " cannot be read: " + e.getMessage(),
                    e);
        }
    }

    /** What is in a file that the login may read, or comes on its standard input. */
    static Profile file(Context context, String typed, Optional<Kind> kind) throws IOException {
        return given(context, typed, file -> ProfileFile.read(file, typed.equals(STANDARD_INPUT) ? "" : typed, kind));
    }

    /** Reads a file. */
    interface Reading<T> {
        T from(Path file) throws IOException;
    }

    /** Reads a file that the login may read, or what comes on its standard input, which lies in a file meanwhile. */
    static <T> T given(Context context, String typed, Reading<T> reading) throws IOException {
        ExportFolder files = context.recordings().exports();
        if (!typed.equals(STANDARD_INPUT)) {
            return reading.from(files.find(typed));
        }
        try (ExportFolder.Received received = files.receive(context.input().stream())) {
            return reading.from(received.file());
        }
    }

    static List<Long> wholes(Profile profile) {
        return IntStream.range(0, profile.types().size())
                .mapToObj(profile::total)
                .toList();
    }

    static Chosen between(Context context, String first, String second, boolean normalised, Optional<Kind> kind)
            throws TargetError {
        try {
            Profile before = load(context, first, kind);
            Profile after = load(context, second, kind);
            Difference difference = Difference.between(before, after, normalised);
            return new Chosen(
                    label(first) + BETWEEN + label(second),
                    difference.profile(),
                    difference.before(),
                    Optional.of(difference));
        } catch (IllegalArgumentException e) {
            throw new TargetError(String.valueOf(e.getMessage()), e);
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
                        : "there is no profile " + number + "; there "
                                + (all.size() == 1 ? "is " : "are " + all.get(0).number() + " to ")
                                + all.get(all.size() - 1).number());
    }

    /** The number under which it is kept; empty for a difference and for a file. */
    OptionalLong number() {
        return numberOrFile(name);
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
                + (about.name().isEmpty() || about.name().equals(name) ? "" : ": " + about.name());
    }

    /** What a hundred per cent are. */
    long whole(int type) {
        return wholes.get(type);
    }
}
