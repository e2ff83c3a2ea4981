package dev.sonde.shell.guard;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;

/**
 * A program whose method takes as long as it is told: {@code pace 80} on its standard input makes each call 80 ms, {@code threads 30}
 * starts so many that never end; both are answered with {@code OK}. Calls are long beside what a busy machine adds to them.
 */
public final class Pace {

    private static volatile long micros = 40_000;

    private Pace() {}

    public static void main(String[] args) throws Exception {
        for (int i = 0; i < 8; i++) {
            start("worker-" + i, Pace::work);
        }
        System.out.println("READY");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split(" ", -1);
            int number = Integer.parseInt(words[1]);
            if (words[0].equals("pace")) {
                micros = number * 1_000L;
            } else {
                for (int i = 0; i < number; i++) {
                    start("leaked-" + i, Pace::waitForEver);
                }
            }
            System.out.println("OK " + line);
        }
        System.exit(0);
    }

    private static void start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private static void work() {
        for (int i = 0; ; i++) {
            step(i);
        }
    }

    /** One piece of work. */
    static int step(int number) {
        long end = System.nanoTime() + micros * 1_000;
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
        return number;
    }

    private static void waitForEver() {
        while (true) {
            LockSupport.park();
        }
    }
}
