package dev.sonde.shell;

import dev.sonde.commands.ByteSize;
import dev.sonde.commands.Line;
import dev.sonde.commands.UsageError;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How the value of a setting is written: each method reads one way of writing, and throws an {@link IllegalArgumentException}
 * that says what is accepted.
 */
final class SettingText {

    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");

    private SettingText() {}

    static List<Path> paths(String text) {
        List<Path> paths = new ArrayList<>();
        for (String each : text.split(":", -1)) {
            if (!each.isBlank()) {
                Path path = Path.of(each.strip());
                if (!path.isAbsolute()) {
                    throw new IllegalArgumentException("'" + clip(each) + "' is not an absolute path");
                }
                paths.add(path);
            }
        }
        return List.copyOf(paths);
    }

    static Optional<URI> webAddress(String text) {
        if (text.isBlank()) {
            return Optional.empty();
        }
        try {
            URI address = new URI(text.strip());
            if (address.getHost() != null && List.of("http", "https").contains(address.getScheme())) {
                return Optional.of(address);
            }
        } catch (URISyntaxException e) {
            // said below
        }
        throw new IllegalArgumentException("'" + clip(text) + "' is not an address such as https://example.org/hook");
    }

    /** The words of a program's line; quotes keep blanks, and no shell reads them. */
    static List<String> program(String text) {
        try {
            List<String> words = Line.parse(text).words();
            if (words.isEmpty() || Path.of(words.get(0)).isAbsolute()) {
                return words;
            }
        } catch (UsageError e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        throw new IllegalArgumentException("'" + clip(text) + "' does not begin with an absolute path");
    }

    static boolean flag(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("'" + clip(text) + "' is neither true nor false");
        };
    }

    static Settings.AlgorithmSet algorithms(String text) {
        return switch (text) {
            case "compat" -> Settings.AlgorithmSet.COMPAT;
            case "strict" -> Settings.AlgorithmSet.STRICT;
            default -> throw new IllegalArgumentException("'" + clip(text) + "' is neither compat nor strict");
        };
    }

    static Function<String, Integer> number(int least, int most) {
        return text -> {
            try {
                int value = Integer.parseInt(text);
                if (value >= least && value <= most) {
                    return value;
                }
            } catch (NumberFormatException e) {
                // said below
            }
            throw new IllegalArgumentException("'" + clip(text) + "' is not a count from " + least + " to " + most);
        };
    }

    /** Two values with two dots between, or one that is both. */
    static Function<String, Settings.Range> range(int least, int most, ToIntFunction<String> read) {
        return text -> {
            int dots = text.indexOf("..");
            Settings.Range range = new Settings.Range(
                    read.applyAsInt(dots < 0 ? text : text.substring(0, dots)),
                    read.applyAsInt(dots < 0 ? text : text.substring(dots + 2)));
            boolean none = least == 0 && most == Integer.MAX_VALUE && range.most() == 0;
            if (range.standard() < least || range.most() > most || (range.standard() > range.most() && !none)) {
                throw new IllegalArgumentException(
                        "'" + clip(text) + "' is not a default and a most within what Sonde allows, such as 3..10");
            }
            return range;
        };
    }

    static int count(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + clip(text) + "' is not a count", e);
        }
    }

    static int bytes(String text) {
        return ByteSize.parse(text)
                .map(size -> (int) Math.min(Integer.MAX_VALUE, size.bytes()))
                .orElseThrow(() ->
                        new IllegalArgumentException("'" + clip(text) + "' is not a size such as 4096, 64k or 1m"));
    }

    /** Per cent of one CPU, in microseconds of a second. */
    static int percent(String text) {
        if (!text.matches("\\d{1,3}(\\.\\d{1,3})?") || Double.parseDouble(text) <= 0) {
            throw new IllegalArgumentException("'" + clip(text) + "' is not a percentage such as 1 or 0.5");
        }
        return (int) Math.round(Double.parseDouble(text) * 10_000);
    }

    /** Words with commas between; {@code standard} stands for all of those. */
    static List<String> list(String text, List<String> standard) {
        List<String> words = new ArrayList<>();
        for (String word : text.split(",", -1)) {
            String trimmed = word.trim();
            if (trimmed.isEmpty()) {
                throw new IllegalArgumentException("'" + clip(text) + "' is not a list such as standard, iban");
            }
            words.addAll(trimmed.equals("standard") ? standard : List.of(trimmed));
        }
        return words;
    }

    static Duration between(String text, Duration least, Duration most) {
        Duration duration = duration(text);
        if (duration.compareTo(least) < 0 || duration.compareTo(most) > 0) {
            throw new IllegalArgumentException(
                    "'" + clip(text) + "' is not between " + least.toMillis() + "ms and " + most.toMinutes() + "m");
        }
        return duration;
    }

    static Duration duration(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + clip(text) + "' is not a duration such as 30s, 10m or 2h");
        }
        long count = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
        };
    }

    /** So much of a text as a message shows. */
    static String clip(String text) {
        return text.length() <= 60 ? text : text.substring(0, 60) + "…";
    }
}
