package dev.sonde.jvm;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.IntUnaryOperator;
import kotlin.text.StringsKt;
import scala.Function1;
import scala.collection.StringOps$;

/**
 * More to step through, for {@link SteppingTest}: calls whose bytecode does not say where they lead, constructors and initialisers
 * of classes, and code of other compilers than javac.
 */
@SuppressWarnings({"UnusedVariable", "UnnecessaryLambda"})
final class Crossings {

    private Crossings() {}

    /** Made elsewhere, so that nothing in the code that calls it says what it is. */
    static final class Elsewhere {
        private Elsewhere() {}

        static IntUnaryOperator tripler() {
            return x -> { // held.made
                int y = x * 3; // held.in1
                return y; // held.in2
            };
        }

        static IntUnaryOperator square() {
            return Elsewhere::squared;
        }

        private static int squared(int x) {
            return x * x; // held.squared
        }
    }

    static int held(int n) {
        IntUnaryOperator triple = Elsewhere.tripler(); // held.1
        int a = triple.applyAsInt(n); // held.2
        return a; // held.3
    }

    static int referred(int n) {
        IntUnaryOperator square = Elsewhere.square(); // referred.1
        int a = square.applyAsInt(n); // referred.2
        return a; // referred.3
    }

    static int reflected(int n) throws ReflectiveOperationException {
        Method method = Paces.class.getDeclaredMethod("twice", int.class); // reflected.1
        Object a = method.invoke(null, n); // reflected.2
        return (int) a; // reflected.3
    }

    static int handled(int n) throws Throwable {
        MethodType type = MethodType.methodType(int.class, int.class); // handled.1
        MethodHandle handle = MethodHandles.lookup().findStatic(Paces.class, "inner", type); // handled.2
        int a = (int) handle.invokeExact(n); // handled.3
        return a; // handled.4
    }

    static int sorted(int n) {
        List<Integer> all = new ArrayList<>(List.of(1, n)); // sorted.1
        all.sort((a, b) -> { // sorted.2
            int by = b - a; // sorted.in1
            return by; // sorted.in2
        });
        return all.get(0); // sorted.3
    }

    interface Greeting {
        int size();

        default int twofold() {
            return size() * 2; // greeting.twofold
        }
    }

    static int anonymous(int n) {
        Greeting greeting = new Greeting() { // anonymous.1
                    @Override
                    public int size() {
                        int size = n + 1; // anonymous.in1
                        return size; // anonymous.in2
                    }
                };
        int a = greeting.twofold(); // anonymous.2
        return a; // anonymous.3
    }

    /** An iterator of our own, behind {@code for}. */
    record Upto(int end) implements Iterable<Integer> { // upto.ctor
        @Override
        public Iterator<Integer> iterator() {
            return new Iterator<>() { // upto.iterator
                private int at; // upto.at

                @Override
                public boolean hasNext() {
                    return at < end; // upto.hasNext
                }

                @Override
                public Integer next() {
                    return at++; // upto.next
                }
            };
        }
    }

    static int iterated(int n) {
        int sum = 0; // iterated.1
        for (int x : new Upto(2)) { // iterated.2
            sum += x; // iterated.3
        } // iterated.end
        return sum; // iterated.4
    }

    /** Initialised where it is first used, which takes a method that is also called elsewhere. */
    static final class Late {
        static final int LIMIT = Paces.twice(21); // late.1

        private Late() {}
    }

    static int initial(int n) {
        int a = Late.LIMIT + Paces.twice(n); // initial.1
        return a; // initial.2
    }

    static class Chain {
        final int a;
        final int b;

        {
            b = Paces.twice(1); // chain.block
        }

        Chain() {
            this(7); // chain.1
            Paces.inner(1); // chain.2
        } // chain.end

        Chain(int n) { // chain.ctor
            a = n; // chain.3
        } // chain.end3
    }

    static int chain(int n) {
        Chain chain = new Chain(); // chain.made
        return chain.a + chain.b + n; // chain.4
    }

    static int kotlin(int n) {
        String common = StringsKt.commonPrefixWith("inter", "inset", false); // kotlin.1
        return common.length() + n; // kotlin.2
    }

    static int scala(int n) {
        Function1<Object, Object> isDigit = c -> { // scala.1
            boolean digit = Character.isDigit((char) c); // scala.in1
            return digit; // scala.in2
        };
        int found = StringOps$.MODULE$.indexWhere$extension("ab7", isDigit, 0); // scala.2
        return found + n; // scala.3
    }

    static int run(String what, int n) throws Throwable {
        return switch (what) {
            case "held" -> held(n);
            case "referred" -> referred(n);
            case "reflected" -> reflected(n);
            case "handled" -> handled(n);
            case "sorted" -> sorted(n);
            case "anonymous" -> anonymous(n);
            case "iterated" -> iterated(n);
            case "initial" -> initial(n);
            case "chain" -> chain(n);
            case "kotlin" -> kotlin(n);
            case "scala" -> scala(n);
            default -> throw new IllegalArgumentException(what);
        };
    }
}
