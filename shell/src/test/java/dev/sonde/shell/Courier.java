package dev.sonde.shell;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/** A target that delivers parcels until its standard input ends: by a future on a pool and a thread, which is virtual where there are such. */
public final class Courier {

    private static final ExecutorService VAN = Executors.newFixedThreadPool(1, named("van"));

    private Courier() {}

    public static void main(String[] args) throws Exception {
        System.out.println("READY");
        while (System.in.available() == 0) {
            deliver();
        }
        System.exit(0);
    }

    static int deliver() throws Exception {
        CompletableFuture<Integer> parcels = CompletableFuture.supplyAsync(Courier::load, VAN);
        CompletableFuture<Integer> driven = parcels.thenApplyAsync(Courier::drive, VAN);
        Thread ring = start(Courier::ring);
        ring.join();
        return driven.get();
    }

    static int load() {
        rest(2);
        return 1;
    }

    static int drive(int parcels) {
        rest(3);
        return parcels;
    }

    static void ring() {
        rest(1);
    }

    private static void rest(int millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static ThreadFactory named(String name) {
        return work -> {
            Thread thread = new Thread(work, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    /** By reflection, because it is compiled for a JDK that has none. */
    private static Thread start(Runnable work) throws ReflectiveOperationException {
        if (Runtime.version().feature() < 21) {
            Thread thread = new Thread(work);
            thread.start();
            return thread;
        }
        return (Thread)
                Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, work);
    }
}
