package dev.sonde.jvm;

import dev.sonde.weave.ExpressionError;
import dev.sonde.weave.Glob;
import dev.sonde.weave.MethodKey;
import dev.sonde.weave.MethodPattern;
import dev.sonde.wire.ProbeCounters;
import dev.sonde.wire.Wire;
import dev.sonde.wire.WireException;
import dev.sonde.wire.WireReader;
import dev.sonde.wire.WireWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The probes of one target and what is woven for them.
 *
 * <p>A class is woven once for all its probes: each method that any of them is on has a site, and arming or disarming a probe
 * on a site that exists touches no bytecode. Only when a class gets a site it did not have is it retransformed, and when no
 * probe is left on any of its sites it gets its own bytes back.
 *
 * <p>Two locks would be one too many: {@link #changes} is held by whoever arms or removes, through all the requests that
 * takes, while the agent's questions are answered from concurrent maps without it.
 */
final class Probes implements Link.Receiver {

    private final Link link;
    private final Links links;
    private final Changes changes = new Changes();
    private final Map<Integer, ArmedProbe> probes = new ConcurrentHashMap<>();
    private final TargetClasses classes;
    private final Selection selection;
    private final Places places;
    private final WovenSites sites;
    private final SiteCounters counters;
    private final Planning planning;
    private final LateClasses later;
    private final Stops stops;
    private final Stepping stepping;
    private final Breakpoints breakpoints;
    private final Placing placing;
    private final Delivery delivery;
    private final Descent descent;
    private volatile @Nullable TargetGone lost;

    Probes(TargetId target, Link link, Links links) {
        this.link = link;
        this.links = links;
        this.classes = new TargetClasses(link);
        this.selection = new Selection(classes);
        this.places = new Places(classes, selection);
        this.sites = new WovenSites(link, links, classes);
        this.counters = new SiteCounters(link, sites);
        this.planning = new Planning(classes, sites);
        this.later = new LateClasses(this, changes, link, links);
        this.stops = new Stops(link, this, new Callers(link, classes, sites));
        this.stepping = new Stepping(this, sites, classes, links);
        this.breakpoints = new Breakpoints(this, sites);
        this.placing =
                new Placing(link, sites, planning, new BeforeWeaving(target, link, links), later, stops, breakpoints);
        this.delivery = new Delivery(this, sites, links);
        this.descent = new Descent(this, changes, links, classes, counters, placing, delivery);
        link.receiver(this);
    }

    TargetClasses classes() {
        return classes;
    }

    Selection selection() {
        return selection;
    }

    /** The methods of a class that have hooks now. */
    Set<MethodKey> wovenMethods(int classId) {
        return sites.methods(classId);
    }

    @Override
    public Optional<byte[]> transform(int classId, int spySlot, byte[] classFile) {
        return sites.transform(classId, spySlot, classFile);
    }

    /** Has the JVM hand over class files without changing them; no probe is set meanwhile. */
    Map<Integer, byte[]> asLoaded(Collection<Integer> classIds) throws TargetError {
        return changes.alone(() -> classes.asLoaded(classIds));
    }

    List<Probe> all() {
        return probes.values().stream()
                .filter(probe -> probe.spec().kind() != ProbeSpec.Kind.STEP)
                .map(probe -> (Probe) probe)
                .toList();
    }

    // ---- arming ---------------------------------------------------------------------------------------------------

    ArmedProbe arm(ProbeSpec spec, ProbeListener listener, String owner) throws TargetError, ExpressionError {
        return arm(spec, Optional.empty(), listener, owner);
    }

    /** @param parking of a breakpoint */
    ArmedProbe arm(ProbeSpec spec, Optional<Parking> parking, ProbeListener listener, String owner)
            throws TargetError, ExpressionError {
        List<MethodPattern> patterns = Planning.patterns(spec);
        ArmedProbe probe = new ArmedProbe(links.nextProbe(), owner, spec, parking, patterns, listener, this);
        changes.begin();
        try {
            requireLink();
            List<Planned> planned = wanted(probe);
            boolean nothingYet = planned.isEmpty();
            boolean grows = spec.pending() && (nothingYet || Glob.isGlob(spec.classGlob()));
            probes.put(probe.id(), probe);
            try {
                if (!planned.isEmpty()) {
                    placing.place(probe, planned);
                    later.tellOfNoContext(probe);
                }
                if (probe.following.isPresent()) {
                    descent.follow(probe, probe.following.get());
                }
                if (grows) {
                    later.await(probe, nothingYet);
                }
            } catch (TargetError | RuntimeException e) {
                probes.remove(probe.id());
                later.forget(probe);
                disarm(probe); // the agent may have it, though its answer did not come in time
                restore(List.of(probe));
                throw e;
            }
            if (lost != null) {
                // The link ended while we were at it, and who tells of that may have been before us.
                probe.end(String.valueOf(lost.getMessage()));
            }
            return probe;
        } finally {
            changes.end();
        }
    }

    /** Where a probe is to be, of what is loaded, with its expressions; empty when it waits for its class. */
    private List<Planned> wanted(ArmedProbe probe) throws TargetError, ExpressionError {
        return probe.location.isPresent()
                ? planning.planLines(probe, places.choose(probe, probe.location.get()))
                : withWhatItFollows(probe, unarmed(probe, selection.choose(probe)));
    }

    private List<Planned> withWhatItFollows(ArmedProbe probe, List<Selection.Chosen> chosen)
            throws TargetError, ExpressionError {
        List<Planned> planned = planning.plan(probe, chosen);
        planned.addAll(descent.first(probe, chosen));
        return planned;
    }

    /** Those that a probe is not on yet. */
    private List<Selection.Chosen> unarmed(ArmedProbe probe, List<Selection.Chosen> chosen) {
        return chosen.stream()
                .filter(each -> {
                    WovenSites.ClassUse use = sites.of(each.classId());
                    Integer site =
                            use == null ? null : use.wanted.get(each.method().key());
                    return site == null || !probe.armed.containsKey(site);
                })
                .toList();
    }

    /** Puts a probe on what is loaded by now and it is not on yet; whether there was anything. Nobody else changes meanwhile. */
    boolean placeOnLoaded(ArmedProbe probe) throws TargetError, ExpressionError {
        List<Planned> planned = wanted(probe);
        if (planned.isEmpty()) {
            return false;
        }
        placing.place(probe, planned);
        return true;
    }

    /** What is done while nobody else arms or removes, on a target that is there. */
    <T> T changing(Changes.Change<T> change) throws TargetError {
        return changes.alone(() -> {
            requireLink();
            return change.make();
        });
    }

    /** One that serves others and that nobody has asked for; while it is {@link #changing}. */
    void add(ArmedProbe probe) {
        probes.put(probe.id(), probe);
    }

    /** Tells the agent what a probe is, and where. */
    void send(ArmedProbe probe) throws TargetError {
        placing.send(probe);
    }

    private void requireLink() throws TargetGone {
        TargetGone why = lost;
        if (why != null) {
            throw new TargetGone(String.valueOf(why.getMessage()));
        }
    }

    // ---- what the agent tells -------------------------------------------------------------------------------------

    @Override
    public void receive(Frame frame) {
        WireReader in = frame.reader();
        switch (frame.type()) {
            case Wire.HITS -> delivery.take(in);
            case Wire.NOTICE -> {
                int id = in.i4();
                String text = in.string();
                for (ArmedProbe probe : probes.values()) {
                    if (id == 0 || probe.id() == id) {
                        probe.tell(text);
                    }
                }
            }
            case Wire.PROBE_ENDED -> {
                ArmedProbe probe = probes.get(in.i4());
                String reason = in.string();
                ProbeCounters counters = ProbeCounters.read(in);
                if (probe != null) {
                    delivery.letGo(probe);
                    probe.end(reason, counters);
                    finish(probe, reason);
                }
            }
            case Wire.CLASSES_LOADED -> later.loaded(in.strings());
            default -> {
                if (!stops.receive(frame.type(), in)) {
                    throw new WireException("frame of type " + frame.type());
                }
            }
        }
    }

    @Override
    public void dropped(Frame hits) {
        delivery.dropped(hits);
    }

    @Override
    public void lost(TargetGone why) {
        lost = why;
        for (ArmedProbe probe : probes.values()) {
            probe.end(String.valueOf(why.getMessage()));
        }
        stops.lost(String.valueOf(why.getMessage()));
        probes.clear();
        later.clear();
    }

    // ---- threads that stand ---------------------------------------------------------------------------------------

    Stops stops() {
        return stops;
    }

    Stepping stepping() {
        return stepping;
    }

    Placing placing() {
        return placing;
    }

    Breakpoints breakpoints() {
        return breakpoints;
    }

    WovenSites sites() {
        return sites;
    }

    Optional<ArmedProbe> armed(int id) {
        return Optional.ofNullable(probes.get(id));
    }

    void later(Runnable work) {
        links.later(work);
    }

    // ---- reading and removing -------------------------------------------------------------------------------------

    Map<String, ProbeCounters> counters(ArmedProbe probe) throws TargetError {
        requireLink();
        if (probe.ended()) {
            throw new TargetError("probe " + probe.id() + " has ended");
        }
        if (probe.sites().isEmpty()) {
            return Map.of(); // it waits for its class
        }
        return counters.byLabel(probe);
    }

    /** What a trace tells at its end. */
    List<String> summary(ArmedProbe probe) {
        changes.beginAnyhow();
        try {
            List<String> lines =
                    new ArrayList<>(probe.following.map(Following::summary).orElse(List.of()));
            probe.joining.ifPresent(joining -> lines.addAll(joining.summary()));
            return lines;
        } finally {
            changes.end();
        }
    }

    void finish(ArmedProbe probe, String reason) {
        links.later(() -> remove(List.of(probe), reason));
    }

    /** Takes probes off, tells their listeners, and restores the classes that no other needs. */
    void remove(Collection<ArmedProbe> going, String reason) {
        changes.beginAnyhow();
        try {
            List<ArmedProbe> present = new ArrayList<>();
            for (ArmedProbe probe : going) {
                if (probes.remove(probe.id()) != null) {
                    present.add(probe);
                }
            }
            later.forget(going, probes.isEmpty(), lost != null);
            for (ArmedProbe probe : present) {
                ProbeCounters last = disarm(probe);
                delivery.letGo(probe);
                probe.end(reason, last);
            }
            restore(present);
            for (ArmedProbe probe : going) {
                probe.end(reason);
            }
        } finally {
            changes.end();
        }
    }

    /** A thread has gone on: classes that had their hooks for it alone get their own bytes back. */
    void restoreKept() {
        if (sites.keeps()) {
            links.later(() -> remove(List.of(), ""));
        }
    }

    private ProbeCounters disarm(ArmedProbe probe) {
        ProbeCounters none = new ProbeCounters(0, 0, 0, 0, 0, 0, 0, 0, new long[0]);
        if (lost != null || probe.armed.isEmpty()) {
            return none;
        }
        try {
            return ProbeCounters.read(
                    link.request(Wire.DISARM, new WireWriter(8).i4(probe.id()), WovenSites.MANY_METHODS));
        } catch (TargetError | WireException e) {
            return none; // it has ended by itself, or the target is gone
        }
    }

    /** Gives classes without a probe their own bytes back, in one batch. */
    private void restore(List<ArmedProbe> going) {
        Set<String> stoodIn = stops.classesOnStacks();
        List<Integer> classIds = sites.release(going, stoodIn);
        if (!classIds.isEmpty() && lost == null) {
            try {
                sites.retransform(classIds);
            } catch (TargetError e) {
                // the agent restores every class when the link ends; its hooks do nothing until then
            }
        }
        if (!stops.classesOnStacks().equals(stoodIn)) {
            restoreKept(); // a thread has gone on meanwhile
        }
    }
}
