package dev.sonde.agent;

import dev.sonde.wire.ProbePlan;
import dev.sonde.wire.Wire;
import dev.sonde.wire.WireReader;
import dev.sonde.wire.WireWriter;
import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the bastion asks and what it is told, from the first frame to the last. Our thread only. */
final class Conversation {

    private static final long SECOND = 1_000_000_000L;

    private static final long AWAKE_NANOS = SECOND / 10;
    private static final long MOST_WHEN_ARMED_MILLIS = 10;
    private static final long MOST_MILLIS = 25;

    final Weaving weaving;
    private final Link link;
    private final Doors doors;
    private final Sites sites;
    private final Classes classes;
    private final AwaitedClasses awaited;
    private final Masks masks = new Masks();
    private final Rate targetRate = new Rate(0);
    private final Budget targetBudget = new Budget(0);
    private final String bastionToken;

    private @Nullable LiveProbes probes;
    private long silenceNanos = 10 * SECOND;
    private int lastQuestion;
    private @Nullable Exception broken;

    Conversation(Link link, Doors doors, Instrumentation instrumentation, Sites sites, String bastionToken) {
        this.link = link;
        this.doors = doors;
        this.sites = sites;
        this.bastionToken = bastionToken;
        classes = new Classes(instrumentation, doors);
        weaving = new Weaving(this, instrumentation, classes, doors);
        awaited = new AwaitedClasses(instrumentation, weaving);
    }

    void hello(String agentToken) {
        WireWriter hello = new WireWriter(256);
        hello.string(agentToken)
                .i4(Wire.VERSION)
                .string(System.getProperty("java.version", ""))
                .string(System.getProperty("java.vm.name", ""))
                .bool(Agent.FEATURE <= 22);
        link.send(Wire.HELLO, 0, hello);
    }

