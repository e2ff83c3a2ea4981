package dev.sonde.agent;

import dev.sonde.wire.Buckets;
import dev.sonde.wire.Expr;
import dev.sonde.wire.ProbeCounters;
import dev.sonde.wire.ProbePlan;
import dev.sonde.wire.Wire;
import dev.sonde.wire.WireReader;
import dev.sonde.wire.WireWriter;
import java.io.Closeable;
import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.lang.invoke.MutableCallSite;
import java.sonde.SpyV1;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The agent: one thread that speaks with the bastion, and heals the target when it no longer can.
 *
 * <p>Everything here runs on that thread, but for {@link Linker}, which the JVM calls when it reaches a hook for the first
 * time. However the thread ends, it ends through {@link #heal}.
 */
public final class Agent implements Runnable {

    private static final int MOST_PENDING = 1 << 20;
    private static final int BATCH = 64 << 10;
    private static final long SECOND = 1_000_000_000L;
    private static final int SITE_BUCKETS = 1024;

    private final Instrumentation instrumentation;
    private final String jar;
    private final String address;
    private final String agentToken;
    private final String bastionToken;

    /** Sites by number: chains that only grow, so that linking reads them without a lock. */
    private final AtomicReferenceArray<@Nullable Chain> sites = new AtomicReferenceArray<>(SITE_BUCKETS);

    private final Map<Integer, LiveProbe> probes = new HashMap<>();
    private final Rate targetRate = new Rate(0);
    private final Masks masks = new Masks();

    private volatile boolean closed;

    private @Nullable Running running;
    private Collection<Closeable> openJars = new ArrayList<>();
    private int spySlot = -1;
    private final Linker linker = new Linker();
    private long silenceNanos = 10 * SECOND;
    private int lastQuestion;
    private @Nullable Exception broken;
    private List<Glob> awaited = new ArrayList<>();
    private final Map<String, Long> expected = new HashMap<>();
    private long nextBudget;
    private long nextLook;
    private boolean preloaded;

    /** What exists from the first frame on. */
    private static final class Running {
        final Jvm jvm;
        final Classes classes;
        final Weaving weaving;
        final Capture capture;
        final Link link;

        Running(Jvm jvm, Classes classes, Weaving weaving, Capture capture, Link link) {
            this.jvm = jvm;
            this.classes = classes;
            this.weaving = weaving;
            this.capture = capture;
            this.link = link;
        }
    }

    private static final class Chain {
        final SiteHooks site;
        final @Nullable Chain next;

        Chain(SiteHooks site, @Nullable Chain next) {
            this.site = site;
            this.next = next;
        }
    }

    private Agent(String[] arguments, Instrumentation instrumentation) {
        this.instrumentation = instrumentation;
        this.jar = arguments[1];
        this.address = arguments[2];
        this.agentToken = arguments[3];
        this.bastionToken = arguments[4];
    }

    /**
     * Starts the agent's thread and returns. Called by {@link Bootstrap}, perhaps an older one.
     *
     * @param arguments {@code 1;JAR;ADDRESS;AGENT_TOKEN;BASTION_TOKEN}
     */
    public static void start(String arguments, Instrumentation instrumentation) {
        String[] fields = new String[5];
        int from = 0;
        for (int i = 0; i < fields.length; i++) {
            int to = i == fields.length - 1 ? arguments.length() : arguments.indexOf(';', from);
            fields[i] = arguments.substring(from, to);
            from = to + 1;
        }
        if (!fields[0].equals("1")) {
            return;
        }
        ThreadGroup group = Thread.currentThread().getThreadGroup();
        while (group.getParent() != null) {
            group = group.getParent();
        }
        Thread thread = new Thread(group, new Agent(fields, instrumentation), "sonde-agent");
        thread.setDaemon(true);
        thread.setContextClassLoader(null);
        thread.start();
    }

    @Override
    public void run() {
        try {
            Running now = open();
            running = now;
            serve(now);
        } catch (Throwable end) {
            // a link that is lost, a frame that is wrong, a fault of ours: all end the same way
        } finally {
            try {
                healUntilDone();
            } finally {
                Running last = running;
                if (last != null) {
                    last.link.close();
                }
            }
        }
    }

    /**
     * Heals, and again after a pause when a step failed: in a target whose heap is full any step may, and what it is full of
     * may be gone a moment later. Ends after about a minute, because a class that another agent has made unchangeable never
     * gets its bytes back; its hooks do nothing.
     */
    private void healUntilDone() {
        for (int attempt = 0; attempt < 20; attempt++) {
            try {
                if (heal()) {
                    return;
                }
            } catch (Throwable full) {
                // again, a little later
            }
            LockSupport.parkNanos(Math.min(100_000_000L << attempt, 5_000_000_000L));
        }
    }

    private Running open() throws Exception {
        Jvm jvm = new Jvm(instrumentation);
        openJars = jvm.forgetJar(jar);
        Link link = new Link(address);
        try {
            jvm.spy();
            spySlot = SpyV1.attach(linker);
            Classes classes = new Classes(instrumentation, jvm);
            WireWriter hello = new WireWriter(256);
            hello.string(agentToken)
                    .i4(Wire.VERSION)
                    .string(System.getProperty("java.version", ""))
                    .string(System.getProperty("java.vm.name", ""))
                    .i4(spySlot)
                    .bool(Jvm.FEATURE <= 22);
            link.send(Wire.HELLO, 0, hello);
            return new Running(
                    jvm, classes, new Weaving(this, instrumentation, classes), new Capture(jvm, masks, classes), link);
        } catch (Throwable t) {
            link.close();
            throw t;
        }
    }

    // ---- the loop

    private void serve(Running now) throws Exception {
        Link link = now.link;
        long started = System.nanoTime();
        boolean welcome = false;
        long idle = 1;
        while (true) {
            link.turn(idle);
            boolean busy = false;
            for (Link.Frame frame = link.take(); frame != null; frame = link.take()) {
                busy = true;
                if (!welcome) {
                    welcome(frame);
                    welcome = true;
                } else if (!handle(now, frame)) {
                    return;
                }
                if (broken != null) {
                    throw broken;
                }
            }
            long time = System.nanoTime();
            if (time - link.heard > silenceNanos || (!welcome && time - started > 10 * SECOND)) {
                throw new IOException("silence");
            }
            busy |= drain(now);
            watchOver(now, time);
            if (!openJars.isEmpty() && time - started > 2 * SECOND) {
                closeJars();
            }
            // Nobody wakes us up for a hit, so we look: each millisecond while there are any, each ten while there may
            // be.
            long most = probes.isEmpty() && awaited.isEmpty() ? 200 : 10;
            idle = busy ? 1 : Math.min(most, idle * 2);
        }
    }

    private void welcome(Link.Frame frame) throws IOException {
        if (frame.type != Wire.WELCOME) {
            throw new IOException("not a welcome");
        }
        WireReader in = new WireReader(frame.payload);
        String token = in.string();
        int different = token.length() ^ bastionToken.length();
        for (int i = 0; i < token.length(); i++) {
            different |= token.charAt(i) ^ bastionToken.charAt(i % bastionToken.length());
        }
        if (different != 0) {
            throw new IOException("not our bastion");
        }
        int silenceMillis = in.i4();
        silenceNanos = silenceMillis * 1_000_000L;
        targetRate.set(in.i4());
        masks.set(in.strings(), in.strings());
    }

    /** Does one request; false when it was the last. */
    private boolean handle(Running now, Link.Frame frame) throws Exception {
        if (frame.type == Wire.REPLY || frame.type == Wire.REFUSED) {
            // the answer to a question that we no longer ask
            return true;
        }
        WireReader in = new WireReader(frame.payload);
        WireWriter out = new WireWriter(256);
        try {
            switch (frame.type) {
                case Wire.PING:
                    break;
                case Wire.BYE:
                    heal();
                    now.link.send(Wire.REPLY, frame.correlation, out);
                    now.link.drain(1000);
                    return false;
                case Wire.FIND_CLASSES:
                    now.classes.find(in, out, now.weaving);
                    break;
                case Wire.CLASS_FILE:
                    now.classes.classFile(in, out);
                    break;
                case Wire.RESOLVE_CLASS:
                    now.classes.resolve(in, out, now.weaving);
                    break;
                case Wire.LOADERS:
                    now.classes.loaders(out);
                    break;
                case Wire.ON_STACK:
                    Classes.onStack(in, out);
                    break;
                case Wire.CLASS_ORIGINS:
                    now.classes.origins(in, out);
                    break;
                case Wire.EVALUATE:
                    Evaluation.run(now.classes, now.capture, in, out);
                    break;
                case Wire.RETRANSFORM:
                    now.weaving.retransform(in.ints(), out);
                    break;
                case Wire.ARM:
                    arm(now, ProbePlan.read(in));
                    break;
                case Wire.DISARM:
                    LiveProbe gone = probe(in.i4());
                    disarm(now, gone);
                    handOver(now, gone);
                    total(gone).write(out);
                    break;
                case Wire.COUNTERS:
                    counters(probe(in.i4()), out);
                    break;
                case Wire.AWAIT_CLASSES:
                    await(now, in.strings());
                    break;
                default:
                    throw new Refusal("request " + frame.type + " is not known to this agent");
            }
        } catch (Refusal refusal) {
            if (frame.correlation != 0) {
                WireWriter reason = new WireWriter(256);
                now.link.send(Wire.REFUSED, frame.correlation, reason.string(String.valueOf(refusal.getMessage())));
            }
            return true;
        }
        if (frame.correlation != 0) {
            now.link.send(Wire.REPLY, frame.correlation, out);
        }
        return true;
    }

    /** A question to the bastion; other frames wait until it is answered. */
    WireReader ask(int type, WireWriter payload) {
        Running now = running;
        if (now == null || broken != null) {
            throw new IllegalStateException("no link");
        }
        int question = ++lastQuestion;
        List<Link.Frame> others = new ArrayList<>();
        try {
            now.link.send(type, question, payload);
            long deadline = System.nanoTime() + 10 * SECOND;
            while (System.nanoTime() < deadline) {
                now.link.turn(50);
                for (Link.Frame frame = now.link.take(); frame != null; frame = now.link.take()) {
                    boolean answer = frame.type == Wire.REPLY || frame.type == Wire.REFUSED;
                    if (answer && frame.correlation == question) {
                        WireReader in = new WireReader(frame.payload);
                        if (frame.type == Wire.REFUSED) {
                            throw new Refusal(in.string());
                        }
                        return in;
                    }
                    others.add(frame);
                }
                drain(now);
            }
            broken = new IOException("no answer");
            throw new Refusal("no answer within 10 s");
        } catch (IOException lost) {
            broken = lost;
            throw new IllegalStateException(lost);
        } finally {
            List<Link.Frame> newer = new ArrayList<>();
            for (Link.Frame frame = now.link.take(); frame != null; frame = now.link.take()) {
                newer.add(frame);
            }
            others.addAll(newer);
            for (int i = 0; i < others.size(); i++) {
                now.link.later(others.get(i));
            }
        }
    }

    // ---- hits and what ends a probe

    /** Puts hits on the link while it takes them; true when there were any. */
    private boolean drain(Running now) {
        boolean any = false;
        Ring<byte[]> ring = now.capture.ring;
        while (now.link.pending() < MOST_PENDING) {
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
            now.link.send(Wire.HITS, 0, batch);
            any = true;
        }
        return any;
    }

    /** Sends the hits of a probe that are still on the ring, so that its last counters say all; half a second at most. */
    private void handOver(Running now, LiveProbe gone) throws IOException {
        probes.put(gone.plan.id, gone);
        long deadline = System.nanoTime() + SECOND / 2;
        while (now.capture.ring.peek() != null && System.nanoTime() < deadline) {
            drain(now);
            now.link.turn(1);
        }
        probes.remove(gone.plan.id);
    }

    private void watchOver(Running now, long time) {
        boolean newSecond = time - nextBudget >= 0;
        if (newSecond) {
            nextBudget = time + SECOND;
        }
        List<LiveProbe> over = null;
        for (LiveProbe probe : probes.values()) {
            String error = probe.firstError;
            if (error != null && !probe.errorTold) {
                probe.errorTold = true;
                notice(now, probe.plan.id, error);
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
            disarm(now, probe);
            drain(now);
            WireWriter out = new WireWriter(3000);
            out.i4(probe.plan.id).string(why);
            total(probe).write(out);
            now.link.send(Wire.PROBE_ENDED, 0, out);
        }
        String stranger = now.weaving.takeStranger();
        if (stranger != null) {
            notice(now, 0, stranger);
        }
        if (!awaited.isEmpty()) {
            loaded(now, time);
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

    private static void notice(Running now, int probeId, String text) {
        WireWriter out = new WireWriter(256);
        out.i4(probeId).string(text);
        now.link.send(Wire.NOTICE, 0, out);
    }

    // ---- probes

    private LiveProbe probe(int id) {
        LiveProbe probe = probes.get(id);
        if (probe == null) {
            throw new Refusal("probe " + id + " is not armed");
        }
        return probe;
    }

    private void arm(Running now, ProbePlan plan) {
        preload(now);
        LiveProbe old = probes.get(plan.id);
        LiveProbe probe = new LiveProbe(plan, targetRate);
        IdentityHashMap<SiteHooks, List<Tap>> changed = new IdentityHashMap<>();
        try {
            for (int i = 0; i < plan.sites.size(); i++) {
                ProbePlan.Armed armed = plan.sites.get(i);
                SiteHooks site = site(armed.site.id);
                long bit = Tap.wantsExit(plan) ? site.takeBit() : 0;
                Tap tap = new Tap(probe, armed, site, now.capture, bit);
                probe.taps.add(tap);
                prepare(now, armed);
                with(site, old, changed).add(tap);
            }
            for (int i = 0; old != null && i < old.taps.size(); i++) {
                with(old.taps.get(i).site, old, changed);
            }
            apply(now, changed);
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
            free(now, old);
        }
        probes.put(plan.id, probe);
    }

    private static void prepare(Running now, ProbePlan.Armed armed) {
        Expr condition = armed.condition;
        if (condition != null) {
            now.capture.prepare(condition);
            now.capture.prepareStatics(condition, armed.site.classId);
        }
        for (int i = 0; i < armed.captures.size(); i++) {
            now.capture.prepare(armed.captures.get(i));
            now.capture.prepareStatics(armed.captures.get(i), armed.site.classId);
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
    private static void apply(Running now, IdentityHashMap<SiteHooks, List<Tap>> changed) {
        IdentityHashMap<SiteHooks, @Nullable MethodHandle[]> composed = new IdentityHashMap<>();
        for (Map.Entry<SiteHooks, List<Tap>> each : changed.entrySet()) {
            composed.put(each.getKey(), SiteHooks.compose(now.jvm, now.classes, each.getValue()));
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

    private void disarm(Running now, LiveProbe probe) {
        IdentityHashMap<SiteHooks, List<Tap>> changed = new IdentityHashMap<>();
        for (int i = 0; i < probe.taps.size(); i++) {
            with(probe.taps.get(i).site, probe, changed);
        }
        apply(now, changed);
        free(now, probe);
        probes.remove(probe.plan.id);
    }

    private static void free(Running now, LiveProbe probe) {
        for (int i = 0; i < probe.taps.size(); i++) {
            Tap tap = probe.taps.get(i);
            tap.site.giveBit(tap.bit);
            if (tap.armed.condition != null) {
                now.capture.forget(tap.armed.condition);
            }
            for (int c = 0; c < tap.armed.captures.size(); c++) {
                now.capture.forget(tap.armed.captures.get(c));
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

    // ---- sites and linking

    private SiteHooks site(int id) {
        int bucket = id & (SITE_BUCKETS - 1);
        while (true) {
            Chain head = sites.get(bucket);
            for (Chain each = head; each != null; each = each.next) {
                if (each.site.id == id) {
                    return each.site;
                }
            }
            SiteHooks site = new SiteHooks(id);
            if (sites.compareAndSet(bucket, head, new Chain(site, head))) {
                return site;
            }
        }
    }

    /** Links hooks, on the thread of the application that reached one first. Null: the spy gives it one that does nothing. */
    private final class Linker implements Function<Object[], @Nullable Object> {
        @Override
        public @Nullable Object apply(Object[] of) {
            int hook = Shape.hook((String) of[0]);
            return hook < 0 || closed ? null : site((Integer) of[2]).link(hook, (MethodType) of[1]);
        }
    }

    /** Loads what threads of the application will run, so that none of them has to. */
    private void preload(Running now) {
        if (preloaded) {
            return;
        }
        preloaded = true;
        String[] names = {
            "Capture$Copy",
            "Containers$ArrayElements",
            "Counter",
            "Failure",
            "Interpreter",
            "Interpreter$Counted",
            "Layouts$Layout",
            "LiveProbe",
            "Ops",
            "Shape",
            "SiteHooks",
            "SiteHooks$Linked",
            "Tap",
            "Texts",
            "Rate",
        };
        for (String name : names) {
            try {
                Class.forName("dev.sonde.agent." + name, true, Agent.class.getClassLoader());
            } catch (ClassNotFoundException later) {
                // then it is loaded when it is needed
            }
        }
        now.jvm.prepareCaptures();
        now.capture.containers.prepare();
        WarmUp.run(now.capture);
    }

    // ---- classes that are awaited

    private void await(Running now, List<String> globs) {
        List<Glob> all = new ArrayList<>();
        for (int i = 0; i < globs.size(); i++) {
            all.add(new Glob(globs.get(i)));
        }
        awaited = all;
        expected.clear();
        now.weaving.awaiting = !all.isEmpty();
        now.weaving.register();
    }

    /** A class is told of when it is really there: its name passes us before it is. */
    private void loaded(Running now, long time) {
        Ring<String> loading = now.weaving.loading;
        for (String internal = loading.peek(); internal != null; internal = loading.peek()) {
            loading.remove(1);
            String name = internal.replace('/', '.');
            for (int i = 0; i < awaited.size(); i++) {
                if (expected.size() < 10_000 && awaited.get(i).matchesClass(name)) {
                    expected.put(name, time + 10 * SECOND);
                    break;
                }
            }
        }
        if (now.weaving.loadingLost) {
            now.weaving.loadingLost = false;
            notice(now, 0, "so many classes loaded at once that some were not looked at");
        }
        if (expected.isEmpty() || time - nextLook < 0) {
            return;
        }
        nextLook = time + 50_000_000;
        Set<String> there = new HashSet<>();
        for (Class<?> type : instrumentation.getAllLoadedClasses()) {
            String name = type.getName();
            if (expected.containsKey(name)) {
                there.add(name);
            }
        }
        for (Iterator<Map.Entry<String, Long>> each = expected.entrySet().iterator(); each.hasNext(); ) {
            Map.Entry<String, Long> entry = each.next();
            if (there.contains(entry.getKey()) || time - entry.getValue() > 0) {
                each.remove();
            }
        }
        if (!there.isEmpty()) {
            WireWriter out = new WireWriter(256);
            out.strings(new ArrayList<>(there));
            now.link.send(Wire.CLASSES_LOADED, 0, out);
        }
    }

    // ---- the end

    private void closeJars() {
        for (Closeable each : openJars) {
            try {
                each.close();
            } catch (IOException e) {
                // there is nobody to tell
            }
        }
        openJars = new ArrayList<>();
    }

    /**
     * Leaves the target as it was: every hook does nothing, then the bytes go back, then nothing of us is reachable. Each
     * step is tried whatever the one before did. May be called again.
     *
     * @return whether every step succeeded
     */
    private boolean heal() {
        closed = true;
        Running now = running;
        boolean healed = true;
        try {
            List<MutableCallSite> all = new ArrayList<>();
            @Nullable MethodHandle[] nothing = new @Nullable MethodHandle[Shape.HOOKS];
            for (int i = 0; i < SITE_BUCKETS; i++) {
                for (Chain each = sites.get(i); each != null; each = each.next) {
                    each.site.point(nothing, all);
                    each.site.taps.clear();
                }
            }
            SiteHooks.sync(all);
        } catch (Throwable next) {
            healed = false; // the bytes go back all the same
        }
        if (spySlot >= 0) {
            SpyV1.detach(spySlot, linker);
            spySlot = -1;
        }
        if (now != null) {
            try {
                healed &= now.weaving.restore();
            } catch (Throwable next) {
                healed = false; // the link must be closed all the same
            }
        }
        probes.clear();
        closeJars();
        return healed;
    }
}
