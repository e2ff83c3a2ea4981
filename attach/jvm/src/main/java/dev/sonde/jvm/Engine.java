package dev.sonde.jvm;

import dev.sonde.profile.Kind;
import dev.sonde.profile.Profile;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What samples one JVM: how it is started. Who may use it when is not its business; see {@link ProfileRuns}. */
interface Engine {

    /** It cannot do what is wanted, here or now: the message says why, and another may. */
    final class Unable extends Exception {
        Unable(String why) {
            super(why);
        }
    }

    /** Sampling that goes on in the target until one of these is called, or its time is over. */
    interface Sampling {

        /** Such as {@code async-profiler 4.6}. */
        String engine();

        List<String> notices();

        /**
         * Ends it and gives what was sampled.
         *
         * @param recording where what the engine wrote stays; empty if nobody wants it
         */
        Profile stop(Optional<Path> recording) throws TargetError;

        void discard();
    }

    Profiling.Engine which();

    Sampling start(LocalJvm jvm, Profiling.Request request) throws Unable, TargetError;

    /** Whether a second run would not disturb a first one of this engine. */
    boolean sharedBy(Kind first, long firstInterval, Kind second, long secondInterval);

    /** The interval that it takes unless asked for another. */
    long standardInterval(Kind kind);
}
