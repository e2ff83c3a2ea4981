package dev.sonde.jvm;

import java.util.List;

/** Told of the threads that a breakpoint stops, on the link's thread: implementations hand over and return. */
public interface StopListener extends ProbeListener {

    /** A thread stands: it came to the breakpoint, or has been stepped from one that did. */
    void stopped(Stop stop);

    /** A thread that stood goes on; {@link Stop#end} says how. */
    void released(Stop stop);

    /**
     * Threads wait for what a standing one holds, or no longer do.
     *
     * @param names of some of them
     * @param count of all
     */
    void waiting(Stop stop, List<String> names, int count);
}
