package dev.sonde.jvm;

import dev.sonde.weave.ExpressionError;
import dev.sonde.weave.Location;
import dev.sonde.weave.MethodPattern;
import dev.sonde.wire.ProbeCounters;
import dev.sonde.wire.ProbePlan;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** A probe, with the sites it is on. Its state is changed under the lock of its {@link Probes}. */
final class ArmedProbe implements Probe {

    private static final ProbeCounters NOTHING = new ProbeCounters(0, 0, 0, 0, 0, 0, 0, 0, new long[0]);

    private final int id;
    private final String owner;
    /** Changed under the lock of its {@link Probes}. */
    private volatile ProbeSpec spec;

    private volatile boolean enabled = true;
    final ProbeListener listener;
    final List<MethodPattern> patterns;
    /** The line that it is at, if it is not on methods. */
    final Optional<Location> location;

    private final Probes probes;
    private final AtomicBoolean ended = new AtomicBoolean();

    /** Hits that were dropped on our side since the last that was told. */
    final AtomicLong dropped = new AtomicLong();

    /** By site id, which is the order in which they were made. Read without the lock too. */
    final Map<Integer, ProbePlan.Armed> armed = new ConcurrentSkipListMap<>();

    /** A class of its name has loaded since it was last looked for. */
    final AtomicBoolean stirred = new AtomicBoolean();

    /** Somebody looks for classes for it. */
    final AtomicBoolean looking = new AtomicBoolean();

    /** Of a trace: how far it has come down. */
    final Optional<Following> following;

    /** Of a breakpoint: whom it may stop. */
    final Optional<Parking> parking;

    /** Of a trace that follows work to other threads: what joins it. */
    final Optional<Joining> joining;

    /** And the methods that it watches for that. Under the lock of its {@link Probes}. */
    final Map<Selection.Chosen, TaskPoints.Role> taskPoints = new LinkedHashMap<>();

    /** Executors that were looked at for such methods. Under the same lock. */
    final Set<Integer> executors = new HashSet<>();

    private final Set<String> sites = new LinkedHashSet<>();
    private final List<String> refused = new CopyOnWriteArrayList<>();
    private final List<String> notices = new CopyOnWriteArrayList<>();

    ArmedProbe(
            int id,
            String owner,
            ProbeSpec spec,
            Optional<Parking> parking,
            List<MethodPattern> patterns,
            ProbeListener listener,
            Probes probes) {
        this.parking = parking;
        this.id = id;
        this.owner = owner;
        this.spec = spec;
        this.location = spec.location().map(Location::parse);
        this.patterns = List.copyOf(patterns);
        this.listener = listener;
        this.probes = probes;
        this.following = spec.kind() == ProbeSpec.Kind.TRACE
                ? Optional.of(new Following(probes.classes(), spec))
                : Optional.empty();
        this.joining = spec.follow().tasks().map(Joining::new);
    }

    @Override
    public int id() {
        return id;
    }

    @Override
    public String owner() {
        return owner;
    }

    @Override
    public ProbeSpec spec() {
        return spec;
    }

    @Override
    public List<String> sites() {
        synchronized (sites) {
            return List.copyOf(sites);
        }
    }

    void addSite(String label) {
        synchronized (sites) {
            sites.add(label);
        }
    }

    @Override
    public List<String> refused() {
        return List.copyOf(refused);
    }

    void refuse(String method, String why) {
        String line = method + ": " + why;
        if (!refused.contains(line)) {
            refused.add(line);
        }
    }

    @Override
    public List<String> notices() {
        return List.copyOf(notices);
    }

    void note(String notice) {
        if (!notices.contains(notice)) {
            notices.add(notice);
        }
    }

    @Override
    public List<String> summary() {
        return probes.summary(this);
    }

    @Override
    public Map<String, ProbeCounters> counters() throws TargetError {
        return probes.counters(this);
    }

    @Override
    public boolean ended() {
        return ended.get();
    }

    void tell(Hit hit) {
        try {
            listener.hit(hit);
        } catch (RuntimeException e) {
            // one listener's fault is not the others'
        }
    }

    void tell(String notice) {
        try {
            listener.notice(notice);
        } catch (RuntimeException e) {
            // one listener's fault is not the others'
        }
    }

    /** Tells the listener of the end, once. */
    void end(String reason, ProbeCounters counters) {
        if (ended.compareAndSet(false, true)) {
            try {
                listener.ended(reason, counters);
            } catch (RuntimeException e) {
                // one listener's fault is not the others'
            }
        }
    }

    void end(String reason) {
        end(reason, NOTHING);
    }

    @Override
    public boolean enabled() {
        return enabled;
    }

    /** Whether it was enabled before; without the lock, because the agent has done it already. */
    boolean disable() {
        boolean was = enabled;
        enabled = false;
        return was;
    }

    /** What it is on from now on; the agent is told by whoever calls. */
    void become(ProbeSpec another, boolean nowEnabled) {
        spec = another;
        enabled = nowEnabled;
    }

    @Override
    public void change(Optional<String> condition, boolean nowEnabled) throws TargetError, ExpressionError {
        probes.breakpoints().change(this, spec.withCondition(condition), nowEnabled);
    }

    /** While it is disabled, no more than what it measures. */
    List<ProbePlan.Armed> plan() {
        List<ProbePlan.Armed> all = new ArrayList<>(armed.values());
        all.removeIf(each -> !enabled && !each.callee);
        return all;
    }

    @Override
    public void close() {
        probes.remove(List.of(this), "removed");
    }
}
