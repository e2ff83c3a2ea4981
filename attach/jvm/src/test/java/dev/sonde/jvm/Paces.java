package dev.sonde.jvm;

import java.util.ArrayList;
import java.util.List;
import java.util.Scanner;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A target to step through. A remark at the end of a line is the name that {@link SteppingTest} calls the line by. Each method is
 * run on a thread of its own, under its name.
 */
@SuppressWarnings({"UnusedVariable", "ReturnValueIgnored", "StatementSwitchToExpressionSwitch", "ModifiedButNotUsed"})
final class Paces {

    private Paces() {}

    static int straight(int n) {
        int a = n + 1; // straight.1
        int b = a * 2; // straight.2
        int c = b - a; // straight.3
        return c; // straight.4
    }

    static int branch(int n) {
        int a = 0; // branch.1
        if (n > 3) { // branch.2
            a = 1; // branch.3
        } else {
            a = 2; // branch.4
        }
        return a; // branch.5
    }

    static int loop(int n) {
        int sum = 0; // loop.1
        for (int i = 0; i < n; i++) { // loop.2
            sum += i; // loop.3
        }
        return sum; // loop.4
    }

    static int whiles(int n) {
        int left = n; // whiles.1
        while (left > 1) { // whiles.2
            left--; // whiles.3
        }
        do { // whiles.4
            left++; // whiles.5
        } while (left < 3); // whiles.6
        return left; // whiles.7
    }

    static int nested(int n) {
        int sum = 0; // nested.1
        for (int i = 0; i < 2; i++) { // nested.2
            for (int j = 0; j < 2; j++) { // nested.3
                sum += i * j; // nested.4
            }
        }
        return sum; // nested.5
    }

    static int fact(int n) {
        if (n <= 1) { // fact.1
            return 1; // fact.2
        }
        int below = fact(n - 1); // fact.3
        return n * below; // fact.4
    }

    static int calls(int n) {
        int a = twice(n); // calls.1
        int b = twice(a) + twice(1); // calls.2
        return a + b; // calls.3
    }

    static int twice(int n) {
        int result = n * 2; // twice.1
        return result; // twice.2
    }

    static int thrower(int n) {
        if (n > 0) { // thrower.1
            throw new IllegalStateException("n is " + n); // thrower.2
        }
        return n; // thrower.3
    }

    static int catcher(int n) {
        int a = 0; // catcher.1
        try {
            a = middle(n); // catcher.2
        } catch (IllegalStateException e) { // catcher.3
            a = -1; // catcher.4
        }
        return a; // catcher.5
    }

    static int middle(int n) {
        int a = thrower(n); // middle.1
        return a + 1; // middle.2
    }

    static int finals(int n) {
        int a = 0; // finals.1
        try {
            a = n; // finals.2
            if (n > 3) { // finals.3
                return a; // finals.4
            }
        } finally {
            a = 9; // finals.5
        }
        return a; // finals.6
    }

    static int finalThrow(int n) {
        int a = 0; // finalThrow.1
        try {
            a = thrower(n); // finalThrow.2
        } finally {
            a = 7; // finalThrow.3
        } // finalThrow.end
        return a; // finalThrow.4
    }

    static int finalCaught(int n) {
        try {
            return finalThrow(n); // finalCaught.1
        } catch (IllegalStateException e) { // finalCaught.2
            return -2; // finalCaught.3
        }
    }

    static int lambda(int n) {
        IntUnaryOperator plus = x -> { // lambda.1
            int y = x + n; // lambda.in1
            return y; // lambda.in2
        };
        int a = plus.applyAsInt(1); // lambda.2
        return a; // lambda.3
    }

    static int lambdas(int n) {
        Function<Integer, IntUnaryOperator> adder = x -> { // lambdas.1
            int z = x * 2; // lambdas.out1
            return y -> { // lambdas.out2
                int sum = z + y; // lambdas.in1
                return sum; // lambdas.in2
            };
        };
        IntUnaryOperator add = adder.apply(n); // lambdas.2
        int a = add.applyAsInt(1); // lambdas.3
        return a; // lambdas.4
    }

    static int streams(int n) {
        List<Integer> all = IntStream.range(0, n) // streams.1
                .map(x -> twice(x)) // streams.2
                .boxed() // streams.3
                .collect(Collectors.toList()); // streams.4
        int size = all.size(); // streams.5
        return size; // streams.6
    }

    /** What is behind a bridge. */
    interface Holder<T> {
        int hold(T value);
    }

    static final class TextHolder implements Holder<String> {
        @Override
        public int hold(String value) {
            int size = value.length(); // bridge.in1
            return size; // bridge.in2
        }
    }

    static int bridge(int n) {
        Holder<String> holder = new TextHolder(); // bridge.1
        int a = holder.hold("four"); // bridge.2
        return a + n; // bridge.3
    }

