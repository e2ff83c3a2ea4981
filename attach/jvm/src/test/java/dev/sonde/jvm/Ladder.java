package dev.sonde.jvm;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Scanner;
import org.jspecify.annotations.Nullable;

/** A target whose methods call each other down to one where a thread stands. Does what its input says. */
final class Ladder {

    private Ladder() {}

    record Rung(int left, int right) {}

    static int foot(String name, int number) {
        return name.length() + number;
    }

    /** One variable of each kind, most of which are used after the call. */
    static String kinds(
            String name,
            boolean flag,
            byte small,
            char letter,
            short medium,
            int number,
            long large,
            float fraction,
            double precise,
            @Nullable Object nothing,
            int[] many) {
        int none = small + 3;
        long wide = none * large;
        String text = name + "!";
        String password = name + "#";
        String spent = name + "?";
        int unused = spent.length();
        Rung rung = new Rung(number, unused);
        int footed = foot(name, number);
        return text
                + password
                + flag
                + small
                + letter
                + medium
                + number
                + large
                + fraction
                + precise
                + nothing
                + many.length
                + none
                + wide
                + rung.left
                + rung.right
                + footed;
    }

    static int kinds(String name) {
        return kinds(name, true, (byte) -3, 'x', (short) 300, 70_000, 1L << 40, 1.5f, -2.25, null, new int[] {7, 8})
                .length();
    }

    /** Long enough for all that it calls to be compiled; then once more. */
    static int hot(String name) {
        int sum = 0;
        for (int i = 0; i < 60_000; i++) {
            sum += kinds("warm");
        }
        return sum + kinds(name);
    }

    int instance = 5;

    int each(String name, int captured) {
        int before = captured * 2;
        List.of(name).forEach(one -> {
            int inside = captured + 1;
            instance += foot(one, inside) + inside + before;
        });
        return instance;
    }

    static int reflected(String name, String kept) throws ReflectiveOperationException {
        Object result =
                Ladder.class.getDeclaredMethod("foot", String.class, int.class).invoke(null, name, kept.length());
        return (Integer) result + kept.length();
    }

    static int deep(String name, int left) {
        return left == 0 ? foot(name, left) : deep(name, left - 1) + left;
    }

    private static int climb(String how, String name) throws Exception {
        return switch (how) {
            case "cold" -> kinds(name);
            case "hot" -> hot(name);
            case "each" -> new Ladder().each(name, 20);
            case "reflected" -> reflected(name, "kept");
            default -> deep(name, Integer.parseInt(how));
        };
    }

    public static void main(String[] args) throws Exception {
        Scanner in = new Scanner(System.in, StandardCharsets.UTF_8);
        System.out.println("READY");
        while (in.hasNextLine()) {
            String[] words = in.nextLine().split(" ", -1);
            Runnable run = () -> {
                try {
                    System.out.println("DONE " + words[2] + " " + climb(words[1], words[2]));
                } catch (Exception e) {
                    System.out.println("FAILED " + e);
                }
            };
            if (words[0].equals("main")) {
                run.run();
            } else if (words[0].equals("virtual")) {
                Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, run);
            } else {
                new Thread(run, words[2]).start();
            }
        }
    }
}