    /**
     * Serves until the bastion says {@link Wire#BYE}.
     *
     * @return the correlation of the farewell, which is not answered yet
     */
    int serve() throws Exception {
        long started = System.nanoTime();
        boolean welcome = false;
        long lastTurn = started;
        long lastBusy = started;
        long idle = 1;
        while (true) {
            link.turn(idle);
            boolean busy = false;
            for (Link.Frame frame = link.take(); frame != null; frame = link.take()) {
                busy |= frame.type != Wire.PING;
                if (!welcome) {
                    welcome(frame);
                    welcome = true;
                } else if (frame.type == Wire.BYE) {
                    return frame.correlation;
                } else {
                    handle(frame);
                }
                if (broken != null) {
                    throw broken;
                }
            }
            long time = System.nanoTime();
            if (time - lastTurn > SECOND) {
                link.heard =
                        time; // it was us who were stopped, or long at work, and what was said meanwhile has just come
            }
            lastTurn = time;
            if (time - link.heard > silenceNanos || (!welcome && time - started > 10 * SECOND)) {
                throw new IOException("silence");
            }
            LiveProbes live = probes;
            if (live != null) {
                busy |= live.drain();
                live.watchOver(time);
            }
            IdentityHashMap<Class<?>, String> lost = weaving.mend();
            if (live != null && !lost.isEmpty()) {
                live.end(lost);
            }
            if (broken != null) {
                throw broken;
            }
            if (!awaited.isEmpty()) {
                awaited.look(link, time);
            }
            doors.tidy();
            // Nobody wakes us up, so we look: each millisecond while there is something to do and a little after,
            // because
            // requests come in rows.
            boolean mayBeHit = (live != null && !live.isEmpty()) || !awaited.isEmpty();
            if (busy) {
                lastBusy = time;
                idle = 1;
            } else if (time - lastBusy > AWAKE_NANOS) {
                idle = Math.min(mayBeHit ? MOST_WHEN_ARMED_MILLIS : MOST_MILLIS, idle * 2);
            }
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
        targetBudget.set(in.i4());
    }

    /** The bastion's last request is done. */
    void farewell(int correlation) throws IOException {
        link.send(Wire.REPLY, correlation, new WireWriter(16));
        link.drain(1000);
    }

    private void handle(Link.Frame frame) throws Exception {
        if (frame.type == Wire.REPLY || frame.type == Wire.REFUSED) {
            return; // the answer to a question that we no longer ask
        }
        WireWriter out = new WireWriter(256);
        int answer = Wire.REPLY;
        try {
            answer(frame.type, new WireReader(frame.payload), out);
        } catch (IOException lost) {
            throw lost;
        } catch (Throwable failed) {
            // One request, whatever is wrong with it (a plan that is none, a full heap): it is not the others'.
            answer = Wire.REFUSED;
            out.truncate(0);
            out.string(
                    failed instanceof Refusal
                            ? String.valueOf(failed.getMessage())
                            : "the agent failed at it: " + failed.getClass().getName());
        }
        if (frame.correlation != 0) {
            link.send(answer, frame.correlation, out);
        }
    }

    private void answer(int request, WireReader in, WireWriter out) throws Exception {
        switch (request) {
            case Wire.PING:
                break;
            case Wire.FIND_CLASSES:
                classes.find(in, out, weaving);
                break;
            case Wire.CLASS_FILE:
                classes.classFile(in, out);
                break;
            case Wire.SUBTYPES:
                classes.subtypes(in, out, weaving);
                break;
            case Wire.RESOLVE_CLASS:
                classes.resolve(in, out, weaving);
                break;
            case Wire.LOADERS:
                classes.loaders(out);
                break;
            case Wire.ON_STACK:
                Classes.onStack(in, out);
                break;
            case Wire.CLASS_ORIGINS:
                classes.origins(in, out);
                break;
            case Wire.EVALUATE:
                probes().evaluate(in, out);
                break;
            case Wire.RETRANSFORM:
                int[] ids = in.ints();
                String[] failures = weaving.retransform(ids);
                out.i4(ids.length);
                for (int i = 0; i < ids.length; i++) {
                    out.i4(ids[i]).string(failures[i]);
                }
                break;
            case Wire.ARM:
                probes().arm(ProbePlan.read(in));
                break;
            case Wire.DISARM:
                probes().disarm(in.i4(), out);
                break;
            case Wire.COUNTERS:
                probes().counters(in.i4(), out);
                break;
            case Wire.AWAIT_CLASSES:
                awaited.set(in.strings());
                break;
            case Wire.RESUME:
                probes().stops().resume(in);
                break;
            case Wire.EXTEND:
                probes().stops().extend(in);
                break;
            case Wire.STOP_VALUES:
                probes().stops().values(in, out);
                break;
            case Wire.STOP_FRAME:
                probes().stops().frame(in, out);
                break;
            case Wire.FRAME_VALUES:
                probes().stops().frameValues(in, out);
                break;
            case Wire.STOP_SET:
                probes().stops().set(in, out);
                break;
            case Wire.CONTEXTS:
                probes().contexts(in, out);
                break;
            default:
                throw new Refusal("request " + request + " is not known to this agent");
        }
    }

    private LiveProbes probes() {
        LiveProbes live = probes;
        if (live == null) {
            live = new LiveProbes(doors.jvm(), classes, sites, link, masks, targetRate, targetBudget);
            probes = live;
        }
        return live;
    }

    /** Sends on whoever stands at a breakpoint. */
    void release() {
        if (probes != null) {
            probes.release();
        }
    }

    /** A question to the bastion; other frames wait until it is answered. */
    WireReader ask(int type, WireWriter payload) {
        if (broken != null) {
            throw new IllegalStateException("no link");
        }
        int question = ++lastQuestion;
        List<Link.Frame> others = new ArrayList<>();
        try {
            link.send(type, question, payload);
            long deadline = System.nanoTime() + 10 * SECOND;
            for (long turn = System.nanoTime(); turn < deadline; turn = System.nanoTime()) {
                link.turn(50);
                long stopped = System.nanoTime() - turn - SECOND;
                if (stopped > 0) {
                    deadline += stopped; // not its silence, ours
                }
                for (Link.Frame frame = link.take(); frame != null; frame = link.take()) {
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
                LiveProbes live = probes;
                if (live != null) {
                    live.drain();
                    live.watchOverStops(System.nanoTime());
                }
            }
            broken = new IOException("no answer");
            throw new Refusal("no answer within 10 s");
        } catch (IOException lost) {
            broken = lost;
            throw new IllegalStateException(lost);
        } finally {
            List<Link.Frame> newer = new ArrayList<>();
            for (Link.Frame frame = link.take(); frame != null; frame = link.take()) {
                newer.add(frame);
            }
            others.addAll(newer);
            for (int i = 0; i < others.size(); i++) {
                link.later(others.get(i));
            }
        }
    }
}