    abstract static class Form { // form.ctor
        abstract int area();

        int doubled() {
            return area() * 2; // form.doubled
        }
    }

    static final class Square extends Form {
        private final int side;

        Square(int side) { // square.ctor
            this.side = side; // square.new
        }

        @Override
        int area() {
            int area = side * side; // square.1
            return area; // square.2
        }
    }

    static final class Line extends Form {
        @Override
        int area() {
            return 0; // line.1
        }
    }

    static int virtual(int n) {
        Form form = n > 3 ? new Square(n) : new Line(); // virtual.1
        int a = form.area(); // virtual.2
        int b = form.doubled(); // virtual.3
        return a + b; // virtual.4
    }

    static class Base {
        final int base;

        Base(int n) { // base.ctor
            base = n; // base.1
        }
    }

    static final class Derived extends Base {
        final int own;

        Derived(int n) {
            super(n + 1); // derived.1
            own = base * 2; // derived.2
            check(); // derived.3
        } // derived.4

        private void check() {
            if (own < 0) { // derived.check1
                throw new IllegalArgumentException("negative"); // derived.check2
            }
        } // derived.check3
    }

    static int construct(int n) {
        Derived made = new Derived(n); // construct.1
        int own = made.own; // construct.2
        return own; // construct.3
    }

    static synchronized int locked(int n) {
        int a = n + 1; // locked.1
        return a; // locked.2
    }

    static int block(int n) {
        Object lock = new Object(); // block.1
        int a = 0; // block.2
        synchronized (lock) { // block.3
            a = n; // block.4
            a++; // block.5
        } // block.end
        return a; // block.6
    }

    static int choice(int n) {
        int a; // choice.0
        switch (n) { // choice.1
            case 1:
                a = 10; // choice.2
                break; // choice.3
            case 5:
                a = 50; // choice.4
                break; // choice.5
            default:
                a = 0; // choice.6
        }
        return a; // choice.7
    }

    static int texts(int n) {
        String text = n > 3 ? "many" : "few"; // texts.1
        return switch (text) { // texts.2
            case "few" -> 1; // texts.3
            case "many" -> 2; // texts.4
            default -> 3; // texts.5
        };
    }

    static final class Door implements AutoCloseable {
        static int closed;

        @Override
        public void close() {
            closed++; // door.close
        }
    }

    static int resource(int n) {
        int a = 0; // resource.1
        try (Door door = new Door()) { // resource.2
            a = n; // resource.3
        }
        return a; // resource.4
    }

    record Point(int x, int y) {
        Point { // point.ctor
            if (x < 0) { // point.1
                throw new IllegalArgumentException("x"); // point.2
            }
        }

        int sum() {
            return x + y; // point.sum
        }
    }

    static int record(int n) {
        Point point = new Point(n, 2); // record.1
        int sum = point.sum(); // record.2
        return sum; // record.3
    }

    static void nothing(int n) {
        List<Integer> all = new ArrayList<>(); // nothing.1
        all.add(n); // nothing.2
    }

    static int outer(int n) {
        int a = inner(n); // outer.1
        int b = a + 1; // outer.2
        return b; // outer.3
    }

    static int inner(int n) {
        int a = n * 3; // inner.1
        return a; // inner.2
    }

    static int again(int n) {
        int a = 0; // again.1
        for (int i = 0; i < 4; i++) { // again.2
            a += twice(i); // again.3
        }
        return a; // again.4
    }

    static int each(int n) {
        int sum = 0; // each.1
        for (int x : List.of(n, 2)) { // each.2
            sum += x; // each.3
        } // each.end
        return sum; // each.4
    }

    static int leaps(int n) {
        int sum = 0; // leaps.1
        for (int i = 0; i < n; i++) { // leaps.2
            if (i == 1) { // leaps.3
                continue; // leaps.4
            }
            if (i == 2) { // leaps.5
                break; // leaps.6
            }
            sum++; // leaps.7
        }
        return sum; // leaps.8
    }

    static int cleanup(int n) {
        int a = 0; // cleanup.1
        try {
            a = thrower(n); // cleanup.2
        } catch (IllegalStateException e) { // cleanup.3
            a = 1; // cleanup.4
        } finally {
            a++; // cleanup.5
        } // cleanup.end
        return a; // cleanup.6
    }

    static int rethrow(int n) {
        try {
            return deep(n); // rethrow.1
        } catch (IllegalArgumentException e) { // rethrow.2
            return -1; // rethrow.3
        }
    }

    static int deep(int n) {
        try {
            return thrower(n); // deep.1
        } catch (IllegalStateException e) { // deep.2
            throw new IllegalArgumentException(e); // deep.3
        }
    }

    static int over(int n) {
        return sum( // over.1
                twice(n), // over.2
                inner(n)); // over.3
    }

