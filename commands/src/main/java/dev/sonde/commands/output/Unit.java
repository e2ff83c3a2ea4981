package dev.sonde.commands.output;

import java.time.Duration;
import java.util.Locale;

/**
 * What a number counts, told by the end of its name: {@code heapUsedBytes}, {@code costMs}, {@code cpuPercent}. JSON gives the
 * plain number, a table a rounded one with its unit and the name without it.
 */
enum Unit {
    BYTES_PER_SECOND("BytesPerSecond", "/s"),
    BYTES("Bytes", ""),
    PER_SECOND("PerSecond", "/s"),
    MS("Ms", ""),
    SECONDS("Seconds", ""),
    PERCENT("Percent", ""),
    NONE("", ""),
    /** A number that is a name, as in {@code id}: it is typed again as it is shown. */
    NAME("", "");

    private final String suffix;
    private final String headSuffix;

    Unit(String suffix, String headSuffix) {
        this.suffix = suffix;
        this.headSuffix = headSuffix;
    }

    static Unit of(String name) {
        if (name.equals("id")) {
            return NAME;
        }
        for (Unit unit : values()) {
            if (name.endsWith(unit.suffix)) {
                return unit;
            }
        }
        return NONE;
    }

    /** {@code heapUsedBytes} gives {@code HEAP USED}, {@code callsPerSecond} gives {@code CALLS/S}. */
    String head(String name) {
        String stem = name.substring(0, name.length() - suffix.length());
        String words = stem.replaceAll("(?<=[a-z0-9])(?=[A-Z])", " ");
        return (words + headSuffix).toUpperCase(Locale.ROOT);
    }

    String shown(Number number) {
        return switch (this) {
            case BYTES, BYTES_PER_SECOND -> Humane.bytes(number.longValue());
            case MS -> Humane.nanos(Math.round(number.doubleValue() * 1e6));
            case SECONDS -> Humane.duration(Duration.ofMillis(Math.round(number.doubleValue() * 1e3)));
            case PERCENT -> Humane.percent(number.doubleValue());
            case PER_SECOND -> Humane.rate(number.doubleValue());
            case NAME -> Long.toString(number.longValue());
            case NONE ->
                number instanceof Double || number instanceof Float
                        ? Humane.rate(number.doubleValue())
                        : Humane.count(number.longValue());
        };
    }

    /** A duration as the number that the name promises. */
    double number(Duration duration) {
        return switch (this) {
            case MS -> duration.toNanos() / 1e6;
            case SECONDS -> Math.round(duration.toNanos() / 1e6) / 1e3;
            default -> throw new IllegalStateException("the name of a duration ends with Ms or Seconds");
        };
    }
}
