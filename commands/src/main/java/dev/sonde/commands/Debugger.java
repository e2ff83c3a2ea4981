package dev.sonde.commands;

import dev.sonde.jvm.Hit;
import dev.sonde.jvm.LoadedCode.ClassSourceText;
import dev.sonde.jvm.Parking;
import dev.sonde.jvm.Probe;
import dev.sonde.jvm.ProbeSpec;
import dev.sonde.jvm.Stop;
import dev.sonde.jvm.StopListener;
import dev.sonde.jvm.Target;
import dev.sonde.jvm.TargetError;
import dev.sonde.jvm.TargetId;
import dev.sonde.weave.ExpressionError;
import dev.sonde.wire.ProbeCounters;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a session's breakpoints are and who stands at them: the part of a session that commands such as {@code print} and
 * {@code next} go on with. It belongs to the session and ends with it; the threads go on when the session gives its targets
 * back.
 *
 * <p>What happens in a target comes on the link's thread and is only noted here. Whoever waits takes it; if nobody does, the
 * console is told.
 */
public final class Debugger {

    private static final int MOST_NEWS = 1_000;
    private static final long LOOK_UP_MILLIS = 50;

    /** How long a source is waited for by who asks for it, and by who tells of a stop. */
    private static final Duration READING = Duration.ofSeconds(60);

    private static final Duration SOON = Duration.ofMillis(200);

    /** Classes of one breakpoint whose sources are read before anybody stops. */
    private static final int MOST_READ_AHEAD = 3;

    /** Where it is written down who stopped what. */
    public interface Journal {

        /** Of a session that nobody watches over. */
        Journal NONE = new Journal() {
            @Override
            public void stopped(TargetId target, Stop stop) {}

            @Override
            public void released(TargetId target, Stop stop) {}

            @Override
            public void changed(TargetId target, Stop stop, String variable, Stop.Changed change) {}
        };

        void stopped(TargetId target, Stop stop);

        void released(TargetId target, Stop stop);

        void changed(TargetId target, Stop stop, String variable, Stop.Changed change);
    }

    /** Something that happened at a breakpoint. */
    public sealed interface News {

        /** The breakpoint. */
        Breakpoint at();
    }

    /** A thread stands. */
    public record Stands(Breakpoint at, Stop stop) implements News {}

    /** The source of where a thread stands is there now; it was told without. */
    public record Sourced(Breakpoint at, Stop stop) implements News {}

    /** A thread that stood goes on. */
    public record GoesOn(Breakpoint at, Stop stop) implements News {}

    /** Threads wait for what one holds that stands; none any more when the count is 0. */
    public record Waits(Breakpoint at, Stop stop, List<String> names, int count) implements News {
        public Waits {
            names = List.copyOf(names);
        }
    }

    /** A thread came that was not to be stopped; this is what it saw. */
    public record Passes(Breakpoint at, Hit hit) implements News {}

    /** A sentence for people. */
    public record Says(Breakpoint at, String text) implements News {}

    /** A breakpoint of this session. */
    public static final class Breakpoint {
        private final Target target;
        private final String location;
        private volatile @Nullable Probe probe;
        private volatile Parking parking;
        private volatile Optional<String> condition;
        private volatile int stops;
        private volatile List<String> lines = List.of();

        private Breakpoint(Target target, String location, Optional<String> condition, Parking parking) {
            this.target = target;
            this.location = location;
            this.condition = condition;
            this.parking = parking;
        }

        /** Its number, which is that of its probe. */
        public int number() {
            return probe().id();
        }

        public Probe probe() {
            Probe armed = probe;
            if (armed == null) {
                throw new IllegalStateException("not armed yet");
            }
            return armed;
        }

        public Target target() {
            return target;
        }

        public String location() {
            return location;
        }

        public Parking parking() {
            return parking;
        }

        public Optional<String> condition() {
            return condition;
        }

        public boolean enabled() {
            return probe().enabled();
        }

        /** How many threads it has stopped. */
        public int stops() {
            return stops;
        }

        /** What is run when it has stopped a thread, in order. */
        public List<String> lines() {
            return lines;
        }

        public void runs(List<String> newLines) {
            lines = List.copyOf(newLines);
        }

        /** Changes what it asks of a hit, or whether it stops anybody; what it has counted stays. */
        public void change(Optional<String> newCondition, boolean newEnabled) throws TargetError, ExpressionError {
            probe().change(newCondition, newEnabled);
            condition = newCondition;
        }
    }

