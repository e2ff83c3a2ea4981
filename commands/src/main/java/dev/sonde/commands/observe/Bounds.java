package dev.sonde.commands.observe;

import dev.sonde.commands.UsageError;
import java.util.Locale;

/** Keeps what a line may ask for within what a target can bear. */
final class Bounds {

    private Bounds() {}

    static void check(String option, long value, long least, long most) throws UsageError {
        if (value < least || value > most) {
            throw new UsageError(
                    String.format(Locale.ROOT, "%s: '%d' is not between %,d and %,d", option, value, least, most));
        }
    }
}
