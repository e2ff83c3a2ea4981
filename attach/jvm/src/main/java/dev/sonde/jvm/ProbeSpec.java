package dev.sonde.jvm;

import dev.sonde.weave.Location;
import dev.sonde.wire.Limits;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A probe as asked for.
 *
 * @param classGlob a class name, simple or qualified, or a glob
 * @param methods at least one method name or glob, each optionally with parameter types ({@code place(Order,int)}); {@code
 *     <init>} is the constructor
 * @param captures expressions to show; none means arguments, result and error
 * @param condition what must hold for a hit
 * @param events empty stands for return and throw
 * @param hits after how many hits it ends; 0 never
 * @param hitsPerSecond shown hits in a second; 0 without limit
 * @param lifetime when it ends by itself; empty with the session
 * @param loader which loader's class is meant, when several have it
 * @param pending arm when a class of that name loads, if none is loaded yet
 * @param follow which calls a trace follows
 * @param location a line, as {@link Location} reads it: then its executions are the hits, there are no methods, and the class
 *     only says what to wait for
 * @param traceId only calls for a request that carries this value in its context, as a trace id or under whatever name
 */
public record ProbeSpec(
        Kind kind,
        String classGlob,
        List<String> methods,
        List<String> captures,
        Optional<String> condition,
        Set<Event> events,
        int hits,
        int hitsPerSecond,
        Optional<Duration> lifetime,
        Limits limits,
        Optional<String> loader,
        boolean pending,
        Follow follow,
        Optional<String> traceId,
        Optional<String> location) {

    public enum Kind {
        WATCH,
        COUNT,
        TRACE,
        /** A watch of which only the callers are wanted. */
        STACK,
        /** A watch whose calls are kept. */
        RECORD,
        /** What is there at a line; or, on constructors, each object that they made, once. */
        SNAP,
        /** What the one capture, a number, is at a line: counted in the target. */
        VALUE,
        /** A breakpoint: it parks a thread that hits. */
        BREAK,
        /** The lines through which a session steps a thread; set by nobody. */
        STEP
    }

    /**
     * Which calls a trace follows; how deep, {@link Limits#levels} says.
     *
     * @param into globs of classes; none stands for all but the JDK's
     * @param skip globs of classes that are not followed into, whatever {@code into} says
     * @param methods the most that are woven for it
     * @param tasks how long to wait for the work that the call handed to other threads; empty: that is not followed
     */
    public record Follow(List<String> into, List<String> skip, int methods, Optional<Duration> tasks) {

        public static final Follow NOTHING = new Follow(List.of(), List.of(), 0);

        public Follow {
            into = List.copyOf(into);
            skip = List.copyOf(skip);
        }

        /** On the thread of the call alone. */
        public Follow(List<String> into, List<String> skip, int methods) {
            this(into, skip, methods, Optional.empty());
        }
    }

    public enum Event {
        ENTRY,
        RETURN,
        THROW
    }

    public ProbeSpec {
        methods = List.copyOf(methods);
        captures = List.copyOf(captures);
        events = Set.copyOf(events);
    }

    /**
     * A probe on methods of a class, of all calls, that lasts as long as its session; the rest is said with the methods below.
     *
     * @param methods at least one
     */
    public static ProbeSpec of(Kind kind, String classGlob, String... methods) {
        return new ProbeSpec(
                kind,
                classGlob,
                List.of(methods),
                List.of(),
                Optional.empty(),
                Set.of(),
                0,
                0,
                Optional.empty(),
                Limits.DEFAULT,
                Optional.empty(),
                false,
                Follow.NOTHING,
                Optional.empty(),
                Optional.empty());
    }

    /** This, showing these expressions instead. */
    public ProbeSpec withCaptures(List<String> expressions) {
        return with(draft -> draft.captures = expressions);
    }

    /** This, of calls for which an expression is true. */
    public ProbeSpec withCondition(Optional<String> expression) {
        return with(draft -> draft.condition = expression);
    }

    /** This, of these events alone. */
    public ProbeSpec withEvents(Set<Event> wanted) {
        return with(draft -> draft.events = wanted);
    }

    /** This, ending after so many hits. */
    public ProbeSpec withHits(int most) {
        return with(draft -> draft.hits = most);
    }

    /** This, showing so many hits in a second. */
    public ProbeSpec withRate(int mostInASecond) {
        return with(draft -> draft.hitsPerSecond = mostInASecond);
    }

    /** This, ending after a time. */
    public ProbeSpec withLifetime(Duration time) {
        return with(draft -> draft.lifetime = Optional.of(time));
    }

    /** This, with other limits. */
    public ProbeSpec withLimits(Limits other) {
        return with(draft -> draft.limits = other);
    }

    /** This, on the class of one loader. */
    public ProbeSpec withLoader(Optional<String> name) {
        return with(draft -> draft.loader = name);
    }

    /** This, waiting for the class or not. */
    public ProbeSpec withPending(boolean waits) {
        return with(draft -> draft.pending = waits);
    }

    /** This, only of calls for one request. */
    public ProbeSpec ofRequest(Optional<String> id) {
        return with(draft -> draft.traceId = id);
    }

    /** This, and the calls below that a trace follows. */
    public ProbeSpec following(Follow calls) {
        return with(draft -> draft.follow = calls);
    }

    /**
     * This, at a line instead of on methods.
     *
     * @throws IllegalArgumentException when it is no place that {@link Location} reads; says what is wrong
     */
    public ProbeSpec at(String place) {
        return with(draft -> {
            draft.classGlob = Location.parse(place).classGlob();
            draft.methods = List.of();
            draft.location = Optional.of(place);
        });
    }

    /** For people: the place, or the class and the methods. */
    public String where() {
        return location.orElse(classGlob + " " + String.join(" ", methods));
    }

    private ProbeSpec with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return new ProbeSpec(
                kind,
                draft.classGlob,
                draft.methods,
                draft.captures,
                draft.condition,
                draft.events,
                draft.hits,
                draft.hitsPerSecond,
                draft.lifetime,
                draft.limits,
                draft.loader,
                draft.pending,
                draft.follow,
                draft.traceId,
                draft.location);
    }

    /** What may be said of a probe, while it is being said. */
    private static final class Draft {
        String classGlob;
        List<String> methods;
        List<String> captures;
        Optional<String> condition;
        Set<Event> events;
        int hits;
        int hitsPerSecond;
        Optional<Duration> lifetime;
        Limits limits;
        Optional<String> loader;
        boolean pending;
        Follow follow;
        Optional<String> traceId;
        Optional<String> location;

        Draft(ProbeSpec spec) {
            classGlob = spec.classGlob;
            methods = spec.methods;
            captures = spec.captures;
            condition = spec.condition;
            events = spec.events;
            hits = spec.hits;
            hitsPerSecond = spec.hitsPerSecond;
            lifetime = spec.lifetime;
            limits = spec.limits;
            loader = spec.loader;
            pending = spec.pending;
            follow = spec.follow;
            traceId = spec.traceId;
            location = spec.location;
        }
    }

    /** Whether calls that are shown as they begin are told of again when they end, with what has changed. */
    public boolean tellsChanges() {
        return kind == Kind.WATCH && events.contains(Event.ENTRY);
    }
}
