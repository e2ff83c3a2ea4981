package dev.sonde.shell;

import dev.sonde.commands.Reached;
import dev.sonde.jvm.Host;
import dev.sonde.jvm.Target;
import dev.sonde.jvm.TargetId;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.server.session.ServerSession;

/** All sessions of the server: whose they are, how many there may be, and when their time is up. */
final class Sessions {

    /** The key that signed, in {@link AuthorizedKeys#encoded its encoded form}; set once the signature was verified. */
    static final AttributeKey<String> KEY = new AttributeKey<>();

    /** A session that runs, as the clock sees it. */
    interface Live {
        Session session();

        /** Since when nothing was typed and nothing ran, in {@link System#nanoTime}; for consoles alone. */
        Optional<Long> idleSince();

        /** Says why, and ends it. */
        void end(String why);

        /** Waits until it has ended, with all that it set. */
        boolean awaitEnd(Duration most) throws InterruptedException;
    }

    /** How many channels are open, and since when there are none. */
    private static final class Connection {
        final long since = System.nanoTime();
        long emptySince = since;
        int open;
        int pages;
    }

    /** One channel's right to be there. */
    final class Slot {
        private final ServerSession connection;
        private final String login;
        private final boolean pages;
        private boolean left;

        private Slot(ServerSession connection, String login, boolean pages) {
            this.connection = connection;
            this.login = login;
            this.pages = pages;
        }

        void leave() {
            synchronized (Sessions.this) {
                if (!left) {
                    left = true;
                    Map<String, Integer> counts = pages ? pagesPerLogin : perLogin;
                    counts.merge(login, -1, Integer::sum);
                    counts.remove(login, 0);
                    Connection of = connections.get(connection);
                    if (of != null) {
                        of.open -= pages ? 0 : 1;
                        of.pages -= pages ? 1 : 0;
                        of.emptySince = System.nanoTime();
                    }
                }
            }
        }
    }

    private final Settings settings;
    private final AuthorizedKeys keys;
    private final Home home;
    private final Host host;
    private final GuardRoom guards;
    private final AtomicLong numbers = new AtomicLong();
    private final Map<ServerSession, Connection> connections = new HashMap<>();
    private final Map<String, Integer> perLogin = new HashMap<>();
    private final Map<String, Integer> pagesPerLogin = new HashMap<>();
    private final Map<String, Belongings> belongings = new HashMap<>();
    private final List<Live> live = new ArrayList<>();
    private final Map<Live, Long> begun = new HashMap<>();

    Sessions(Settings settings, AuthorizedKeys keys, Home home, Host host, GuardRoom guards) {
        this.settings = settings;
        this.keys = keys;
        this.home = home;
        this.host = host;
        this.guards = guards;
    }

    Settings settings() {
        return settings;
    }

    /** Who a connection belongs to, as the key file says now. */
    Optional<Login> login(ServerSession connection) {
        String key = connection.getAttribute(KEY);
        return key == null ? Optional.empty() : keys.find(key, connection.getRemoteAddress());
    }

    synchronized void connected(ServerSession connection) {
        connections.putIfAbsent(connection, new Connection());
    }

    synchronized void disconnected(ServerSession connection) {
        connections.remove(connection);
    }

    /** Takes a place for one more channel, if there is one. */
    Optional<Slot> enter(ServerSession connection) {
        Optional<Login> login = login(connection);
        if (login.isEmpty()) {
            return Optional.empty();
        }
        String name = login.get().name();
        synchronized (this) {
            Connection of = connections.computeIfAbsent(connection, any -> new Connection());
            if (of.open >= settings.get(Settings.SESSIONS_PER_CONNECTION)
                    || perLogin.getOrDefault(name, 0) >= settings.get(Settings.SESSIONS_PER_LOGIN)) {
                return Optional.empty();
            }
            of.open++;
            perLogin.merge(name, 1, Integer::sum);
            return Optional.of(new Slot(connection, name, false));
        }
    }

