package dev.sonde.profile;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a profile is of. The first value of its samples is a count; the last is what is looked at unless asked otherwise. */
public enum Kind {
    /** Where the processors were. */
    CPU("samples", "cpu", ValueType.NANOSECONDS),
    /** Where the time went of all threads, whether they ran or waited. */
    WALL("samples", "wall", ValueType.NANOSECONDS),
    /** What was allocated. */
    ALLOC("alloc_objects", "alloc_space", ValueType.BYTES),
    /** What was allocated and is alive. */
    LIVE("inuse_objects", "inuse_space", ValueType.BYTES),
    /** How long threads waited for locks. */
    LOCK("contentions", "delay", ValueType.NANOSECONDS),
    /** Where each thread is at one instant. */
    THREADS("threads", "threads", ValueType.COUNT),
    /** What each thread did when. Its samples are the waits; all else stands in the recording that is kept beside it. */
    TIMELINE("waits", "wait", ValueType.NANOSECONDS);

    private final String count;
    private final String cost;
    private final String unit;

    /** @param cost the same as the count, where there is nothing else */
    Kind(String count, String cost, String unit) {
        this.count = count;
        this.cost = cost;
        this.unit = unit;
    }

    public List<ValueType> types() {
        ValueType first = new ValueType(count, ValueType.COUNT);
        return count.equals(cost) ? List.of(first) : List.of(first, new ValueType(cost, unit));
    }

    /** As it is typed. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Kind> of(String word) {
        for (Kind kind : values()) {
            if (kind.word().equals(word)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }

    /** The kind whose values these are; empty for a profile of something else. */
    static Optional<Kind> of(List<ValueType> types) {
        for (Kind kind : values()) {
            if (types.containsAll(kind.types())) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }
}
