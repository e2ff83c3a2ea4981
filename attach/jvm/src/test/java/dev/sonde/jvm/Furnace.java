package dev.sonde.jvm;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/** A program whose costs are known. {@code work 1500} has it work for that many milliseconds and say {@code DONE}. */
final class Furnace {

    private static final Object MONITOR = new Object();
    private static final ReentrantLock LOCK = new ReentrantLock();
    private static final List<byte[]> LEAK = new ArrayList<>();
    /** Where results go, so that they are needed. */
    static final AtomicLong SINK = new AtomicLong();

    static volatile byte[] last = new byte[0];

    private Furnace() {}

    public static void main(String[] args) throws Exception {
        System.out.println("READY");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            LEAK.clear();
            long nanos = Long.parseLong(line.substring("work ".length())) * 1_000_000;
            long until = System.nanoTime() + nanos;
            List<Thread> threads = List.of(
                    burner(until, nanos * 8 / 10),
                    thread("allocator", until, Furnace::allocate),
                    thread("holder", until, Furnace::hold),
                    thread("waiter", until, Furnace::await),
                    thread("parker", until, Furnace::park));
            for (Thread thread : threads) {
                thread.join();
            }
            System.gc(); // what is not leaked is gone
            System.out.println("DONE");
        }
    }

    /** Goes on until it has had so much of a processor too: what is sampled of it is as much on a machine that is busy. */
    private static Thread burner(long until, long cpuNanos) {
        ThreadMXBean times = ManagementFactory.getThreadMXBean();
        Thread thread = new Thread(
                () -> {
                    while (System.nanoTime() < until || times.getCurrentThreadCpuTime() < cpuNanos) {
                        burn();
                    }
                },
                "burner");
        thread.start();
        return thread;
    }

    private static Thread thread(String name, long until, Runnable step) {
        Thread thread = new Thread(
                () -> {
                    while (System.nanoTime() < until) {
                        step.run();
                    }
                },
                name);
        thread.start();
        return thread;
    }

    /** Of its time {@code hot} takes 60 %, {@code warm} 30 %, {@code tepid} 10 %. */
    static void burn() {
        hot(600_000);
        warm(300_000);
        tepid(100_000);
    }

    static void hot(int times) {
        SINK.addAndGet(spin(times));
    }

    static void warm(int times) {
        SINK.addAndGet(spin(times));
    }

    static void tepid(int times) {
        SINK.addAndGet(spin(times));
    }

    static long spin(int times) {
        long x = times;
        for (int i = 0; i < times; i++) {
            x = x * 31 + (x >>> 7) + i;
        }
        return x;
    }

    /** Three quarters of the bytes in {@code large}; in no order, because of a pattern JFR may always see the same. */
    static void allocate() {
        long random = System.nanoTime() | 1;
        for (int i = 0; i < 200; i++) {
            random ^= random << 13;
            random ^= random >>> 7;
            random ^= random << 17;
            if (random >= 0) {
                large();
            } else {
                small();
            }
        }
        leak();
        pause(2);
    }

    static void large() {
        last = new byte[6_000];
    }

    static void small() {
        last = new byte[2_000];
    }

    static void leak() {
        if (LEAK.size() < 2_000) {
            LEAK.add(new byte[16_000]);
        }
    }

    static void hold() {
        LOCK.lock();
        try {
            synchronized (MONITOR) {
                pause(15);
            }
        } finally {
            LOCK.unlock();
        }
        pause(5);
    }

    static void await() {
        synchronized (MONITOR) {
            SINK.incrementAndGet();
        }
        pause(1);
    }

    static void park() {
        LOCK.lock();
        try {
            SINK.incrementAndGet();
        } finally {
            LOCK.unlock();
        }
        pause(1);
    }

    private static void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
