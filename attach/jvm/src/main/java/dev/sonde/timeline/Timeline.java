package dev.sonde.timeline;

import dev.sonde.profile.Frame;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a recording comes to: where each thread's time went, who waited longest for whom, and when the JVM stood still.
 *
 * @param start in nanoseconds since 1970
 * @param nanos how long it was recorded
 * @param threads the busiest first; those that were asked for
 * @param waits the longest first; those that nobody ends, and that had not ended, last
 * @param pauses of collections, by cause, the costliest first
 * @param allPauses of all collections
 * @param safepoints by what the JVM did in them, the costliest first
 * @param reaching how long the last thread took to stand still
 * @param compiled what the compilers did
 * @param loaded classes
 * @param thrown exceptions and errors, by class, the most first
 * @param throwing where they were made, the most first
 * @param thrownInAll how many the JVM counted; empty when it did not
 * @param pinned virtual threads that waited and kept their carrier, by why
 * @param virtualStarted virtual threads that began
 * @param lostBytes what JFR could not write; 0 when it is all there
 * @param cut why not all of the recording was read
 */
public record Timeline(
        long start,
        long nanos,
        List<ThreadTime> threads,
        List<Span> waits,
        List<Pauses> pauses,
        Pauses allPauses,
        List<Sum> safepoints,
        Sum reaching,
        Allocated allocated,
        Sum compiled,
        Sum loaded,
        List<Sum> thrown,
        List<Throwing> throwing,
        Optional<Long> thrownInAll,
        List<Sum> pinned,
        long virtualStarted,
        long lostBytes,
        Optional<String> cut) {

    public Timeline {
        threads = List.copyOf(threads);
        waits = List.copyOf(waits);
        pauses = List.copyOf(pauses);
        safepoints = List.copyOf(safepoints);
        thrown = List.copyOf(thrown);
        throwing = List.copyOf(throwing);
        pinned = List.copyOf(pinned);
    }

    /** How often, how long in all, and how long at most. */
    public record Sum(String what, long count, long nanos, long longest) {

        Sum plus(long more) {
            return new Sum(what, count + 1, nanos + more, Math.max(longest, more));
        }
    }

    /**
     * Exceptions of a class that were made in the same place.
     *
     * @param stack their constructors first, then who made them
     */
    public record Throwing(String className, List<Frame> stack, long count) {
        public Throwing {
            stack = List.copyOf(stack);
        }
    }

    /**
     * Where one thread's time went.
     *
     * @param alive how long of the recording it was there
     * @param processor how long it was on a processor
     * @param waited by state; runnable where the kernel counts that, of which some may be in its other waits too: one that is over for
     *     the JVM lasts for JFR until the thread runs
     * @param held of what it waited, what somebody could have ended, or was over: all but what it just stood there for
     * @param allocatedBytes empty where JFR does not tell
     */
    public record ThreadTime(
            Lane lane, long alive, long processor, Map<State, Long> waited, long held, Optional<Long> allocatedBytes) {

        public ThreadTime {
            waited = Map.copyOf(waited);
        }

        /** In the states in which a thread stands still. */
        public long waitedInAll() {
            return waited.values().stream().mapToLong(Long::longValue).sum();
        }

        /** What nothing tells of: standing still with the JVM, in native code, or in waits too short to be told. */
        public long rest() {
            return Math.max(0, alive - processor - waitedInAll());
        }

        /** All but its waits for work. */
        long busy() {
            return processor + held;
        }
    }

    /** Times in which all of the application stood still, in nanoseconds. */
    public record Pauses(
            String cause, String collector, long count, long nanos, long p50, long p95, long p99, long longest) {}

    /**
     * What was allocated.
     *
     * @param bytes in all; by what threads say of themselves, else by the heap between collections; empty when neither tells
     * @param classes by sampling, with the bytes that their samples stand for
     */
    public record Allocated(Optional<Long> bytes, List<Sum> classes) {
        public Allocated {
            classes = List.copyOf(classes);
        }
    }

    static Map<State, Long> noTime() {
        return new EnumMap<>(State.class);
    }
}
