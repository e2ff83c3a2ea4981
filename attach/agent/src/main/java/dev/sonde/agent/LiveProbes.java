package dev.sonde.agent;

import dev.sonde.wire.Buckets;
import dev.sonde.wire.ContextSource;
import dev.sonde.wire.Expr;
import dev.sonde.wire.NumberBuckets;
import dev.sonde.wire.ProbeCounters;
import dev.sonde.wire.ProbePlan;
import dev.sonde.wire.Wire;
import dev.sonde.wire.WireReader;
import dev.sonde.wire.WireWriter;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MutableCallSite;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The probes that are armed: putting them on their sites and taking them off, handing their hits to the link, and ending those
 * whose time is over. Our thread only; made with the first probe, because an agent that only waits should cost nearly nothing.
 */
final class LiveProbes {

    private static final int MOST_PENDING = 1 << 20;
    private static final int BATCH = 64 << 10;
    private static final long SECOND = 1_000_000_000L;
    /** What arming waits at the most for the fields of what hits will hold to be known. */
    private static final int LEARNING_MILLIS = 50;

    private final Jvm jvm;
    private final Classes classes;
    private final Sites sites;
    private final Link link;
    private final Capture capture;
    private final Rate targetRate;
    private final Budget targetBudget;

    private final Map<Integer, LiveProbe> probes = new HashMap<>();
    /** With the first breakpoint. */
    private @Nullable Stops stops;

    private long nextBudget;
    private boolean loaded;
    private boolean warm;

    /** @param targetRate and {@code targetBudget}: of all probes together */
    LiveProbes(Jvm jvm, Classes classes, Sites sites, Link link, Masks masks, Rate targetRate, Budget targetBudget) {
        this.jvm = jvm;
        this.classes = classes;
        this.sites = sites;
        this.link = link;
        this.targetRate = targetRate;
        this.targetBudget = targetBudget;
        capture = new Capture(jvm, masks, classes);
    }

    boolean isEmpty() {
        return probes.isEmpty();
    }

    // ---- hits and what ends a probe

    /** Puts hits on the link while it takes them; true when there were any. */
    boolean drain() {
        boolean any = stops != null && stops.drain();
        Ring<byte[]> ring = capture.ring;
        while (link.pending() < MOST_PENDING && ring.peek() != null) {
            WireWriter batch = new WireWriter(1024);
            batch.i4(0);
            int count = 0;
            for (byte[] hit = ring.peek(); hit != null && batch.size() < BATCH; hit = ring.peek()) {
                ring.remove(hit.length);
                batch.bytes(hit);
                count++;
                WireReader in = new WireReader(hit);
                LiveProbe probe = probes.get(in.i4());
                in.i4();
                if (probe != null && !(probe.tellsTwice && in.u1() != ProbePlan.ON_ENTRY)) {
                    probe.reported++;
                    probe.reportedAt = System.nanoTime();
                }
            }
            batch.patchInt(0, count);
            link.send(Wire.HITS, 0, batch);
            any = true;
        }
        return any;
    }

    /** Sends the hits of a probe that are still on the ring, so that its last counters say all; half a second at most. */
    private void handOver(LiveProbe gone) throws IOException {
        probes.put(gone.plan.id, gone);
        long deadline = System.nanoTime() + SECOND / 2;
        while (capture.ring.peek() != null && System.nanoTime() < deadline) {
            drain();
            link.turn(1);
        }
        probes.remove(gone.plan.id);
    }

    /** The threads that stand, or are stepped. */
    Stops stops() {
        Stops made = stops;
        if (made == null) {
            made = new Stops(capture, link);
            made.warmUp();
            sites.take(made.take());
            stops = made;
        }
        return made;
    }

    /** Sends on whoever stands, and lets nobody stop any more. */
    void release() {
        if (stops != null) {
            stops.close();
        }
    }

    /** Also while something else is waited for: it is about threads that stand. */
    void watchOverStops(long time) {
        if (stops != null) {
            stops.watchOver(time);
        }
    }

    void watchOver(long time) {
        watchOverStops(time);
        capture.learner.look(0);
        boolean newSecond = time - nextBudget >= 0;
        if (newSecond) {
            nextBudget = time + SECOND;
            measure();
            targetBudget.leak();
        }
        List<LiveProbe> over = null;
        for (LiveProbe probe : probes.values()) {
            probe.tick(time, newSecond);
            String error = probe.firstError;
            if (error != null && !probe.errorTold) {
                probe.errorTold = true;
                link.notice(probe.plan.id, error);
            }
            String refusal = probe.takeRefusal();
            if (refusal != null) {
                link.notice(probe.plan.id, refusal);
            }
            if (reason(probe, time) != null) {
                over = over == null ? new ArrayList<>() : over;
                over.add(probe);
            }
        }
        for (int i = 0; over != null && i < over.size(); i++) {
            LiveProbe probe = over.get(i);
            end(probe, String.valueOf(reason(probe, time)));
        }
    }