    static int sum(int a, int b) {
        return a + b; // sum.1
    }

    enum Size {
        SMALL,
        LARGE;

        static Size of(int n) {
            return n > 3 ? LARGE : SMALL; // size.1
        }
    }

    static int enums(int n) {
        Size size = Size.of(n); // enums.1
        switch (size) { // enums.2
            case SMALL:
                return 1; // enums.3
            case LARGE:
                return twice(n); // enums.4
        }
        return 0; // enums.5
    }

    static int yields(int n) {
        int a = // yields.1
                switch (n) {
                    case 1 -> 10; // yields.2
                    case 5 -> { // yields.3
                        int b = twice(n); // yields.4
                        yield b + 1; // yields.5
                    }
                    default -> 0; // yields.6
                };
        return a; // yields.7
    }

    static int pattern(int n) {
        Object it = "n" + n; // pattern.1
        if (it instanceof String text && text.length() == 2) { // pattern.2
            return text.length(); // pattern.3
        }
        return 0; // pattern.4
    }

    static boolean even(int n) {
        if (n == 0) { // even.1
            return true; // even.2
        }
        return odd(n - 1); // even.3
    }

    static boolean odd(int n) {
        if (n == 0) { // odd.1
            return false; // odd.2
        }
        return even(n - 1); // odd.3
    }

    static int mutual(int n) {
        int a = even(n) ? 1 : 0; // mutual.1
        return a; // mutual.2
    }

    static int lockThrow(int n) {
        Object lock = new Object(); // lockThrow.1
        try {
            synchronized (lock) { // lockThrow.2
                thrower(n); // lockThrow.3
            } // lockThrow.end
        } catch (IllegalStateException e) { // lockThrow.4
            return 3; // lockThrow.5
        }
        return 4; // lockThrow.6
    }

    static int resources(int n) {
        try (Door first = new Door(); // resources.1
                Door second = new Door()) { // resources.2
            thrower(n); // resources.3
        } catch (IllegalStateException e) { // resources.4
            return 1; // resources.5
        }
        return 2; // resources.6
    }

    static int run(String what, int n) throws Throwable {
        return switch (what) {
            case "straight" -> straight(n);
            case "branch" -> branch(n);
            case "loop" -> loop(n);
            case "whiles" -> whiles(n);
            case "nested" -> nested(n);
            case "fact" -> fact(n);
            case "calls" -> calls(n);
            case "catcher" -> catcher(n);
            case "finals" -> finals(n);
            case "finalCaught" -> finalCaught(n);
            case "lambda" -> lambda(n);
            case "lambdas" -> lambdas(n);
            case "streams" -> streams(n);
            case "bridge" -> bridge(n);
            case "virtual" -> virtual(n);
            case "construct" -> construct(n);
            case "locked" -> locked(n);
            case "block" -> block(n);
            case "choice" -> choice(n);
            case "texts" -> texts(n);
            case "resource" -> resource(n);
            case "record" -> record(n);
            case "outer" -> outer(n);
            case "again" -> again(n);
            case "each" -> each(n);
            case "leaps" -> leaps(n);
            case "cleanup" -> cleanup(n);
            case "rethrow" -> rethrow(n);
            case "over" -> over(n);
            case "enums" -> enums(n);
            case "yields" -> yields(n);
            case "pattern" -> pattern(n);
            case "mutual" -> mutual(n);
            case "lockThrow" -> lockThrow(n);
            case "resources" -> resources(n);
            case "nothing" -> {
                nothing(n);
                yield 0;
            }
            default -> Crossings.run(what, n);
        };
    }

    private static void start(String name, boolean virtual, Runnable work) throws Exception {
        if (virtual) {
            Object unused =
                    Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, work);
            return;
        }
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Each class is there before anybody steps: what is not loaded has no implementations. */
    private static void warmUp() throws Throwable {
        for (int n : new int[] {1, 5}) {
            for (String what : List.of(
                    "virtual",
                    "bridge",
                    "construct",
                    "record",
                    "resource",
                    "lambdas",
                    "lambda",
                    "enums",
                    "held",
                    "anonymous",
                    "iterated",
                    "chain",
                    "kotlin")) {
                int unused = run(what, n);
            }
        }
    }

    public static void main(String[] args) throws Throwable {
        warmUp();
        System.out.println("READY");
        Scanner in = new Scanner(System.in, "UTF-8");
        while (in.hasNextLine()) {
            String[] words = in.nextLine().split(" ", -1);
            String id = words[2];
            start(words[1], words[0].equals("virtual"), () -> {
                String end;
                try {
                    end = String.valueOf(run(words[1], 5));
                } catch (Throwable e) {
                    end = e.getClass().getSimpleName();
                }
                System.out.println("DONE " + id + " " + end);
            });
        }
    }
}
