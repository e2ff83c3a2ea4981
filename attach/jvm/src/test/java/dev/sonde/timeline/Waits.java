package dev.sonde.timeline;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * A program whose waits are known. {@code wait} has it wait in all of its ways, and say of each how long that took as the waiting
 * thread saw it, in nanoseconds: {@code blocked 301000000}; then {@code DONE}. {@code crowd} has more threads compute than there are
 * processors, for {@link #CROWDED}.
 */
final class Waits {

    private static final Object MONITOR = new Object();
    private static final Object SIGNAL = new Object();
    private static final Object CELL = new Object();
    private static final CountDownLatch JAILED = new CountDownLatch(1);
    private static boolean signalled;
    /** Nanoseconds. */
    static final long CROWDED = 200_000_000;

    /** Where results go, so that they are needed. */
    static final AtomicInteger SINK = new AtomicInteger();

    private Waits() {}

    private interface Step {
        void run() throws Exception;
    }

    /** Takes its time to be initialised, and keeps its carrier meanwhile: there is native code on the stack. */
    private static final class Slow {
        static {
            try {
                Thread.sleep(120);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        static void touch() {}
    }

    public static void main(String[] args) throws Exception {
        // One that has a monitor for ever, and one that waits for it: their wait is over in no recording.
        thread("jailer", () -> {
            synchronized (CELL) {
                JAILED.countDown();
                new CountDownLatch(1).await();
            }
        });
        JAILED.await();
        thread("prisoner", () -> {
            synchronized (CELL) {
                throw new IllegalStateException("nobody lets it go");
            }
        });
        System.out.println("READY");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (line.equals("crowd")) {
                crowd();
            } else {
                waits();
            }
            System.out.println("DONE");
        }
        System.exit(0);
    }

    private static void waits() throws Exception {
        List<Thread> threads = new ArrayList<>();
        CountDownLatch held = new CountDownLatch(1);
        signalled = false;
        AtomicReference<Thread> blocked = new AtomicReference<>();
        threads.add(thread("holder", () -> {
            synchronized (MONITOR) {
                held.countDown();
                untilIn(Thread.State.BLOCKED, blocked);
                TimeUnit.MILLISECONDS.sleep(300);
            }
        }));
        held.await();
        blocked.set(timed("blocked", () -> {
            synchronized (MONITOR) {
                SINK.incrementAndGet();
            }
        }));
        threads.add(blocked.get());
        threads.add(timed("parked", () -> parkFor(200)));
        threads.add(timed("sleeping", () -> TimeUnit.MILLISECONDS.sleep(250)));
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket near = new Socket(server.getInetAddress(), server.getLocalPort());
                Socket far = server.accept()) {
            threads.add(timed("socket", () -> read(near)));
            threads.add(thread("writer", () -> {
                TimeUnit.MILLISECONDS.sleep(400);
                OutputStream out = far.getOutputStream();
                out.write(7);
                out.flush();
            }));
            AtomicReference<Thread> waiting = new AtomicReference<>(timed("waiting", Waits::awaitSignal));
            threads.add(waiting.get());
            threads.add(thread("notifier", () -> {
                untilIn(Thread.State.WAITING, waiting);
                TimeUnit.MILLISECONDS.sleep(450);
                synchronized (SIGNAL) {
                    signalled = true;
                    SIGNAL.notifyAll();
                }
            }));
            threads.add(thread("thrower", Waits::fail));
            virtual();
            System.gc();
            for (Thread thread : threads) {
                thread.join();
            }
        }
    }

    /** Three of them for each processor, all at once; they stay when they are done. */
    private static void crowd() throws InterruptedException {
        int size = 3 * Runtime.getRuntime().availableProcessors();
        CountDownLatch done = new CountDownLatch(size);
        CyclicBarrier begin = new CyclicBarrier(size);
        for (int i = 0; i < size; i++) {
            thread("crowd-" + i, () -> {
                begin.await();
                long until = System.nanoTime() + CROWDED;
                while (System.nanoTime() < until) {
                    SINK.incrementAndGet();
                }
                done.countDown();
                new CountDownLatch(1).await();
            });
        }
        done.await();
    }

    private static void untilIn(Thread.State state, AtomicReference<Thread> thread) throws InterruptedException {
        while (thread.get() == null || thread.get().getState() != state) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    private static void parkFor(long millis) {
        long until = System.nanoTime() + millis * 1_000_000;
        while (System.nanoTime() < until) {
            LockSupport.parkNanos(Waits.class, until - System.nanoTime());
        }
    }

    private static void read(Socket socket) throws IOException {
        if (socket.getInputStream().read() != 7) {
            throw new IOException("something else came");
        }
    }

    private static void awaitSignal() throws InterruptedException {
        synchronized (SIGNAL) {
            while (!signalled) {
                SIGNAL.wait();
            }
        }
    }

    private static void fail() {
        for (int i = 0; i < 8; i++) {
            try {
                if (i < 3) {
                    throw new UnknownError("known");
                }
                throw new ArithmeticException("known");
            } catch (ArithmeticException | UnknownError e) {
                SINK.addAndGet(String.valueOf(e.getMessage()).length());
            }
        }
    }

    /** Virtual threads where there are such: one that keeps its carrier, and one that leaves it. */
    private static void virtual() throws ReflectiveOperationException, InterruptedException {
        if (Runtime.version().feature() >= 21) {
            for (Runnable task : List.<Runnable>of(Slow::touch, () -> sleepTwice(60))) {
                Thread thread = (Thread) Thread.class
                        .getMethod("startVirtualThread", Runnable.class)
                        .invoke(null, task);
                thread.join();
            }
        }
    }

    private static void sleepTwice(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Thread timed(String name, Step step) {
        return thread(name, () -> {
            long begun = System.nanoTime();
            step.run();
            long took = System.nanoTime() - begun;
            synchronized (System.out) {
                System.out.println(name + " " + took);
            }
        });
    }

    private static Thread thread(String name, Step step) {
        Thread thread = new Thread(
                () -> {
                    try {
                        step.run();
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
