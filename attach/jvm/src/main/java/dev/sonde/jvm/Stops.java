package dev.sonde.jvm;

import dev.sonde.wire.Expr;
import dev.sonde.wire.Limits;
import dev.sonde.wire.Wire;
import dev.sonde.wire.WireException;
import dev.sonde.wire.WireReader;
import dev.sonde.wire.WireWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * The threads of one target that stand, for all sessions; and those that were stepped and are awaited. What the agent tells
 * comes on the link's thread; what a session asks is a request of its own.
 */
final class Stops {

    private static final int MOST_FRAMES = 1_000;

    private final Link link;
    private final Probes probes;
    private final Callers callers;
    private final Map<Integer, LiveStop> all = new ConcurrentHashMap<>();
    private final Map<String, Integer> sessions = new ConcurrentHashMap<>();
    private final AtomicInteger lastSession = new AtomicInteger();

    Stops(Link link, Probes probes, Callers callers) {
        this.link = link;
        this.probes = probes;
        this.callers = callers;
    }

    /** The number that the agent knows a session by. */
    int session(String owner) {
        return sessions.computeIfAbsent(owner, any -> lastSession.incrementAndGet());
    }

    List<Stop> standing() {
        return all.values().stream()
                .filter(stop -> stop.end().isEmpty())
                .map(stop -> (Stop) stop)
                .toList();
    }

    /** The classes that threads stand in, or are stepped through. */
    Set<String> classesOnStacks() {
        return all.values().stream()
                .flatMap(stop -> stop.stack().stream())
                .map(CallerFrame::className)
                .collect(Collectors.toSet());
    }

    /** Methods have got hooks just now: a thread that is in one already passes none there. */
    void gotHooks(Set<String> methods) {
        for (LiveStop stop : all.values()) {
            stop.stack().stream()
                    .map(frame -> frame.className() + "." + frame.method())
                    .filter(methods::contains)
                    .forEach(stop.cold::add);
        }
    }

    // ---- on the link's thread

    /** Whether a frame was one of ours. */
    boolean receive(int type, WireReader in) {
        switch (type) {
            case Wire.STOPPED -> stopped(in);
            case Wire.RELEASED -> released(in);
            case Wire.WAITING -> waiting(in);
            case Wire.PACE -> pace(in);
            default -> {
                return false;
            }
        }
        return true;
    }

