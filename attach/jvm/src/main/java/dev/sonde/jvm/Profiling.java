package dev.sonde.jvm;

import dev.sonde.profile.Kind;
import dev.sonde.profile.Profile;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

/** Sampling a target with an engine that others made. Nothing of it needs the agent. */
public interface Profiling {

    /** Who samples. */
    enum Engine {
        /** async-profiler: its native library is loaded into the target. */
        ASYNC,
        /** JDK Flight Recorder, which is in the target already. */
        JFR,
        /** The same by its samples of CPU time, from JDK 25 on: an experiment of the JDK's, for those alone who ask for it. */
        CPUTIME
    }

    /**
     * What is wanted.
     *
     * @param engine empty for the first that can
     * @param atMost when the engine ends by itself, should nobody stop it
     * @param interval between samples, in nanoseconds, or of {@link Kind#ALLOC} and {@link Kind#LIVE} in bytes; of {@link
     *     Kind#LOCK} and {@link Kind#TIMELINE} the shortest wait that counts; empty for the engine's own
     */
    record Request(Kind kind, Optional<Engine> engine, Duration atMost, OptionalLong interval) {}

    /** A profile that is being taken. Of its methods the first that ends it counts. */
    interface Run extends AutoCloseable {

        Kind kind();

        /** Such as {@code async-profiler 4.6}. */
        String engine();

        /** Who started it: {@code LOGIN/SESSION}. */
        String owner();

        Instant started();

        /** When the engine ends by itself. */
        Instant endsAt();

        /** Whether it was stopped or closed; not whether its time is over. */
        boolean ended();

        /** What the user should know: which engine, and why; what it cannot see. */
        List<String> notices();

        /** Ends it and gives what was sampled. */
        Profile stop() throws TargetError;

        /**
         * The same, and leaves what the engine wrote. Of a {@link Kind#TIMELINE} that is all: the profile has no samples yet.
         *
         * @param recording a file that is not there yet; it is not there afterwards either, of what writes none
         */
        default Profile stop(Path recording) throws TargetError {
            return stop();
        }

        /** Ends it, unless it has ended; what was sampled is thrown away. */
        @Override
        void close();
    }

    /**
     * Starts sampling.
     *
     * @throws TargetError when no engine can do it, or somebody else's run is in the way; says who
     */
    Run start(Request request) throws TargetError;

    /** Where each thread is now. */
    Profile threads() throws TargetError;

    /**
     * Counts the objects of the heap by class.
     *
     * @param live whether to collect garbage first, and count what is left
     */
    HeapHistogram heap(boolean live) throws TargetError;

    /**
     * Dumps the heap, in HotSpot's format, into what takes it as fast as it comes: the JVM stands still until it is taken. It goes
     * through a pipe, so that the target needs no disk, and may be in a container.
     *
     * @throws TargetError when there is no time, no room, or no dump
     */
    default HeapDumped dumpHeap(HeapDumpOrder order, WritableByteChannel into) throws TargetError {
        throw new TargetError("this target cannot dump its heap");
    }

    /** The same for one who may be slow: what comes is put aside on the bastion first, in a file without a name. */
    default HeapDumped dumpHeapAside(HeapDumpOrder order, WritableByteChannel into) throws TargetError {
        return dumpHeap(order, into);
    }

    /**
     * How a heap is to be dumped.
     *
     * @param live whether garbage is collected first, and what is left is dumped
     * @param expected bytes, about
     * @param most bytes there is room for
     * @param atMost how long the JVM may stand still
     * @param copied told now and then how many bytes came so far
     */
    record HeapDumpOrder(
            boolean live, long expected, long most, Duration atMost, BooleanSupplier cancelled, LongConsumer copied) {}

    /**
     * A heap that was dumped.
     *
     * @param stood how long the JVM stood still for it
     */
    record HeapDumped(long bytes, Duration stood) {}

    /** The runs on this JVM that were started through this bastion. */
    List<Run> runs();
}
