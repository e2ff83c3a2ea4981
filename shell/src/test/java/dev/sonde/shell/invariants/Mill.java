package dev.sonde.shell.invariants;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** A target that calls one method 50,000 times a second, as long as the machine lets it, and answers {@code calls}. */
final class Mill {

    private static final int A_MILLISECOND = 50;

    private static final AtomicLong CALLS = new AtomicLong();

    private Mill() {}

    public static void main(String[] args) throws Exception {
        Thread worker = new Thread(Mill::turn, "worker");
        worker.setDaemon(true);
        worker.start();
        System.out.println("READY");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, "UTF-8"));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            System.out.println("CALLS " + CALLS);
        }
    }

    private static void turn() {
        long next = System.nanoTime();
        long sum = 0;
        for (int number = 0; ; number++) {
            for (int i = 0; i < A_MILLISECOND; i++) {
                sum += grind("grain-" + number % 10, i);
            }
            CALLS.addAndGet(A_MILLISECOND);
            if (sum == 42) {
                System.out.println("never");
            }
            next = Math.max(next + 1_000_000, System.nanoTime() - 20_000_000);
            LockSupport.parkNanos(next - System.nanoTime());
        }
    }

    private static int grind(String grain, int amount) {
        return grain.length() * amount;
    }
}