    private void stopped(WireReader in) {
        int id = in.i4();
        int before = in.i4();
        int probe = in.i4();
        int site = in.i4();
        ProbeSpec.Event event = HitReader.event(in.u1());
        Instant time = Instant.ofEpochMilli(in.i8());
        long threadId = in.i8();
        String thread = in.string();
        Duration left = Duration.ofMillis(Math.max(0, in.i4()));
        boolean interrupted = in.bool();
        long calls = in.i8();
        Map<Integer, LiveStop.Place> seen = new HashMap<>();
        for (int frame = in.i4(); frame >= 0; frame = in.i4()) {
            int there = in.i4();
            int number = frame;
            if (number > 0) {
                probes.sites().standing(there, ProbeSpec.Event.ENTRY).ifPresent(place -> seen.put(number, place));
            }
        }
        in.i4();
        int count = Math.min(MOST_FRAMES, in.length(7));
        List<CallerFrame> stack = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            stack.add(new CallerFrame(
                    in.string(), in.string(), Optional.of(in.string()).filter(file -> !file.isEmpty()), in.i4()));
        }
        LiveStop from = all.get(before);
        Optional<LiveStop.Place> place = probes.sites().standing(site, event);
        StandingStack standing = StandingStack.of(stack, place, seen, Optional.ofNullable(from));
        LiveStop.Told told = new LiveStop.Told(
                id, before, probe, site, event, time, threadId, thread, left, interrupted, calls, standing.frames());
        Optional<ArmedProbe> breakpoint = probes.armed(probe)
                .filter(found -> found.spec().kind() == ProbeSpec.Kind.BREAK)
                .or(() -> Optional.ofNullable(from).map(stop -> stop.breakpoint));
        if (breakpoint.isEmpty() || place.isEmpty()) {
            // It was removed while the thread was on its way.
            sendOn(id);
            return;
        }
        LiveStop stop = new LiveStop(told, place.get(), standing.seen(), breakpoint.get(), this);
        if (from != null) {
            stop.follows(from);
            stop.cold.addAll(from.cold);
        }
        all.put(id, stop);
        if (from != null && from.end().isPresent()) {
            all.remove(before);
        }
        tell(stop, listener -> listener.stopped(stop));
    }

    private void released(WireReader in) {
        LiveStop stop = all.get(in.i4());
        Stop.Cause cause = cause(in.u1());
        Duration parked = Duration.ofNanos(Math.max(0, in.i8()));
        String why = in.string();
        long calls = in.i8();
        boolean rests = in.bool();
        if (stop == null) {
            return;
        }
        stop.called(calls);
        if (cause == Stop.Cause.RAN_ON) {
            parked = stop.end().map(Stop.End::parked).orElse(parked);
            all.remove(stop.id());
        } else if (cause != Stop.Cause.RESUMED || !stop.stepping) {
            all.remove(stop.id());
        }
        stop.ended(new Stop.End(cause, parked, why));
        tell(stop, listener -> listener.released(stop));
        boolean once = stop.breakpoint.parking.map(each -> each.choice().once()).orElse(false);
        if (rests && !once) {
            probes.breakpoints().rest(stop.breakpoint, cause);
        }
        if (!all.containsKey(stop.id())) {
            probes.restoreKept();
            stepNoMore(stop.breakpoint.owner());
            if (once) {
                probes.breakpoints().spent(stop.breakpoint);
            }
        }
    }

    private void pace(WireReader in) {
        LiveStop stop = all.get(in.i4());
        if (stop != null) {
            stop.called(in.i8());
        }
    }

    private void waiting(WireReader in) {
        LiveStop stop = all.get(in.i4());
        List<String> names = in.strings();
        int count = in.i4();
        if (stop != null) {
            tell(stop, listener -> listener.waiting(stop, names, count));
        }
    }

    private static Stop.Cause cause(int how) {
        return switch (how) {
            case Wire.RESUMED -> Stop.Cause.RESUMED;
            case Wire.LAPSED -> Stop.Cause.LAPSED;
            case Wire.LET_GO -> Stop.Cause.LET_GO;
            case Wire.LINK_LOST -> Stop.Cause.LINK_LOST;
            case Wire.RAN_ON -> Stop.Cause.RAN_ON;
            default -> throw new WireException("release of kind " + how);
        };
    }

    private interface Telling {
        void to(StopListener listener);
    }

    private static void tell(LiveStop stop, Telling what) {
        if (stop.breakpoint.listener instanceof StopListener listener) {
            try {
                what.to(listener);
            } catch (RuntimeException e) {
                // one listener's fault is not the others'
            }
        }
    }

    /** The link is gone, and who stood goes on. */
    void lost(String why) {
        for (LiveStop stop : all.values()) {
            if (stop.end().isEmpty()) {
                stop.ended(new Stop.End(Stop.Cause.LINK_LOST, Duration.between(stop.time(), Instant.now()), why));
                tell(stop, listener -> listener.released(stop));
            }
        }
        all.clear();
    }

    // ---- asked by sessions

    /** A frame of which no hook has told. */
    LiveFrame caller(LiveStop.Told stop, int frame) throws TargetError {
        return callers.of(this, stop, frame);
    }

    List<Value> values(int stop, int frame, Optional<Callers.Slots> slots, List<Expr> expressions, Limits limits)
            throws TargetError {
        if (expressions.isEmpty()) {
            return List.of();
        }
        WireWriter out = new WireWriter(512).i4(stop).i4(frame);
        if (slots.isPresent()) {
            slots.get().site().write(out);
            out.ints(slots.get().from()).string(slots.get().letters());
        }
        limits.write(out);
        out.i4(expressions.size());
        expressions.forEach(each -> each.write(out));
        WireReader in = link.request(slots.isPresent() ? Wire.FRAME_VALUES : Wire.STOP_VALUES, out);
        try {
            return HitReader.read(in.bytes()).values();
        } catch (WireException e) {
            throw new TargetError("the target's answer is broken: " + e.getMessage(), e);
        }
    }

    Stop.Changed set(LiveStop stop, Expr variable, String type, Expr value, Limits limits, Optional<String> notice)
            throws TargetError {
        WireWriter out = new WireWriter(512).i4(stop.id());
        limits.write(out);
        variable.write(out);
        out.string(type);
        value.write(out);
        WireReader in = link.request(Wire.STOP_SET, out);
        try {
            Value before = HitReader.read(in.bytes()).values().get(0);
            return new Stop.Changed(before, HitReader.read(in.bytes()).values().get(0), notice);
        } catch (WireException | IndexOutOfBoundsException e) {
            throw new TargetError("the target's answer is broken: " + e.getMessage(), e);
        }
    }

    void resume(LiveStop stop, Stop.Way way, int count, int line) throws TargetError {
        WireWriter out = new WireWriter(256)
                .i4(stop.id())
                .i4(
                        switch (way) {
                            case CONTINUE -> Wire.CONTINUE;
                            case NEXT -> Wire.NEXT;
                            case STEP -> Wire.STEP;
                            case STEP_OUT -> Wire.STEP_OUT;
                            case UNTIL -> Wire.UNTIL;
                        })
                .i4(count)
                .i4(line);
        if (way == Stop.Way.UNTIL) {
            probes.stepping().requireLine(stop, line);
        }
        List<Stepping.StepSite> sites =
                way == Stop.Way.CONTINUE ? List.of() : probes.stepping().stepIn(stop, way);
        out.i4(sites.size());
        for (Stepping.StepSite site : sites) {
            out.i4(site.id()).i4(site.line()).i4(site.spot());
        }
        out.strings(List.copyOf(stop.cold));
        stop.stepping = way != Stop.Way.CONTINUE;
        link.request(Wire.RESUME, out);
        if (way == Stop.Way.CONTINUE) {
            stop.awaitEnd(); // or whoever looks next finds it standing still
            stepNoMore(stop.breakpoint.owner());
        }
    }

    void abandon(LiveStop stop) throws TargetError {
        link.request(
                Wire.RESUME,
                new WireWriter(24).i4(stop.id()).i4(Wire.CONTINUE).i4(1).i4(0).i4(0));
    }

    void extend(LiveStop stop, Duration time) throws TargetError {
        link.request(
                Wire.EXTEND, new WireWriter(8).i4(stop.id()).i4((int) Math.min(Integer.MAX_VALUE, time.toMillis())));
    }

    /** The session ends: who stands for it goes on, and who is awaited is not. */
    void release(String owner) {
        for (LiveStop stop : all.values()) {
            if (stop.breakpoint.owner().equals(owner)) {
                try {
                    abandon(stop);
                } catch (TargetError e) {
                    // it goes on already, or the link is over and it goes on for that
                }
            }
        }
        probes.stepping().stepNoMore(owner);
    }

    private void stepNoMore(String owner) {
        if (all.values().stream()
                .noneMatch(other -> other.stepping && other.breakpoint.owner().equals(owner))) {
            probes.stepping().stepNoMore(owner);
        }
    }

    /** From the link's thread, which must not wait for an answer. */
    private void sendOn(int stopId) {
        probes.later(() -> {
            try {
                link.request(
                        Wire.RESUME,
                        new WireWriter(24)
                                .i4(stopId)
                                .i4(Wire.CONTINUE)
                                .i4(1)
                                .i4(0)
                                .i4(0));
            } catch (TargetError e) {
                // as above
            }
        });
    }
}
