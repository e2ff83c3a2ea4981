package dev.sonde.profile;

import java.util.List;
import java.util.Locale;

/**
 * Values as pprof prints them, all of one report in one unit, so that they compare at a glance and with what {@code go tool
 * pprof} says of the same file: {@code 1.20s}, {@code 512.05kB}, {@code 42}.
 */
public final class Amounts {

    private record Unit(String name, double size) {}

    private static final List<Unit> TIMES = List.of(
            new Unit("ns", 1),
            new Unit("us", 1e3),
            new Unit("ms", 1e6),
            new Unit("s", 1e9),
            new Unit("mins", 60e9),
            new Unit("hrs", 3_600e9));

    private static final List<Unit> SIZES = List.of(
            new Unit("B", 1),
            new Unit("kB", 1L << 10),
            new Unit("MB", 1L << 20),
            new Unit("GB", 1L << 30),
            new Unit("TB", 1L << 40));

    private static final List<Unit> COUNTS = List.of(new Unit("", 1));

    private final Unit unit;

    private Amounts(Unit unit) {
        this.unit = unit;
    }

    /**
     * The unit for a report.
     *
     * @param values of the report
     * @param total the whole that it is a part of
     */
    public static Amounts of(ValueType type, List<Long> values, long total) {
        long largest = Math.abs(total);
        long least = values.stream()
                .mapToLong(Math::abs)
                .filter(value -> value > 0)
                .min()
                .orElse(largest);
        List<Unit> units = units(type);
        Unit fine = fitting(units, (double) least);
        // A hundredth of the unit is still seen.
        boolean coarser = !fine.equals(fitting(units, (double) largest)) && least < largest / 100;
        return new Amounts(coarser ? fitting(units, 100.0 * least) : fine);
    }

    /** The unit for one value alone. */
    public static Amounts of(ValueType type, long value) {
        return new Amounts(fitting(units(type), (double) Math.abs(value)));
    }

    private static List<Unit> units(ValueType type) {
        return switch (type.unit()) {
            case ValueType.NANOSECONDS -> TIMES;
            case ValueType.BYTES -> SIZES;
            default -> COUNTS;
        };
    }

    private static Unit fitting(List<Unit> units, double value) {
        Unit fitting = units.get(0);
        for (Unit unit : units) {
            if (value >= unit.size) {
                fitting = unit;
            }
        }
        return fitting;
    }

    /** {@code 1.20s}; {@code 0} without a unit. */
    public String text(long value) {
        String number = String.format(Locale.ROOT, "%.2f", value / unit.size);
        String plain = number.endsWith(".00") ? number.substring(0, number.length() - 3) : number;
        return plain.equals("0") || plain.equals("-0") ? "0" : plain + unit.name;
    }

    /** {@code 53.06%} in six columns; of nothing {@code 0%}. */
    public static String percent(long value, long total) {
        double percent = total == 0 ? 0 : Math.abs((double) value / total) * 100;
        if (percent >= 99.95 && percent <= 100.05) {
            return "  100%";
        }
        if (percent >= 1) {
            return String.format(Locale.ROOT, "%5.2f%%", percent);
        }
        return String.format(Locale.ROOT, "%5s%%", twoFigures(percent));
    }

    /** C's {@code %.2g}. */
    private static String twoFigures(double percent) {
        if (percent == 0) {
            return "0";
        }
        if (percent < 0.0001) {
            return String.format(Locale.ROOT, "%.1e", percent).replaceFirst("\\.0e", "e");
        }
        String digits = new java.math.BigDecimal(percent)
                .round(new java.math.MathContext(2, java.math.RoundingMode.HALF_EVEN))
                .stripTrailingZeros()
                .toPlainString();
        return digits;
    }
}
