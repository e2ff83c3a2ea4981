package dev.sonde.commands.guard;

import dev.sonde.commands.Durations;
import dev.sonde.commands.play.Scope;
import dev.sonde.commands.play.Written;
import dev.sonde.weave.ExpressionError;
import dev.sonde.weave.plain.PlainExpression;
import dev.sonde.weave.plain.PlainType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What must be true of a JVM, and for how long: {@code threads.total > 500 for 2m}, {@code heap.oldAfterGc grows > 1%/min for
 * 10m}, {@code count(Shop.place).p99 > 200}. Expressions are CEL; the two words around them are ours.
 *
 * @param text as it is written
 * @param value what is compared, to be shown; empty where the expression is no comparison of one value
 * @param truth empty where it is growth that is asked for
 * @param holds how long it must be true; zero for one look
 */
record Condition(
        String text,
        String valueText,
        Optional<PlainExpression> value,
        Optional<PlainExpression> truth,
        Optional<Growth> growth,
        Duration holds,
        List<CountOf> counts) {

    private static final Duration LONGEST = Duration.ofDays(1);
    private static final Pattern FOR = Pattern.compile("\\s+for\\s+");
    private static final Pattern GROWS = Pattern.compile("\\s+grows\\b");
    private static final Pattern RATE =
            Pattern.compile("\\s*>\\s*(\\d{1,12}(?:\\.\\d{1,6})?)\\s*(%?)\\s*/\\s*(s|min|h)\\s*");
    private static final Pattern COUNT = Pattern.compile("\\bcount\\(");
    private static final Pattern METHOD = Pattern.compile("([^\\s(),]+)\\.([^\\s(),.]+(?:\\([^()]*\\))?)");
    private static final String SAMPLE = "threads.total > 500 for 2m";

    Condition {
        counts = List.copyOf(counts);
    }

    /** Reads one; what is wrong with it is noted in the scope, with its place. */
    static Optional<Condition> of(Written written, Scope problems) {
        String text = written.text();
        Optional<int[]> lasting = last(FOR, text);
        int end = lasting.map(at -> at[0]).orElse(text.length());
        Duration holds = Duration.ZERO;
        if (lasting.isPresent()) {
            String typed = text.substring(lasting.get()[1]).strip();
            Optional<Duration> read = Durations.parse(typed);
            if (read.isEmpty() || read.get().isZero() || read.get().compareTo(LONGEST) > 0) {
                problems.wrong(
                        written.at(lasting.get()[1]),
                        "for: '" + typed + "' is not a duration up to 24h, such as 30s, 2m or 1h");
                return Optional.empty();
            }
            holds = read.get();
        }
        Optional<int[]> growing = last(GROWS, text.substring(0, end));
        Optional<Growth> growth = Optional.empty();
        if (growing.isPresent()) {
            growth = growth(written, growing.get()[1], end, holds, problems);
            if (growth.isEmpty()) {
                return Optional.empty();
            }
            end = growing.get()[0];
        }
        return expression(written, end, growth, holds, problems);
    }

    private static Optional<Growth> growth(Written written, int from, int to, Duration holds, Scope problems) {
        Matcher rate = RATE.matcher(written.text().substring(from, to));
        if (!rate.matches()) {
            problems.wrong(
                    written.at(from), "grows: a rate is expected, as in 'heap.oldAfterGc grows > 1%/min for 10m'");
            return Optional.empty();
        }
        if (holds.isZero()) {
            problems.wrong(written.at(to), "grows: a time is expected behind it, as in 'grows > 1%/min for 10m'");
            return Optional.empty();
        }
        double seconds = Map.of("s", 1.0, "min", 60.0, "h", 3600.0).getOrDefault(rate.group(3), 1.0);
        return Optional.of(new Growth(
                Double.parseDouble(rate.group(1)) / seconds, !rate.group(2).isEmpty(), holds));
    }

    private static Optional<Condition> expression(
            Written whole, int end, Optional<Growth> growth, Duration holds, Scope problems) {
        if (whole.text().substring(0, end).isBlank()) {
            problems.wrong(whole.at(), "a condition is expected, such as " + SAMPLE);
            return Optional.empty();
        }
        List<CountOf> counts = new ArrayList<>();
        Optional<String> named = counted(whole, end, counts, problems);
        if (named.isEmpty()) {
            return Optional.empty();
        }
        Written expression = whole.part(0, end).saying(named.get());
        Map<String, PlainType> names = Gauge.types();
        counts.forEach(count -> names.put(count.variable(), count.type()));
        Scope scope = problems.with(names);
        int compares = growth.isPresent() ? end : comparison(named.get());
        Optional<PlainExpression> value = Optional.empty();
        if (compares > 0) {
            // Of a comparison the whole is looked at first: what is wrong is told once.
            Scope where = growth.isPresent() ? scope : new Scope(names, new ArrayList<>());
            value = where.expression(expression.part(0, compares));
        }
        String shown = whole.text().substring(0, Math.max(0, compares)).strip();
        if (growth.isPresent()) {
            if (value.isPresent() && !isNumber(value.get().type())) {
                problems.wrong(whole.at(), "grows: stands behind a number");
                return Optional.empty();
            }
            return value.map(number ->
                    new Condition(whole.text(), shown, Optional.of(number), Optional.empty(), growth, holds, counts));
        }
        Optional<PlainExpression> number = value.filter(one -> isNumber(one.type()));
        return scope.condition("when", expression)
                .map(truth -> new Condition(
                        whole.text(), shown, number, Optional.of(truth), Optional.empty(), holds, counts));
    }

    private static boolean isNumber(PlainType type) {
        return type == PlainType.Simple.NUMBER || type == PlainType.Simple.WHOLE || type == PlainType.Simple.ANY;
    }

    /** The expression with a name for each {@code count(…)}, padded, so that columns stay as they are. */
    private static Optional<String> counted(Written written, int end, List<CountOf> counts, Scope problems) {
        StringBuilder named = new StringBuilder(written.text().substring(0, end));
        Matcher matcher = COUNT.matcher(written.text());
        while (matcher.find() && matcher.end() <= end) {
            int close = closing(written.text(), matcher.end(), end);
            if (close < 0) {
                problems.wrong(written.at(matcher.start()), "the count( is not closed by a )");
                return Optional.empty();
            }
            Matcher method = METHOD.matcher(
                    written.text().substring(matcher.end(), close).strip());
            if (!method.matches()) {
                problems.wrong(
                        written.at(matcher.end()),
                        "count: a class and a method are expected, such as count(Shop.place)");
                return Optional.empty();
            }
            CountOf count = counts.stream()
                    .filter(one -> one.classGlob().equals(method.group(1))
                            && one.method().equals(method.group(2)))
                    .findFirst()
                    .orElseGet(() -> {
                        CountOf another = new CountOf("count_" + (counts.size() + 1), method.group(1), method.group(2));
                        counts.add(another);
                        return another;
                    });
            int length = close + 1 - matcher.start();
            named.replace(
                    matcher.start(),
                    close + 1,
                    count.variable()
                            + " ".repeat(Math.max(0, length - count.variable().length())));
        }
        return Optional.of(named.toString());
    }

    private static int closing(String text, int from, int end) {
        int depth = 1;
        for (int i = from; i < end; i++) {
            depth += text.charAt(i) == '(' ? 1 : text.charAt(i) == ')' ? -1 : 0;
            if (depth == 0) {
                return i;
            }
        }
        return -1;
    }

    /** Where the only comparison begins, if nothing joins it with others; else -1. */
    private static int comparison(String text) {
        int depth = 0;
        char quote = 0;
        int found = -1;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '"' || c == '\'') {
                quote = c;
            } else if ("([{".indexOf(c) >= 0) {
                depth++;
            } else if (")]}".indexOf(c) >= 0) {
                depth--;
            } else if (depth == 0 && "&|?".indexOf(c) >= 0) {
                return -1;
            } else if (depth == 0 && "<>=!".indexOf(c) >= 0 && found < 0) {
                found = i;
            }
        }
        return found > 0 && !text.substring(0, found).isBlank() ? found : -1;
    }

    /** The last place outside of quotes; begin and end. */
    private static Optional<int[]> last(Pattern pattern, String text) {
        Optional<int[]> found = Optional.empty();
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            long quotes = text.substring(0, matcher.start())
                    .chars()
                    .filter(c -> c == '"' || c == '\'')
                    .count();
            if (quotes % 2 == 0) {
                found = Optional.of(new int[] {matcher.start(), matcher.end()});
            }
        }
        return found;
    }

    /** The value that is compared, for these. */
    OptionalDouble number(Map<String, Object> values) throws ExpressionError {
        if (value.isEmpty()) {
            return OptionalDouble.empty();
        }
        return value.get().evaluate(values) instanceof Number number
                ? OptionalDouble.of(number.doubleValue())
                : OptionalDouble.empty();
    }

    /** Whether it is true of these; of growth nothing is told by one look. */
    boolean test(Map<String, Object> values) throws ExpressionError {
        if (truth.isEmpty()) {
            throw new IllegalStateException("growth is not seen in one look");
        }
        return Boolean.TRUE.equals(truth.get().evaluate(values));
    }

    /** What 100 % are of a growth in per cent: of what lies in the heap, the whole that it may have. */
    OptionalDouble whole(Map<String, Object> values) {
        return valueText.startsWith("heap.")
                        && values.get("heap") instanceof Map<?, ?> heap
                        && heap.get("max") instanceof Double max
                ? OptionalDouble.of(max)
                : OptionalDouble.empty();
    }
}
