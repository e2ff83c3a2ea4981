package shop;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Who is logged in. */
final class Sessions {

    /** A customer's visit. */
    record Session(String token, Customer customer, Instant since) {}

    /** Some hours of load. There is an end to it only so that the sample cannot run out of memory. */
    private static final int MOST = 100_000;

    /** Fault: whoever logs in is put here, and nobody is ever taken out. */
    private final Map<String, Session> sessions = new ConcurrentHashMap<>();

    Session open(Customer customer) {
        Session session = new Session(UUID.randomUUID().toString(), customer, Instant.now());
        if (sessions.size() < MOST) {
            sessions.put(session.token(), session);
        }
        return session;
    }
}
