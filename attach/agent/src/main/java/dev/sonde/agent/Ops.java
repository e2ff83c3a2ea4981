package dev.sonde.agent;

import java.lang.reflect.Array;
import org.jspecify.annotations.Nullable;

/**
 * The primitives that conditions are made of. All are static, typed, and call nothing that can be woven ({@link Hittable}),
 * so a condition of them needs no guard against meeting itself.
 */
final class Ops {

    private Ops() {}

    // ---- bits of enter, and the clock

    static boolean isSet(long bits) {
        return bits != 0;
    }

    static long or(long a, long b) {
        return a | b;
    }

    static long clock(long bits) {
        return bits != 0 ? System.nanoTime() : 0;
    }

    static double cost(long start) {
        return start == 0 ? 0 : (System.nanoTime() - start) / 1e6;
    }

    static Object threadName() {
        return Thread.currentThread().getName();
    }

    // ---- conversions

    static Object text(char c) {
        return String.valueOf(c);
    }

    static long asLong(@Nullable Object value) {
        if (value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return ((Number) value).longValue();
        }
        throw Failure.NOT_AN_INTEGER;
    }

    static double asDouble(@Nullable Object value) {
        if (value instanceof Double || value instanceof Float) {
            return ((Number) value).doubleValue();
        }
        if (value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return ((Number) value).longValue();
        }
        throw Failure.NOT_A_NUMBER;
    }

    static boolean asBoolean(@Nullable Object value) {
        if (value instanceof Boolean) {
            return (Boolean) value;
        }
        throw Failure.NOT_A_BOOLEAN;
    }

    /** The receiver of a field read: what is null or of another class is an expression error. */
    static Object receiver(Class<?> owner, Failure isNull, Failure isOther, @Nullable Object value) {
        if (value == null) {
            throw isNull;
        }
        if (!owner.isInstance(value)) {
            throw isOther;
        }
        return value;
    }

    static Object fail(Failure failure) {
        throw failure;
    }

    // ---- arithmetic, exact

    static long add(long a, long b) {
        long r = a + b;
        if (((a ^ r) & (b ^ r)) < 0) {
            throw Failure.OVERFLOW;
        }
        return r;
    }

    static long subtract(long a, long b) {
        long r = a - b;
        if (((a ^ b) & (a ^ r)) < 0) {
            throw Failure.OVERFLOW;
        }
        return r;
    }

    static long multiply(long a, long b) {
        long r = a * b;
        long ax = a < 0 ? -a : a;
        long bx = b < 0 ? -b : b;
        if ((ax | bx) >>> 31 != 0 && ((b != 0 && r / b != a) || (a == Long.MIN_VALUE && b == -1))) {
            throw Failure.OVERFLOW;
        }
        return r;
    }

    static long divide(long a, long b) {
        if (b == 0) {
            throw Failure.ZERO;
        }
        if (a == Long.MIN_VALUE && b == -1) {
            throw Failure.OVERFLOW;
        }
        return a / b;
    }

    static long modulo(long a, long b) {
        if (b == 0) {
            throw Failure.ZERO;
        }
        return b == -1 ? 0 : a % b;
    }

    static long negate(long a) {
        if (a == Long.MIN_VALUE) {
            throw Failure.OVERFLOW;
        }
        return -a;
    }

    static double add(double a, double b) {
        return a + b;
    }

    static double subtract(double a, double b) {
        return a - b;
    }

    static double multiply(double a, double b) {
        return a * b;
    }

    static double divide(double a, double b) {
        return a / b;
    }

    static double negate(double a) {
        return -a;
    }

    // ---- comparison

    static boolean eq(long a, long b) {
        return a == b;
    }

    static boolean ne(long a, long b) {
        return a != b;
    }

    static boolean lt(long a, long b) {
        return a < b;
    }

    static boolean le(long a, long b) {
        return a <= b;
    }

    static boolean gt(long a, long b) {
        return a > b;
    }

    static boolean ge(long a, long b) {
        return a >= b;
    }

    static boolean eq(double a, double b) {
        return a == b;
    }

    static boolean ne(double a, double b) {
        return a != b;
    }

    static boolean lt(double a, double b) {
        return a < b;
    }

    static boolean le(double a, double b) {
        return a <= b;
    }

    static boolean gt(double a, double b) {
        return a > b;
    }

    static boolean ge(double a, double b) {
        return a >= b;
    }

    static boolean eq(boolean a, boolean b) {
        return a == b;
    }

    static boolean ne(boolean a, boolean b) {
        return a != b;
    }

    static boolean not(boolean a) {
        return !a;
    }

    /** Equality that calls no code of the application: numbers by value, strings, enums by name; all else by identity. */
    static boolean eq(@Nullable Object a, @Nullable Object b) {
        if (a == b) {
            return true;
        }
        if (a == null || b == null) {
            return false;
        }
        if (isNumber(a) && isNumber(b)) {
            return (isDouble(a) || isDouble(b)) ? asDouble(a) == asDouble(b) : asLong(a) == asLong(b);
        }
        Object x = simple(a);
        Object y = simple(b);
        if (x instanceof String) {
            return x.equals(y);
        }
        return x instanceof Boolean && x.equals(y);
    }

