package dev.sonde.jvm;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A program that weighs itself: three methods with 60, 30 and 10 % of the processor's time, of the bytes allocated, of the time
 * waited for monitors, and a leak of a class of its own. {@code cpu 2000} has it compute for that many milliseconds of its own time, and say
 * {@code DONE} and what it measured each of the three to have taken; {@code alloc}, {@code lock} and {@code leak} likewise.
 */
final class Scales {

    /** What is leaked: 96 bytes, of which the header is 12 or 16. */
    static final class Leaf {
        long a;
        long b;
        long c;
        long d;
        long e;
        long f;
        long g;
        long h;
        long i;
        long j;
    }

    private static final Object FIRST = new Object();
    private static final Object SECOND = new Object();
    private static final Object THIRD = new Object();
    private static final AtomicReference<Object> HELD = new AtomicReference<>(Scales.class);
    static final List<Leaf> LEAK = new ArrayList<>();
    static final AtomicLong SINK = new AtomicLong();
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    static volatile byte[] last = new byte[0];

    private Scales() {}

    public static void main(String[] args) throws Exception {
        System.out.println("READY");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split(" ", 2);
            long amount = Long.parseLong(words[1]);
            long[] weighed =
                    switch (words[0]) {
                        case "cpu" -> compute(amount);
                        case "alloc" -> allocate(amount);
                        case "lock" -> contend(amount);
                        default -> leak(amount);
                    };
            System.out.printf(Locale.ROOT, "DONE %d %d %d%n", weighed[0], weighed[1], weighed[2]);
        }
    }

    // -- the processor

    private static long[] compute(long millis) {
        // Turns of no one length: who samples at a fixed interval would go in step with those, and see some methods
        // more.
        Random random = new Random(42);
        long[] weighed = new long[3];
        long until = THREADS.getCurrentThreadCpuTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (THREADS.getCurrentThreadCpuTime() < until) {
            int tenth = 50_000 + random.nextInt(100_000);
            long begin = THREADS.getCurrentThreadCpuTime();
            hot(6 * tenth);
            long second = THREADS.getCurrentThreadCpuTime();
            warm(3 * tenth);
            long third = THREADS.getCurrentThreadCpuTime();
            tepid(tenth);
            long end = THREADS.getCurrentThreadCpuTime();
            weighed[0] += second - begin;
            weighed[1] += third - second;
            weighed[2] += end - third;
        }
        return weighed;
    }

    static void hot(int times) {
        SINK.addAndGet(Furnace.spin(times));
    }

    static void warm(int times) {
        SINK.addAndGet(Furnace.spin(times));
    }

    static void tepid(int times) {
        SINK.addAndGet(Furnace.spin(times));
    }

    // -- the heap

    private static long[] allocate(long megabytes) {
        // In no order: JFR sees the object with which a buffer is full, and of a pattern that may always be the same
        // one.
        long random = 42;
        long[] weighed = new long[3];
        for (long allocated = 0; allocated < megabytes * 1_000_000; ) {
            random ^= random << 13;
            random ^= random >>> 7;
            random ^= random << 17;
            int which = (int) (random >>> 33) % 3;
            switch (which) {
                case 0 -> large();
                case 1 -> medium();
                default -> small();
            }
            int size = which == 0 ? 6_000 : which == 1 ? 3_000 : 1_000;
            weighed[which] += size;
            allocated += size;
        }
        return weighed;
    }

    static void large() {
        last = new byte[6_000 - 16];
    }

    static void medium() {
        last = new byte[3_000 - 16];
    }

    static void small() {
        last = new byte[1_000 - 16];
    }

    private static long[] leak(long megabytes) {
        long times = megabytes * 1_000_000 / 96;
        LEAK.clear();
        for (long i = 0; i < times; i++) {
            LEAK.add(grow());
        }
        last = new byte[0];
        System.gc(); // what is not leaked is gone
        return new long[] {times * 96, 0, 0};
    }

    static Leaf grow() {
        return new Leaf();
    }

    // -- locks

    /** A thread holds three monitors in turn, 12, 6 and 2 ms, and each time another waits for it from the begin. */
    private static long[] contend(long rounds) throws InterruptedException {
        long[] weighed = new long[3];
        boolean[] over = new boolean[1];
        List<Thread> waiters = List.of(
                waiter(FIRST, weighed, 0, () -> waitLong(), () -> over[0]),
                waiter(SECOND, weighed, 1, () -> waitMedium(), () -> over[0]),
                waiter(THIRD, weighed, 2, () -> waitShort(), () -> over[0]));
        for (long i = 0; i < rounds; i++) {
            hold(FIRST, 12);
            hold(SECOND, 6);
            hold(THIRD, 2);
        }
        synchronized (HELD) {
            over[0] = true;
        }
        for (Thread waiter : waiters) {
            waiter.join();
        }
        return weighed;
    }

    private static void hold(Object monitor, long millis) throws InterruptedException {
        synchronized (monitor) {
            HELD.set(monitor);
            TimeUnit.MILLISECONDS.sleep(millis);
            HELD.set(Scales.class);
        }
        TimeUnit.MILLISECONDS.sleep(1);
    }

    private static Thread waiter(Object monitor, long[] weighed, int index, Runnable waiting, BooleanSupplier over) {
        Thread thread = new Thread(
                () -> {
                    while (true) {
                        synchronized (HELD) {
                            if (over.getAsBoolean()) {
                                return;
                            }
                        }
                        if (HELD.get() == monitor) {
                            long begin = System.nanoTime();
                            waiting.run();
                            weighed[index] += System.nanoTime() - begin;
                        } else {
                            LockSupport.parkNanos(100_000);
                        }
                    }
                },
                "waiter-" + index);
        thread.start();
        return thread;
    }

    static void waitLong() {
        synchronized (FIRST) {
            SINK.incrementAndGet();
        }
    }

    static void waitMedium() {
        synchronized (SECOND) {
            SINK.incrementAndGet();
        }
    }

    static void waitShort() {
        synchronized (THIRD) {
            SINK.incrementAndGet();
        }
    }
}
