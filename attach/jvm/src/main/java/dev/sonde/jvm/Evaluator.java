package dev.sonde.jvm;

import dev.sonde.wire.Expr;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates an {@link Expr} here and not in a target: the language of probes, with the agent's meaning of each node, over whatever
 * a {@link Reading} reads. It takes a step for each node, element and character that is looked at. One evaluation at a time.
 */
final class Evaluator {

    /** Why an expression has no value; the message is for people. */
    static final class Failure extends RuntimeException {
        Failure(String message) {
            super(message, null, false, false);
        }
    }

    private final int mostSteps;
    private final Reading reading;
    private @Nullable Object[] bound = new @Nullable Object[8];
    private int steps;

    Evaluator(Reading reading, int mostSteps) {
        this.reading = reading;
        this.mostSteps = mostSteps;
    }

    /** The value; a {@link Failure} where there is none. */
    @Nullable
    Object evaluate(Expr e) {
        steps = mostSteps;
        try {
            return eval(e);
        } catch (StackOverflowError deep) {
            throw new Failure("nested too deeply");
        }
    }

    private void step(int count) {
        steps -= count;
        if (steps < 0) {
            throw new Failure("more than " + mostSteps + " steps");
        }
    }

    private @Nullable Object child(Expr e, int index) {
        return eval(e.children.get(index));
    }

    private @Nullable Object eval(Expr e) {
        step(1);
        return switch (e.op) {
            case Expr.CONST_LONG -> e.kind == Expr.BOOL ? (Object) (e.number != 0) : (Object) e.number;
            case Expr.CONST_DOUBLE -> Double.longBitsToDouble(e.number);
            case Expr.CONST_STRING -> e.text;
            case Expr.NULL -> null;
            case Expr.ITER -> e.number >= 0 && e.number < bound.length ? bound[(int) e.number] : null;
            case Expr.FIELD, Expr.MEMBER -> member(child(e, 0), e.text);
            case Expr.HAS -> has(child(e, 0), e.text);
            case Expr.INDEX -> index(child(e, 0), child(e, 1));
            case Expr.SIZE -> size(child(e, 0));
            case Expr.IN -> in(child(e, 0), child(e, 1));
            case Expr.LIST -> {
                List<@Nullable Object> list = new ArrayList<>();
                for (Expr each : e.children) {
                    list.add(eval(each));
                }
                yield list;
            }
            case Expr.OPTIONAL_VALUE -> {
                Object held = optional(child(e, 0));
                if (held == null) {
                    throw new Failure("the Optional is empty");
                }
                yield held;
            }
            case Expr.OPTIONAL_HAS -> optional(child(e, 0)) != null;
            case Expr.ADD, Expr.SUB, Expr.MUL, Expr.DIV, Expr.MOD -> arithmetic(e.op, child(e, 0), child(e, 1));
            case Expr.NEG -> {
                Object number = child(e, 0);
                yield number instanceof Double real ? (Object) (-real) : exactly(Expr.SUB, 0, whole(number));
            }
            case Expr.EQ -> equal(child(e, 0), child(e, 1));
            case Expr.NE -> !equal(child(e, 0), child(e, 1));
            case Expr.LT -> order(child(e, 0), child(e, 1)) < 0;
            case Expr.LE -> order(child(e, 0), child(e, 1)) <= 0;
            case Expr.GT -> order(child(e, 0), child(e, 1)) > 0;
            case Expr.GE -> order(child(e, 0), child(e, 1)) >= 0;
            case Expr.AND -> bool(child(e, 0)) && bool(child(e, 1));
            case Expr.OR -> bool(child(e, 0)) || bool(child(e, 1));
            case Expr.NOT -> !bool(child(e, 0));
            case Expr.IF -> child(e, bool(child(e, 0)) ? 1 : 2);
            case Expr.EXISTS, Expr.ALL, Expr.EXISTS_ONE, Expr.FILTER, Expr.MAP -> macro(e);
            case Expr.CALL -> call(e);
            default -> reading.root(e);
        };
    }

    // ---- reading

    private static boolean isSimple(Object value) {
        return value instanceof Boolean || value instanceof Number || value instanceof String || value instanceof List;
    }

    private String described(@Nullable Object value) {
        return value == null ? "null" : isSimple(value) ? "this value" : reading.described(value);
    }

    private @Nullable Object plain(@Nullable Object value) {
        return value == null || isSimple(value) ? value : reading.plain(value);
    }

