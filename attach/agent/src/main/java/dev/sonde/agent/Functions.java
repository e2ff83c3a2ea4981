package dev.sonde.agent;

import dev.sonde.wire.Expr;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The functions that expressions may call: of texts, and of one kind of value into another. They take the steps of who interprets. */
final class Functions {

    private static final int MOST_CHARS = 64 << 10;
    private static final int LONGEST_NUMBER = 20;

    @SuppressWarnings("StaticAssignmentOfThrowable")
    private static final Failure TOO_LONG = new Failure("a text of more than 65536 characters");

    private Functions() {}

    private static String text(Interpreter it, Expr e, int child) {
        String text = Ops.string(it.eval(e.children.get(child)));
        it.step(text.length() / 16);
        return text;
    }

    private static int integer(Interpreter it, Expr e, int child) {
        long value = Ops.asLong(it.eval(e.children.get(child)));
        if (value < Integer.MIN_VALUE || value > Integer.MAX_VALUE) {
            throw Failure.OVERFLOW;
        }
        return (int) value;
    }

    private static String bounded(String text) {
        if (text.length() > MOST_CHARS) {
            throw TOO_LONG;
        }
        return text;
    }

    /** Before a text is made longer by another. */
    static void requireRoom(Interpreter it, int length, String more) {
        if (length > MOST_CHARS - more.length()) {
            throw TOO_LONG;
        }
        it.step(more.length() / 16);
    }

    static @Nullable Object call(Interpreter it, Expr e) {
        int count = e.children.size();
        switch (e.text) {
            case "contains":
                return Ops.indexOf(text(it, e, 0), text(it, e, 1), 0) >= 0;
            case "startsWith":
                return text(it, e, 0).startsWith(text(it, e, 1));
            case "endsWith":
                return text(it, e, 0).endsWith(text(it, e, 1));
            case "matches":
                return Regex.matches(it, text(it, e, 0), text(it, e, 1));
            case "indexOf":
                return (long)
                        (count > 2
                                ? Ops.indexOf(text(it, e, 0), text(it, e, 1), integer(it, e, 2))
                                : Ops.indexOf(text(it, e, 0), text(it, e, 1), 0));
            case "lastIndexOf":
                String back = text(it, e, 0);
                String last = text(it, e, 1);
                Ops.requireSearchable(back, last);
                return (long) (count > 2 ? back.lastIndexOf(last, integer(it, e, 2)) : back.lastIndexOf(last));
            case "substring":
                String whole = text(it, e, 0);
                int from = integer(it, e, 1);
                int to = count > 2 ? integer(it, e, 2) : whole.length();
                if (from < 0 || to < from || to > whole.length()) {
                    throw new Failure("substring " + from + ".." + to + " of " + whole.length());
                }
                return whole.substring(from, to);
            case "charAt":
                String chars = text(it, e, 0);
                int at = integer(it, e, 1);
                if (at < 0 || at >= chars.length()) {
                    throw new Failure("index " + at + " of " + chars.length());
                }
                return String.valueOf(chars.charAt(at));
            case "lowerAscii":
                return ascii(text(it, e, 0), 'A', 'Z', 32);
            case "upperAscii":
                return ascii(text(it, e, 0), 'a', 'z', -32);
            case "trim":
                return text(it, e, 0).trim();
            case "replace":
                String in = bounded(text(it, e, 0));
                String what = text(it, e, 1);
                String with = text(it, e, 2);
                if ((long) in.length() * (with.length() + 1L) > 16L * MOST_CHARS) {
                    throw TOO_LONG;
                }
                return count > 3 || !what.isEmpty()
                        ? replace(it, in, what, with, count > 3 ? integer(it, e, 3) : -1)
                        : bounded(in.replace(what, with));
            case "split":
                return split(it, bounded(text(it, e, 0)), text(it, e, 1), count > 2 ? integer(it, e, 2) : -1);
            case "join":
                return joined(it, it.eval(e.children.get(0)), count > 1 ? text(it, e, 1) : "");
            case "int":
                return toLong(it.eval(e.children.get(0)));
            case "double":
                return toDouble(it.eval(e.children.get(0)));
            case "string":
                return toText(it.eval(e.children.get(0)));
            case "bool":
                Object flag = it.eval(e.children.get(0));
                if ("true".equals(flag) || "false".equals(flag)) {
                    return "true".equals(flag);
                }
                return Ops.asBoolean(flag);
            case "className":
                Object named = it.eval(e.children.get(0));
                if (named == null) {
                    throw new Failure("null has no class");
                }
                return named.getClass().getName();
            default:
                throw new Failure("function '" + e.text + "' is not known to this agent");
        }
    }

