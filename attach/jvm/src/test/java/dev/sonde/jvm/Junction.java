package dev.sonde.jvm;

import java.util.Scanner;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** A target whose threads are stopped. Does what its input says, each on a thread of its own. */
final class Junction {

    private static final Object LOCK = new Object();
    static final AtomicInteger PASSES = new AtomicInteger();

    private Junction() {}

    static int pass(String name, int number) {
        PASSES.incrementAndGet();
        return number * 2;
    }

    static int held(int number) {
        synchronized (LOCK) {
            return pass("held", number);
        }
    }

    static final class Late {
        static final int VALUE = pass("init", 1);
    }

    private static void say(String text) {
        System.out.println(text);
    }

    private static void thread(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    public static void main(String[] args) {
        say("READY");
        Scanner in = new Scanner(System.in, "UTF-8");
        while (in.hasNextLine()) {
            String[] words = in.nextLine().split(" ", -1);
            String name = words.length > 1 ? words[1] : "worker";
            switch (words[0]) {
                case "pass" -> thread(name, () -> say("PASSED " + name + " " + pass(name, 21)));
                case "interrupted" ->
                    thread(name, () -> {
                        Thread.currentThread().interrupt();
                        int number = pass(name, 21);
                        say("PASSED " + name + " " + number + " " + Thread.interrupted());
                    });
                case "permit" ->
                    thread(name, () -> {
                        LockSupport.unpark(Thread.currentThread());
                        pass(name, 21);
                        LockSupport.park();
                        say("PARKED " + name);
                    });
                case "held" -> thread(name, () -> say("HELD " + name + " " + held(4)));
                case "init" -> thread(name, () -> say("INIT " + Late.VALUE));
                case "loop" ->
                    thread(name, () -> {
                        for (int i = 0; ; i++) {
                            pass(name, i);
                            LockSupport.parkNanos(1_000_000);
                        }
                    });
                case "passes" -> say("PASSES " + PASSES);
                default -> say("WHAT");
            }
        }
    }
}
