package dev.sonde.agent;

import java.io.File;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Classes of the JDK whose objects read best as text: by exact class, because a subclass may be the application's, and only
 * where making the text runs no code but the JDK's and takes no lock.
 */
final class Texts {

    /** Digits are quadratic work: beyond this many bits a number is told by its size. */
    private static final int MOST_BITS = 4096;

    private static final Set<String> BY_TO_STRING = new HashSet<>(Arrays.asList(
            "java.time.Instant",
            "java.time.Duration",
            "java.time.Period",
            "java.time.LocalDate",
            "java.time.LocalTime",
            "java.time.LocalDateTime",
            "java.time.OffsetDateTime",
            "java.time.OffsetTime",
            "java.time.ZonedDateTime",
            "java.time.Year",
            "java.time.YearMonth",
            "java.time.MonthDay",
            "java.time.ZoneOffset",
            "java.time.ZoneRegion",
            "java.lang.reflect.Method",
            "java.net.URI",
            "java.util.Locale",
            "sun.nio.fs.UnixPath",
            "sun.nio.fs.WindowsPath"));

    private Texts() {}

    /** The text of a value; null when it has none and is to be shown by its fields. */
    @SuppressWarnings("JavaUtilDate")
    static @Nullable String of(Object value) {
        Class<?> type = value.getClass();
        if (type.getClassLoader() != null) {
            return null;
        }
        if (type == BigInteger.class) {
            int bits = ((BigInteger) value).bitLength();
            return bits > MOST_BITS ? "an integer of " + bits + " bits" : value.toString();
        }
        if (type == BigDecimal.class) {
            int bits = ((BigDecimal) value).unscaledValue().bitLength();
            return bits > MOST_BITS ? "a decimal of " + bits + " bits" : value.toString();
        }
        if (type == UUID.class) {
            return value.toString();
        }
        if (type == Date.class) {
            return Instant.ofEpochMilli(((Date) value).getTime()).toString();
        }
        if (type == File.class) {
            return ((File) value).getPath();
        }
        if (type == Pattern.class) {
            return ((Pattern) value).pattern();
        }
        if (type == Class.class) {
            return ((Class<?>) value).getName();
        }
        if (type == StringBuilder.class) {
            StringBuilder text = (StringBuilder) value;
            return text.substring(0, Math.min(text.length(), 64 << 10));
        }
        return BY_TO_STRING.contains(type.getName()) ? value.toString() : null;
    }
}
