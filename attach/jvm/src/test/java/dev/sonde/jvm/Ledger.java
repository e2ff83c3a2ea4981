package dev.sonde.jvm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Scanner;
import org.jspecify.annotations.Nullable;

/** A target whose variables are set while a thread stands. Each method is run on a thread of its own, under its name. */
@SuppressWarnings({"UnusedVariable", "FieldCanBeFinal", "MultipleTopLevelClasses", "NonFinalStaticField"})
final class Ledger {

    enum State {
        OPEN,
        PAID
    }

    record Entry(int cents) {}

    static class Account {
        private int total = 10;
        private final int fixed;
        private final int constant = 3;
        private State state = State.OPEN;
        private String name = "anna";
        private String password = "hunter2";
        private Object any = "any";
        private Long boxed = 1L;
        private @Nullable Account parent;
        private Entry entry = new Entry(5);
        private List<String> lines = new ArrayList<>(List.of("a", "b"));

        Account(int fixed) {
            this.fixed = fixed;
        }

        String pay(int[] parts, String[] names) {
            String what = name;
            return what + " " + total + " " + fixed + " " + state + " " + any + " " + boxed + " "
                    + (parent == this ? "self" : parent) + " " + Arrays.toString(parts) + " " + Arrays.toString(names);
        }
    }

    static int count = 1;
    static final Integer SHARED = 400;

    private Ledger() {}

    static int loop(int n) {
        int sum = 0;
        for (int i = 0; i < n; i++) {
            sum += i;
        }
        return sum;
    }

    static String branch(boolean flag) {
        if (flag) {
            return "taken";
        }
        return "left";
    }

    static String kinds(int n) {
        byte b = 1;
        short s = 2;
        char c = 'c';
        long l = 4;
        float f = 5;
        double d = 6;
        String text = "text";
        State state = State.OPEN;
        Object any = "any";
        Integer boxed = 7;
        int[] numbers = {1, 2};
        Account none = null;
        List<String> list = new ArrayList<>();
        String all = b + " " + s + " " + c + " " + l + " " + f + " " + d + " " + text + " " + state + " " + any + " "
                + boxed + " " + numbers.length + " " + (none == null ? "none" : "some") + " " + list.size();
        return all;
    }

    static String count() {
        return "count " + count;
    }

    static String twice(int n) {
        return loop(n) + " " + loop(n);
    }

    private static Object run(String what, int number) {
        return switch (what) {
            case "loop" -> loop(number);
            case "branch" -> branch(number > 0);
            case "kinds" -> kinds(number);
            case "count" -> count();
            case "twice" -> twice(number);
            default -> new Account(number).pay(new int[] {1, 2}, new String[] {"x", "y"});
        };
    }

    public static void main(String[] args) {
        boolean unused = new Account(0).lines.isEmpty(); // so that it is loaded
        System.out.println("READY");
        int runs = 0;
        Scanner in = new Scanner(System.in, "UTF-8");
        while (in.hasNextLine()) {
            String[] words = in.nextLine().split(" ", -1);
            String done = "DONE" + ++runs + " ";
            Thread thread =
                    new Thread(() -> System.out.println(done + run(words[0], Integer.parseInt(words[1]))), words[0]);
            thread.setDaemon(true);
            thread.start();
        }
    }
}
