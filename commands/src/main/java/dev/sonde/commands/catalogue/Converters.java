package dev.sonde.commands.catalogue;

import dev.sonde.commands.ByteSize;
import dev.sonde.commands.Durations;
import java.time.Duration;
import picocli.CommandLine.TypeConversionException;

/** How the values of options are read: durations, counts, sizes. Each refusal says what would have been accepted. */
final class Converters {

    private static final Duration LONGEST = Duration.ofDays(30);

    private Converters() {}

    static Duration duration(String typed) {
        Duration duration = Durations.parse(typed)
                .orElseThrow(() -> refused(typed, "is not a duration such as 500ms, 30s, 5m or 1h"));
        if (duration.isZero() || duration.compareTo(LONGEST) > 0) {
            throw refused(typed, "is not between 1ms and 30d");
        }
        return duration;
    }

    static int count(String typed) {
        if (!typed.matches("\\d{1,9}")) {
            throw refused(typed, "is not a count such as 16");
        }
        return Integer.parseInt(typed);
    }

    static double number(String typed) {
        if (!typed.matches("\\d{1,9}(\\.\\d{1,9})?")) {
            throw refused(typed, "is not a number such as 1.5");
        }
        return Double.parseDouble(typed);
    }

    static ByteSize size(String typed) {
        return ByteSize.parse(typed).orElseThrow(() -> refused(typed, "is not a size such as 4096, 64k or 1m"));
    }

    private static TypeConversionException refused(String typed, String why) {
        return new TypeConversionException("'" + ParseErrors.shortened(typed) + "' " + why);
    }
}
