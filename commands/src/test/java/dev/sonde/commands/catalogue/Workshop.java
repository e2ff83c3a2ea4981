package dev.sonde.commands.catalogue;

import java.util.concurrent.CountDownLatch;

/** A program with threads worth finding: one that holds a lock, one that waits for it, many that idle alike. */
final class Workshop {

    private static final Object BENCH = new Object();

    private Workshop() {}

    public static void main(String[] args) throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        start("holder", () -> {
            synchronized (BENCH) {
                held.countDown();
                idle(never);
            }
        });
        held.await();
        Thread waiter = start("waiter", () -> {
            synchronized (BENCH) {
                idle(never);
            }
        });
        for (int i = 0; i < 25; i++) {
            start("idle-" + i, () -> idle(never));
        }
        while (waiter.getState() != Thread.State.BLOCKED) {
            Thread.onSpinWait();
        }
        System.out.println("READY");
        while (System.in.read() >= 0) {
            // until whoever started this lets go
        }
        System.exit(0);
    }

    private static Thread start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static void idle(CountDownLatch never) {
        try {
            never.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