    /** Ends the probes on classes that have no hooks any more, and says why. */
    void end(IdentityHashMap<Class<?>, String> lost) {
        for (LiveProbe probe : new ArrayList<>(probes.values())) {
            String why = null;
            for (int i = 0; i < probe.taps.size() && why == null; i++) {
                why = lost.get(classes.byId(probe.taps.get(i).armed.site.classId));
            }
            if (why != null) {
                end(probe, why);
            }
        }
    }

    private void end(LiveProbe probe, String why) {
        disarm(probe);
        drain();
        WireWriter out = new WireWriter(3000);
        out.i4(probe.plan.id).string(why);
        total(probe).write(out);
        link.send(Wire.PROBE_ENDED, 0, out);
    }

    private void measure() {
        for (LiveProbe probe : probes.values()) {
            if (probe.tracing != null) {
                Tracing.measure(capture, 1_000_000L);
                return;
            }
        }
    }

    private static @Nullable String reason(LiveProbe probe, long time) {
        ProbePlan plan = probe.plan;
        String overBudget = probe.overBudget();
        if (overBudget != null) {
            return overBudget;
        }
        if (plan.hits > 0
                && probe.reported >= plan.hits
                && (!probe.awaitsEnds() || time - probe.reportedAt > 2 * SECOND)) {
            return "its " + plan.hits + " hits are used up";
        }
        if (plan.leaseMillis > 0 && time - probe.armedAt > plan.leaseMillis * 1_000_000L) {
            return "its time is over";
        }
        return null;
    }

    // ---- arming and disarming

    private LiveProbe probe(int id) {
        LiveProbe probe = probes.get(id);
        if (probe == null) {
            throw new Refusal("probe " + id + " is not armed");
        }
        return probe;
    }

    /** Takes a probe off and answers its last counters. */
    void disarm(int id, WireWriter out) throws IOException {
        LiveProbe gone = probe(id);
        disarm(gone);
        handOver(gone);
        total(gone).write(out);
    }

    void counters(int id, WireWriter out) {
        counters(probe(id), out);
    }

    /** Answers expressions about a class, with the limits and masks of hits. */
    void evaluate(WireReader in, WireWriter out) {
        Evaluation.run(classes, capture, in, out);
    }

    /** Sets where the application keeps what request a thread works for; answers what of it is there. */
    void contexts(WireReader in, WireWriter out) {
        List<ContextSource> wanted = new ArrayList<>();
        int count = in.length(1);
        for (int i = 0; i < count; i++) {
            wanted.add(ContextSource.read(in));
        }
        capture.containers.prepare();
        out.strings(capture.contexts.set(wanted, classes.all(), capture.learner));
    }

    /** Arms a probe, or gives one that is armed a new plan: then it goes on counting, at each site that it keeps. */
    void arm(ProbePlan plan) {
        warmUp(plan);
        if (plan.kind == ProbePlan.TRACE) {
            Tracing.measure(capture, 10_000_000L);
        }
        if (plan.limits.frames > 0) {
            Stacks.write(new WireWriter(1024), 4); // so that no thread of the application loads what it needs
        }
        LiveProbe known = probes.get(plan.id);
        LiveProbe probe = known != null
                ? known
                : new LiveProbe(plan, targetRate, targetBudget, plan.park == null ? null : stops());
        ProbePlan before = probe.plan;
        if (before.kind != plan.kind) {
            throw new Refusal("probe " + plan.id + " cannot become one of another kind");
        }
        List<Tap> old = probe.taps;
        List<Tap> kept = new ArrayList<>();
        List<Tap> fresh = new ArrayList<>();
        IdentityHashMap<SiteHooks, List<Tap>> changed = new IdentityHashMap<>();
        List<Tap> all = new ArrayList<>(plan.sites.size());
        IdentityHashMap<SiteHooks, @Nullable MethodHandle[]> composed;
        probe.plan = plan;
        try {
            for (int i = 0; i < plan.sites.size(); i++) {
                ProbePlan.Armed armed = plan.sites.get(i);
                SiteHooks site = sites.site(armed.site.id);
                Tap there = on(site, old);
                if (there != null && before.when == plan.when && same(there.armed, armed)) {
                    kept.add(there);
                    all.add(there);
                    continue;
                }
                Tap tap = next(there, probe, armed, site);
                fresh.add(tap);
                all.add(tap);
                prepare(armed);
                capture.learner.expect(plan, armed);
                with(site, probe, changed).add(tap);
            }
            for (int i = 0; i < old.size(); i++) {
                if (!kept.contains(old.get(i))) {
                    with(old.get(i).site, probe, changed);
                }
            }
            capture.learner.look(0);
            composed = compose(changed);
        } catch (Throwable impossible) {
            probe.plan = before;
            free(fresh, old);
            throw refusal(impossible);
        }
        capture.learner.await(LEARNING_MILLIS);
        probe.taps = all;
        probe.allTapsAreThere();
        probe.planned();
        probes.put(plan.id, probe);
        try {
            point(changed, composed);
        } catch (Throwable halfway) {
            end(probe, "it could not be armed everywhere");
            throw refusal(halfway);
        }
        if (probe.tracing != null) {
            probe.tracing.followed = plan.sites.size();
        }
        old.removeAll(kept);
        free(old, all);
    }