    private static String ascii(String text, char from, char to, int by) {
        char[] chars = bounded(text).toCharArray();
        for (int i = 0; i < chars.length; i++) {
            if (chars[i] >= from && chars[i] <= to) {
                chars[i] = (char) (chars[i] + by);
            }
        }
        return new String(chars);
    }

    private static String replace(Interpreter it, String in, String what, String with, int most) {
        StringBuilder out = new StringBuilder();
        int from = 0;
        int left = most < 0 ? Integer.MAX_VALUE : most;
        for (int at = Ops.indexOf(in, what, 0); at >= 0 && left > 0; at = Ops.indexOf(in, what, from), left--) {
            it.step(1);
            out.append(in, from, at).append(with);
            from = at + what.length();
            if (what.isEmpty()) {
                throw new Failure("nothing to replace");
            }
        }
        return bounded(out.append(in, from, in.length()).toString());
    }

    private static List<@Nullable Object> split(Interpreter it, String in, String by, int most) {
        List<@Nullable Object> parts = new ArrayList<>();
        int from = 0;
        if (by.isEmpty()) {
            for (int i = 0; i < in.length(); i++) {
                it.step(1);
                parts.add(String.valueOf(in.charAt(i)));
            }
            return parts;
        }
        if (most == 0) {
            return parts;
        }
        for (int at = Ops.indexOf(in, by, 0);
                at >= 0 && (most < 0 || parts.size() < most - 1);
                at = Ops.indexOf(in, by, from)) {
            it.step(1);
            parts.add(in.substring(from, at));
            from = at + by.length();
        }
        parts.add(in.substring(from));
        return parts;
    }

    private static String joined(Interpreter it, @Nullable Object list, String by) {
        StringBuilder out = new StringBuilder();
        boolean first = true;
        for (Iterator<?> each = it.taken(list); each.hasNext(); ) {
            it.step(1);
            if (!first) {
                out.append(by);
            }
            first = false;
            String text = Ops.string(each.next());
            requireRoom(it, out.length(), text);
            out.append(text);
        }
        return out.toString();
    }

    private static long toLong(@Nullable Object value) {
        if (Ops.isDouble(value)) {
            double d = Ops.asDouble(value);
            if (!(d > -9.3e18 && d < 9.3e18) || (double) (long) d != (d < 0 ? Math.ceil(d) : Math.floor(d))) {
                throw Failure.OVERFLOW;
            }
            return (long) d;
        }
        if (value instanceof String) {
            try {
                // A longer one would stand in the message of what is thrown.
                return Long.parseLong(((String) value).length() > LONGEST_NUMBER ? "" : (String) value);
            } catch (NumberFormatException e) {
                throw Failure.NOT_AN_INTEGER;
            }
        }
        return Ops.asLong(value);
    }

    private static double toDouble(@Nullable Object value) {
        if (value instanceof String && ((String) value).length() < 400) {
            try {
                return Double.parseDouble((String) value);
            } catch (NumberFormatException e) {
                throw Failure.NOT_A_NUMBER;
            }
        }
        return Ops.asDouble(value);
    }

    private static String toText(@Nullable Object value) {
        Object simple = Ops.simple(value);
        if (simple instanceof String) {
            return (String) simple;
        }
        if (Ops.isNumber(simple) || simple instanceof Boolean) {
            return String.valueOf(simple);
        }
        String text = simple == null ? null : Texts.of(simple);
        if (text == null) {
            throw new Failure("has no text that can be had without running its code");
        }
        return text;
    }
}
