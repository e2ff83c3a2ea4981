package dev.sonde.shell;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;
import org.apache.sshd.common.io.IoAcceptor;
import org.apache.sshd.common.io.IoServiceEventListener;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.jspecify.annotations.Nullable;

/**
 * Refuses connections before anything is spent on them: too many in all, or from a source that failed to authenticate too
 * often. MINA has none of this. Penalties are OpenSSH's: every connection that ends unauthenticated adds to its source's, they
 * run out with time, and above a threshold the source is refused.
 *
 * <p>Where too many have not authenticated, a new one puts out the oldest of the source that has most of them. OpenSSH drops
 * the new one, by chance ({@code MaxStartups}); but who holds connections open without logging in would then keep everybody
 * else out for as long as the grace time, and logging in takes less time than filling the room anew.
 *
 * <p>Loopback is no source: everybody on the machine, and all who come through a tunnel, have its address, and one of them
 * with a wrong key would keep the others out. What holds for them is what holds for one connection (grace time, attempts)
 * and the room for connections that have not authenticated.
 */
final class Doorkeeper implements IoServiceEventListener, SessionListener {

    /** So many sources are remembered; the one that was added first is forgotten first. */
    private static final int MOST_SOURCES = 10_000;

    private static final class State {
        boolean authenticated;
        final Object source;
        final long since;
        /** Ends it; null until there is a session for it. */
        @Nullable
        Runnable end;

        State(Object source, long since) {
            this.source = source;
            this.since = since;
        }

        boolean mayBePutOut() {
            return !authenticated && end != null;
        }
    }

    private final Settings settings;
    private final LongSupplier nanos;
    private final Map<SocketAddress, State> open = new LinkedHashMap<>(); // the oldest first
    private final Queue<Runnable> ends = new ConcurrentLinkedQueue<>();
    private final Map<Object, Long> penalties = new LinkedHashMap<>(); // source to the nanos at which it has run out

    Doorkeeper(Settings settings, LongSupplier nanos) {
        this.settings = settings;
        this.nanos = nanos;
    }

    @Override
    public void connectionAccepted(
            IoAcceptor acceptor, SocketAddress local, SocketAddress remote, SocketAddress service) throws IOException {
        String refusal = admit(remote);
        endThoseOut();
        if (refusal != null) {
            throw new IOException(refusal); // MINA closes the socket
        }
    }

    /** Counts a new connection, or says why it is refused. */
    synchronized @Nullable String admit(SocketAddress remote) {
        long now = nanos.getAsLong();
        Long until = penalties.get(source(remote));
        if (until != null
                && until - now > settings.get(Settings.PENALTY_THRESHOLD).toNanos()) {
            return "too many failures from " + source(remote);
        }
        forgetWhatNeverBegan(now);
        if (open.size() >= settings.get(Settings.CONNECTIONS)) {
            return "too many connections";
        }
        long waiting =
                open.values().stream().filter(state -> !state.authenticated).count();
        if (waiting >= settings.get(Settings.UNAUTHENTICATED_CONNECTIONS) && !putOneOut()) {
            return "too many unauthenticated connections";
        }
        open.put(remote, new State(source(remote), now));
        return null;
    }

    /** Without our lock, because a session that is closed tells us so. */
    void endThoseOut() {
        for (Runnable end = ends.poll(); end != null; end = ends.poll()) {
            end.run();
        }
    }

    /** Makes room; false when all who could go have no session yet. */
    private boolean putOneOut() {
        Map<Object, Integer> bySource = new HashMap<>();
        open.values().stream()
                .filter(State::mayBePutOut)
                .forEach(state -> bySource.merge(state.source, 1, Integer::sum));
        int most = bySource.values().stream().mapToInt(count -> count).max().orElse(0);
        for (Iterator<State> all = open.values().iterator(); all.hasNext(); ) {
            State state = all.next();
            if (state.mayBePutOut() && bySource.getOrDefault(state.source, 0) == most) {
                all.remove();
                ends.add(Objects.requireNonNull(state.end));
                return true;
            }
        }
        return false;
    }

    @Override
    public void sessionCreated(Session session) {
        began(session.getRemoteAddress(), () -> session.close(true));
    }

    synchronized void began(SocketAddress remote, Runnable end) {
        State state = open.get(remote);
        if (state != null) {
            state.end = end;
        }
    }

    @Override
    public synchronized void abortAcceptedConnection(
            IoAcceptor acceptor, SocketAddress local, SocketAddress remote, SocketAddress service, Throwable reason) {
        open.remove(remote);
    }

    @Override
    public synchronized void sessionEvent(Session session, Event event) {
        if (event == Event.Authenticated) {
            State state = open.get(session.getRemoteAddress());
            if (state != null) {
                state.authenticated = true;
            }
        }
    }

    @Override
    public synchronized void sessionClosed(Session session) {
        ended(session.getRemoteAddress());
    }

    synchronized void authenticated(SocketAddress remote) {
        State state = open.get(remote);
        if (state != null) {
            state.authenticated = true;
        }
    }

    synchronized void ended(SocketAddress remote) {
        State state = open.remove(remote);
        if (state == null || state.authenticated) {
            return;
        }
        Duration penalty = settings.get(Settings.PENALTY);
        if (penalty.isZero() || isLoopback(remote)) {
            return;
        }
        long now = nanos.getAsLong();
        Object source = source(remote);
        Long before = penalties.remove(source);
        long left = before == null ? 0 : Math.max(0, before - now);
        long most = settings.get(Settings.PENALTY_MAX).toNanos();
        penalties.put(source, now + Math.min(most, left + penalty.toNanos()));
        forgetSomeSources(now);
    }

    private void forgetSomeSources(long now) {
        if (penalties.size() <= MOST_SOURCES) {
            return;
        }
        penalties.values().removeIf(until -> until - now <= 0);
        Iterator<Object> oldest = penalties.keySet().iterator();
        while (penalties.size() > MOST_SOURCES && oldest.hasNext()) {
            oldest.next();
            oldest.remove();
        }
    }

    /** A connection that broke before MINA had a session for it is never told as closed. */
    private void forgetWhatNeverBegan(long now) {
        long grace = settings.get(Settings.GRACE_TIME).toNanos() * 2
                + Duration.ofSeconds(10).toNanos();
        open.values().removeIf(state -> !state.authenticated && now - state.since > grace);
    }

    private static boolean isLoopback(SocketAddress remote) {
        return remote instanceof InetSocketAddress inet
                && inet.getAddress() != null
                && inet.getAddress().isLoopbackAddress();
    }

    /** An IPv6 host has a whole /64 to come from. */
    private static Object source(SocketAddress remote) {
        if (remote instanceof InetSocketAddress inet && inet.getAddress() != null) {
            InetAddress address = inet.getAddress();
            byte[] bytes = address.getAddress();
            if (bytes.length == 16) {
                StringBuilder prefix = new StringBuilder();
                for (int i = 0; i < 8; i++) {
                    prefix.append(String.format("%02x", bytes[i]));
                }
                return prefix.append("::/64").toString();
            }
            return address.getHostAddress();
        }
        return String.valueOf(remote);
    }
}
