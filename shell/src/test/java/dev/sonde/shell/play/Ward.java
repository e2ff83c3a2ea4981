package dev.sonde.shell.play;

import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A program with every fault that a playbook looks for, none of them on: {@code on NAME} on its standard input begins one,
 * {@code off} ends it (a deadlock stays), and each is answered with {@code OK}. A little work goes on all the time.
 */
public final class Ward {

    private static volatile String fault = "none";
    /** Keeps what it is told to itself. */
    private static final Logger LOG = quiet();

    private static final Object LOCK = new Object();
    private static final List<Object> KEPT = new ArrayList<>();
    private static final BlockingQueue<Object> POOL = new ArrayBlockingQueue<>(2);

    @SuppressWarnings("UnusedVariable") // what it is given is never read
    private static volatile @Nullable Object sink;

    private Ward() {}

    public static void main(String[] args) throws Exception {
        POOL.add(new Object());
        POOL.add(new Object());
        for (int i = 0; i < 4; i++) {
            start("worker-" + i, Ward::work);
        }
        start("faults", Ward::faults);
        System.out.println("READY");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            fault = line.startsWith("on ") ? line.substring(3) : "none";
            if (fault.equals("none")) {
                synchronized (KEPT) {
                    KEPT.clear();
                }
            }
            if (fault.equals("startup")) {
                start("starter", Ward::slowStart);
            }
            if (fault.equals("deadlock")) {
                deadlock();
            }
            System.out.println("OK " + fault);
        }
        System.exit(0);
    }

    private static Logger quiet() {
        Logger log = Logger.getLogger(Ward.class.getName());
        log.setUseParentHandlers(false);
        return log;
    }

    private static Thread start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static void pause(long millis) {
        LockSupport.parkNanos(millis * 1_000_000);
    }

    private static void work() {
        for (int i = 0; ; i++) {
            try {
                serve(i % 50);
            } catch (IllegalStateException e) {
                LOG.log(Level.WARNING, "not served", e);
            }
            pause(10);
        }
    }

    /** One request. */
    static int serve(int quantity) {
        if (fault.equals("slow") && quantity == 49) {
            pause(400);
        }
        if (fault.equals("locks")) {
            synchronized (LOCK) {
                pause(20);
            }
        }
        if (fault.equals("pool")) {
            Object connection = take();
            pause(200);
            POOL.add(connection);
        }
        if (fault.equals("exceptions")) {
            swallow(quantity);
        }
        if (fault.equals("null exceptions")) {
            forgive(quantity % 2 == 0 ? null : "some");
        }
        if (fault.equals("told exceptions") && quantity == 7) {
            tell(quantity);
        }
        if (fault.equals("thrown exceptions") && quantity == 7) {
            throwOn(quantity);
        }
        return quantity;
    }

    private static Object take() {
        try {
            return POOL.take();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void swallow(int quantity) {
        try {
            parse("x" + quantity);
        } catch (NumberFormatException e) {
            sink = e;
        }
    }

    /** What it catches the JVM itself has made: no constructor is called in any bytecode. */
    private static void forgive(@Nullable String text) {
        try {
            sink = lengthOf(text);
        } catch (NullPointerException e) {
            sink = e;
        }
    }

    @SuppressWarnings("NullAway") // as it happens
    private static int lengthOf(@Nullable String text) {
        return text.length();
    }

    /** As it should be. */
    private static void tell(int quantity) {
        try {
            parse("x" + quantity);
        } catch (NumberFormatException e) {
            LOG.log(Level.WARNING, "no number", e);
        }
    }

    private static void throwOn(int quantity) {
        try {
            parse("x" + quantity);
        } catch (NumberFormatException e) {
            throw new IllegalStateException("no number", e);
        }
    }

    private static int parse(String text) {
        return Integer.parseInt(text);
    }

    private static void faults() {
        for (int i = 0; ; i++) {
            switch (fault) {
                case "cpu" -> spin();
                case "threads" -> {
                    start("leaked-" + i, Ward::waitForEver);
                    pause(100);
                }
                case "memory" -> {
                    synchronized (KEPT) {
                        KEPT.add(new byte[256 << 10]);
                    }
                    for (int n = 0; n < 40; n++) {
                        sink = new byte[64 << 10]; // what makes the collector run
                    }
                    pause(10);
                }
                case "garbage" -> collect();
                case "loaders" -> {
                    synchronized (KEPT) {
                        KEPT.add(Copy.load());
                    }
                    pause(20);
                }
                default -> pause(20);
            }
        }
    }

    /** As a main that waits for a server which is not there yet. */
    private static void slowStart() {
        while (fault.equals("startup")) {
            pause(20);
        }
    }

    private static void waitForEver() {
        while (true) {
            LockSupport.park();
        }
    }

    /** Burns a CPU for a moment. */
    static void spin() {
        long end = System.nanoTime() + 50_000_000;
        long sum = 0;
        while (System.nanoTime() < end) {
            sum += sum * 31 + 7;
        }
        sink = sum;
    }

    private static void collect() {
        List<Object> batch = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            batch.add(new byte[4 << 10]);
        }
        sink = batch;
        System.gc();
    }

    private static void deadlock() throws InterruptedException {
        Object first = new Object();
        Object second = new Object();
        CountDownLatch both = new CountDownLatch(2);
        start("left", () -> hold(first, second, both));
        start("right", () -> hold(second, first, both));
        both.await();
    }

    private static void hold(Object mine, Object other, CountDownLatch both) {
        synchronized (mine) {
            both.countDown();
            try {
                both.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            synchronized (other) {
                Thread.onSpinWait();
            }
        }
    }

    /** A class that every loader of its own defines anew, and that its loader cannot be freed for. */
    static final class Copy extends ClassLoader {
        private Copy() {
            super(Copy.class.getClassLoader());
        }

        static Class<?> load() {
            try (InputStream in = Copy.class.getResourceAsStream("Ward$Plugin.class")) {
                if (in == null) {
                    throw new IllegalStateException("no class file");
                }
                byte[] bytes = in.readAllBytes();
                return new Copy().defineClass(null, bytes, 0, bytes.length);
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }

    /** What is loaded again and again. */
    static final class Plugin {
        private Plugin() {}
    }
}
