package dev.sonde.profile;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What a profile is, apart from its samples.
 *
 * @param kind in words, {@link Kind#word} of one; else what was imported calls itself
 * @param types of the values that each sample has
 * @param start when it began
 * @param duration zero for an instant
 * @param target as {@code TargetId} prints it; empty when unknown
 * @param targetName what a person calls it
 * @param engine such as {@code async-profiler 4.6}
 * @param interval of the sampling, in the unit of the last type; 0 when everything was seen
 * @param name what a person called the profile; may be empty
 * @param notes what its reader should know
 */
public record Description(
        String kind,
        List<ValueType> types,
        Instant start,
        Duration duration,
        String target,
        String targetName,
        String engine,
        long interval,
        String name,
        List<String> notes) {

    public Description {
        types = List.copyOf(types);
        notes = List.copyOf(notes);
        if (types.isEmpty()) {
            throw new IllegalArgumentException("a profile has a value");
        }
    }

    public static Description of(Kind kind, Instant start, Duration duration, String engine, long interval) {
        return new Description(kind.word(), kind.types(), start, duration, "", "", engine, interval, "", List.of());
    }

    public Description of(String target, String targetName) {
        return new Description(kind, types, start, duration, target, targetName, engine, interval, name, notes);
    }

    public Description lasting(Instant newStart, Duration newDuration) {
        return new Description(kind, types, newStart, newDuration, target, targetName, engine, interval, name, notes);
    }

    public Description named(String newName) {
        return new Description(kind, types, start, duration, target, targetName, engine, interval, newName, notes);
    }

    public Description noting(List<String> newNotes) {
        return new Description(kind, types, start, duration, target, targetName, engine, interval, name, newNotes);
    }

    /** The index of the type that is looked at unless asked otherwise: the last, as in pprof. */
    public int standardType() {
        return types.size() - 1;
    }
}