    private static Refusal refusal(Throwable impossible) {
        String message = impossible instanceof RuntimeException ? impossible.getMessage() : null;
        return new Refusal("it cannot be armed: "
                + (message == null ? impossible.getClass().getName() : message));
    }

    /** With the bit of the one before, where both want one: calls under way carry it. */
    private Tap next(@Nullable Tap before, LiveProbe probe, ProbePlan.Armed armed, SiteHooks site) {
        long bit = before == null || !Tap.wantsExit(probe.plan) ? 0 : before.bit;
        if (bit == 0 && Tap.wantsExit(probe.plan)) {
            bit = site.takeBit();
        }
        long opens = before == null || !Tap.opens(probe.plan, armed) ? 0 : before.opens;
        if (opens == 0 && Tap.opens(probe.plan, armed)) {
            opens = site.takeBit();
        }
        return before != null ? before.then(armed, bit, opens) : new Tap(probe, armed, site, capture, bit, opens);
    }

    private static @Nullable Tap on(SiteHooks site, List<Tap> taps) {
        for (int i = 0; i < taps.size(); i++) {
            if (taps.get(i).site == site) {
                return taps.get(i);
            }
        }
        return null;
    }

    /** Whether two say the same of a site, so that its hooks can stay as they are. */
    private static boolean same(ProbePlan.Armed a, ProbePlan.Armed b) {
        return Arrays.equals(bytes(a), bytes(b));
    }

    private static byte[] bytes(ProbePlan.Armed armed) {
        WireWriter out = new WireWriter(64);
        out.bool(armed.decideOnExit).bool(armed.callee).u1(armed.role).bool(armed.condition != null);
        if (armed.condition != null) {
            armed.condition.write(out);
        }
        for (int i = 0; i < armed.captures.size(); i++) {
            armed.captures.get(i).write(out);
        }
        return out.toByteArray();
    }

    private void prepare(ProbePlan.Armed armed) {
        Expr condition = armed.condition;
        if (condition != null) {
            capture.prepare(condition);
            capture.prepareStatics(condition, armed.site.classId);
        }
        for (int i = 0; i < armed.captures.size(); i++) {
            capture.prepare(armed.captures.get(i));
            capture.prepareStatics(armed.captures.get(i), armed.site.classId);
        }
    }

    private static List<Tap> with(
            SiteHooks site, @Nullable LiveProbe without, IdentityHashMap<SiteHooks, List<Tap>> changed) {
        List<Tap> taps = changed.get(site);
        if (taps == null) {
            taps = new ArrayList<>();
            for (int i = 0; i < site.taps.size(); i++) {
                if (site.taps.get(i).probe != without) {
                    taps.add(site.taps.get(i));
                }
            }
            changed.put(site, taps);
        }
        return taps;
    }

    /** The handles of all sites that change. This is what can fail; it changes nothing. */
    private IdentityHashMap<SiteHooks, @Nullable MethodHandle[]> compose(
            IdentityHashMap<SiteHooks, List<Tap>> changed) {
        IdentityHashMap<SiteHooks, @Nullable MethodHandle[]> composed = new IdentityHashMap<>();
        for (Map.Entry<SiteHooks, List<Tap>> each : changed.entrySet()) {
            composed.put(each.getKey(), SiteHooks.compose(jvm, classes, each.getValue()));
        }
        return composed;
    }

    private static void point(
            IdentityHashMap<SiteHooks, List<Tap>> changed,
            IdentityHashMap<SiteHooks, @Nullable MethodHandle[]> composed) {
        for (Map.Entry<SiteHooks, List<Tap>> each : changed.entrySet()) {
            each.getKey().taps = each.getValue();
        }
        List<MutableCallSite> callSites = new ArrayList<>();
        for (Map.Entry<SiteHooks, @Nullable MethodHandle[]> each : composed.entrySet()) {
            each.getKey().point(each.getValue(), callSites);
        }
        SiteHooks.sync(callSites);
    }

