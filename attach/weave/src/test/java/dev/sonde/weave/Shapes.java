package dev.sonde.weave;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Methods of every shape that javac makes. Each {@code public static Object} without parameters is run woven and not. */
@SuppressWarnings({
    "Finally",
    "finally",
    "UnusedVariable",
    "UnusedMethod",
    "ParameterReassignment",
    "LoopOverCharArray",
    "StringSplitter",
    "ClassCanBeStatic",
    "EmptyCatch",
    "NarrowCalculation",
    "NullAway",
    "UnnecessaryStringBuilder",
    "EnumOrdinal",
    "StatementSwitchToExpressionSwitch",
    "InlineMeSuggester"
})
public class Shapes {

    static int count;

    static {
        count = Integer.parseInt("3");
        if (count > 2) {
            count++;
        }
    }

    private int state = 1;

    public static Object primitives() {
        return "" + all(true, (byte) 1, 'c', (short) 2, 3, 4L, 5f, 6d, "s", new int[] {1}, null);
    }

    private static double all(
            boolean z,
            byte b,
            char c,
            short s,
            int i,
            long j,
            float f,
            double d,
            String t,
            int[] a,
            @Nullable Object n) {
        return b + c + s + i + j + f + d + t.length() + a[0] + (z ? 1 : 0) + (n == null ? 1 : 0);
    }

    public static Object results() {
        return "" + aBoolean(5) + aByte(300) + aChar(65) + aShort(70_000) + aFloat(1) + aLong(2) + aDouble(3)
                + anArray(2).length;
    }

    private static boolean aBoolean(int i) {
        return i > 3;
    }

    private static byte aByte(int i) {
        return (byte) i;
    }

    private static char aChar(int i) {
        return (char) i;
    }

    private static short aShort(int i) {
        return (short) i;
    }

    private static float aFloat(int i) {
        return i;
    }

    private static long aLong(int i) {
        return i;
    }

    private static double aDouble(int i) {
        return i;
    }

    private static int[] anArray(int i) {
        return new int[i];
    }

    public static Object reassigns() {
        return reassigned(1, 2L, 3.5, "x", new Shapes());
    }

    private static String reassigned(int i, long j, double d, @Nullable String s, Object o) {
        while (i < 10) {
            i++;
            j += i;
            d = d * 1.5;
            s = s + i;
            o = s;
        }
        return i + "," + j + "," + d + "," + s + "," + o;
    }

    public static Object loopsFirst() {
        return loop(5) + new Shapes().countdown();
    }

    private static int loop(int n) {
        while (n > 0) {
            n -= 2;
        }
        return n;
    }

    private int countdown() {
        do {
            state--;
        } while (state > -5);
        return state;
    }

    public static Object throwsOut() throws Exception {
        return new Shapes().fail("out");
    }

    private String fail(String why) throws IOException {
        if (state == 1) {
            throw new IOException(why);
        }
        return why;
    }

    public static Object implicitException() {
        Object nothing = count > 100 ? "" : null;
        return length(nothing);
    }

    @SuppressWarnings("NullAway")
    private static int length(@Nullable Object o) {
        return o.toString().length();
    }

    public static Object catches() {
        return caught(0) + caught(1) + caught(2) + caught(3);
    }

    private static String caught(int i) {
        String s = "a";
        try {
            s += i;
            if (i == 1) {
                throw new IllegalStateException("one");
            }
            if (i == 2) {
                return s + "early";
            }
            try {
                if (i == 3) {
                    throw new IOException("three");
                }
            } finally {
                s += "f";
            }
        } catch (IllegalStateException | IOException e) {
            s += e.getMessage();
        } finally {
            s += "F";
        }
        return s;
    }

    public static Object returnsInFinally() {
        return swallowed();
    }

    private static int swallowed() {
        try {
            throw new IllegalArgumentException("lost");
        } finally {
            return 7;
        }
    }

    public static Object finallyThrows() {
        try {
            return replaced();
        } catch (IllegalStateException e) {
            return e.getMessage();
        }
    }

    private static int replaced() {
        try {
            return length("abc");
        } finally {
            if (count > 0) {
                throw new IllegalStateException("replaced");
            }
        }
    }

    public static Object locks() throws Exception {
        Shapes s = new Shapes();
        String all = s.locked(1) + locked("x") + s.block(2);
        try {
            s.block(3);
        } catch (IllegalStateException e) {
            all += e.getMessage() + Thread.holdsLock(s);
        }
        return all;
    }

    private synchronized int locked(int i) {
        return i + (Thread.holdsLock(this) ? 1 : 0);
    }

    private static synchronized String locked(String s) {
        return s + Thread.holdsLock(Shapes.class);
    }

    private int block(int i) {
        synchronized (this) {
            if (i == 3) {
                throw new IllegalStateException("in block");
            }
            return i;
        }
    }

