package dev.sonde.timeline;

import dev.sonde.profile.Frame;
import java.util.List;

/** Is told what stands in a recording, as it is read; in no order of time. Times are nanoseconds since 1970. */
public interface Events {

    void span(Span span);

    /** A sample found a thread on a processor. */
    default void running(Lane lane, long at, List<Frame> stack) {}

    /** So long a thread was on a processor, between two times. */
    default void processor(Lane lane, long from, long to, long nanos) {}

    /** A thread has this number for the kernel; may be told again. */
    default void numbered(Lane lane, long number) {}

    /** A thread began or ended. */
    default void life(Lane lane, long at, boolean began) {}

    /** The heap, before or after a collection. */
    default void heap(long at, long usedBytes) {}

    /** So much a thread has allocated since it began. */
    default void allocated(Lane lane, long at, long bytes) {}

    /** A sample of what was allocated; it stands for so many bytes. */
    default void allocation(Lane lane, String className, long bytes) {}

    /** So many exceptions and errors were made since the JVM began. */
    default void thrown(long at, long count) {}

    /** A collection has a cause. */
    default void cause(long collection, String collector, String cause) {}

    /** The recording lacks so many bytes of events: they came faster than they could be written. */
    default void lost(long bytes) {}
}
