package dev.sonde.jvm;

import java.io.InputStream;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Scanner;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A target: does on the lines of its standard input what a test asks. Runs on every JDK, so newer API is reflective. */
final class Patient {

    private static final Object LEFT = new Object();
    private static final Object RIGHT = new Object();
    private static final ReentrantLock ONE = new ReentrantLock();
    private static final ReentrantLock TWO = new ReentrantLock();

    private static final AtomicLong CALLS = new AtomicLong();

    private static final List<Class<?>> TWINS = new ArrayList<>();

    private Patient() {}

    public static void main(String[] args) throws Exception {
        System.out.println("READY");
        Scanner in = new Scanner(System.in, "UTF-8");
        while (in.hasNextLine()) {
            String[] words = in.nextLine().split(" ", -1);
            switch (words[0]) {
                case "deadlock" -> deadlock();
                case "busy" -> daemon("busy", Patient::burn);
                case "virtual" -> virtual(Integer.parseInt(words[1]));
                case "name" -> daemon("odd \"name\"\nof two lines", LockSupport::park);
                case "place" -> System.out.println("PLACED " + place(words[1], Integer.parseInt(words[2])));
                case "load" ->
                    Class.forName("dev.sonde.jvm.Patient$" + words[1])
                            .getMethod("run")
                            .invoke(null);
                case "loop" -> daemon("loop", Patient::loop);
                case "calls" -> System.out.println("CALLS " + CALLS.get());
                case "throw" -> {
                    try {
                        refuse(words[1]);
                    } catch (IllegalStateException e) {
                        System.out.println("THROWN " + e.getMessage());
                    }
                }
                case "twins" -> {
                    for (int i = 0; i < 2; i++) {
                        Class<?> twin = new Twin().loadClass("dev.sonde.jvm.Patient$Later");
                        TWINS.add(twin);
                        Method run = twin.getMethod("run");
                        run.setAccessible(true);
                        run.invoke(null);
                    }
                }
                case "child" -> System.out.println("CHILD " + new Child().work(words[1]));
                default -> System.out.println("UNKNOWN " + words[0]);
            }
            System.out.println("DONE " + words[0]);
        }
        System.exit(0);
    }

    static String place(String item, int count) {
        CALLS.incrementAndGet();
        return item + " x " + count;
    }

    static boolean unlock(long token, int count) {
        return token == count;
    }

    static native void outside();

    static int refuse(String why) {
        if (why.length() < 1000) {
            throw new IllegalStateException(why);
        }
        return why.length();
    }

    private static void loop() {
        while (true) {
            place("loop", 1);
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** Defines its own copy of one class. */
    private static final class Twin extends ClassLoader {
        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.endsWith("Later")) {
                return super.loadClass(name, resolve);
            }
            try (var in = Patient.class.getResourceAsStream("Patient$Later.class")) {
                byte[] bytes = in == null ? new byte[0] : in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (java.io.IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }

        @Override
        public @Nullable InputStream getResourceAsStream(String name) {
            return null; // as loaders of generated classes do
        }
    }

    /** Has the method that {@link Child} inherits. */
    static class Base {
        private final String greeting = "hello ";

        String work(String name) {
            return greeting + name;
        }
    }

    static final class Child extends Base {}

    /** Without code. */
    interface Shape {
        double area();
    }

    static final class Square implements Shape {
        @Override
        public double area() {
            return 4;
        }

        public static void run() {
            System.out.println("AREA " + new Square().area());
        }
    }

    /** Not loaded before it is asked for. */
    static final class Later {
        private Later() {}

        public static void run() {
            System.out.println("LATER " + work(1) + work(2));
        }

        static int work(int by) {
            return by + 1;
        }
    }

    private static void burn() {
        long x = 0;
        while (x >= 0) {
            x = (x + 1) & 0xffff;
            if (new byte[512].length != 512) {
                return;
            }
        }
    }

    private static void deadlock() throws Exception {
        CountDownLatch both = new CountDownLatch(2);
        daemon("monitor-1", () -> monitors(LEFT, RIGHT, both));
        daemon("monitor-2", () -> monitors(RIGHT, LEFT, both));
        CountDownLatch locks = new CountDownLatch(2);
        daemon("lock-1", () -> locks(ONE, TWO, locks));
        daemon("lock-2", () -> locks(TWO, ONE, locks));
    }

    private static void monitors(Object first, Object second, CountDownLatch both) {
        synchronized (first) {
            meet(both);
            synchronized (second) {
                System.out.println("never");
            }
        }
    }

    private static void locks(ReentrantLock first, ReentrantLock second, CountDownLatch both) {
        first.lock();
        meet(both);
        second.lock();
    }

    private static void meet(CountDownLatch both) {
        both.countDown();
        try {
            both.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void virtual(int count) throws Exception {
        Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
        Class<?> type = Class.forName("java.lang.Thread$Builder");
        for (int i = 0; i < count; i++) {
            type.getMethod("start", Runnable.class).invoke(builder, (Runnable) LockSupport::park);
        }
        type.getMethod("start", Runnable.class).invoke(builder, (Runnable) Patient::burn);
    }

    private static void daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }
}
