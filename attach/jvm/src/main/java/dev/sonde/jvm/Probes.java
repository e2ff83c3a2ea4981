package dev.sonde.jvm;

import dev.sonde.weave.ExpressionError;
import dev.sonde.weave.Glob;
import dev.sonde.weave.LineMap;
import dev.sonde.weave.MethodKey;
import dev.sonde.weave.MethodPattern;
import dev.sonde.wire.Expr;
import dev.sonde.wire.ProbeCounters;
import dev.sonde.wire.ProbePlan;
import dev.sonde.wire.Wire;
import dev.sonde.wire.WireException;
import dev.sonde.wire.WireReader;
import dev.sonde.wire.WireWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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

    /** Pauses before the looks that follow the name of a class, and where to go on when a further name has come. */
    private static final int[] LOOKS_MILLIS = {0, 10, 40, 150, 500, 1500};

    private static final int FIRST_AGAIN = 2;

    private final Link link;
    private final Links links;
    private final TargetClasses classes;
    private final Selection selection;
    private final Places places;
    private final TraceContexts contexts;
    private final Stops stops;
    private final Stepping stepping;
    private final Breakpoints breakpoints;
    private final ReentrantLock changes = new ReentrantLock(true);
    private final Map<Integer, ArmedProbe> probes = new ConcurrentHashMap<>();
    private final WovenSites sites;
    private final Planning planning;
    private final BeforeWeaving beforeWeaving;
    private final Set<ArmedProbe> awaiting = ConcurrentHashMap.newKeySet();
    private volatile @Nullable TargetGone lost;
    /** Whether the agent tells when a class loads that may keep a trace context; so while there is a probe. */
    private boolean contextsAwaited;

    Probes(TargetId target, Link link, Links links) {
        this.link = link;
        this.links = links;
        this.classes = new TargetClasses(link);
        this.selection = new Selection(classes);
        this.places = new Places(classes, selection);
        this.sites = new WovenSites(link, links, classes);
        this.planning = new Planning(classes, sites);
        this.beforeWeaving = new BeforeWeaving(target, link, links);
        this.contexts = new TraceContexts(link);
        this.stops = new Stops(link, this);
        this.stepping = new Stepping(this, sites, classes, links);
        this.breakpoints = new Breakpoints(this, sites);
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
        lock();
        try {
            return classes.asLoaded(classIds);
        } finally {
            changes.unlock();
        }
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
        lock();
        try {
            requireLink();
            List<Planned> planned = wanted(probe);
            boolean nothingYet = planned.isEmpty();
            boolean grows = spec.pending() && (nothingYet || Glob.isGlob(spec.classGlob()));
            probes.put(probe.id(), probe);
            try {
                if (!planned.isEmpty()) {
                    place(probe, planned);
                    tellOfNoContext(probe);
                }
                if (probe.following.isPresent()) {
                    follow(probe, probe.following.get());
                }
                if (grows) {
                    await(probe, nothingYet);
                }
            } catch (TargetError | RuntimeException e) {
                probes.remove(probe.id());
                awaiting.remove(probe);
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
            changes.unlock();
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
        if (probe.following.isPresent()) {
            planned.addAll(Planned.callees(probe.following.get().begin(chosen)));
            planned.addAll(taskPoints(probe, chosen.stream().map(Selection.Chosen::classId)));
        }
        return planned;
    }

    /** Finds where the target keeps what request a thread works for, unless the probe does not care. */
    private void lookForContext(ArmedProbe probe) throws TargetError {
        boolean wanted = probe.spec().kind() != ProbeSpec.Kind.COUNT
                || probe.spec().traceId().isPresent();
        if (wanted && !contextsAwaited) {
            contextsAwaited = true;
            sendAwaited();
            contexts.look();
        }
    }

    private void tellOfNoContext(ArmedProbe probe) {
        if (probe.spec().traceId().isPresent() && contexts.found().isEmpty()) {
            probe.note(
                    "nothing that keeps a trace context is loaded here (OpenTelemetry, Brave, an MDC of SLF4J or Log4j):"
                            + " no call is shown until it is");
        }
    }

    /** What is done while nobody else arms or removes, on a target that is there. */
    interface Change<T> {
        T make() throws TargetError;
    }

    <T> T changing(Change<T> change) throws TargetError {
        lock();
        try {
            requireLink();
            return change.make();
        } finally {
            changes.unlock();
        }
    }

    /** One that serves others and that nobody has asked for; while it is {@link #changing}. */
    void add(ArmedProbe probe) {
        probes.put(probe.id(), probe);
    }

    private void lock() throws TargetError {
        try {
            if (!changes.tryLock(60, TimeUnit.SECONDS)) {
                throw new TargetError("another session has been setting a probe on this target for 60 s; try again");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TargetError("interrupted", e);
        }
    }

    private void requireLink() throws TargetGone {
        TargetGone why = lost;
        if (why != null) {
            throw new TargetGone(String.valueOf(why.getMessage()));
        }
    }

    /** Weaves what is not woven yet, then arms. */
    private void place(ArmedProbe probe, List<Planned> planned) throws TargetError {
        lookForContext(probe);
        Map<Integer, WovenSites.Before> before = new LinkedHashMap<>();
        for (Planned each : planned) {
            Selection.Chosen chosen = each.chosen();
            WovenSites.ClassUse use = sites.use(chosen.classId());
            if (each.place().isPresent()) {
                if (!use.wantedLines.contains(chosen.method().key())) {
                    before.putIfAbsent(chosen.classId(), WovenSites.Before.of(use));
                    WovenSites.wantLines(use, chosen);
                }
                if (probe.parking.filter(parking -> parking.choice().sets()).isPresent()
                        && !use.wantedSets.contains(chosen.method().key())) {
                    before.putIfAbsent(chosen.classId(), WovenSites.Before.of(use));
                    WovenSites.wantSets(use, chosen);
                }
                if (probe.parking.isPresent()
                        && !use.wanted.containsKey(chosen.method().key())) {
                    // A frame can be followed to its end only if that had a hook when it began.
                    before.putIfAbsent(chosen.classId(), WovenSites.Before.of(use));
                    sites.wantEnds(use, chosen);
                }
            } else if (!use.wanted.containsKey(chosen.method().key())) {
                before.putIfAbsent(chosen.classId(), WovenSites.Before.of(use));
                sites.wantEnds(use, chosen);
            }
        }
        Map<Integer, String> failures = Map.of();
        if (!before.isEmpty()) {
            beforeWeaving.warn(probe, planned, before.keySet());
            failures = weave(before);
        }
        for (Planned each : planned) {
            if (each.place().isPresent()) {
                arm(probe, each, each.place().get(), failures);
            } else {
                arm(probe, each, failures);
            }
        }
        if (probe.sites().isEmpty()) {
            List<String> refused = probe.refused();
            throw new TargetError(
                    refused.size() == 1
                            ? "cannot be woven: " + refused.get(0)
                            : "none of " + refused.size() + " methods can be woven, such as " + refused.get(0));
        }
        if (probe.parking.isPresent()) {
            breakpoints.measure(probe, planned);
        }
        send(probe);
    }

    /** Puts a probe on a spot; where the code that was woven is not what was looked at before, on the same line of that. */
    private void arm(ArmedProbe probe, Planned planned, LinePlace place, Map<Integer, String> failures) {
        Selection.Chosen chosen = planned.chosen();
        MethodKey key = chosen.method().key();
        WovenSites.ClassUse use = sites.of(chosen.classId());
        WovenSites.LineUse lines = use == null ? null : use.lines.get(key);
        if (use == null || lines == null || !use.wantedLines.contains(key)) {
            String refused = use == null ? null : use.refusedLines.get(key);
            probe.refuse(
                    chosen.label(),
                    refused != null
                            ? refused
                            : failures.getOrDefault(chosen.classId(), "the JVM did not take its class"));
            return;
        }
        if (!lines.map().named()) {
            probe.note(chosen.className()
                    + " was compiled without names of variables: they go by their slots, such as slot3");
        }
        if (lines.map().equals(place.lines())) {
            arm(
                    probe,
                    planned,
                    sites.spot(use, lines, chosen, lines.map().spots().get(planned.spot())));
            return;
        }
        LinePlace there = place.in(lines.map());
        if (there.spots().isEmpty()) {
            probe.refuse(chosen.label(), "another agent has changed its code, and no such line is left");
        }
        for (LineMap.Spot spot : there.spots()) {
            try {
                arm(
                        probe,
                        TargetClasses.compiling(() -> planning.plan(probe.spec(), there, spot)),
                        sites.spot(use, lines, chosen, spot));
            } catch (ExpressionError | TargetError e) {
                probe.refuse(WovenSites.label(chosen, spot), String.valueOf(e.getMessage()));
            }
        }
    }

    /** Has classes woven, and those threads that stand know of it. */
    Map<Integer, String> weave(Map<Integer, WovenSites.Before> before) throws TargetError {
        Map<Integer, String> failures = sites.weave(before);
        stops.gotHooks(sites.fresh(before));
        return failures;
    }

    /** Puts a probe on a spot, whose hook is there. */
    static void arm(ArmedProbe probe, Planned planned, WovenSites.SiteUse spot) {
        spot.users().add(probe.id());
        probe.armed.put(
                spot.site().id,
                new ProbePlan.Armed(spot.site(), planned.condition().orElse(null), false, planned.captures()));
        probe.addSite(spot.label());
    }

    private void arm(ArmedProbe probe, Planned planned, Map<Integer, String> failures) {
        Selection.Chosen chosen = planned.chosen();
        WovenSites.ClassUse use = sites.of(chosen.classId());
        Integer siteId = use == null ? null : use.wanted.get(chosen.method().key());
        WovenSites.SiteUse site = siteId == null ? null : sites.site(siteId);
        if (use == null || site == null) {
            String refused =
                    use == null ? null : use.refused.get(chosen.method().key());
            String why = refused != null
                    ? refused
                    : failures.getOrDefault(chosen.classId(), "the JVM did not take its class");
            if (planned.callee()) {
                probe.following.ifPresent(following -> following.refuse(chosen.label(), why));
            } else {
                probe.refuse(chosen.label(), why);
            }
            return;
        }
        TaskPoints.Role role = probe.taskPoints.get(chosen);
        if (planned.callee() && role != null) {
            site.users().add(probe.id());
            probe.armed.putIfAbsent(site.site().id, ProbePlan.Armed.ofTasks(site.site(), role.role(), role.task()));
            return;
        }
        probe.following.ifPresent(following -> following.isAt(chosen, site.site().id));
        if (planned.callee()) {
            site.users().add(probe.id());
            probe.armed.putIfAbsent(site.site().id, ProbePlan.Armed.callee(site.site()));
            return;
        }
        Expr condition = planned.condition().orElse(null);
        boolean onExit = condition != null
                && (condition.mentions(Expr.RESULT)
                        || condition.mentions(Expr.ERROR)
                        || condition.mentions(Expr.COST)
                        // A constructor has no object yet when it begins.
                        || (site.site().isConstructor() && condition.mentions(Expr.THIS)));
        site.users().add(probe.id());
        probe.armed.put(
                site.site().id,
                new ProbePlan.Armed(
                        site.site(),
                        condition,
                        onExit,
                        planned.captures(),
                        chosen.method().signature().orElse("")));
        probe.addSite(site.label());
    }

    /** Tells the agent what a probe is, and where. */
    void send(ArmedProbe probe) throws TargetError {
        ProbeSpec spec = probe.spec();
        ProbePlan plan = new ProbePlan(
                probe.id(),
                Planning.kind(spec),
                Planning.reported(probe),
                // Of trees the first may be held back for better ones, so they are counted here.
                spec.kind() == ProbeSpec.Kind.TRACE ? 0 : spec.hits(),
                spec.hitsPerSecond(),
                (int) spec.lifetime()
                        .map(lifetime -> Math.max(1, Math.min(Integer.MAX_VALUE, lifetime.toMillis())))
                        .orElse(0L)
                        .longValue(),
                spec.kind() == ProbeSpec.Kind.COUNT ? 0 : spec.limits().budgetMicros,
                spec.limits(),
                probe.plan(),
                probe.parking
                        .map(parking -> parking.of(stops.session(probe.owner())))
                        .orElse(null));
        WireWriter out = new WireWriter(1024);
        plan.write(out);
        link.request(Wire.ARM, out, WovenSites.MANY_METHODS);
    }

    // ---- what traces follow -----------------------------------------------------------------------------------------

    /** The methods of the JDK through which work goes to other threads, if that is to be followed: those met now. */
    private List<Planned> taskPoints(ArmedProbe probe, Stream<Integer> fromClasses) throws TargetError {
        Optional<Integer> from = probe.joining.isEmpty() ? Optional.empty() : fromClasses.findFirst();
        if (from.isEmpty()) {
            return List.of();
        }
        Set<String> known = probe.taskPoints.keySet().stream()
                .map(Selection.Chosen::className)
                .collect(Collectors.toSet());
        Map<Selection.Chosen, TaskPoints.Role> found = TaskPoints.in(classes, from.get(), known);
        probe.taskPoints.putAll(found);
        return Planned.callees(List.copyOf(found.keySet()));
    }

    /** Looks from time to time what has run, and follows what that calls; on a thread of ours. */
    private void follow(ArmedProbe probe, Following following) {
        links.look(following.pause(), () -> {
            if (probe.ended() || lost != null) {
                return;
            }
            try {
                lock();
                try {
                    if (!probe.ended() && probes.containsKey(probe.id())) {
                        followOnce(probe, following);
                    }
                } finally {
                    changes.unlock();
                }
            } catch (TargetError e) {
                tell(probe, "calls are not followed further: " + e.getMessage());
                deliver(probe, following, following.letGo());
                return;
            }
            deliver(probe, following, following.due());
            follow(probe, following);
        });
    }

    private void followOnce(ArmedProbe probe, Following following) throws TargetError {
        if (probe.armed.isEmpty()) {
            return; // it waits for its class
        }
        Set<Integer> reached = new HashSet<>();
        WireReader in = link.request(Wire.COUNTERS, new WireWriter(8).i4(probe.id()));
        try {
            int count = in.length(4);
            for (int i = 0; i < count; i++) {
                int site = in.i4();
                if (ProbeCounters.read(in).hits > 0) {
                    reached.add(site);
                }
            }
        } catch (WireException e) {
            throw new TargetError("the target's answer is broken: " + e.getMessage(), e);
        }
        List<Selection.Chosen> next = following.next(reached);
        List<Planned> planned = new ArrayList<>(Planned.callees(next));
        planned.addAll(taskPoints(probe, probe.armed.values().stream().map(armed -> armed.site.classId)));
        if (!planned.isEmpty()) {
            place(probe, planned);
        }
        following.placed();
    }

    /** What a trace tells at its end. */
    List<String> summary(ArmedProbe probe) {
        changes.lock();
        try {
            List<String> lines =
                    new ArrayList<>(probe.following.map(Following::summary).orElse(List.of()));
            probe.joining.ifPresent(joining -> lines.addAll(joining.summary()));
            return lines;
        } finally {
            changes.unlock();
        }
    }

    private void deliver(ArmedProbe probe, Following following, List<Hit> hits) {
        for (Hit hit : hits) {
            int most = probe.spec().hits();
            if (!following.counts(most)) {
                return;
            }
            tell(probe, hit);
            if (following.complete(most)) {
                finish(probe, "its " + most + " hits are used up");
            }
        }
    }

    // ---- classes that load later ----------------------------------------------------------------------------------

    private void await(ArmedProbe probe, boolean nothingYet) throws TargetError {
        awaiting.add(probe);
        sendAwaited();
        if (nothingYet) {
            probe.note("no class of that name is loaded yet: the probe arms when one loads");
            // One may have loaded between our look and now.
            links.look(() -> extend(probe));
        }
    }

    private void sendAwaited() throws TargetError {
        Set<String> globs = new LinkedHashSet<>();
        for (ArmedProbe probe : awaiting) {
            globs.add(probe.spec().classGlob());
        }
        if (contextsAwaited) {
            globs.addAll(TraceContexts.classNames());
        }
        link.request(Wire.AWAIT_CLASSES, new WireWriter(64).strings(new ArrayList<>(globs)));
    }

    private void loaded(List<String> names) {
        if (names.stream().anyMatch(TraceContexts.classNames()::contains)) {
            links.look(this::lookForContextAgain);
        }
        for (ArmedProbe probe : awaiting) {
            Glob glob = Glob.of(probe.spec().classGlob());
            if (names.stream().anyMatch(glob::matchesClass)) {
                probe.stirred.set(true);
                look(probe);
            }
        }
    }

    /**
     * Looks for classes, one look at a time for each probe, some times, because a name may come before its class is there.
     * A program that starts loads thousands, and a look for each would pile up.
     */
    private void look(ArmedProbe probe) {
        if (!probe.looking.compareAndSet(false, true)) {
            return;
        }
        links.look(() -> {
            try {
                int next = 0;
                while (next < LOOKS_MILLIS.length && awaiting.contains(probe) && pause(LOOKS_MILLIS[next])) {
                    next = probe.stirred.getAndSet(false) ? FIRST_AGAIN : next + 1;
                    if (extend(probe) && !probe.stirred.get()) {
                        break;
                    }
                }
            } finally {
                probe.looking.set(false);
            }
            if (probe.stirred.get() && awaiting.contains(probe)) {
                look(probe);
            }
        });
    }

    private static boolean pause(int millis) {
        try {
            Thread.sleep(millis);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Puts a probe on what has loaded since; whether there was anything, or nothing is to be hoped for. */
    private boolean extend(ArmedProbe probe) {
        try {
            lock();
        } catch (TargetError e) {
            return true;
        }
        try {
            if (probe.ended() || !awaiting.contains(probe)) {
                return true;
            }
            List<Planned> planned = wanted(probe);
            if (planned.isEmpty()) {
                return false;
            }
            Set<String> before = new HashSet<>(probe.sites());
            place(probe, planned);
            if (!Glob.isGlob(probe.spec().classGlob())) {
                awaiting.remove(probe);
                sendAwaited();
            }
            for (String site : probe.sites()) {
                if (!before.contains(site)) {
                    tell(probe, "armed on " + site + ", which has loaded");
                }
            }
        } catch (TargetGone e) {
            return true;
        } catch (TargetError | ExpressionError e) {
            if (!Glob.isGlob(probe.spec().classGlob())) {
                awaiting.remove(probe);
                finish(probe, "its class has loaded, but: " + e.getMessage());
            } else {
                tell(probe, "a class has loaded, but: " + e.getMessage());
            }
        } finally {
            changes.unlock();
        }
        return true;
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

    private void lookForContextAgain() {
        try {
            lock();
        } catch (TargetError e) {
            return; // they are looked for with the next probe
        }
        try {
            if (contextsAwaited) {
                contexts.look();
            }
        } catch (TargetError e) {
            // the link is over, and with it the question
        } finally {
            changes.unlock();
        }
    }

    private void finish(ArmedProbe probe, String reason) {
        links.later(() -> remove(List.of(probe), reason));
    }

    // ---- what the agent tells -------------------------------------------------------------------------------------

    @Override
    public void receive(Frame frame) {
        WireReader in = frame.reader();
        switch (frame.type()) {
            case Wire.HITS -> {
                int count = in.length(4);
                for (int i = 0; i < count; i++) {
                    hit(in.bytes());
                }
            }
            case Wire.NOTICE -> {
                int id = in.i4();
                String text = in.string();
                for (ArmedProbe probe : probes.values()) {
                    if (id == 0 || probe.id() == id) {
                        tell(probe, text);
                    }
                }
            }
            case Wire.PROBE_ENDED -> {
                ArmedProbe probe = probes.get(in.i4());
                String reason = in.string();
                ProbeCounters counters = ProbeCounters.read(in);
                if (probe != null) {
                    probe.joining.ifPresent(joining -> joining.letGo().forEach(joined -> hit(probe, joined)));
                    probe.following.ifPresent(following -> deliver(probe, following, following.letGo()));
                    probe.end(reason, counters);
                    finish(probe, reason);
                }
            }
            case Wire.CLASSES_LOADED -> loaded(in.strings());
            default -> {
                if (!stops.receive(frame.type(), in)) {
                    throw new WireException("frame of type " + frame.type());
                }
            }
        }
    }

    private void hit(byte[] bytes) {
        HitReader.Raw raw = HitReader.read(bytes);
        ArmedProbe probe = probes.get(raw.probe());
        if (probe == null || probe.ended()) {
            return; // it was removed while the hit was on its way
        }
        if (probe.joining.isEmpty()) {
            hit(probe, raw);
            return;
        }
        Joining joining = probe.joining.get();
        joining.take(raw).forEach(joined -> hit(probe, joined));
        if (raw.tree().map(tree -> tree.tasks().ofTree() == 0).orElse(false)) {
            links.look(joining.patience().plusMillis(10), () -> joining.due().forEach(joined -> hit(probe, joined)));
        }
    }

    private void hit(ArmedProbe probe, HitReader.Raw raw) {
        WovenSites.SiteUse site = sites.site(raw.site());
        if (site == null || probe.ended()) {
            return;
        }
        List<String> names = new ArrayList<>();
        for (int i = 0; i < raw.args().size(); i++) {
            names.add(i < site.names().size() ? site.names().get(i) : "arg" + i);
        }
        Hit hit = new Hit(
                raw.probe(),
                raw.event(),
                raw.time(),
                raw.costNanos(),
                raw.threadId(),
                raw.thread(),
                site.site().className,
                site.method(),
                names,
                raw.self(),
                raw.args(),
                raw.outcome(),
                raw.values(),
                raw.lost() + probe.dropped.getAndSet(0),
                new Hit.More(
                        raw.tree().map(tree -> tree(probe, tree, raw.outcome())),
                        raw.parts().context,
                        raw.parts().stack,
                        raw.parts().stackDepth,
                        raw.parts().call,
                        raw.parts().changed,
                        site.place()));
        if (probe.following.isPresent()) {
            boolean whole = hit.tree().map(CallTree::whole).orElse(true);
            deliver(probe, probe.following.get(), probe.following.get().pass(hit, whole));
        } else {
            tell(probe, hit);
        }
    }

    private CallTree tree(ArmedProbe probe, TreeReader.RawTree raw, Optional<Value> error) {
        Following following = probe.following.orElse(null);
        return TreeReader.make(
                raw,
                id -> Optional.ofNullable(sites.site(id))
                        .map(site -> new TreeReader.Name(site.site().className, site.method())),
                id -> following == null || following.isExpanded(id),
                following == null ? Integer.MAX_VALUE : following.depth(),
                following == null || following.isWhole(raw, probe.armed.size()),
                error);
    }

    private static void tell(ArmedProbe probe, Hit hit) {
        try {
            probe.listener.hit(hit);
        } catch (RuntimeException e) {
            // one listener's fault is not the others'
        }
    }

    static void tell(ArmedProbe probe, String notice) {
        try {
            probe.listener.notice(notice);
        } catch (RuntimeException e) {
            // one listener's fault is not the others'
        }
    }

    @Override
    public void dropped(Frame hits) {
        WireReader in = hits.reader();
        int count = in.length(4);
        for (int i = 0; i < count; i++) {
            ArmedProbe probe = probes.get(HitReader.probe(in.bytes()));
            if (probe != null) {
                probe.dropped.incrementAndGet();
            }
        }
    }

    @Override
    public void lost(TargetGone why) {
        lost = why;
        for (ArmedProbe probe : probes.values()) {
            probe.end(String.valueOf(why.getMessage()));
        }
        stops.lost(String.valueOf(why.getMessage()));
        probes.clear();
        awaiting.clear();
    }

    // ---- threads that stand ---------------------------------------------------------------------------------------

    Stops stops() {
        return stops;
    }

    Stepping stepping() {
        return stepping;
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
        WireReader in = link.request(Wire.COUNTERS, new WireWriter(8).i4(probe.id()));
        Map<Integer, ProbeCounters> bySite = new HashMap<>();
        try {
            int count = in.length(4);
            for (int i = 0; i < count; i++) {
                bySite.put(in.i4(), ProbeCounters.read(in));
            }
        } catch (WireException e) {
            throw new TargetError("the target's answer is broken: " + e.getMessage(), e);
        }
        Map<String, ProbeCounters> byLabel = new LinkedHashMap<>();
        for (Map.Entry<Integer, ProbePlan.Armed> each : Map.copyOf(probe.armed).entrySet()) {
            WovenSites.SiteUse site = sites.site(each.getKey());
            ProbeCounters counters = bySite.get(each.getKey());
            if (site != null && counters != null) {
                byLabel.merge(site.label(), counters, ProbeCounters::plus); // a line may have several spots
            }
        }
        Map<String, ProbeCounters> ordered = new LinkedHashMap<>();
        for (String label : probe.sites()) {
            ProbeCounters counters = byLabel.get(label);
            if (counters != null) {
                ordered.put(label, counters);
            }
        }
        return ordered;
    }

    /** Takes probes off, tells their listeners, and restores the classes that no other needs. */
    void remove(Collection<ArmedProbe> going, String reason) {
        changes.lock();
        try {
            List<ArmedProbe> present = new ArrayList<>();
            boolean awaited = false;
            for (ArmedProbe probe : going) {
                if (probes.remove(probe.id()) != null) {
                    present.add(probe);
                }
                awaited |= awaiting.remove(probe);
            }
            if (probes.isEmpty() && contextsAwaited) {
                contextsAwaited = false;
                awaited = true;
            }
            try {
                if (awaited && lost == null) {
                    sendAwaited();
                }
            } catch (TargetError e) {
                // the link is over, and with it the waiting
            }
            for (ArmedProbe probe : present) {
                ProbeCounters last = disarm(probe);
                probe.joining.ifPresent(joining -> joining.letGo().forEach(joined -> hit(probe, joined)));
                probe.following.ifPresent(following -> deliver(probe, following, following.letGo()));
                probe.end(reason, last);
            }
            restore(present);
            for (ArmedProbe probe : going) {
                probe.end(reason);
            }
        } finally {
            changes.unlock();
        }
    }

    /** A thread has gone on: classes that had their hooks for it alone get their own bytes back. */
    void restoreKept() {
        if (sites.keeps()) {
            later(() -> remove(List.of(), ""));
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
