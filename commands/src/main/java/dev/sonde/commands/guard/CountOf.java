package dev.sonde.commands.guard;

import dev.sonde.weave.plain.PlainType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code count(Shop.place)} in a rule: calls of a method since the last look. It is a probe, with the budget of one.
 *
 * @param variable stands for it in the expression
 */
record CountOf(String variable, String classGlob, String method) {

    private static final List<String> FIELDS =
            List.of("calls", "perSecond", "failures", "mean", "p50", "p90", "p99", "max");

    /** What may stand behind it: numbers, times in milliseconds. */
    PlainType type() {
        Map<String, PlainType> fields = new LinkedHashMap<>();
        FIELDS.forEach(field -> fields.put(field, PlainType.Simple.NUMBER));
        return new PlainType.Fields("row.gauge." + variable, fields);
    }

    /**
     * The values of rows of {@code count} of one interval; without calls all are 0. Of several methods that fit, calls add up
     * and times are those of the slowest.
     */
    static Map<String, Double> values(List<? extends Map<String, ?>> rows) {
        Map<String, Double> values = new LinkedHashMap<>();
        FIELDS.forEach(field -> values.put(field, 0.0));
        double timed = 0;
        for (Map<String, ?> row : rows) {
            double calls = number(row, "calls");
            values.merge("calls", calls, Double::sum);
            values.merge("perSecond", number(row, "callsPerSecond"), Double::sum);
            values.merge("failures", number(row, "failures"), Double::sum);
            timed += calls * number(row, "meanMs");
            for (String field : List.of("p50", "p90", "p99", "max")) {
                values.merge(field, number(row, field + "Ms"), Math::max);
            }
        }
        double calls = values.getOrDefault("calls", 0.0);
        values.put("mean", calls > 0 ? timed / calls : 0);
        return values;
    }

    private static double number(Map<String, ?> row, String name) {
        return row.get(name) instanceof Number number ? number.doubleValue() : 0;
    }
}
