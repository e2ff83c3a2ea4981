package dev.sonde.shell;

import java.lang.reflect.Method;
import java.util.concurrent.locks.LockSupport;

/** A target that handles tickets, each for a request that its MDC carries. */
final class Desk {

    private Desk() {}

    static final class Ticket {
        final int id;
        String status = "NEW";

        Ticket(int id) {
            this.id = id;
        }
    }

    static void handle(Ticket ticket) {
        ticket.status = "DONE " + ticket.id;
    }

    /** By reflection, because this module does not depend on SLF4J; it is there. */
    private static void handleForEver() {
        try {
            Method put = Class.forName("org.slf4j.MDC").getMethod("put", String.class, String.class);
            for (int i = 0; ; i++) {
                put.invoke(null, "requestId", "r-" + i % 3);
                handle(new Ticket(i));
                LockSupport.parkNanos(2_000_000);
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    public static void main(String[] args) throws Exception {
        Thread clerk = new Thread(Desk::handleForEver, "clerk");
        clerk.setDaemon(true);
        clerk.start();
        System.out.println("READY");
        while (System.in.read() >= 0) {
            // until whoever started this lets go
        }
        System.exit(0);
    }
}
