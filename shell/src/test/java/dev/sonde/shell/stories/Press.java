package dev.sonde.shell.stories;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * A service that prints pages, with the faults of the stories: {@code slow} compiles a pattern for each line and {@code fixed}
 * does not; {@code caching} remembers each page for ever; {@code crowded} has ten thousand readers before one door.
 */
public final class Press {

    private static final Pattern WORDS = Pattern.compile("\\s+");
    private static final Map<String, Page> CACHE = new ConcurrentHashMap<>();

    static volatile Object last = "";

    private Press() {}

    /** What is remembered. */
    static final class Page {
        final byte[] print;

        Page(int size) {
            print = new byte[size];
        }
    }

    public static void main(String[] args) throws Exception {
        String how = args[0];
        if (how.equals("crowded")) {
            Door.crowd(Integer.parseInt(args[1]));
        } else {
            Thread printer = new Thread(() -> print(how), "printer");
            printer.setDaemon(true);
            printer.start();
        }
        System.out.println("READY");
        while (System.in.read() >= 0) {
            // until whoever started it goes
        }
        System.exit(0);
    }

    private static void print(String how) {
        for (long number = 0; ; number++) {
            if (how.equals("caching")) {
                remember("/page/" + number);
                pause();
            } else {
                last = head(number) + body(how.equals("slow"), number) + foot(number);
            }
        }
    }

    static String head(long number) {
        return "page " + number + "\n";
    }

    static String body(boolean slow, long number) {
        StringBuilder body = new StringBuilder();
        for (int line = 0; line < 20; line++) {
            body.append(count(slow, "line " + line + " of page  " + number)).append('\n');
        }
        return body.toString();
    }

    static int count(boolean slow, String line) {
        return (slow ? compiled() : WORDS).split(line).length;
    }

    static Pattern compiled() {
        return Pattern.compile("(?i)[\\s\\p{Punct}&&[^-_'\"]]+|(?:--+)");
    }

    static String foot(long number) {
        return "-- " + number + " --";
    }

    static void remember(String address) {
        CACHE.put(address, new Page(4_000));
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(1);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** One door, and somebody who stands in it. */
    static final class Door {

        private static final Door DOOR = new Door();

        private Door() {}

        static void crowd(int readers) throws InterruptedException {
            CountDownLatch held = new CountDownLatch(1);
            start("doorkeeper", () -> {
                synchronized (DOOR) {
                    held.countDown();
                    waitForDelivery();
                }
            });
            held.await();
            List<Thread> all = new ArrayList<>();
            for (int i = 0; i < readers; i++) {
                all.add(start("reader-" + i, DOOR::enter));
            }
            for (Thread reader : all) {
                while (reader.getState() != Thread.State.BLOCKED) {
                    TimeUnit.MILLISECONDS.sleep(1);
                }
            }
        }

        private static Thread start(String name, Runnable what) {
            Thread thread = new Thread(null, what, name, 128 << 10);
            thread.setDaemon(true);
            thread.start();
            return thread;
        }

        static void waitForDelivery() {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        synchronized void enter() {
            last = this;
        }
    }
}
