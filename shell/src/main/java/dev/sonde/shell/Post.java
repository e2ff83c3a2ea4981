package dev.sonde.shell;

import dev.sonde.commands.Grant;
import dev.sonde.commands.Output;
import dev.sonde.commands.Recordings;
import dev.sonde.commands.Row;
import dev.sonde.commands.TargetPattern;
import dev.sonde.commands.guard.Channel;
import dev.sonde.commands.guard.Fired;
import dev.sonde.commands.guard.Guard;
import dev.sonde.commands.guard.GuardReader;
import dev.sonde.commands.guard.GuardWatch;
import dev.sonde.commands.guard.Guards;
import dev.sonde.commands.play.PlaybookError;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * One guard of the server: who set it, what it found, and, while it watches, its session and its watch. It acts as the key that
 * set it: with what that key may now, and never more than it might then. A key that is not listed any more has no guard.
 */
final class Post {

    private static final Logger LOG = Logger.getLogger(Post.class.getName());

    /** After that one that was refused is looked at again: its key may be back. */
    private static final Duration AGAIN = Duration.ofSeconds(30);

    private static final Output NOWHERE = new Output() {
        @Override
        public void row(Row row) {}

        @Override
        public void notice(String text) {}
    };

    private final GuardRoom.Means means;
    private final GuardFolder folder;
    private final List<Fired> fired;
    private long lastNumber;
    private GuardFolder.Order order;
    private Optional<Session> session = Optional.empty();
    private Optional<GuardWatch> watch = Optional.empty();
    private Optional<String> refused = Optional.empty();
    private Optional<Instant> nextLook = Optional.of(Instant.EPOCH);
    private boolean looking;
    private boolean ending;

    Post(GuardRoom.Means means, GuardFolder.Order order) {
        this.means = means;
        this.order = order;
        this.folder = new GuardFolder(means.home(), order.login(), order.name());
        this.fired = new ArrayList<>(folder.fired());
        this.lastNumber = fired.isEmpty() ? 0 : fired.get(fired.size() - 1).number();
        for (int i = 0; i < fired.size(); i++) {
            Fired one = fired.get(i);
            if (one.line().isPresent() && one.outcome().isEmpty()) {
                fired.set(i, one.cutOff());
            }
        }
    }

    synchronized GuardFolder.Order order() {
        return order;
    }

    GuardFolder folder() {
        return folder;
    }

    /** Why it does not watch; empty when it does. */
    synchronized Optional<String> refused() {
        return refused;
    }

    private Optional<Login> login() {
        GuardFolder.Order now = order();
        return means.keys().listed(now.fingerprint()).map(login -> login.atMost(now.grant()));
    }

    /** Why its key may not have it watch. */
    private Optional<String> keyRefused() {
        GuardFolder.Order now = order();
        Optional<Login> login = login();
        if (login.isEmpty()) {
            return Optional.of("its key " + now.fingerprint() + " is not listed any more, or has run out");
        }
        if (!login.get().name().equals(now.login())) {
            return Optional.of("its key " + now.fingerprint() + " belongs to "
                    + login.get().name() + " now");
        }
        return login.get().forced().map(line -> "its key runs one line alone now");
    }

    /** Begins to watch, if it may; {@link #refused} says why not. */
    void begin() {
        Optional<String> why = keyRefused();
        if (why.isEmpty()) {
            why = begun();
        }
        synchronized (this) {
            if (why.isPresent() && !why.equals(refused)) {
                LOG.log(Level.WARNING, "the guard {0} of {1} does not watch: {2}", new Object[] {
                    order.name(), order.login(), why.get()
                });
            }
            refused = why;
            nextLook = Optional.of(why.isPresent() ? Instant.now().plus(AGAIN) : Instant.now());
        }
    }

