package dev.sonde.commands.play;

import static dev.sonde.weave.plain.PlainType.Simple.ANY;
import static dev.sonde.weave.plain.PlainType.Simple.NUMBER;
import static dev.sonde.weave.plain.PlainType.Simple.SAME;
import static dev.sonde.weave.plain.PlainType.Simple.TEXT;
import static dev.sonde.weave.plain.PlainType.Simple.WHOLE;

import dev.sonde.commands.output.Humane;
import dev.sonde.commands.output.ValueText;
import dev.sonde.weave.ExpressionError;
import dev.sonde.weave.plain.PlainFunction;
import dev.sonde.weave.plain.PlainType;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What expressions of a playbook may call, besides what CEL has: sums over lists, and numbers as people read them. */
final class Functions {

    private static final PlainType LIST = new PlainType.Several(ANY);
    private static final PlainType SAME_LIST = new PlainType.Several(SAME);

    static final List<PlainFunction> ALL = List.of(
            numeric(
                    "sum",
                    numbers -> numbers.stream().mapToDouble(Double::doubleValue).sum()),
            numeric("mean", numbers -> numbers.stream()
                    .mapToDouble(Double::doubleValue)
                    .average()
                    .orElse(0)),
            numeric("least", numbers -> numbers.stream()
                    .mapToDouble(Double::doubleValue)
                    .min()
                    .orElse(0)),
            numeric("most", numbers -> numbers.stream()
                    .mapToDouble(Double::doubleValue)
                    .max()
                    .orElse(0)),
            numeric("median", Functions::median),
            // The share of the steps from one to the next that go up: 1 for what only grows.
            numeric("rising", Functions::rising),
            new PlainFunction("top", List.of(SAME_LIST, WHOLE), SAME_LIST, Functions::top),
            new PlainFunction("last", List.of(SAME_LIST, WHOLE), SAME_LIST, Functions::last),
            new PlainFunction("by", List.of(SAME_LIST, TEXT), SAME_LIST, Functions::by),
            new PlainFunction(
                    "distinct",
                    List.of(SAME_LIST),
                    SAME_LIST,
                    values -> List.copyOf(new LinkedHashSet<>(list(values)))),
            new PlainFunction("joined", List.of(LIST), TEXT, values -> list(values).stream()
                    .map(Functions::shown)
                    .collect(Collectors.joining(", "))),
            new PlainFunction("telling", List.of(LIST, LIST), TEXT, values -> new Telltale(
                            list(values), values.get(1) instanceof List<?> others ? others : List.of())
                    .words()),
            text("size_of", value -> Humane.bytes(Math.round(value))),
            text("time_of", value -> Humane.nanos(Math.round(value * 1e6))),
            text("percent_of", Humane::percent),
            text("count_of", value -> Humane.count(Math.round(value))),
            new PlainFunction("simple", List.of(TEXT), TEXT, values -> simple(String.valueOf(values.get(0)))),
            // Of a frame, as count and trace take them.
            new PlainFunction("class_of", List.of(TEXT), TEXT, values -> ofFrame(values, 0)),
            new PlainFunction("method_of", List.of(TEXT), TEXT, values -> ofFrame(values, 1)));

    private Functions() {}

    private interface OfNumbers {
        double of(List<Double> numbers);
    }

    private interface OfNumber {
        String of(double number);
    }

    private static PlainFunction numeric(String name, OfNumbers body) {
        return new PlainFunction(name, List.of(LIST), NUMBER, values -> {
            List<Double> numbers = new ArrayList<>();
            for (Object each : list(values)) {
                numbers.add(number(each));
            }
            return body.of(numbers);
        });
    }

    private static PlainFunction text(String name, OfNumber body) {
        return new PlainFunction(name, List.of(ANY), TEXT, values -> body.of(number(values.get(0))));
    }

    private static double number(@Nullable Object value) throws ExpressionError {
        if (value instanceof Number number) {
            return number.doubleValue();
        }
        throw new ExpressionError("'" + value + "' is not a number", "", 0, List.of());
    }

    private static List<?> list(List<@Nullable Object> values) {
        return values.get(0) instanceof List<?> list ? list : List.of();
    }

    private static double median(List<Double> numbers) {
        List<Double> sorted = numbers.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.isEmpty()
                ? 0
                : sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    private static double rising(List<Double> numbers) {
        int up = 0;
        for (int i = 1; i < numbers.size(); i++) {
            up += numbers.get(i) > numbers.get(i - 1) ? 1 : 0;
        }
        return numbers.size() < 2 ? 0 : (double) up / (numbers.size() - 1);
    }

    private static Object top(List<@Nullable Object> values) {
        List<?> list = list(values);
        long count = values.get(1) instanceof Long number ? Math.max(0, number) : 0;
        return list.subList(0, (int) Math.min(list.size(), count));
    }

    private static Object last(List<@Nullable Object> values) {
        List<?> list = list(values);
        long count = values.get(1) instanceof Long number ? Math.max(0, number) : 0;
        return list.subList((int) Math.max(0, list.size() - count), list.size());
    }

    /** The greatest of that field first; what does not have it last. */
    private static Object by(List<@Nullable Object> values) {
        String field = String.valueOf(values.get(1));
        return list(values).stream()
                .sorted((a, b) -> Double.compare(field(b, field), field(a, field)))
                .toList();
    }

    private static double field(Object row, String field) {
        return row instanceof Map<?, ?> map && map.get(field) instanceof Number number
                ? number.doubleValue()
                : Double.NEGATIVE_INFINITY;
    }

    /** {@code shop.Order} and {@code place} of {@code shop.Order.place(Order.java:42)}, or with a blank before the file. */
    private static String ofFrame(List<@Nullable Object> values, int part) {
        String name = String.valueOf(values.get(0)).split("[( ]", 2)[0];
        int method = name.lastIndexOf('.');
        return part == 0 ? name.substring(0, Math.max(0, method)) : name.substring(method + 1);
    }

    /** {@code Order.place(Order, int)} of {@code shop.Order.place(Order, int)}, and of a frame with its file and line. */
    private static String simple(String name) {
        int open = name.indexOf('(');
        String before = open < 0 ? name : name.substring(0, open);
        int method = before.lastIndexOf('.');
        return open < 0 || method < 0
                ? ValueText.simple(name)
                : ValueText.simple(before.substring(0, method)) + name.substring(method);
    }

    /** A value as a person reads it in a sentence. */
    static String shown(@Nullable Object value) {
        if (value instanceof Double number) {
            if (!Double.isFinite(number) || Math.abs(number) >= 1e15) {
                return number.toString();
            }
            double shown = Math.abs(number) >= 100 ? Math.rint(number) : number;
            String text = new java.math.BigDecimal(shown)
                    .round(new java.math.MathContext(Math.abs(shown) >= 100 ? 15 : 3))
                    .stripTrailingZeros()
                    .toPlainString();
            return text;
        }
        return value instanceof List<?> list
                ? list.stream().map(Functions::shown).collect(Collectors.joining(", "))
                : String.valueOf(value);
    }

    /** A value as a line has it: nothing is rounded. */
    static String exact(@Nullable Object value) {
        return value instanceof Double number && number == Math.rint(number) && Math.abs(number) < 1e15
                ? Long.toString(Math.round(number))
                : String.valueOf(value);
    }
}
