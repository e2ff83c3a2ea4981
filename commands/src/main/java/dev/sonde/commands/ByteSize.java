package dev.sonde.commands;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A number of bytes as it is typed: {@code 4096}, {@code 64k}, {@code 1m}; a {@code k} is 1024. */
public record ByteSize(long bytes) {

    private static final Pattern FORM = Pattern.compile("(\\d{1,10})([kmg]?)(i?b)?");

    /** Empty when it is no size. */
    public static Optional<ByteSize> parse(String typed) {
        Matcher parts = FORM.matcher(typed.toLowerCase(Locale.ROOT));
        if (!parts.matches()) {
            return Optional.empty();
        }
        int shift = 10 * " kmg".indexOf(parts.group(2).isEmpty() ? " " : parts.group(2));
        return Optional.of(new ByteSize(Long.parseLong(parts.group(1)) << shift));
    }
}