    private Optional<String> begun() {
        GuardFolder.Order now = order();
        Login login = login().orElseThrow();
        Session acting;
        try {
            Belongings belongings = means.belongings().of(now.login());
            acting = new Session(
                    "g" + means.numbers().incrementAndGet(),
                    now.login(),
                    "guard " + now.name(),
                    Optional.empty(),
                    this::login,
                    login,
                    means.host(),
                    belongings.exportingTo(new Recordings(RecordingsFolder.ofReports(means.home(), folder.reports()))));
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
        Cancellation none = new Cancellation();
        LineContext context = new LineContext(
                acting,
                Optional.empty(),
                NOWHERE,
                new AtomicLong(),
                none,
                Optional::empty,
                means.settings().probeLimits(),
                // A cancellation of their own: what asks for an end of one lasts as long as that.
                () -> new FurtherLines(means.runner(), acting.further(), true, new Cancellation(), means.timer()),
                () -> new FurtherLines(means.runner(), acting, false, new Cancellation(), means.timer()));
        Guard guard;
        try {
            guard = GuardReader.read(
                            now.name() + ".yaml",
                            now.text(),
                            context,
                            means.catalogue(),
                            means.teller().channels())
                    .on(new TargetPattern(now.on()));
        } catch (PlaybookError e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
        Grant has = login.grant();
        if (!has.covers(guard.needs())) {
            return Optional.of("it needs the grant " + lower(guard.needs()) + "; its key has " + lower(has));
        }
        synchronized (this) {
            if (ending) {
                return Optional.empty();
            }
            session = Optional.of(acting);
            watch = Optional.of(new GuardWatch(
                    guard,
                    context,
                    new Keeping(),
                    List.copyOf(fired),
                    means.playing().of(now.login()),
                    means.counting().of(now.login())));
        }
        return Optional.empty();
    }

    private static String lower(Grant grant) {
        return grant.name().toLowerCase(Locale.ROOT);
    }

    /** Whether it is time; if so, whoever asked looks. */
    synchronized boolean takeTurn(Instant now) {
        if (looking
                || ending
                || order.stopped()
                || nextLook.filter(next -> !next.isAfter(now)).isEmpty()) {
            return false;
        }
        looking = true;
        return true;
    }

    /** Looks once; of one that does not watch, whether it may by now. */
    void look() {
        try {
            Optional<GuardWatch> now;
            synchronized (this) {
                now = watch;
            }
            if (now.isEmpty()) {
                begin();
                return;
            }
            Optional<String> why = keyRefused();
            if (why.isPresent()) {
                leave();
                begin();
                return;
            }
            Instant began = Instant.now();
            now.get().look();
            synchronized (this) {
                Instant next = began.plus(now.get().guard().every());
                nextLook = Optional.of(next.isBefore(Instant.now()) ? Instant.now() : next);
            }
        } finally {
            synchronized (this) {
                looking = false;
            }
        }
    }

    /** Ends the watch, and gives back what it had; another may begin. */
    private void leave() {
        Optional<GuardWatch> watching;
        Optional<Session> acting;
        synchronized (this) {
            watching = watch;
            acting = session;
            watch = Optional.empty();
            session = Optional.empty();
        }
        watching.ifPresent(GuardWatch::close);
        acting.ifPresent(Session::end);
    }

    /** Ends it. Idempotent; may take as long as its targets do. */
    void end() {
        synchronized (this) {
            ending = true;
            nextLook = Optional.empty();
        }
        leave();
    }

    /** Notes that somebody has ended it, so that no restart has it watch again. */
    void stop() throws IOException {
        end();
        GuardFolder.Order stopped = order().stopped(true);
        synchronized (this) {
            order = stopped;
        }
        folder.write(stopped);
    }

    /** How it stands. The watch is asked while nothing of ours is locked: it asks us while it locks its own. */
    Guards.Kept kept() {
        Optional<GuardWatch> now;
        synchronized (this) {
            now = watch;
        }
        Optional<List<Guards.Standing>> standings = now.map(GuardWatch::standings);
        synchronized (this) {
            return new Guards.Kept(
                    order.name(),
                    order.text(),
                    order.since(),
                    order.stopped(),
                    order.stopped() ? Optional.empty() : refused,
                    standings.orElseGet(() -> List.of(atRest())),
                    fired,
                    standings.isPresent() ? nextLook : Optional.empty());
        }
    }

    private Guards.Standing atRest() {
        Guards.State state = order.stopped()
                ? Guards.State.STOPPED
                : refused.isPresent() ? Guards.State.REFUSED : Guards.State.WAITING;
        return new Guards.Standing(
                "",
                "",
                Optional.empty(),
                Optional.empty(),
                state,
                "",
                OptionalDouble.empty(),
                "",
                fired.size(),
                fired.isEmpty()
                        ? Optional.empty()
                        : Optional.of(fired.get(fired.size() - 1).time()));
    }

    private void keep(Fired one) {
        List<Fired> all;
        synchronized (this) {
            fired.removeIf(each -> each.number() == one.number());
            fired.add(one);
            fired.sort(Comparator.comparingLong(Fired::number));
            if (fired.size() > GuardFolder.MOST_FIRED) {
                fired.remove(0);
            }
            all = List.copyOf(fired);
        }
        try {
            folder.add(one, all);
        } catch (IOException e) {
            LOG.log(Level.SEVERE, "what the guard " + one.guard() + " found cannot be kept", e);
        }
    }

    /** Keeps what the watch finds, and has it told. */
    private final class Keeping implements GuardWatch.Journal {
        private final Map<Long, Map<Channel, String>> told = new HashMap<>();

        @Override
        public long next() {
            synchronized (Post.this) {
                return ++lastNumber;
            }
        }

        @Override
        public void began(Fired one) {
            keep(one);
        }

        @Override
        public void ended(Fired one, Set<Channel> tell) {
            keep(one);
            boolean over;
            synchronized (Post.this) {
                over = ending;
            }
            if (over || tell.isEmpty()) {
                return;
            }
            means.teller().tell(one, tell, (channel, how) -> {
                Map<String, String> all = new HashMap<>();
                synchronized (told) {
                    Map<Channel, String> of = told.computeIfAbsent(one.number(), any -> new HashMap<>());
                    of.put(channel, how);
                    of.forEach((each, what) -> all.put(each.typed(), what));
                    if (of.size() == tell.size()) {
                        told.remove(one.number());
                    }
                    keep(one.told(all)); // in here, so that who knows less does not come last
                }
            });
        }
    }
}
