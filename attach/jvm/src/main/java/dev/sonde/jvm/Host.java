package dev.sonde.jvm;

import java.util.List;
import java.util.Map;

/**
 * A machine that runs JVMs. The local one is one kind; nothing above this interface assumes that a pid, a file or a clock
 * is local.
 */
public interface Host extends AutoCloseable {

    /** {@code local}, or what the user calls the machine. */
    String name();

    /**
     * The JVMs of this machine, by pid, those that cannot be reached with the reason. CPU is sampled over the time since the
     * last call (at least 100 ms, so a first call takes that long; one that is more than a minute old does not count).
     */
    List<JvmProcess> processes();

    /**
     * Opens a handle on a JVM for one session. Nothing is loaded into the JVM until something is asked that needs it.
     *
     * @throws TargetError when there is no such process, it is no JVM, or we may not reach it
     */
    Target open(long pid, String owner) throws TargetError;

    /** The probes that were set through this bastion and are in place, of all sessions, by the JVM they are on. */
    Map<TargetId, List<Probe>> probes();

    /** Detaches from every target and leaves nothing behind. */
    @Override
    void close();
}
