package dev.sonde.jvm;

import dev.sonde.profile.Kind;
import dev.sonde.profile.Profile;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Sampling a target with an engine that others made. Nothing of it needs the agent. */
public interface Profiling {

    /** Who samples. */
    enum Engine {
        /** async-profiler: its native library is loaded into the target. */
        ASYNC,
        /** JDK Flight Recorder, which is in the target already. */
        JFR
    }

    /**
     * What is wanted.
     *
     * @param engine empty for the first that can
     * @param atMost when the engine ends by itself, should nobody stop it
     * @param interval between samples, in nanoseconds, or of {@link Kind#ALLOC} and {@link Kind#LIVE} in bytes; of {@link
     *     Kind#LOCK} the shortest wait that counts; empty for the engine's own
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

    /** The runs on this JVM that were started through this bastion. */
    List<Run> runs();
}
