package dev.sonde.shell;

import dev.sonde.commands.Context.PastLine;
import dev.sonde.commands.Debugger;
import dev.sonde.commands.Input;
import dev.sonde.commands.PlaybookFolder;
import dev.sonde.commands.Reached;
import dev.sonde.commands.Recordings;
import dev.sonde.commands.baseline.Baselines;
import dev.sonde.commands.guard.Guards;
import dev.sonde.jvm.Host;
import dev.sonde.jvm.Target;
import dev.sonde.jvm.TargetError;
import dev.sonde.profile.ProfileStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * One channel's life (or one local line's): who it is, the targets it has open, the one it has selected, the line it runs.
 * It owns what it set; ending it undoes it.
 */
final class Session {

    private static final Logger LOG = Logger.getLogger(Session.class.getName());

    private final String id;
    private final String user;
    private final String source;
    private final Optional<Reached> reached;
    private final Supplier<Optional<Login>> login;
    private final Login atFirst;
    private final Host host;
    private final Debugger debugger = new Debugger();
    private final Belongings belongings;
    private final AtomicLong furthers = new AtomicLong();

    private final Map<Long, Target> open = new LinkedHashMap<>();
    private final Map<Long, Object> opening = new HashMap<>();
    private Optional<Target> selected = Optional.empty();
    /** Those of lines that other lines have run last. */
    private final Set<Cancellation> running = new LinkedHashSet<>();

    private volatile Input input = Input.NONE;
    private boolean leaving;
    private boolean ended;

    /**
     * @param user the name that was typed to ssh; recorded, nothing more
     * @param reached where its client has reached the server; empty when there is none between
     * @param login what the key may now; empty when it may nothing any more
     * @param atFirst what it might when the session began
     */
    Session(
            String id,
            String user,
            String source,
            Optional<Reached> reached,
            Supplier<Optional<Login>> login,
            Login atFirst,
            Host host,
            Belongings belongings) {
        this.id = id;
        this.user = user;
        this.source = source;
        this.reached = reached;
        this.login = login;
        this.atFirst = atFirst;
        this.host = host;
        this.belongings = belongings;
    }

    /** One of the same login for the lines that a line runs: what they set does not outlive that. */
    Session further() {
        return new Session(
                id + "." + furthers.incrementAndGet(), user, source, reached, login, atFirst, host, belongings);
    }

    String id() {
        return id;
    }

    String user() {
        return user;
    }

    String source() {
        return source;
    }

    Optional<Reached> reached() {
        return reached;
    }

    /** What the login may now; a key that was taken from the file may nothing. */
    Optional<Login> login() {
        return login.get();
    }

    Login atFirst() {
        return atFirst;
    }

    /** @throws TargetError where the login does not reach the target, as if there was no such JVM */
    void allow(Login login, Target target) throws TargetError {
        // A glob may be over the main class too, which a target does not tell; the list of all JVMs, which is slow,
        // does.
        if (!login.reaches(target.id().pid(), target.name())
                && host.processes().stream()
                        .noneMatch(process -> process.id().equals(target.id()) && login.reaches(process))) {
            throw new TargetError("no JVM with the pid " + target.id().pid() + " that you may reach");
        }
    }

    Host host() {
        return host;
    }

    List<PastLine> history() {
        return belongings.history().lines();
    }

    /** The login's, shared by its sessions. */
    Recordings recordings() {
        return belongings.recordings();
    }

    /** Its breakpoints, and who stands at them. */
    Debugger debugger() {
        return debugger;
    }

    /** The login's, shared by its sessions. */
    ProfileStore profiles() {
        return belongings.profiles();
    }

    PlaybookFolder playbooks() {
        return belongings.playbooks();
    }

    /** The login's, shared by its sessions. */
    Baselines baselines() {
        return belongings.baselines();
    }

    /** The login's, whichever session asks. */
    Guards guards() {
        return belongings.guards().apply(atFirst);
    }

    Input input() {
        return input;
    }

    /** What comes besides the lines, from now on. */
    void hears(Input what) {
        input = what;
    }

    /** What the probes of this session are known by. */
    String owner() {
        return atFirst.name() + "/" + id;
    }

    /** The handle that the session has on a JVM, opened when it has none. */
    Target open(long pid) throws TargetError {
        Object turn;
        synchronized (this) {
            turn = opening.computeIfAbsent(pid, any -> new Object());
        }
        synchronized (turn) { // two lines of one glob must not open one JVM twice, nor wait for another
            synchronized (this) {
                Target known = open.get(pid);
                if (known != null) {
                    return known;
                }
            }
            Target opened = host.open(pid, owner());
            synchronized (this) {
                if (!ended) {
                    open.put(pid, opened);
                    return opened;
                }
            }
            opened.close();
            throw new TargetError("the session has ended");
        }
    }

    synchronized List<Target> openTargets() {
        return List.copyOf(open.values());
    }

    synchronized Optional<Target> selected() {
        return selected;
    }

    synchronized void select(Target target) {
        selected = Optional.of(target);
    }

    void close(Target target) {
        forget(target);
        target.close();
    }

    /** A target that is gone is not spoken of again. */
    synchronized void forget(Target target) {
        open.values().removeIf(known -> known == target);
        if (selected.isPresent() && selected.get() == target) {
            selected = Optional.empty();
        }
    }

    synchronized void leave() {
        leaving = true;
    }

    synchronized boolean leaving() {
        return leaving || ended;
    }

    /** The line that runs now can be ended through this. */
    synchronized void runs(Cancellation cancellation) {
        if (ended) {
            cancellation.cancel(Cancellation.Reason.CLOSED);
        }
        running.add(cancellation);
    }

    /** It has ended. */
    synchronized void runsNoMore(Cancellation cancellation) {
        running.remove(cancellation);
    }

    synchronized boolean isRunning() {
        return !running.isEmpty();
    }

    /** Ends the line that runs; says whether one did. */
    boolean cancel(Cancellation.Reason reason) {
        List<Cancellation> now;
        synchronized (this) {
            now = List.copyOf(running);
        }
        now.forEach(cancellation -> cancellation.cancel(reason));
        return !now.isEmpty();
    }

    /** Ends what runs, removes the probes and gives the targets back. Idempotent; may take as long as the targets do. */
    void end() {
        List<Target> handles;
        synchronized (this) {
            ended = true;
            handles = new ArrayList<>(open.values());
            open.clear();
            selected = Optional.empty();
        }
        cancel(Cancellation.Reason.CLOSED);
        for (Target handle : handles) {
            try {
                handle.close();
            } catch (RuntimeException e) {
                LOG.log(Level.WARNING, "a target of " + id + " could not be given back", e); // the others can
            }
        }
    }
}
