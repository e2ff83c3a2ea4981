package dev.sonde.shell.invariants;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A target that is hard on its observers: a busy method, values that are cyclic, huge, hostile or throw when touched, and a
 * count of everything that ever went wrong in it. It answers {@code calls} with {@code CALLS calls errors firstError}.
 */
public final class Patient {

    private static final AtomicLong CALLS = new AtomicLong();
    private static final AtomicLong ERRORS = new AtomicLong();
    private static volatile String firstError = "none";

    private Patient() {}

    /** What is ordered; every accessor that an observer might be tempted to call is a trap. */
    static final class Order {
        final long id;
        final String sku;
        final String password = "hunter2";
        final @Nullable Customer customer;
        final Order self = this;
        final Trap trap = new Trap();
        final List<Object> lines = new ArrayList<>();
        final Map<String, Object> tags = new HashMap<>();

        Order(long id) {
            this.id = id;
            this.sku = id % 2 == 0 ? "\u001b[31mRED\u0007" : "\u202eevil\u2066";
            this.customer = id % 3 == 0 ? null : new Customer("Ann");
            for (int i = 0; i < 5_000; i++) {
                lines.add(i);
            }
            tags.put("apiToken", "hunter2");
            tags.put("colour", "blue");
        }

        @Override
        public String toString() {
            throw new IllegalStateException("toString of the application was called");
        }

        @Override
        public int hashCode() {
            throw new IllegalStateException("hashCode of the application was called");
        }

        @Override
        public boolean equals(@Nullable Object other) {
            throw new IllegalStateException("equals of the application was called");
        }
    }

    static final class Customer {
        final String name;

        Customer(String name) {
            this.name = name;
        }
    }

    /** Hangs whoever calls its methods. */
    static final class Trap {
        @Override
        public String toString() {
            LockSupport.park();
            return "";
        }
    }

    /** Starts the work, then answers on standard input. */
    public static void main(String[] args) throws Exception {
        Thread worker = new Thread(Patient::work, "worker");
        worker.setDaemon(true);
        worker.start();
        Thread hostile = new Thread(LockSupport::park, "evil\u001b]0;owned\u0007\u202ethread");
        hostile.setDaemon(true);
        hostile.start();
        System.out.println("READY");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, "UTF-8"));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (line.equals("calls")) {
                System.out.println("CALLS " + CALLS + " " + ERRORS + " " + firstError);
            } else if (line.equals("gc")) {
                System.gc();
                System.out.println("GC done");
            }
        }
    }

    private static void work() {
        Order[] orders = new Order[6];
        for (int i = 0; i < orders.length; i++) {
            orders[i] = new Order(i);
        }
        String text = "x".repeat(10 << 20);
        long sum = 0;
        for (int round = 0; ; round++) {
            try {
                for (int i = 0; i < 200; i++) {
                    sum += Clinic.place(orders[i % orders.length], i);
                }
                if (round % 16 == 0) {
                    sum += Clinic.huge(text);
                }
                try {
                    sum += Clinic.refuse(round);
                } catch (IllegalArgumentException e) {
                    sum++;
                }
                if (round % 64 == 0) {
                    try {
                        sum += Clinic.deep(0);
                    } catch (StackOverflowError e) {
                        sum++;
                    }
                }
                CALLS.addAndGet(200);
            } catch (Throwable t) {
                ERRORS.incrementAndGet();
                if (firstError.equals("none")) {
                    firstError = t.toString().replace('\n', ' ');
                }
            }
            if (sum == 42) {
                System.out.println("never");
            }
            LockSupport.parkNanos(1_000_000);
        }
    }
}
