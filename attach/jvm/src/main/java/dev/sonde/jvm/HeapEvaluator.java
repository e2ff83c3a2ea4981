package dev.sonde.jvm;

import dev.sonde.wire.Expr;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates an {@link Expr} over an object of a heap dump: the language of probes, with the agent's meaning of each node. It
 * takes a step for each node and element. One evaluation at a time.
 */
final class HeapEvaluator {

    /** More than in a probe: nobody's call waits for it. */
    private static final int MOST_STEPS = 1_000_000;

    /** Why an expression has no value; the message is for people. */
    static final class Failure extends RuntimeException {
        Failure(String message) {
            super(message, null, false, false);
        }
    }

    private final HeapDump dump;
    private @Nullable HeapObject self;
    private @Nullable Object[] bound = new @Nullable Object[8];
    private int steps;

    HeapEvaluator(HeapDump dump) {
        this.dump = dump;
    }

    /** The value with {@code this} being the object; a {@link Failure} where there is none. */
    @Nullable
    Object evaluate(Expr e, HeapObject object) {
        self = object;
        steps = MOST_STEPS;
        return eval(e);
    }

    private void step(int count) {
        steps -= count;
        if (steps < 0) {
            throw new Failure("more than " + MOST_STEPS + " steps");
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
            case Expr.THIS -> self;
            case Expr.ITER -> e.number >= 0 && e.number < bound.length ? bound[(int) e.number] : null;
            case Expr.FIELD, Expr.MEMBER -> member(child(e, 0), e.text);
            case Expr.STATIC_FIELD -> constant(e);
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
                yield number instanceof Double real ? (Object) (-real) : (Object) Math.negateExact(whole(number));
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
            default -> throw new Failure("there is no call here, only an object");
        };
    }

    // ---- reading

    private @Nullable Object constant(Expr e) {
        HeapDump.DumpClass owner = dump.named(e.owner);
        if (owner == null) {
            throw new Failure("static field '" + e.text + "' cannot be read");
        }
        return HeapObject.resolve(dump, owner.statics.get(e.text));
    }

    private @Nullable Object member(@Nullable Object of, String name) {
        if (of == null) {
            throw new Failure("null has no member '" + name + "'");
        }
        if (!(of instanceof HeapObject object)) {
            throw new Failure("'" + name + "' of what is no object");
        }
        if (object.isArray()) {
            if (name.equals("length")) {
                return (long) object.length();
            }
            throw new Failure("an array has no member '" + name + "'");
        }
        Optional<List<HeapObject.Entry>> entries = object.entries();
        if (entries.isPresent()) {
            return lookUp(entries.get(), name);
        }
        if (!object.hasField(name)) {
            throw new Failure("a " + object.className() + " has no field '" + name + "'");
        }
        return object.field(name);
    }

    private boolean has(@Nullable Object of, String name) {
        if (!(of instanceof HeapObject object)) {
            return false;
        }
        if (object.isArray()) {
            return name.equals("length");
        }
        Optional<List<HeapObject.Entry>> entries = object.entries();
        return entries.isPresent()
                ? entries.get().stream().anyMatch(entry -> equal(entry.key(), name))
                : object.field(name) != null;
    }

    private @Nullable Object lookUp(List<HeapObject.Entry> entries, @Nullable Object key) {
        for (HeapObject.Entry entry : entries) {
            step(1);
            if (equal(entry.key(), key)) {
                return entry.value();
            }
        }
        throw new Failure(key instanceof String ? "no key '" + key + "'" : "no such key");
    }

    private @Nullable Object index(@Nullable Object of, @Nullable Object key) {
        if (of instanceof HeapObject object && !object.isArray()) {
            Optional<List<HeapObject.Entry>> entries = object.entries();
            if (entries.isPresent()) {
                return lookUp(entries.get(), key);
            }
        }
        long index = whole(key);
        if (of instanceof HeapObject array && array.isArray()) {
            if (index < 0 || index >= array.length()) {
                throw new Failure("index " + index + " of " + array.length());
            }
            return array.element((int) index);
        }
        List<@Nullable Object> elements = elements(of);
        if (index < 0 || index >= elements.size()) {
            throw new Failure("index " + index + " of " + elements.size());
        }
        return elements.get((int) index);
    }

