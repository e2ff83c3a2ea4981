package dev.sonde.shell.invariants;

import java.util.Scanner;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A target whose threads are interrupted already when they come to where they are stopped: {@code cross NAME}. With {@code hold
 * NAME} they hold a monitor there, and with {@code crowd NAME} four others wait for it already.
 */
public final class Crossing {

    private static final AtomicInteger CROSSED = new AtomicInteger();

    private static final Object BRIDGE = new Object();

    private Crossing() {}

    static void hold(String name, int others) {
        synchronized (BRIDGE) {
            for (int i = 1; i <= others; i++) {
                Thread other = start(name + "-" + i, () -> hold(name, 0));
                while (other.getState() != Thread.State.BLOCKED) {
                    Thread.onSpinWait();
                }
            }
            cross(21);
        }
        System.out.println("HELD " + Thread.currentThread().getName());
    }

    private static Thread start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    static int cross(int number) {
        int twice = number * 2;
        CROSSED.incrementAndGet();
        return twice;
    }

    private static void go(String name) {
        Thread.currentThread().interrupt();
        int number = cross(21);
        System.out.println("CROSSED " + name + " " + number + " " + Thread.interrupted());
    }

    public static void main(String[] args) {
        System.out.println("READY");
        Scanner in = new Scanner(System.in, "UTF-8");
        while (in.hasNextLine()) {
            String line = in.nextLine();
            if (line.equals("crossed")) {
                System.out.println("TOGETHER " + CROSSED);
                continue;
            }
            String[] words = line.split(" ", -1);
            String name = words[1];
            Thread unused = start(
                    name,
                    words[0].equals("cross") ? () -> go(name) : () -> hold(name, words[0].equals("crowd") ? 4 : 0));
        }
    }
}