    private @Nullable Object member(@Nullable Object of, String name) {
        if (of == null) {
            throw new Failure("null has no member '" + name + "'");
        }
        if (isSimple(of)) {
            throw new Failure("'" + name + "' of what is no object");
        }
        if (reading.isArray(of)) {
            if (name.equals("length")) {
                return reading.size(of);
            }
            throw new Failure("an array has no member '" + name + "'");
        }
        Optional<List<Reading.Entry>> entries = reading.entries(of);
        return entries.isPresent() ? lookUp(entries.get(), name) : reading.field(of, name);
    }

    private boolean has(@Nullable Object of, String name) {
        if (of == null || isSimple(of)) {
            return false;
        }
        if (reading.isArray(of)) {
            return name.equals("length");
        }
        Optional<List<Reading.Entry>> entries = reading.entries(of);
        return entries.isPresent()
                ? entries.get().stream().anyMatch(entry -> equal(entry.key(), name))
                : reading.hasField(of, name);
    }

    private @Nullable Object lookUp(List<Reading.Entry> entries, @Nullable Object key) {
        for (Reading.Entry entry : entries) {
            step(1);
            if (equal(entry.key(), key)) {
                return entry.value();
            }
        }
        throw new Failure(key instanceof String ? "no key '" + key + "'" : "no such key");
    }

    private @Nullable Object index(@Nullable Object of, @Nullable Object key) {
        if (of != null && !isSimple(of)) {
            Optional<List<Reading.Entry>> entries = reading.entries(of);
            if (entries.isPresent()) {
                return lookUp(entries.get(), key);
            }
        }
        long index = whole(key);
        List<? extends @Nullable Object> elements = elements(of);
        if (index < 0 || index >= elements.size()) {
            throw new Failure("index " + index + " of " + elements.size());
        }
        return elements.get((int) index);
    }

    private long size(@Nullable Object of) {
        Object simple = plain(of);
        if (simple instanceof String text) {
            return text.length();
        }
        if (simple == null || simple instanceof List) {
            return elements(simple).size();
        }
        if (isSimple(simple)) {
            throw new Failure("nothing with a size: " + described(of));
        }
        return reading.size(simple);
    }

    private List<? extends @Nullable Object> elements(@Nullable Object of) {
        if (of == null) {
            throw new Failure("null has no elements");
        }
        if (of instanceof List<?> list) {
            return list;
        }
        if (!isSimple(of)) {
            Optional<List<@Nullable Object>> elements = reading.elements(of);
            if (elements.isPresent()) {
                step(elements.get().size() / 8);
                return elements.get();
            }
            Optional<List<Reading.Entry>> entries = reading.entries(of);
            if (entries.isPresent()) {
                List<@Nullable Object> keys = new ArrayList<>();
                entries.get().forEach(entry -> keys.add(entry.key()));
                return keys;
            }
        }
        throw new Failure("not an array, list, map or set of the JDK: " + described(of));
    }

    private boolean in(@Nullable Object value, @Nullable Object of) {
        for (Object each : elements(of)) {
            step(1);
            if (equal(each, value)) {
                return true;
            }
        }
        return false;
    }

    private @Nullable Object optional(@Nullable Object value) {
        if (value != null && !isSimple(value)) {
            switch (reading.className(value)) {
                case "java.util.Optional" -> {
                    return reading.hasField(value, "value") ? reading.field(value, "value") : null;
                }
                case "java.util.OptionalInt", "java.util.OptionalLong", "java.util.OptionalDouble" -> {
                    return Boolean.TRUE.equals(reading.field(value, "isPresent"))
                            ? reading.field(value, "value")
                            : null;
                }
                default -> {}
            }
        }
        throw new Failure("not an Optional");
    }

    // ---- computing

    private boolean bool(@Nullable Object value) {
        if (value instanceof Boolean flag) {
            return flag;
        }
        throw new Failure("neither true nor false: " + described(value));
    }

    private long whole(@Nullable Object value) {
        if (value instanceof Long number) {
            return number;
        }
        if (value instanceof Double real && real == Math.rint(real) && Math.abs(real) < 9e15) {
            return real.longValue();
        }
        throw new Failure("not an integer: " + described(value));
    }

    private double real(@Nullable Object value) {
        if (value instanceof Number number) {
            return number.doubleValue();
        }
        throw new Failure("not a number: " + described(value));
    }

