package dev.sonde.commands.play;

import dev.sonde.profile.Profile;
import dev.sonde.profile.ProfileStore;
import dev.sonde.profile.ProfileStore.Kept;
import java.io.IOException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * A profile that a step took or looked at, with what a report shows of it.
 *
 * @param file where the bastion keeps it, as {@code go tool pprof} reads it
 * @param encoded that file, in Base64
 */
record TakenProfile(long number, String file, String encoded, Profile profile) {

    /** A report of fifty JVMs would have fifty, and no browser would open it. */
    private static final int MOST = 12;

    private static final Pattern ONE = Pattern.compile("#[1-9]\\d{0,17}");

    /** The numbers of those that rows are of: these say it in a field of that name. */
    static List<Long> numbers(List<? extends Map<String, ?>> rows) {
        return rows.stream()
                .map(row -> row.get("profile"))
                .filter(name -> name instanceof String text && ONE.matcher(text).matches())
                .map(name -> Long.parseLong(name.toString().substring(1)))
                .distinct()
                .toList();
    }

    /**
     * Those of some runs, by number. What is not kept any more is left out.
     *
     * @param kept asked when there is one at all
     */
    static Map<Long, TakenProfile> of(List<RunResult> runs, Supplier<ProfileStore> kept) {
        List<Long> numbers = runs.stream()
                .flatMap(run -> run.steps().stream())
                .flatMap(step -> numbers(step.values()).stream())
                .distinct()
                .limit(MOST)
                .toList();
        Map<Long, TakenProfile> taken = new LinkedHashMap<>();
        for (long number : numbers) {
            read(kept.get(), number).ifPresent(profile -> taken.put(number, profile));
        }
        return taken;
    }

    private static Optional<TakenProfile> read(ProfileStore profiles, long number) {
        try {
            Optional<Kept> kept = profiles.find(number);
            return kept.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new TakenProfile(
                            number,
                            kept.get().file().toString(),
                            Base64.getEncoder().encodeToString(profiles.bytes(kept.get())),
                            profiles.load(kept.get())));
        } catch (IOException e) {
            return Optional.empty(); // its samples are told by the rows of its step all the same
        }
    }
}
