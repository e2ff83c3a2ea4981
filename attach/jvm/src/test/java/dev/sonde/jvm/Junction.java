package dev.sonde.jvm;

import java.util.List;
import java.util.Scanner;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/** A target whose threads are stopped. Does what its input says, each on a thread of its own. */
final class Junction {

    private static final Object LOCK = new Object();
    private static final ReentrantLock SYNCHRONIZER = new ReentrantLock();
    static final AtomicInteger PASSES = new AtomicInteger();
    static final AtomicInteger RESERVED = new AtomicInteger();

    private Junction() {}

    static int pass(String name, int number) {
        PASSES.incrementAndGet();
        return number * 2;
    }

    static int held(int number) {
        synchronized (LOCK) {
            return pass("held", number);
        }
    }

    static int locked(int number) {
        SYNCHRONIZER.lock();
        try {
            return pass("locked", number);
        } finally {
            SYNCHRONIZER.unlock();
        }
    }

    /** What every request needs. */
    static synchronized int reserve(int number) {
        return number + RESERVED.incrementAndGet();
    }

    /** Lines to be stepped. */
    static int walk(String name) {
        int first = name.length(); // walk.1
        int second = first * 2; // walk.2
        int third = second + 1; // walk.3
        return third; // walk.4
    }

    static final class Late {
        static final int VALUE = pass("init", 1);
    }

    /** Ends on the JVM's own thread. */
    static final class Garbage {
        @Override
        @SuppressWarnings({"deprecation", "removal", "Finalize"})
        protected void finalize() {
            say("FINALIZED " + pass("finalize", 21));
        }
    }

    /** Looks a class up by passing. */
    static final class PassingLoader extends ClassLoader {
        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            throw new ClassNotFoundException(name + pass("load", 21));
        }
    }

    /** Serves many, by its name. */
    static final class EventLoop implements Runnable {
        @Override
        public void run() {
            say("LOOPED " + pass("serve", 21));
        }
    }

    private static void say(String text) {
        System.out.println(text);
    }

    private static void thread(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** By reflection, because they came with 21. */
    private static void virtual(Runnable work) {
        try {
            Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, work);
        } catch (ReflectiveOperationException e) {
            say("VIRTUAL " + e);
        }
    }

    /** Called by native code, where reflection is told to have no other way. */
    static void reflected(String name) {
        say("PASSED " + name + " " + pass(name, 21));
    }

    public static void main(String[] args) {
        say("READY");
        Scanner in = new Scanner(System.in, "UTF-8");
        while (in.hasNextLine()) {
            String[] words = in.nextLine().split(" ", -1);
            String name = words.length > 1 ? words[1] : "worker";
            switch (words[0]) {
                case "pass" -> thread(name, () -> say("PASSED " + name + " " + pass(name, 21)));
                case "interrupted" ->
                    thread(name, () -> {
                        Thread.currentThread().interrupt();
                        int number = pass(name, 21);
                        say("PASSED " + name + " " + number + " " + Thread.interrupted());
                    });
                case "permit" ->
                    thread(name, () -> {
                        LockSupport.unpark(Thread.currentThread());
                        pass(name, 21);
                        LockSupport.park();
                        say("PARKED " + name);
                    });
                case "held" -> thread(name, () -> say("HELD " + name + " " + held(4)));
                case "held-twice" -> thread(name, () -> say("HELD " + name + " " + held(1) + " " + held(2)));
                case "locked" -> thread(name, () -> say("LOCKED " + name + " " + locked(4)));
                case "virtual" -> virtual(() -> say("PASSED " + name + " " + pass(name, 21)));
                case "virtual-held" -> virtual(() -> say("HELD " + name + " " + held(21)));
                case "virtual-native" ->
                    virtual(() -> {
                        try {
                            Junction.class
                                    .getDeclaredMethod("reflected", String.class)
                                    .invoke(null, name);
                        } catch (ReflectiveOperationException e) {
                            say("REFLECTED " + e);
                        }
                    });
                case "virtual-foreign" -> virtual(() -> say("PASSED " + name + " " + Upcall.sort(name)));
                case "walk" -> thread(name, () -> say("WALKED " + name + " " + walk(name)));
                case "hot" -> {
                    for (int i = 0; i < 6; i++) {
                        thread("hot-" + i, () -> {
                            while (true) {
                                reserve(1);
                                LockSupport.parkNanos(500_000);
                            }
                        });
                    }
                }
                case "reserved" -> say("RESERVED " + RESERVED);
                case "finalize" -> {
                    new Garbage();
                    System.gc();
                }
                case "load" ->
                    thread(name, () -> {
                        try {
                            new PassingLoader().loadClass("no.such.Type");
                        } catch (ClassNotFoundException e) {
                            say("LOADED " + e.getMessage());
                        }
                    });
                case "serve" -> thread(name, new EventLoop());
                case "system" -> {
                    ThreadGroup group = Thread.currentThread().getThreadGroup();
                    while (group.getParent() != null) {
                        group = group.getParent();
                    }
                    Thread thread = new Thread(group, () -> say("SYSTEM " + pass("system", 21)), name);
                    thread.setDaemon(true);
                    thread.start();
                }
                case "jdk" ->
                    thread(name, () -> {
                        LockSupport.unpark(Thread.currentThread());
                        say("COUNTED " + name + " " + List.of(1, 2).stream().count());
                    });
                case "init" -> thread(name, () -> say("INIT " + Late.VALUE));
                case "loop" ->
                    thread(name, () -> {
                        for (int i = 0; ; i++) {
                            pass(name, i);
                            LockSupport.parkNanos(1_000_000);
                        }
                    });
                case "passes" -> say("PASSES " + PASSES);
                default -> say("WHAT");
            }
        }
    }
}
