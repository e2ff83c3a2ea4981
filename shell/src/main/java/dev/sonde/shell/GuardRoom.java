package dev.sonde.shell;

import dev.sonde.commands.Catalogue;
import dev.sonde.commands.guard.Channel;
import dev.sonde.commands.guard.Guard;
import dev.sonde.commands.guard.Guards;
import dev.sonde.jvm.Host;
import dev.sonde.jvm.TargetError;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The guards of all logins: begun again when the server starts, looked at when it is their time, ended with it. */
final class GuardRoom implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(GuardRoom.class.getName());
    private static final int MOST_PLAYING = 8;
    private static final int MOST_PLAYING_OF_ONE = 2;
    private static final int MOST_WAITING_OF_ONE = 50;
    private static final int MOST_COUNTING = 300;
    private static final int MOST_COUNTING_OF_ONE = 100;

    /** Gives what a login has. */
    interface BelongingsOf {
        Belongings of(String login) throws IOException;
    }

    /** What all guards of the server work with. */
    record Means(
            Home home,
            Settings settings,
            AuthorizedKeys keys,
            Host host,
            Catalogue catalogue,
            Teller teller,
            BelongingsOf belongings,
            LineRunner runner,
            ScheduledExecutorService timer,
            Shares playing,
            Shares counting,
            AtomicLong numbers) {}

    private final Home home;
    private final Settings settings;
    private final AuthorizedKeys keys;
    private final Teller teller;
    private final Map<String, Post> posts = new HashMap<>();
    private final Shares playing =
            new Shares("sonde guard plays", MOST_PLAYING, MOST_PLAYING_OF_ONE, MOST_WAITING_OF_ONE);
    private final Shares counting = new Shares("sonde guard counts", MOST_COUNTING, MOST_COUNTING_OF_ONE, 0);
    private @Nullable Means means;
    private @Nullable ScheduledFuture<?> ticking;

    GuardRoom(Home home, Settings settings, AuthorizedKeys keys) throws StartError {
        this.home = home;
        this.settings = settings;
        this.keys = keys;
        this.teller = Teller.of(settings, home);
    }

    /** Begins: those that were set before, and the clock. */
    void open(
            Host host,
            Catalogue catalogue,
            BelongingsOf belongings,
            LineRunner runner,
            ScheduledExecutorService timer,
            ExecutorService threads) {
        Means all = new Means(
                home,
                settings,
                keys,
                host,
                catalogue,
                teller,
                belongings,
                runner,
                timer,
                playing,
                counting,
                new AtomicLong());
        synchronized (this) {
            means = all;
            for (GuardFolder.Order order : GuardFolder.orders(home)) {
                posts.put(key(order.login(), order.name()), new Post(all, order));
            }
            ticking = timer.scheduleWithFixedDelay(() -> tick(threads), 1, 1, TimeUnit.SECONDS);
        }
    }

    private static String key(String login, String name) {
        return login + '/' + name;
    }

    private void tick(ExecutorService threads) {
        List<Post> all;
        synchronized (this) {
            all = List.copyOf(posts.values());
        }
        Instant now = Instant.now();
        for (Post post : all) {
            if (post.takeTurn(now)) {
                try {
                    threads.execute(() -> look(post));
                } catch (RuntimeException e) {
                    LOG.log(Level.FINE, "the server is going down", e);
                }
            }
        }
    }

    private static void look(Post post) {
        try {
            post.look();
        } catch (RuntimeException | Error e) {
            LOG.log(Level.SEVERE, "the guard " + post.order().name() + " could not look", e);
        }
    }

    /** The guards of a login, as it sees them. */
    Guards of(Login login) {
        return new OfLogin(login);
    }

    @Override
    public void close() {
        List<Post> all;
        ScheduledFuture<?> clock;
        synchronized (this) {
            all = List.copyOf(posts.values());
            clock = ticking;
        }
        if (clock != null) {
            clock.cancel(false);
        }
        all.forEach(Post::end);
        playing.close();
        counting.close();
        teller.close();
    }

    private final class OfLogin implements Guards {
        private final Login login;

        OfLogin(Login login) {
            this.login = login;
        }

        @Override
        public Set<Channel> channels() {
            return teller.channels();
        }

        @Override
        public void set(Guard guard) throws TargetError {
            GuardFolder.Order order = new GuardFolder.Order(
                    guard.name(),
                    login.name(),
                    login.fingerprint(),
                    login.grant(),
                    Instant.now(),
                    guard.on().text(),
                    false,
                    guard.text());
            requireRoom(guard.name());
            try {
                // Before the one of that name is ended: on a full disk that goes on.
                new GuardFolder(home, login.name(), guard.name()).write(order);
            } catch (IOException e) {
                throw new TargetError("the guard cannot be kept: " + e.getMessage(), e);
            }
            Post before;
            synchronized (GuardRoom.this) {
                before = posts.get(key(login.name(), guard.name()));
            }
            if (before != null) {
                before.end();
            }
            Post post;
            synchronized (GuardRoom.this) {
                if (means == null) {
                    throw new TargetError("the server is just starting");
                }
                post = new Post(means, order);
                posts.put(key(login.name(), guard.name()), post);
            }
            post.begin();
            if (post.refused().isPresent()) {
                throw new TargetError(post.refused().get());
            }
        }

        private void requireRoom(String name) throws TargetError {
            synchronized (GuardRoom.this) {
                String key = key(login.name(), name);
                long others = posts.values().stream()
                        .filter(post -> post.order().login().equals(login.name()))
                        .count();
                int most = settings.get(Settings.GUARDS_PER_LOGIN);
                if (!posts.containsKey(key) && others >= most) {
                    throw new TargetError(
                            most == 0
                                    ? "the server's owner lets nobody set guards: guards-per-login is 0"
                                    : "a login has at most " + most + " guards; guard stop NAME --forget makes room");
                }
            }
        }

        private Post post(String name) throws TargetError {
            synchronized (GuardRoom.this) {
                Post post = posts.get(key(login.name(), name));
                if (post == null) {
                    throw new TargetError("no guard is called " + name);
                }
                return post;
            }
        }

        @Override
        public List<Kept> all() {
            List<Post> mine = new ArrayList<>();
            synchronized (GuardRoom.this) {
                posts.values().stream()
                        .filter(post -> post.order().login().equals(login.name()))
                        .forEach(mine::add);
            }
            return mine.stream()
                    .map(Post::kept)
                    .sorted(Comparator.comparing(Kept::name))
                    .toList();
        }

        @Override
        public void stop(String name) throws TargetError {
            try {
                post(name).stop();
            } catch (IOException e) {
                throw new TargetError(
                        "it does not watch now, but will when the server starts again: " + e.getMessage(), e);
            }
        }

        @Override
        public void forget(String name) throws TargetError {
            Post post = post(name);
            post.end();
            try {
                post.folder().forget();
            } catch (IOException e) {
                throw new TargetError("not all of it is gone: " + e.getMessage(), e);
            }
            synchronized (GuardRoom.this) {
                posts.remove(key(login.name(), name));
            }
        }

        @Override
        public List<String> report(String name, String file) throws IOException {
            try {
                return post(name).folder().report(file);
            } catch (TargetError e) {
                throw new IOException(e.getMessage(), e);
            }
        }
    }
}