    private long size(@Nullable Object of) {
        if (of instanceof String text) {
            return text.length();
        }
        if (of instanceof HeapObject object) {
            if (object.isArray()) {
                return object.length();
            }
            Optional<List<HeapObject.Entry>> entries = object.entries();
            if (entries.isPresent()) {
                return entries.get().size();
            }
        }
        return elements(of).size();
    }

    @SuppressWarnings("unchecked") // lists are made here alone
    private List<@Nullable Object> elements(@Nullable Object of) {
        if (of == null) {
            throw new Failure("null has no elements");
        }
        if (of instanceof List<?> list) {
            return (List<@Nullable Object>) list;
        }
        if (of instanceof HeapObject object) {
            Optional<List<@Nullable Object>> elements = object.elements();
            if (elements.isPresent()) {
                step(elements.get().size() / 8);
                return elements.get();
            }
            Optional<List<HeapObject.Entry>> entries = object.entries();
            if (entries.isPresent()) {
                List<@Nullable Object> keys = new ArrayList<>();
                entries.get().forEach(entry -> keys.add(entry.key()));
                return keys;
            }
        }
        throw new Failure("not an array, list, map or set of the JDK");
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

    private static @Nullable Object optional(@Nullable Object value) {
        if (value instanceof HeapObject object) {
            switch (object.className()) {
                case "java.util.Optional" -> {
                    return object.field("value");
                }
                case "java.util.OptionalInt", "java.util.OptionalLong", "java.util.OptionalDouble" -> {
                    return Boolean.TRUE.equals(object.field("isPresent")) ? object.field("value") : null;
                }
                default -> {}
            }
        }
        throw new Failure("not an Optional");
    }

    // ---- computing

    private static boolean bool(@Nullable Object value) {
        if (value instanceof Boolean flag) {
            return flag;
        }
        throw new Failure("not true or false");
    }

    private static long whole(@Nullable Object value) {
        if (value instanceof Long number) {
            return number;
        }
        if (value instanceof Double real && real == Math.rint(real) && Math.abs(real) < 9e15) {
            return real.longValue();
        }
        throw new Failure(value == null ? "null where a number is needed" : "not a whole number");
    }

    private static double real(@Nullable Object value) {
        if (value instanceof Number number) {
            return number.doubleValue();
        }
        throw new Failure(value == null ? "null where a number is needed" : "not a number");
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
        long x = whole(a);
        long y = whole(b);
        if ((op == Expr.DIV || op == Expr.MOD) && y == 0) {
            throw new Failure("division by zero");
        }
        try {
            return switch (op) {
                case Expr.ADD -> Math.addExact(x, y);
                case Expr.SUB -> Math.subtractExact(x, y);
                case Expr.MUL -> Math.multiplyExact(x, y);
                case Expr.DIV -> x / y;
                default -> x % y;
            };
        } catch (ArithmeticException e) {
            throw new Failure("overflow");
        }
    }

    /** An enum's constant as its name, and what has a text as that. */
    private static @Nullable Object plain(@Nullable Object value) {
        if (value instanceof HeapObject object) {
            return object.isEnum()
                    ? object.constant()
                    : object.asText().map(Object.class::cast).orElse(object);
        }
        return value;
    }

    private boolean equal(@Nullable Object a, @Nullable Object b) {
        Object x = plain(a);
        Object y = plain(b);
        if (x == null || y == null) {
            return x == y;
        }
        if (x instanceof Number m && y instanceof Number n) {
            return m.equals(n) || m.doubleValue() == n.doubleValue();
        }
        if (x.equals(y)) {
            return true;
        }
        boolean lists = isList(x) && isList(y);
        if (!lists) {
            return false;
        }
        List<@Nullable Object> left = elements(x);
        List<@Nullable Object> right = elements(y);
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

    private static boolean isList(Object value) {
        return value instanceof List
                || (value instanceof HeapObject object && object.elements().isPresent());
    }

    private static int order(@Nullable Object a, @Nullable Object b) {
        Object x = plain(a);
        Object y = plain(b);
        if (x instanceof Long m && y instanceof Long n) {
            return Long.compare(m, n);
        }
        if (x instanceof String s && y instanceof String t) {
            return s.compareTo(t);
        }
        return Double.compare(real(x), real(y));
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

    private String text(Expr e, int index) {
        if (plain(child(e, index)) instanceof String text) {
            step(text.length() / 16);
            return text;
        }
        throw new Failure("not a string");
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
            case "matches" -> matches(text(e, 0), text(e, 1));
            case "indexOf" -> (long) text(e, 0).indexOf(text(e, 1), more ? integer(e, 2) : 0);
            case "lastIndexOf" -> (long) text(e, 0).lastIndexOf(text(e, 1), more ? integer(e, 2) : Integer.MAX_VALUE);
            case "substring" -> {
                String whole = text(e, 0);
                int from = integer(e, 1);
                int to = more ? integer(e, 2) : whole.length();
                if (from < 0 || to < from || to > whole.length()) {
                    throw new Failure("substring " + from + ".." + to + " of " + whole.length());
                }
                yield whole.substring(from, to);
            }
            case "charAt" -> {
                String chars = text(e, 0);
                int at = integer(e, 1);
                if (at < 0 || at >= chars.length()) {
                    throw new Failure("index " + at + " of " + chars.length());
                }
                yield String.valueOf(chars.charAt(at));
            }
            case "lowerAscii" -> text(e, 0).toLowerCase(java.util.Locale.ROOT);
            case "upperAscii" -> text(e, 0).toUpperCase(java.util.Locale.ROOT);
            case "trim" -> text(e, 0).trim();
            case "replace" -> text(e, 0).replace(text(e, 1), text(e, 2));
            case "split" ->
                new ArrayList<@Nullable Object>(
                        Arrays.asList(text(e, 0).split(Pattern.quote(text(e, 1)), more ? integer(e, 2) : -1)));
            case "join" -> {
                StringBuilder joined = new StringBuilder();
                String by = e.children.size() > 1 ? text(e, 1) : "";
                for (Object each : elements(child(e, 0))) {
                    step(1);
                    joined.append(joined.length() == 0 ? "" : by).append(plain(each));
                }
                yield joined.toString();
            }
            case "int" -> {
                Object number = child(e, 0);
                try {
                    yield number instanceof String digits
                            ? (Object) Long.parseLong(digits)
                            : (Object) (long) real(number);
                } catch (NumberFormatException no) {
                    throw new Failure("not a whole number");
                }
            }
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
                if (simple instanceof HeapObject || simple instanceof List) {
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
                if (named instanceof HeapObject object) {
                    yield object.className();
                }
                if (named == null) {
                    throw new Failure("null has no class");
                }
                yield named.getClass().getName();
            }
            default -> throw new Failure("function '" + e.text + "' is not known here");
        };
    }

    private boolean matches(String text, String regex) {
        try {
            // As find in a probe; the text takes a step for each look, so that no pattern runs for ever.
            return Pattern.compile(regex).matcher(new Counted(text)).find();
        } catch (PatternSyntaxException e) {
            throw new Failure("not a regular expression: " + e.getDescription());
        } catch (StackOverflowError e) {
            throw new Failure("a regular expression that is nested too deeply");
        }
    }

    private final class Counted implements CharSequence {
        private final CharSequence text;

        Counted(CharSequence text) {
            this.text = text;
        }

        @Override
        public char charAt(int index) {
            step(1);
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return new Counted(text.subSequence(start, end));
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }
}
