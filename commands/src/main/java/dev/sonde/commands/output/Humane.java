package dev.sonde.commands.output;

import java.time.Duration;
import java.util.Locale;

/** Numbers as people read them: three figures and a unit. */
public final class Humane {

    private static final String[] SIZES = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

    private Humane() {}

    /** {@code 1.5 GiB}. */
    public static String bytes(long bytes) {
        double size = bytes;
        int unit = 0;
        while (Math.abs(size) >= 999.5 && unit < SIZES.length - 1) {
            size /= 1024;
            unit++;
        }
        return (unit == 0 ? Long.toString(bytes) : figures(size)) + " " + SIZES[unit];
    }

    /** {@code 41.2 ms}, {@code 850 ns}, {@code 3.5 s}; from a minute on as {@link #duration}. */
    public static String nanos(long nanos) {
        if (nanos < 1_000) {
            return nanos + " ns";
        }
        if (nanos < 999_500) {
            return figures(nanos / 1e3) + " µs";
        }
        if (nanos < 999_500_000) {
            return figures(nanos / 1e6) + " ms";
        }
        return nanos < 59_950_000_000L ? figures(nanos / 1e9) + " s" : duration(Duration.ofNanos(nanos));
    }

    /** {@code 12s}, {@code 3m12s}, {@code 5h07m}, {@code 2d04h}. */
    public static String duration(Duration duration) {
        long seconds = Math.max(0, duration.toSeconds());
        if (seconds < 60) {
            return seconds + "s";
        }
        if (seconds < 3_600) {
            return "%dm%02ds".formatted(seconds / 60, seconds % 60);
        }
        return seconds < 86_400
                ? "%dh%02dm".formatted(seconds / 3_600, seconds / 60 % 60)
                : "%dd%02dh".formatted(seconds / 86_400, seconds / 3_600 % 24);
    }

    /** {@code 3.4%}. */
    public static String percent(double percent) {
        return Double.isFinite(percent)
                ? String.format(Locale.ROOT, percent < 99.95 ? "%.1f%%" : "%.0f%%", percent)
                : "";
    }

    /** {@code 41,203}. */
    public static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    /** {@code 41,203}; under a hundred {@code 41.2}. */
    public static String rate(double rate) {
        return Double.isFinite(rate)
                ? rate >= 99.95 ? count(Math.round(rate)) : String.format(Locale.ROOT, "%.1f", rate)
                : Double.toString(rate);
    }

    private static String figures(double number) {
        String form = Math.abs(number) < 9.995 ? "%.2f" : Math.abs(number) < 99.95 ? "%.1f" : "%.0f";
        return String.format(Locale.ROOT, form, number);
    }
}