    private volatile Journal journal = Journal.NONE;
    private final Map<Integer, Breakpoint> breakpoints = new LinkedHashMap<>();
    private final Map<TargetId, Deque<Stop>> standing = new LinkedHashMap<>();
    private final Map<Stop, Waits> waiting = new LinkedHashMap<>();
    private final Map<TargetId, Integer> frames = new LinkedHashMap<>();
    private final Sources sources = new Sources();
    private final List<String> displays = new ArrayList<>();
    private final BlockingQueue<News> news = new ArrayBlockingQueue<>(MOST_NEWS);
    private int waiters;
    private @Nullable Consumer<News> console;
    private @Nullable Consumer<Stands> unattended;

    /** Has it written down from now on. */
    public void writesTo(Journal who) {
        journal = who;
    }

    // ---- breakpoints

    /** Puts one in place. */
    public Breakpoint set(Target target, String location, ProbeSpec spec, Parking parking)
            throws TargetError, ExpressionError {
        Breakpoint made = new Breakpoint(target, location, spec.condition(), parking);
        Probe probe = target.arm(spec, parking, new Ear(made));
        made.probe = probe;
        synchronized (this) {
            breakpoints.put(probe.id(), made);
        }
        probe.sites().stream()
                .map(Debugger::className)
                .distinct()
                .limit(MOST_READ_AHEAD)
                .forEach(name -> sources.of(target, name));
        return made;
    }

    /** Of a site, {@code shop.Order.place(int):42}. */
    private static String className(String site) {
        String method = site.substring(0, Math.max(0, site.indexOf('(')));
        return method.substring(0, Math.max(0, method.lastIndexOf('.')));
    }

    /** Those that are in place, oldest first. */
    public synchronized List<Breakpoint> breakpoints() {
        breakpoints.values().removeIf(each -> each.probe().ended());
        return List.copyOf(breakpoints.values());
    }

    public Breakpoint breakpoint(int number) throws TargetError {
        return breakpoints().stream()
                .filter(each -> each.number() == number)
                .findFirst()
                .orElseThrow(() -> new TargetError(
                        "this session has no breakpoint " + number + "; breakpoints lists those there are"));
    }

    // ---- who stands

    /** The thread that commands look at: the one that stopped last on this target, and stands. */
    public synchronized Optional<Stop> current(TargetId target) {
        Deque<Stop> there = standing.get(target);
        return there == null
                ? Optional.empty()
                : there.stream().filter(stop -> stop.end().isEmpty()).findFirst();
    }

    /** As {@link #current}, or what is in the way. */
    public Stop standing(Target target) throws TargetError {
        return current(target.id())
                .orElseThrow(() -> new TargetError("no thread of " + target.name()
                        + " stands for this session; break sets a breakpoint, stops --wait"
                        + " waits for one who comes"));
    }

    /** Those of this session that stand, on all targets. */
    public synchronized Map<TargetId, List<Stop>> standing() {
        Map<TargetId, List<Stop>> all = new LinkedHashMap<>();
        standing.forEach((target, stops) -> all.put(
                target, stops.stream().filter(stop -> stop.end().isEmpty()).toList()));
        return all;
    }

    /** Has commands look at this one of the threads that stand. */
    public synchronized void look(Stands at) {
        Deque<Stop> there = standing.get(at.at.target.id());
        if (there != null && there.remove(at.stop)) {
            there.addFirst(at.stop);
            frames.put(at.at.target.id(), 0);
        }
    }

    /** Who waits for what a standing thread holds. */
    public synchronized Optional<Waits> waitingFor(Stop stop) {
        return Optional.ofNullable(waiting.get(stop));
    }

    /** The frame that is looked at, from 0, which is where the thread stands. */
    public synchronized int frame(TargetId target) {
        return frames.getOrDefault(target, 0);
    }

    public synchronized void look(TargetId target, int frame) {
        frames.put(target, frame);
    }

    /** Expressions that are shown at each stop. */
    public synchronized List<String> displays() {
        return List.copyOf(displays);
    }

    public synchronized void display(String expression) {
        displays.remove(expression);
        displays.add(expression);
    }

    /** Shows none any more. */
    public synchronized void displayNothing() {
        displays.clear();
    }

    public Journal journal() {
        return journal;
    }

    /** The source of a class; empty when it cannot be had. What was read once is kept. */
    public Optional<ClassSourceText> source(Target target, String className) throws InterruptedException {
        return sources.within(READING, target, className);
    }