    static boolean ne(@Nullable Object a, @Nullable Object b) {
        return !eq(a, b);
    }

    static boolean lt(@Nullable Object a, @Nullable Object b) {
        return (isDouble(a) || isDouble(b)) ? asDouble(a) < asDouble(b) : order(a, b) < 0;
    }

    static boolean le(@Nullable Object a, @Nullable Object b) {
        return (isDouble(a) || isDouble(b)) ? asDouble(a) <= asDouble(b) : order(a, b) <= 0;
    }

    static boolean gt(@Nullable Object a, @Nullable Object b) {
        return (isDouble(a) || isDouble(b)) ? asDouble(a) > asDouble(b) : order(a, b) > 0;
    }

    static boolean ge(@Nullable Object a, @Nullable Object b) {
        return (isDouble(a) || isDouble(b)) ? asDouble(a) >= asDouble(b) : order(a, b) >= 0;
    }

    private static int order(@Nullable Object a, @Nullable Object b) {
        if (isNumber(a) && isNumber(b)) {
            return Long.compare(asLong(a), asLong(b));
        }
        Object x = simple(a);
        Object y = simple(b);
        if (x instanceof String && y instanceof String) {
            return ((String) x).compareTo((String) y);
        }
        if (x instanceof Boolean && y instanceof Boolean) {
            return Boolean.compare((Boolean) x, (Boolean) y);
        }
        throw Failure.NOT_COMPARABLE;
    }

    static boolean isNumber(@Nullable Object value) {
        return value instanceof Long
                || value instanceof Integer
                || value instanceof Short
                || value instanceof Byte
                || isDouble(value);
    }

    static boolean isDouble(@Nullable Object value) {
        return value instanceof Double || value instanceof Float;
    }

    /** A char as a string, an enum as its name; whatever else as it is. */
    static @Nullable Object simple(@Nullable Object value) {
        if (value instanceof Character) {
            return String.valueOf(((Character) value).charValue());
        }
        return value instanceof Enum ? ((Enum<?>) value).name() : value;
    }

    // ---- strings

    static String string(@Nullable Object value) {
        Object simple = simple(value);
        if (simple instanceof String) {
            return (String) simple;
        }
        throw simple == null ? IS_NULL : NOT_A_STRING;
    }

    @SuppressWarnings("StaticAssignmentOfThrowable")
    private static final Failure IS_NULL = new Failure("null where a string is needed");

    @SuppressWarnings("StaticAssignmentOfThrowable")
    private static final Failure NOT_A_STRING = new Failure("not a string");

    static boolean startsWith(@Nullable Object text, @Nullable Object with) {
        return string(text).startsWith(string(with));
    }

    static boolean endsWith(@Nullable Object text, @Nullable Object with) {
        return string(text).endsWith(string(with));
    }

    static boolean contains(@Nullable Object text, @Nullable Object part) {
        return indexOf(string(text), string(part), 0) >= 0;
    }

    /** Of the characters of a text and of what is looked for, the product that is searched plainly. */
    private static final long PLAINLY = 1 << 22;

    private static final int LONGEST = 1 << 20;
    private static final int MOST_MISTAKES = 64;

    @SuppressWarnings("StaticAssignmentOfThrowable")
    private static final Failure TOO_LONG = new Failure("a text that is too long to search");

    /** As {@link String#indexOf(String, int)}, but in time that grows with the sum of both and not with the product. */
    static int indexOf(String text, String part, int from) {
        if ((long) text.length() * part.length() <= PLAINLY) {
            return text.indexOf(part, from);
        }
        if (text.length() > LONGEST) {
            throw TOO_LONG;
        }
        int length = part.length();
        int start = Math.max(from, 0);
        if (text.length() - start < length) {
            return -1;
        }
        int wanted = 0;
        int here = 0;
        int power = 1;
        for (int i = 0; i < length; i++) {
            wanted = 31 * wanted + part.charAt(i);
            here = 31 * here + text.charAt(start + i);
            power *= i == 0 ? 1 : 31;
        }
        int mistakes = 0;
        for (int at = start; ; at++) {
            if (here == wanted) {
                if (text.startsWith(part, at)) {
                    return at;
                }
                if (++mistakes > MOST_MISTAKES) {
                    throw TOO_LONG;
                }
            }
            if (at + length >= text.length()) {
                return -1;
            }
            here = 31 * (here - power * text.charAt(at)) + text.charAt(at + length);
        }
    }

    /** Throws for what must be searched plainly and cannot be in time. */
    static void requireSearchable(String text, String part) {
        if ((long) text.length() * part.length() > PLAINLY) {
            throw TOO_LONG;
        }
    }

    /** Length of a string or an array; -1 for what must be walked. */
    static int length(@Nullable Object value) {
        if (value instanceof String) {
            return ((String) value).length();
        }
        return value != null && value.getClass().isArray() ? Array.getLength(value) : -1;
    }
}
