package dev.sonde.commands.catalogue;

import dev.sonde.commands.ByteSize;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.TypeConversionException;

/** How the values of options are read: durations, counts, sizes. Each refusal says what would have been accepted. */
final class Converters {

    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");
    private static final Map<String, Duration> UNITS = Map.of(
            "ms", Duration.ofMillis(1),
            "s", Duration.ofSeconds(1),
            "m", Duration.ofMinutes(1),
            "h", Duration.ofHours(1),
            "d", Duration.ofDays(1));
    private static final Duration LONGEST = Duration.ofDays(30);

    private Converters() {}

    static Duration duration(String typed) {
        Matcher parts = DURATION.matcher(typed);
        if (!parts.matches()) {
            throw refused(typed, "is not a duration such as 500ms, 30s, 5m or 1h");
        }
        Duration unit = UNITS.getOrDefault(parts.group(2), Duration.ZERO);
        Duration duration = unit.multipliedBy(Long.parseLong(parts.group(1)));
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