    private @Nullable Object arithmetic(int op, @Nullable Object a, @Nullable Object b) {
        if (op == Expr.ADD && !(a instanceof Number)) {
            if (plain(a) instanceof String x && plain(b) instanceof String y) {
                return x + y;
            }
            List<@Nullable Object> joined = new ArrayList<>(elements(a));
            joined.addAll(elements(b));
            return joined;
        }
        if (a instanceof Double || b instanceof Double) {
            double x = real(a);
            double y = real(b);
            return switch (op) {
                case Expr.ADD -> x + y;
                case Expr.SUB -> x - y;
                case Expr.MUL -> x * y;
                case Expr.DIV -> x / y;
                default -> x % y;
            };
        }
        return exactly(op, whole(a), whole(b));
    }

    private static long exactly(int op, long x, long y) {
        if ((op == Expr.DIV || op == Expr.MOD) && y == 0) {
            throw new Failure("division by zero");
        }
        try {
            return switch (op) {
                case Expr.ADD -> Math.addExact(x, y);
                case Expr.SUB -> Math.subtractExact(x, y);
                case Expr.MUL -> Math.multiplyExact(x, y);
                case Expr.DIV -> y == -1 ? Math.negateExact(x) : x / y;
                default -> y == -1 ? 0 : x % y;
            };
        } catch (ArithmeticException e) {
            throw new Failure("integer overflow");
        }
    }

    private boolean equal(@Nullable Object a, @Nullable Object b) {
        Object x = plain(a);
        Object y = plain(b);
        if (x == null || y == null) {
            return x == y;
        }
        if (x instanceof Number m && y instanceof Number n) {
            boolean whole = m instanceof Long && n instanceof Long;
            return whole ? m.equals(n) : m.doubleValue() == n.doubleValue();
        }
        if (x.equals(y)) {
            return true;
        }
        if (!isList(x) || !isList(y)) {
            return false;
        }
        List<? extends @Nullable Object> left = elements(x);
        List<? extends @Nullable Object> right = elements(y);
        if (left.size() != right.size()) {
            return false;
        }
        for (int i = 0; i < left.size(); i++) {
            step(1);
            if (!equal(left.get(i), right.get(i))) {
                return false;
            }
        }
        return true;
    }

    private boolean isList(Object value) {
        return value instanceof List
                || (!isSimple(value) && reading.elements(value).isPresent());
    }

    private int order(@Nullable Object a, @Nullable Object b) {
        Object x = plain(a);
        Object y = plain(b);
        if (x instanceof Long m && y instanceof Long n) {
            return Long.compare(m, n);
        }
        if (x instanceof String s && y instanceof String t) {
            return s.compareTo(t);
        }
        if (x instanceof Boolean f && y instanceof Boolean g) {
            return Boolean.compare(f, g);
        }
        double m = real(x);
        double n = real(y);
        if (Double.isNaN(m) || Double.isNaN(n)) {
            throw new Failure("what is not a number has no order");
        }
        return m < n ? -1 : m > n ? 1 : 0;
    }

    private @Nullable Object macro(Expr e) {
        int variable = (int) e.number;
        if (variable < 0 || variable > Expr.MAX_DEPTH) {
            throw new Failure("variable " + e.number);
        }
        while (variable >= bound.length) {
            bound = Arrays.copyOf(bound, bound.length * 2);
        }
        Object before = bound[variable];
        List<@Nullable Object> list = new ArrayList<>();
        int found = 0;
        boolean all = true;
        for (Object element : elements(child(e, 0))) {
            step(1);
            bound[variable] = element;
            boolean yes = bool(child(e, 1));
            found += yes ? 1 : 0;
            all &= yes;
            if ((e.op == Expr.EXISTS && yes) || (e.op == Expr.ALL && !yes)) {
                break;
            }
            if (yes && e.op == Expr.FILTER) {
                list.add(element);
            } else if (yes && e.op == Expr.MAP) {
                list.add(child(e, 2));
            }
        }
        bound[variable] = before;
        return switch (e.op) {
            case Expr.EXISTS -> found > 0;
            case Expr.ALL -> all;
            case Expr.EXISTS_ONE -> found == 1;
            default -> list;
        };
    }

    // ---- functions

    private String text(@Nullable Object value) {
        if (plain(value) instanceof String text) {
            step(text.length() / 16);
            return text;
        }
        throw new Failure("not a string: " + described(value));
    }

    private String text(Expr e, int index) {
        return text(child(e, index));
    }

