package dev.sonde.jvm;

import java.util.ArrayList;
import java.util.List;
import java.util.Scanner;
import java.util.StringTokenizer;
import java.util.function.IntUnaryOperator;
import kotlin.text.StringsKt;
import scala.collection.StringOps$;

/** A target whose lines tests look at: a line with a comment {@code // @name} at its end is found by that name. */
@SuppressWarnings({"unused", "UnusedVariable", "UnusedMethod", "StatementSwitchToExpressionSwitch"})
final class Lined {

    private static final List<String> SEEN = new ArrayList<>();

    private Lined() {}

    public static void main(String[] args) throws Exception {
        Class<?> unused = Class.forName(Lined.class.getName() + "$Settling", false, Lined.class.getClassLoader());
        System.out.println("READY");
        Scanner in = new Scanner(System.in, "UTF-8");
        while (in.hasNextLine()) {
            String[] words = in.nextLine().split(" ", -1);
            Object result = Lined.class.getDeclaredMethod(words[0]).invoke(null);
            System.out.println("RAN " + words[0] + " " + result);
        }
        System.exit(0);
    }

    static int loop() {
        int sum = 0;
        for (int i = 0; i < 4; i++) { // @for
            long square = (long) i * i;
            sum += (int) square; // @loop
        }
        return sum;
    }

    static int once() {
        int sum = 0;
        for (int i = 0; i < 3; i++) sum += i; // @oneLine
        return sum;
    }

    static int cleaned() {
        return cleaned(5) + cleaned(0);
    }

    private static int cleaned(int by) {
        int got = -1;
        try {
            got = 10 / by;
            return got; // @returned
        } catch (ArithmeticException failed) {
            got = -2; // @caught
            return got;
        } finally {
            SEEN.add("cleaned " + by); // @finally
        }
    }

    /** The line of the block is in the code twice: for the end that is an exception, and for the others. */
    static int failed() {
        try {
            return failed(3);
        } catch (IllegalStateException expected) {
            return -1;
        }
    }

    private static int failed(int by) {
        int got = by;
        try {
            throw new IllegalStateException("failed " + by);
        } finally {
            SEEN.add("failed " + got); // @always
        }
    }

    static int nested() {
        int got = 1;
        try {
            try {
                got++;
                return got; // @nested
            } finally {
                SEEN.add("inner " + got); // @innerFinally
            }
        } finally {
            SEEN.add("outer " + got); // @outerFinally
        }
    }

    static int each() {
        int sum = 0;
        for (int one : List.of(1, 2, 3)) { // @each
            sum += one; // @eachBody
        }
        return sum;
    }

    static int whiles() {
        int left = 2;
        while (left > 0) { // @while
            left--;
        }
        return left;
    }

    static int begun() {
        int two = 2;
        return Math.max( // @begun
                Math.abs(two), Math.abs(-3)); // @argument
    }

    /** Counts how often it was closed. */
    static final class Valve implements AutoCloseable {
        static int closed;

        @Override
        public void close() {
            closed++; // @close
        }
    }

    static int resourced() {
        int before = Valve.closed;
        try (Valve one = new Valve()) { // @resource
            SEEN.add("open " + before); // @resourced
        }
        return Valve.closed - before;
    }

    static int resourceFailed() {
        int before = 7;
        try (Valve one = new Valve()) { // @resourceFailed
            throw new IllegalStateException("open");
        } catch (IllegalStateException expected) { // @resourceCaught
            return before;
        }
    }

    static int lockedReturn() {
        int inside = 3;
        synchronized (SEEN) {
            return inside; // @lockedReturn
        }
    }

    static String texts() {
        String indented = "a\n b\n c";
        return StringsKt.replaceIndent(indented, "  ").replace('\n', '|');
    }

    static int found() {
        return StringOps$.MODULE$.indexWhere$extension("ab7", letter -> letter.equals('7'), 0);
    }

    /** Loaded and not initialised when the program begins. */
    static final class Settling {
        static final int LIMIT;

        static {
            int third = 14;
            LIMIT = third * 3; // @initialised
        }
    }

    static int settling() {
        return Settling.LIMIT;
    }

    static class Base {
        final int size;

        Base(int size) {
            this.size = size; // @base
        }
    }

    static final class Derived extends Base {
        final String name;
        private int extra = 3; // @initialiser

        Derived(String name) {
            super(name.length()); // @super
            this.name = name; // @afterSuper
        }
    }

    static String made() {
        return new Derived("four").name;
    }

    static final class Settled {
        static final int LIMIT;

        static {
            int half = 21;
            LIMIT = half * 2; // @static
        }
    }

    static int settled() {
        return Settled.LIMIT;
    }

    static int lambda() {
        int base = 10;
        IntUnaryOperator add = x -> {
            int more = x + base;
            return more; // @lambda
        };
        return add.applyAsInt(1) + add.applyAsInt(2);
    }

    static int shared() {
        IntUnaryOperator twice = x -> x * 2; // @shared
        return twice.applyAsInt(4);
    }

    static int locked() {
        int[] lock = {1};
        int inside = 7;
        synchronized (lock) {
            inside++;
            SEEN.add("locked " + inside); // @locked
        }
        return inside;
    }

    static String switched() {
        return named("tea") + named("cup") + named("?");
    }

    /** A statement, because that is compiled otherwise than an expression. */
    @SuppressWarnings("StatementSwitchToExpressionSwitch")
    private static String named(String word) {
        String kind;
        switch (word) {
            case "tea":
                kind = "drink"; // @tea
                break;
            case "cup":
                kind = "thing"; // @cup
                break;
            default:
                kind = "none"; // @none
        }
        return kind; // @kind
    }

    record Pair(String left, int right) {
        Pair { // @compact
            if (right < 0) {
                throw new IllegalArgumentException(left); // @refused
            }
        }

        int doubled() {
            return right * 2; // @doubled
        }
    }

    static int paired() {
        try {
            new Pair("bad", -1);
        } catch (IllegalArgumentException expected) {
            SEEN.add("refused");
        }
        return new Pair("good", 4).doubled();
    }

    enum Level {
        LOW(1),
        HIGH(9);

        final int weight;

        Level(int weight) {
            this.weight = weight;
        }

        boolean above(int other) {
            int mine = weight;
            return mine > other; // @enum
        }
    }

    static boolean level() {
        return Level.HIGH.above(5);
    }

    private final int outer = 2;

    private final class Inner {
        private final String secret = "hidden";

        int sum(int x) {
            int all = outer + x;
            return all; // @inner
        }
    }

    static int inner() {
        return new Lined().new Inner().sum(40);
    }

    static int patterns() {
        Object one = "text";
        if (one instanceof String text && text.length() == 4) {
            return text.length(); // @pattern
        }
        return 0;
    }

    static String masked() {
        String password = "geheim";
        int tries = 2;
        return password.substring(tries); // @masked
    }

    static int unset() {
        int later;
        String early = "here";
        if (SEEN != null) { // @unset
            later = 1;
        } else {
            later = 2;
        }
        return later + early.length();
    }

    static int many() {
        int total = 0;
        for (int i = 0; i < 100; i++) {
            total += step(i);
        }
        return total;
    }

    private static int step(int i) {
        int doubled = i * 2;
        String text = "n" + i;
        return doubled; // @step
    }

    static String jdk() {
        return new StringTokenizer("x y").nextToken();
    }
}
