package dev.sonde.agent;

import dev.sonde.wire.Buckets;
import dev.sonde.wire.Expr;
import dev.sonde.wire.ProbeCounters;
import dev.sonde.wire.ProbePlan;
import dev.sonde.wire.Wire;
import dev.sonde.wire.WireReader;
import dev.sonde.wire.WireWriter;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MutableCallSite;
import java.util.ArrayList;
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

    private final Jvm jvm;
    private final Classes classes;
    private final Sites sites;
    private final Link link;
    private final Capture capture;
    private final Rate targetRate;

    private final Map<Integer, LiveProbe> probes = new HashMap<>();
    private long nextBudget;
    private boolean warm;

    /** @param targetRate hits per second of all probes together */
    LiveProbes(Jvm jvm, Classes classes, Sites sites, Link link, Masks masks, Rate targetRate) {
        this.jvm = jvm;
        this.classes = classes;
        this.sites = sites;
        this.link = link;
        this.targetRate = targetRate;
        capture = new Capture(jvm, masks, classes);
    }

    boolean isEmpty() {
        return probes.isEmpty();
    }

    // ---- hits and what ends a probe

    /** Puts hits on the link while it takes them; true when there were any. */
    boolean drain() {
        boolean any = false;
        Ring<byte[]> ring = capture.ring;
        while (link.pending() < MOST_PENDING) {
            WireWriter batch = new WireWriter(1024);
            batch.i4(0);
            int count = 0;
            for (byte[] hit = ring.peek(); hit != null && batch.size() < BATCH; hit = ring.peek()) {
                ring.remove(hit.length);
                batch.bytes(hit);
                count++;
                LiveProbe probe = probes.get(new WireReader(hit).i4());
                if (probe != null) {
                    probe.reported++;
                }
            }
            if (count == 0) {
                break;
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

    void watchOver(long time) {
        boolean newSecond = time - nextBudget >= 0;
        if (newSecond) {
            nextBudget = time + SECOND;
        }
        List<LiveProbe> over = null;
        for (LiveProbe probe : probes.values()) {
            String error = probe.firstError;
            if (error != null && !probe.errorTold) {
                probe.errorTold = true;
                link.notice(probe.plan.id, error);
            }
            if (reason(probe, time) != null) {
                over = over == null ? new ArrayList<>() : over;
                over.add(probe);
            } else if (newSecond) {
                probe.spent.set(0);
            }
        }
        for (int i = 0; over != null && i < over.size(); i++) {
            LiveProbe probe = over.get(i);
            String why = String.valueOf(reason(probe, time));
            disarm(probe);
            drain();
            WireWriter out = new WireWriter(3000);
            out.i4(probe.plan.id).string(why);
            total(probe).write(out);
            link.send(Wire.PROBE_ENDED, 0, out);
        }
    }

    private static @Nullable String reason(LiveProbe probe, long time) {
        ProbePlan plan = probe.plan;
        if (probe.tripped) {
            return "it used more than " + plan.budgetMicros + " microseconds in a second";
        }
        if (plan.hits > 0 && probe.reported >= plan.hits) {
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

    void arm(ProbePlan plan) {
        warmUp();
        LiveProbe old = probes.get(plan.id);
        LiveProbe probe = new LiveProbe(plan, targetRate);
        IdentityHashMap<SiteHooks, List<Tap>> changed = new IdentityHashMap<>();
        try {
            for (int i = 0; i < plan.sites.size(); i++) {
                ProbePlan.Armed armed = plan.sites.get(i);
                SiteHooks site = sites.site(armed.site.id);
                long bit = Tap.wantsExit(plan) ? site.takeBit() : 0;
                Tap tap = new Tap(probe, armed, site, capture, bit);
                probe.taps.add(tap);
                prepare(armed);
                with(site, old, changed).add(tap);
            }
            for (int i = 0; old != null && i < old.taps.size(); i++) {
                with(old.taps.get(i).site, old, changed);
            }
            apply(changed);
        } catch (RuntimeException impossible) {
            for (int i = 0; i < probe.taps.size(); i++) {
                Tap tap = probe.taps.get(i);
                tap.site.giveBit(tap.bit);
            }
            String message = impossible.getMessage();
            throw new Refusal("it cannot be armed: "
                    + (message == null ? impossible.getClass().getName() : message));
        }
        if (old != null) {
            free(old);
        }
        probes.put(plan.id, probe);
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

    /** All or nothing: composes everything first, because that is what can fail. */
    private void apply(IdentityHashMap<SiteHooks, List<Tap>> changed) {
        IdentityHashMap<SiteHooks, @Nullable MethodHandle[]> composed = new IdentityHashMap<>();
        for (Map.Entry<SiteHooks, List<Tap>> each : changed.entrySet()) {
            composed.put(each.getKey(), SiteHooks.compose(jvm, classes, each.getValue()));
        }
        List<MutableCallSite> callSites = new ArrayList<>();
        for (Map.Entry<SiteHooks, @Nullable MethodHandle[]> each : composed.entrySet()) {
            SiteHooks site = each.getKey();
            List<Tap> taps = changed.get(site);
            site.taps.clear();
            if (taps != null) {
                site.taps.addAll(taps);
            }
            site.point(each.getValue(), callSites);
        }
        SiteHooks.sync(callSites);
    }

    private void disarm(LiveProbe probe) {
        IdentityHashMap<SiteHooks, List<Tap>> changed = new IdentityHashMap<>();
        for (int i = 0; i < probe.taps.size(); i++) {
            with(probe.taps.get(i).site, probe, changed);
        }
        apply(changed);
        free(probe);
        probes.remove(probe.plan.id);
    }

    private void free(LiveProbe probe) {
        for (int i = 0; i < probe.taps.size(); i++) {
            Tap tap = probe.taps.get(i);
            tap.site.giveBit(tap.bit);
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
        for (int i = 0; i < probe.taps.size(); i++) {
            Tap tap = probe.taps.get(i);
            long[] buckets = new long[tap.counts() ? Buckets.COUNT : 0];
            out.i4(tap.site.id);
            counters(probe, i == 0, buckets, tap.counts() ? tap.counter.readInto(buckets) : new long[3])
                    .write(out);
        }
    }

    private static ProbeCounters total(LiveProbe probe) {
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
        long hits = first ? probe.hits.get() : 0;
        for (long bucket : buckets) {
            hits += bucket;
        }
        return new ProbeCounters(
                hits,
                sums[0],
                first ? probe.reported : 0,
                first ? probe.limited.get() : 0,
                first ? probe.dropped.get() : 0,
                first ? probe.errors.get() : 0,
                sums[1],
                sums[2],
                buckets);
    }

    private void warmUp() {
        if (!warm) {
            warm = true;
            jvm.prepareCaptures();
            WarmUp.run(capture);
        }
    }
}
