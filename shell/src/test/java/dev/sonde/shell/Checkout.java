package dev.sonde.shell;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * A service whose slowest requests wait for nothing of their own: each puts new prices into a cache, so that garbage lies where
 * it is dear to collect. Says each second what its requests took, from when they were due: {@code p50 0.3 ms p99 96.1 ms}. Told
 * {@code fix}, it writes over the prices that are there, says {@code FIXED}, and goes on.
 */
final class Checkout {

    private static final int PRICES = 50_000;
    private static final int PRICE_BYTES = 2_000;
    private static final int EACH_MILLIS = 10;
    private static final byte[][] CACHE = new byte[PRICES][];
    /** Without a lock, for which a request might wait. */
    private static final Queue<Long> TOOK = new ConcurrentLinkedQueue<>();

    private static volatile boolean fixed;

    private Checkout() {}

    public static void main(String[] args) throws Exception {
        Arrays.setAll(CACHE, i -> new byte[PRICE_BYTES]);
        for (int i = 1; i <= 4; i++) {
            thread("request-" + i, Checkout::requests);
        }
        thread("statistics", Checkout::tell);
        System.out.println("READY");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (line.equals("fix")) {
                fixed = true;
            }
            System.out.println("FIXED");
        }
        System.exit(0);
    }

    private static void thread(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private static void requests() {
        long due = System.nanoTime();
        while (true) {
            due += EACH_MILLIS * 1_000_000L;
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            request();
            TOOK.add(System.nanoTime() - due);
        }
    }

    private static void request() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        for (int i = 0; i < 100; i++) {
            int price = random.nextInt(PRICES);
            if (fixed) {
                Arrays.fill(CACHE[price], (byte) i);
            } else {
                CACHE[price] = new byte[PRICE_BYTES];
            }
        }
    }

    private static void tell() {
        while (true) {
            LockSupport.parkNanos(1_000_000_000);
            List<Long> took = new ArrayList<>();
            for (Long each = TOOK.poll(); each != null; each = TOOK.poll()) {
                took.add(each);
            }
            Collections.sort(took);
            if (!took.isEmpty()) {
                System.out.printf(
                        Locale.ROOT,
                        "p50 %.1f ms p99 %.1f ms%n",
                        took.get(took.size() / 2) / 1e6,
                        took.get(took.size() * 99 / 100) / 1e6);
            }
        }
    }
}
