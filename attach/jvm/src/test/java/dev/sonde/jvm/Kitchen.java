package dev.sonde.jvm;

import java.util.ArrayList;
import java.util.List;
import java.util.Scanner;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** A target whose calls have shapes worth tracing. Does on the lines of its standard input what a test asks. */
final class Kitchen {

    static final AtomicLong DONE = new AtomicLong();

    private Kitchen() {}

    public static void main(String[] args) throws Exception {
        System.out.println("READY");
        Scanner in = new Scanner(System.in, "UTF-8");
        while (in.hasNextLine()) {
            String[] words = in.nextLine().split(" ", -1);
            switch (words[0]) {
                case "cook" -> cook(words[1]);
                case "nap" -> nap();
                case "count" -> count(Integer.parseInt(words[1]));
                case "serve" -> {
                    try {
                        serve(words[1]);
                    } catch (IllegalStateException e) {
                        System.out.println("SENT BACK " + e.getMessage());
                    }
                }
                case "later" -> System.out.println("PUDDING " + later());
                case "build" -> {
                    try {
                        build(words[1]);
                    } catch (IllegalArgumentException e) {
                        System.out.println("BROKEN " + e.getMessage());
                    }
                }
                case "threads" -> threads(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
                case "virtual" -> virtual(Integer.parseInt(words[1]));
                case "loop" ->
                    daemon(() -> {
                        while (true) {
                            cook("soup");
                            DONE.incrementAndGet();
                            LockSupport.parkNanos(1_000_000);
                        }
                    });
                case "hang" -> daemon(Kitchen::hang);
                case "done" -> System.out.println("DONE " + DONE.get());
                default -> System.out.println("UNKNOWN " + words[0]);
            }
            System.out.println("SAID " + words[0]);
        }
        System.exit(0);
    }

    // ---- three levels, an interface with two implementations, a lambda

    interface Cook {
        int prepare(String dish);
    }

    static final class Boiler implements Cook {
        @Override
        public int prepare(String dish) {
            return heat(dish.length());
        }

        private int heat(int degrees) {
            int sum = 0;
            for (int i = 0; i < 3; i++) {
                sum += stir(degrees);
            }
            return sum;
        }

        static int stir(int by) {
            return by + 1;
        }
    }

    static final class Fryer implements Cook {
        @Override
        public int prepare(String dish) {
            return dish.length() * 2;
        }
    }

    private static final Cook BOILER = new Boiler();
    private static final Cook FRYER = new Fryer();

    static int cook(String dish) {
        Cook cook = dish.startsWith("s") ? BOILER : FRYER;
        int sum = cook.prepare(dish);
        List<String> spices = List.of("salt", "pepper");
        for (String spice : spices) {
            sum += season(spice);
        }
        List<Integer> plates = new ArrayList<>();
        spices.forEach(spice -> plates.add(plate(spice)));
        return sum + plates.size();
    }

    static int season(String spice) {
        return spice.length();
    }

    static int plate(String spice) {
        return spice.length();
    }

    // ---- recursion

    static long count(int n) {
        return n < 2 ? n : count(n - 1) + count(n - 2);
    }

    // ---- an exception through three levels

    static String serve(String table) {
        return carry(table) + "!";
    }

    static String carry(String table) {
        try {
            check(table);
        } catch (UnsupportedOperationException e) {
            return "swallowed";
        }
        return pour(table);
    }

    static void check(String table) {
        if (table.equals("odd")) {
            throw new UnsupportedOperationException("odd");
        }
    }

    static String pour(String table) {
        if (table.equals("dirty")) {
            throw new IllegalStateException("spilled on " + table);
        }
        return table;
    }

    // ---- a constructor that fails in its superclass, whose exit nobody sees

    static class Pot {
        Pot(String of) {
            if (of.equals("glass")) {
                throw new IllegalArgumentException(of);
            }
        }
    }

    static final class Lid extends Pot {
        final String name;

        Lid(String of) {
            super(of);
            name = of.trim();
        }
    }

    static String build(String of) {
        try {
            return new Lid(of).name;
        } finally {
            season(of);
        }
    }

    // ---- a class that is loaded when it is first called

    static int later() throws Exception {
        return Pudding.bake(DONE.get() > 0 ? 2 : 1);
    }

    static final class Pudding {
        private Pudding() {}

        static int bake(int minutes) {
            return cool(minutes) * 10;
        }

        static int cool(int minutes) {
            return minutes + 1;
        }
    }

    // ---- threads

    private static void threads(int count, int calls) throws Exception {
        CountDownLatch all = new CountDownLatch(count);
        for (int i = 0; i < count; i++) {
            daemon(() -> {
                for (int n = 0; n < calls; n++) {
                    cook("soup");
                }
                all.countDown();
            });
        }
        all.await();
    }

    private static void virtual(int count) throws Exception {
        Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
        Class<?> type = Class.forName("java.lang.Thread$Builder");
        CountDownLatch all = new CountDownLatch(count);
        Runnable work = () -> {
            nap();
            all.countDown();
        };
        for (int i = 0; i < count; i++) {
            type.getMethod("start", Runnable.class).invoke(builder, work);
        }
        all.await();
    }

    /** Changes its carrier in the middle. */
    static int nap() {
        int before = season("pepper");
        LockSupport.parkNanos(2_000_000);
        return before + season("salt");
    }

    static void hang() {
        while (true) {
            season("salt");
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "kitchen");
        thread.setDaemon(true);
        thread.start();
    }
}