    public static Object recursion() {
        return fib(6);
    }

    private static long fib(int n) {
        return n < 2 ? n : fib(n - 1) + fib(n - 2);
    }

    public static Object stackOverflow() {
        // Linked while there is stack: a class initialiser that overflows would spoil its class for all tests.
        endless(0);
        try {
            endless(-1);
        } catch (IllegalStateException e) {
            count = 4;
        }
        try {
            return endless(1);
        } catch (StackOverflowError e) {
            RecordingSpy.EVENTS.clear(); // thousands, and the last ones cut short by the very overflow
            return "overflow";
        }
    }

    private static int endless(int i) {
        if (i < 0) {
            throw new IllegalStateException();
        }
        return i == 0 ? 0 : endless(i + 1) + 1;
    }

    public static Object lambdas() {
        int base = 4;
        Supplier<String> supplier = () -> "s" + base;
        List<Integer> list = new ArrayList<>(List.of(3, 1, 2));
        list.sort((a, b) -> a - b);
        Supplier<Shapes> made = Shapes::new;
        return supplier.get() + list + made.get().state;
    }

    interface Greeter {
        String name();

        default String greet(String word) {
            return word + " " + decorated(name());
        }

        private String decorated(String s) {
            return "<" + s + ">";
        }

        static Greeter of(String name) {
            return () -> name;
        }
    }

    public static Object interfaces() {
        return Greeter.of("me").greet("hi");
    }

    static class Version implements Comparable<Version> {
        final int number;

        Version(int number) {
            this.number = number;
        }

        @Override
        public int compareTo(Version other) {
            return Integer.compare(number, other.number);
        }

        @Override
        public String toString() {
            return "v" + number;
        }
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    public static Object bridges() {
        Comparable raw = new Version(1);
        return raw.compareTo(new Version(2));
    }

    static class Base {
        final String text;

        Base(String text) {
            if (text.startsWith("bad")) {
                throw new IllegalArgumentException(text);
            }
            this.text = text;
        }

        Base(Object o, @Nullable String s) {
            this(s == null ? String.valueOf(o) : s);
        }
    }

    class Derived extends Base {
        final int sum;

        Derived(boolean which, int[] values, String text) {
            super(which ? new StringBuilder(text).append(state).toString() : new String(text.toCharArray()));
            int total = 0;
            for (int value : values) {
                total += value;
            }
            text = "gone";
            try {
                total += Integer.parseInt(text);
            } catch (NumberFormatException e) {
                total++;
            }
            if (total > 100) {
                throw new IllegalStateException("too much " + total);
            }
            sum = total;
        }
    }

    public static Object constructors() {
        Shapes outer = new Shapes();
        String all =
                outer.new Derived(true, new int[] {1, 2}, "t").text + outer.new Derived(false, new int[] {3}, "u").sum;
        try {
            outer.new Derived(true, new int[] {200}, "t");
        } catch (IllegalStateException e) {
            all += e.getMessage();
        }
        try {
            outer.new Derived(true, new int[] {200}, "bad");
        } catch (IllegalArgumentException e) {
            all += e.getMessage();
        }
        return all + new Base(5, null).text + new Base(5, "six").text;
    }

    enum Colour {
        RED {
            @Override
            String shade(int i) {
                return "dark" + i;
            }
        },
        GREEN;

        String shade(int i) {
            return name().toLowerCase(Locale.ROOT) + i;
        }
    }

    record Point(int x, double y) {
        Point {
            if (x < 0) {
                throw new IllegalArgumentException("x");
            }
            x++;
        }
    }

    public static Object switches() {
        StringBuilder all = new StringBuilder();
        for (Colour colour : Colour.values()) {
            all.append(colour.shade(1)).append(number(colour)).append(number(colour.name()));
        }
        return all.append(new Point(1, 2))
                .append(new Point(1, 2).equals(new Point(1, 2)))
                .toString();
    }

    private static int number(Colour colour) {
        return switch (colour) {
            case RED -> 1;
            case GREEN -> {
                int x = colour.ordinal();
                yield x * 2;
            }
        };
    }

    private static int number(String name) {
        switch (name) {
            case "RED":
                return 10;
            case "GREEN":
                return 20;
            default:
                return 0;
        }
    }

    public static Object varargs() {
        return joined("-", "a", "b") + joined("+");
    }

    private static String joined(String by, String... parts) {
        return String.join(by, parts);
    }

    @Deprecated
    public static Object annotated(@Nullable String unused) {
        return "";
    }

    public static Object stackDepths() {
        // returns with more on the stack than the result, and conditionals inside arguments
        return sum(count > 2 ? 1 : 2, sum(count > 100 ? 5 : 6, count > 2 ? 7 : 8));
    }

    private static int sum(int a, int b) {
        return a + (a > b ? a : b);
    }

    @Override
    public String toString() {
        return "shapes";
    }
}
