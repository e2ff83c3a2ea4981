package dev.sonde.shell.invariants;

import java.util.Scanner;
import java.util.concurrent.atomic.AtomicInteger;

/** A target whose threads are interrupted already when they come to where they are stopped: {@code cross NAME}. */
public final class Crossing {

    private static final AtomicInteger CROSSED = new AtomicInteger();

    private Crossing() {}

    static int cross(int number) {
        int twice = number * 2;
        CROSSED.incrementAndGet();
        return twice;
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
            String name = line.substring("cross ".length());
            Thread thread = new Thread(
                    () -> {
                        Thread.currentThread().interrupt();
                        int number = cross(21);
                        System.out.println("CROSSED " + name + " " + number + " " + Thread.interrupted());
                    },
                    name);
            thread.setDaemon(true);
            thread.start();
        }
    }
}