    private void disarm(LiveProbe probe) {
        IdentityHashMap<SiteHooks, List<Tap>> changed = new IdentityHashMap<>();
        for (int i = 0; i < probe.taps.size(); i++) {
            with(probe.taps.get(i).site, probe, changed);
        }
        point(changed, compose(changed));
        free(probe.taps, new ArrayList<>());
        probes.remove(probe.plan.id);
    }

    /** Gives back what taps have taken, but for the bits that others go on with. */
    private void free(List<Tap> gone, List<Tap> others) {
        for (int i = 0; i < gone.size(); i++) {
            Tap tap = gone.get(i);
            Tap other = on(tap.site, others);
            if (other == null || other.bit != tap.bit) {
                tap.site.giveBit(tap.bit);
            }
            if (other == null || other.opens != tap.opens) {
                tap.site.giveBit(tap.opens);
            }
            if (tap.armed.condition != null) {
                capture.forget(tap.armed.condition);
            }
            for (int c = 0; c < tap.armed.captures.size(); c++) {
                capture.forget(tap.armed.captures.get(c));
            }
        }
    }

    private static void counters(LiveProbe probe, WireWriter out) {
        out.i4(probe.taps.size());
        boolean first = true;
        for (int i = 0; i < probe.taps.size(); i++) {
            Tap tap = probe.taps.get(i);
            long[] buckets = new long[tap.counts() ? Buckets.COUNT : 0];
            out.i4(tap.site.id);
            if (tap.armed.callee) {
                reached(tap).write(out);
                continue;
            }
            if (tap.sums()) {
                summed(tap, first).write(out);
                first = false;
                continue;
            }
            counters(probe, first, buckets, tap.counts() ? tap.counter.readInto(buckets) : new long[3])
                    .write(out);
            first = false;
        }
    }

    /** What a trace follows is not counted; whether it was in a tree is told. */
    private static ProbeCounters reached(Tap tap) {
        return new ProbeCounters(tap.reached ? 1 : 0, 0, 0, 0, 0, 0, 0, 0, new long[0]);
    }

    private static ProbeCounters summed(Tap tap, boolean first) {
        long[] buckets = new long[NumberBuckets.COUNT];
        double[] numbers = tap.numbers().readInto(buckets);
        ProbeCounters counted = counters(tap.probe, first, buckets, new long[3]);
        return counted.withNumbers(numbers[0], numbers[1], numbers[2]);
    }

    private static ProbeCounters total(LiveProbe probe) {
        if (probe.plan.kind == ProbePlan.VALUE && !probe.taps.isEmpty()) {
            ProbeCounters total = summed(probe.taps.get(0), true);
            for (int i = 1; i < probe.taps.size(); i++) {
                total = total.plus(summed(probe.taps.get(i), false));
            }
            return total;
        }
        boolean counts = probe.plan.kind == ProbePlan.COUNT;
        long[] buckets = new long[counts ? Buckets.COUNT : 0];
        long[] sums = new long[3];
        for (int i = 0; counts && i < probe.taps.size(); i++) {
            long[] one = probe.taps.get(i).counter.readInto(buckets);
            sums[0] += one[0];
            sums[1] += one[1];
            sums[2] = Math.max(sums[2], one[2]);
        }
        return counters(probe, true, buckets, sums);
    }

    /** What is counted for a whole probe stands at its first site. */
    private static ProbeCounters counters(LiveProbe probe, boolean first, long[] buckets, long[] sums) {
        long hits = first ? probe.hits() : 0;
        for (long bucket : buckets) {
            hits += bucket;
        }
        return new ProbeCounters(
                hits,
                sums[0],
                first ? probe.reported : 0,
                first ? probe.limited() : 0,
                first ? probe.dropped() : 0,
                first ? probe.errors.get() : 0,
                sums[1],
                sums[2],
                buckets);
    }

    private void warmUp(ProbePlan plan) {
        if (!loaded) {
            loaded = true;
            WarmUp.load();
            LiveProbe.exempt(Thread.currentThread());
        }
        if (!warm && !onlyCounts(plan)) {
            warm = true;
            jvm.prepareCaptures();
            WarmUp.run(capture);
        }
    }

    /** Whether it looks at no value, so that what captures need can wait for another probe. */
    private static boolean onlyCounts(ProbePlan plan) {
        for (int i = 0; i < plan.sites.size(); i++) {
            if (plan.kind != ProbePlan.COUNT || plan.sites.get(i).condition != null) {
                return false;
            }
        }
        return true;
    }
}
