package dev.sonde.jvm;

import java.util.Scanner;
import java.util.function.UnaryOperator;

/** A method of each kind that Java has. All are called whenever a line comes. */
final class Kinds {

    private final String name;

    Kinds(String name) {
        this.name = name;
    }

    interface Greeting {
        String who();

        default String greet() {
            return "hello " + who();
        }
    }

    /** Inherits the default method. */
    record Guest(String who) implements Greeting {}

    public static void main(String[] args) {
        System.out.println("READY");
        Scanner in = new Scanner(System.in, "UTF-8");
        while (in.hasNextLine()) {
            in.nextLine();
            String all = over(1)
                    + over("a")
                    + new Kinds("k").hidden()
                    + larger("b", "c")
                    + twice("d")
                    + new Guest("e").greet();
            System.out.println("WENT " + all);
        }
        System.exit(0);
    }

    static int over(int number) {
        return number + 1;
    }

    static String over(String text) {
        return text + "!";
    }

    private String hidden() {
        return name + "?";
    }

    static <T extends Comparable<T>> T larger(T one, T other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    static String twice(String text) {
        UnaryOperator<String> body = each -> each + each;
        return body.apply(text);
    }
}