    private int integer(Expr e, int index) {
        return Math.toIntExact(Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, whole(child(e, index)))));
    }

    private @Nullable Object call(Expr e) {
        boolean more = e.children.size() > 2;
        return switch (e.text) {
            case "contains" -> text(e, 0).contains(text(e, 1));
            case "startsWith" -> text(e, 0).startsWith(text(e, 1));
            case "endsWith" -> text(e, 0).endsWith(text(e, 1));
            case "matches" -> SearchedText.find(text(e, 0), text(e, 1), this::step);
            case "indexOf" -> (long) text(e, 0).indexOf(text(e, 1), more ? integer(e, 2) : 0);
            case "lastIndexOf" -> (long) text(e, 0).lastIndexOf(text(e, 1), more ? integer(e, 2) : Integer.MAX_VALUE);
            case "substring" -> {
                String whole = text(e, 0);
                yield part(whole, integer(e, 1), more ? integer(e, 2) : whole.length());
            }
            case "charAt" -> part(text(e, 0), integer(e, 1), integer(e, 1) + 1);
            case "lowerAscii" -> ascii(text(e, 0), 'A', 'Z', 32);
            case "upperAscii" -> ascii(text(e, 0), 'a', 'z', -32);
            case "trim" -> text(e, 0).trim();
            case "replace" -> replaced(text(e, 0), text(e, 1), text(e, 2), e.children.size() > 3 ? integer(e, 3) : -1);
            case "split" -> parts(text(e, 0), text(e, 1), more ? integer(e, 2) : -1);
            case "join" -> {
                List<String> parts = new ArrayList<>();
                elements(child(e, 0)).forEach(part -> parts.add(text(part)));
                yield String.join(e.children.size() > 1 ? text(e, 1) : "", parts);
            }
            case "int" -> integer(child(e, 0));
            case "double" -> {
                Object real = child(e, 0);
                try {
                    yield real instanceof String digits ? Double.parseDouble(digits) : real(real);
                } catch (NumberFormatException no) {
                    throw new Failure("not a number");
                }
            }
            case "string" -> {
                Object simple = plain(child(e, 0));
                if (simple == null || simple instanceof List || !isSimple(simple)) {
                    throw new Failure("has no text that can be had without running its code");
                }
                yield String.valueOf(simple);
            }
            case "bool" -> {
                Object flag = child(e, 0);
                yield "true".equals(flag) || (!"false".equals(flag) && bool(flag));
            }
            case "className" -> {
                Object named = child(e, 0);
                if (named == null) {
                    throw new Failure("null has no class");
                }
                yield isSimple(named) ? named.getClass().getName() : reading.className(named);
            }
            default -> throw new Failure("function '" + e.text + "' is not known here");
        };
    }

    private long integer(@Nullable Object value) {
        try {
            if (value instanceof String digits) {
                return Long.parseLong(digits);
            }
        } catch (NumberFormatException no) {
            throw new Failure("not an integer");
        }
        double real = real(value);
        if (value instanceof Long number) {
            return number;
        }
        if (!(Math.abs(real) < 0x1p63)) {
            throw new Failure("integer overflow");
        }
        return (long) real;
    }

    private static String part(String text, int from, int to) {
        if (from < 0 || to < from || to > text.length()) {
            throw new Failure("substring " + from + ".." + to + " of " + text.length());
        }
        return text.substring(from, to);
    }

    private static String ascii(String text, char from, char to, int by) {
        StringBuilder changed = new StringBuilder(text);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= from && c <= to) {
                changed.setCharAt(i, (char) (c + by));
            }
        }
        return changed.toString();
    }

    private static String replaced(String in, String what, String with, int most) {
        if (most < 0) {
            return in.replace(what, with);
        }
        if (what.isEmpty()) {
            throw new Failure("nothing to replace");
        }
        StringBuilder out = new StringBuilder();
        int from = 0;
        int left = most;
        for (int at = in.indexOf(what); at >= 0 && left > 0; at = in.indexOf(what, from), left--) {
            out.append(in, from, at).append(with);
            from = at + what.length();
        }
        return out.append(in, from, in.length()).toString();
    }

    private List<String> parts(String in, String by, int most) {
        List<String> parts = new ArrayList<>();
        if (by.isEmpty()) {
            step(in.length());
            in.chars().forEach(c -> parts.add(String.valueOf((char) c)));
            return parts;
        }
        if (most == 0) {
            return parts;
        }
        int from = 0;
        for (int at = in.indexOf(by); at >= 0 && (most < 0 || parts.size() < most - 1); at = in.indexOf(by, from)) {
            step(1);
            parts.add(in.substring(from, at));
            from = at + by.length();
        }
        parts.add(in.substring(from));
        return parts;
    }
}
