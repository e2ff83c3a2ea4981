package dev.sonde.profile;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a profile is of. The first value of its samples is a count; the last is what is looked at unless asked otherwise. */
public enum Kind {
    /** Where the processors were. */
    CPU(new ValueType("samples", ValueType.COUNT), new ValueType("cpu", ValueType.NANOSECONDS)),
    /** Where the time went of all threads, whether they ran or waited. */
    WALL(new ValueType("samples", ValueType.COUNT), new ValueType("wall", ValueType.NANOSECONDS)),
    /** What was allocated. */
    ALLOC(new ValueType("alloc_objects", ValueType.COUNT), new ValueType("alloc_space", ValueType.BYTES)),
    /** What was allocated and is alive. */
    LIVE(new ValueType("inuse_objects", ValueType.COUNT), new ValueType("inuse_space", ValueType.BYTES)),
    /** How long threads waited for locks. */
    LOCK(new ValueType("contentions", ValueType.COUNT), new ValueType("delay", ValueType.NANOSECONDS)),
    /** Where each thread is at one instant. */
    THREADS(new ValueType("threads", ValueType.COUNT));

    private final List<ValueType> types;

    Kind(ValueType... types) {
        this.types = List.of(types);
    }

    public List<ValueType> types() {
        return types;
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
            if (types.containsAll(kind.types)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }
}