    /** Takes a place for one more channel to the pages, of which browsers open many and short ones, if there is one. */
    Optional<Slot> enterPages(ServerSession connection) {
        Optional<Login> login = login(connection);
        if (login.isEmpty()) {
            return Optional.empty();
        }
        String name = login.get().name();
        synchronized (this) {
            if (pagesPerLogin.getOrDefault(name, 0) >= settings.get(Settings.PAGES_PER_LOGIN)) {
                return Optional.empty();
            }
            connections.computeIfAbsent(connection, any -> new Connection()).pages++;
            pagesPerLogin.merge(name, 1, Integer::sum);
            return Optional.of(new Slot(connection, name, true));
        }
    }

    synchronized int pages(String login) {
        return pagesPerLogin.getOrDefault(login, 0);
    }

    Session make(ServerSession connection, Login login) throws IOException {
        return new Session(
                "s" + numbers.incrementAndGet(),
                String.valueOf(connection.getUsername()),
                shown(connection.getRemoteAddress()),
                reached(connection),
                () -> login(connection),
                login,
                host,
                belongings(login.name()));
    }

    /** What a login has, shared by its sessions and there as long as the server is. */
    synchronized Belongings belongings(String login) throws IOException {
        Belongings known = belongings.get(login);
        if (known == null) {
            known = Belongings.of(login, home, settings, guards::of);
            belongings.put(login, known);
        }
        return known;
    }

    synchronized void began(Live one) {
        live.add(one);
        begun.put(one, System.nanoTime());
    }

    synchronized void ended(Live one) {
        live.remove(one);
        begun.remove(one);
    }

    synchronized List<Live> live() {
        return List.copyOf(live);
    }

    /**
     * The target that the login of a session has selected: in a session of the same connection, else in its other sessions, if
     * they agree.
     */
    Optional<Target> selected(Session asking) {
        Map<TargetId, Target> near = new HashMap<>();
        Map<TargetId, Target> far = new HashMap<>();
        for (Live one : live()) {
            Session other = one.session();
            if (other.atFirst().name().equals(asking.atFirst().name())) {
                Map<TargetId, Target> where = other.source().equals(asking.source()) ? near : far;
                other.selected().ifPresent(target -> where.put(target.id(), target));
            }
        }
        Map<TargetId, Target> nearest = near.isEmpty() ? far : near;
        return nearest.size() == 1 ? nearest.values().stream().findFirst() : Optional.empty();
    }

    /** Ends what has had its time. Called every second or so: MINA's own idle time-out is defeated by keepalives. */
    void sweep() {
        long now = System.nanoTime();
        long idle = settings.get(Settings.IDLE_TIMEOUT).toNanos();
        long most = settings.get(Settings.SESSION_TIMEOUT).toNanos();
        for (Live one : live()) {
            Long since;
            synchronized (this) {
                since = begun.get(one);
            }
            if (since != null && now - since > most) {
                one.end("the session has had its " + text(settings.get(Settings.SESSION_TIMEOUT)));
            } else if (one.idleSince().isPresent() && now - one.idleSince().get() > idle) {
                one.end("nothing was typed for " + text(settings.get(Settings.IDLE_TIMEOUT)));
            }
        }
        List<ServerSession> over = new ArrayList<>();
        synchronized (this) {
            connections.forEach((connection, of) -> {
                boolean empty = of.open + of.pages == 0 && connection.isAuthenticated() && now - of.emptySince > idle;
                if (empty || now - of.since > most + TimeUnit.MINUTES.toNanos(1)) {
                    over.add(connection);
                }
            });
        }
        over.forEach(connection -> connection.close(false));
    }

    private static String text(Duration duration) {
        return duration.toString().substring(2).toLowerCase(Locale.ROOT);
    }

    private static Optional<Reached> reached(ServerSession connection) {
        return connection.getIoSession().getLocalAddress() instanceof InetSocketAddress inet
                        && inet.getAddress() != null
                ? Optional.of(new Reached(
                        String.valueOf(connection.getUsername()),
                        inet.getAddress().getHostAddress(),
                        inet.getPort()))
                : Optional.empty();
    }

    static String shown(SocketAddress address) {
        return address instanceof InetSocketAddress inet && inet.getAddress() != null
                ? inet.getAddress().getHostAddress() + ":" + inet.getPort()
                : String.valueOf(address);
    }
}
