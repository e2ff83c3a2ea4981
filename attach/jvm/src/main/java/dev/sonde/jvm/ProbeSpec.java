package dev.sonde.jvm;

import dev.sonde.weave.Location;
import dev.sonde.wire.Limits;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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
        /** What is there at a line. */
        SNAP,
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
     */
    public record Follow(List<String> into, List<String> skip, int methods) {

        public static final Follow NOTHING = new Follow(List.of(), List.of(), 0);

        public Follow {
            into = List.copyOf(into);
            skip = List.copyOf(skip);
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

    /** Of calls for whatever request. */
    public ProbeSpec(
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
            boolean pending) {
        this(
                kind,
                classGlob,
                methods,
                captures,
                condition,
                events,
                hits,
                hitsPerSecond,
                lifetime,
                limits,
                loader,
                pending,
                Follow.NOTHING,
                Optional.empty(),
                Optional.empty());
    }

    /** This, only of calls for one request. */
    public ProbeSpec ofRequest(Optional<String> id) {
        return new ProbeSpec(
                kind,
                classGlob,
                methods,
                captures,
                condition,
                events,
                hits,
                hitsPerSecond,
                lifetime,
                limits,
                loader,
                pending,
                follow,
                id,
                location);
    }

    /** This, and the calls below that a trace follows. */
    public ProbeSpec following(Follow calls) {
        return new ProbeSpec(
                kind,
                classGlob,
                methods,
                captures,
                condition,
                events,
                hits,
                hitsPerSecond,
                lifetime,
                limits,
                loader,
                pending,
                calls,
                traceId,
                location);
    }

    /**
     * This, at a line instead of on methods.
     *
     * @throws IllegalArgumentException when it is no place that {@link Location} reads; says what is wrong
     */
    public ProbeSpec at(String place) {
        return new ProbeSpec(
                kind,
                Location.parse(place).classGlob(),
                List.of(),
                captures,
                condition,
                events,
                hits,
                hitsPerSecond,
                lifetime,
                limits,
                loader,
                pending,
                follow,
                traceId,
                Optional.of(place));
    }

    /** This, with another condition. */
    public ProbeSpec when(Optional<String> another) {
        return new ProbeSpec(
                kind,
                classGlob,
                methods,
                captures,
                another,
                events,
                hits,
                hitsPerSecond,
                lifetime,
                limits,
                loader,
                pending,
                follow,
                traceId,
                location);
    }

    /** This, of another kind. */
    public ProbeSpec ofKind(Kind another) {
        return new ProbeSpec(
                another,
                classGlob,
                methods,
                captures,
                condition,
                events,
                hits,
                hitsPerSecond,
                lifetime,
                limits,
                loader,
                pending,
                follow,
                traceId,
                location);
    }

    /** For people: the place, or the class and the methods. */
    public String where() {
        return location.orElse(classGlob + " " + String.join(" ", methods));
    }

    /** Whether calls that are shown as they begin are told of again when they end, with what has changed. */
    public boolean tellsChanges() {
        return kind == Kind.WATCH && events.contains(Event.ENTRY);
    }
}