    /** As {@link #source}, if it is known already or nearly so. */
    public Optional<ClassSourceText> sourceSoon(Target target, String className) throws InterruptedException {
        return sources.within(SOON, target, className);
    }

    /** Tells who watches of the source of a stop that was told without it, when it is known and the thread still stands. */
    public void tellSource(Breakpoint at, Stop stop) {
        sources.of(at.target, stop.className()).thenAccept(found -> {
            if (found.isPresent() && current(at.target.id()).equals(Optional.of(stop))) {
                watched(new Sourced(at, stop));
            }
        });
    }

    private synchronized void watched(News one) {
        if (console != null) {
            happened(one);
        }
    }

    // ---- what happens

    /** Tells what happens while no command waits for it; on a thread that must not wait. */
    public synchronized void tell(@Nullable Consumer<News> who) {
        console = who;
        if (who != null) {
            for (News one = news.poll(); one != null; one = news.poll()) {
                who.accept(one);
            }
        }
    }

    /**
     * Tells, where there is no console, of stops for which there are lines to be run while no command waits; on a thread that must not
     * wait.
     */
    public synchronized void unattended(@Nullable Consumer<Stands> who) {
        unattended = who;
    }

    private static boolean hasLines(News one) {
        return one instanceof Stands stands && !stands.stop.stepped() && !stands.at.lines.isEmpty();
    }

    /** From now on what happens is kept for {@link #next}, until {@link #goOn}. */
    public synchronized void attend() {
        waiters++;
    }

    /** Nobody waits any more; what is left is told to the console. */
    public synchronized void goOn() {
        waiters--;
        if (waiters == 0 && console != null) {
            tell(console);
        } else if (waiters == 0 && unattended != null) {
            List<News> waited = new ArrayList<>();
            news.drainTo(waited);
            waited.forEach(this::happened);
        }
    }

    /** What happens next; empty when the time is over or the line is cancelled. */
    public Optional<News> next(Duration atMost, Cancel cancel) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (!cancel.cancelled()) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            News one = news.poll(Math.max(0, Math.min(left, LOOK_UP_MILLIS)), TimeUnit.MILLISECONDS);
            if (one != null) {
                return Optional.of(one);
            }
            if (left <= 0) {
                break;
            }
        }
        return Optional.empty();
    }

    private synchronized void happened(News one) {
        if (waiters == 0 && console != null) {
            console.accept(one);
        } else if (waiters == 0 && unattended != null && hasLines(one)) {
            unattended.accept((Stands) one);
        } else if (!news.offer(one)) {
            News oldest = news.poll();
            boolean unused = oldest != null && news.offer(one);
        }
    }

    private synchronized void stands(Breakpoint at, Stop stop) {
        Deque<Stop> there = standing.computeIfAbsent(at.target.id(), any -> new ArrayDeque<>());
        there.removeIf(each -> each.end().isPresent());
        there.addFirst(stop);
        frames.put(at.target.id(), 0);
        if (!stop.stepped()) {
            at.stops++;
        }
    }

    private synchronized void goes(Breakpoint at, Stop stop) {
        waiting.remove(stop);
        Deque<Stop> there = standing.get(at.target.id());
        if (there != null) {
            there.remove(stop);
        }
    }

    private synchronized void waits(Waits who) {
        waiting.put(who.stop, who);
    }

    /** Hears one breakpoint, on the link's thread. */
    private final class Ear implements StopListener {
        private final Breakpoint at;

        Ear(Breakpoint at) {
            this.at = at;
        }

        @Override
        public void stopped(Stop stop) {
            journal.stopped(at.target.id(), stop);
            stands(at, stop);
            happened(new Stands(at, stop));
        }

        @Override
        public void released(Stop stop) {
            journal.released(at.target.id(), stop);
            goes(at, stop);
            happened(new GoesOn(at, stop));
        }

        @Override
        public void waiting(Stop stop, List<String> names, int count) {
            Waits who = new Waits(at, stop, names, count);
            waits(who);
            happened(who);
        }

        @Override
        public void hit(Hit hit) {
            happened(new Passes(at, hit));
        }

        @Override
        public void notice(String text) {
            happened(new Says(at, text));
        }

        @Override
        public void ended(String reason, ProbeCounters counters) {
            if (!reason.equals("removed")) {
                happened(new Says(at, "breakpoint " + at.location + " is gone: " + reason));
            }
        }
    }
}
