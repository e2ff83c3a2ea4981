package dev.sonde.jvm;

import java.util.List;
import java.util.Optional;

/**
 * One session's handle on one JVM. Handles on the same JVM share one link; the agent is loaded when the first of them
 * needs it, and leaves with the last. All methods may block for as long as the target takes (at most some seconds) and may
 * be called from any thread.
 */
public interface Target extends AutoCloseable {

    TargetId id();

    /** What a person calls it; see {@link JvmProcess#name}. */
    String name();

    /** Whether our agent is in the target now. */
    boolean attached();

    /**
     * What is worth saying before the agent is loaded, such as the lines that JEP 451 makes a JVM from 21 on print; empty
     * when it is loaded already or prints nothing.
     */
    Optional<String> warning() throws TargetError;

    /** The JVM itself: version, flags, memory, collectors. Needs no agent. */
    JvmReport report() throws TargetError;

    /**
     * What it tells by itself, at no cost to it. Needs no agent, and asks nothing of the JVM.
     *
     * @throws TargetGone when it has ended
     */
    default JvmGauges gauges() throws TargetError {
        throw new TargetError("this target tells nothing by itself");
    }

    /** Its threads. Needs no agent. */
    ThreadReport threads(ThreadQuery query) throws TargetError;

    /**
     * Loaded classes whose name matches a glob ({@code *} and {@code ?}); one without a dot matches simple names too.
     *
     * @param limit the most to give; the list says when there are more by being exactly this long
     */
    List<LoadedClass> classes(String glob, int limit) throws TargetError;

    /** Names of the methods that a loaded class declares, with parameter types: {@code place(Order, int)}. */
    List<String> methods(LoadedClass declaring) throws TargetError;

    /** What is loaded: classes, loaders, sources, static state. */
    LoadedCode code();

    /** Sampling it: where its time and its memory go. */
    default Profiling profiling() throws TargetError {
        throw new TargetError("this target cannot be profiled");
    }

    /**
     * Names that an expression about a method may go on with; see {@link dev.sonde.weave.ExpressionNames#after}.
     *
     * @param method as it is typed, a name, a glob, or with parameter types; the first that fits counts
     */
    List<String> names(LoadedClass declaring, String method, String chain) throws TargetError;

    /**
     * Puts a probe in place and starts it. Expressions and location are checked before anything is touched.
     *
     * @param listener told of hits and of the end, on the link's thread: it must not block
     * @throws dev.sonde.weave.ExpressionError when an expression is wrong; nothing was touched
     * @throws TargetError when no method fits, several loaders have the class, or the target refuses
     */
    Probe arm(ProbeSpec spec, ProbeListener listener) throws TargetError, dev.sonde.weave.ExpressionError;

    /**
     * Puts a breakpoint in place: a probe of kind {@link ProbeSpec.Kind#BREAK}, whose hits stop the thread. Threads that this
     * session has stopped go on when the handle is closed.
     *
     * @param listener told of stops, on the link's thread: it must not block
     * @throws dev.sonde.weave.ExpressionError when the condition is wrong; nothing was touched
     * @throws TargetError when there is no such place, or the target refuses
     */
    Probe arm(ProbeSpec spec, Parking parking, StopListener listener)
            throws TargetError, dev.sonde.weave.ExpressionError;

    /** The threads that stand on this JVM, of all sessions. */
    List<Stop> stops();

    /** The probes on this JVM that were set through this bastion, of all sessions. */
    List<Probe> probes();

    /** Removes this session's probes and gives the handle back. The last handle takes the agent out. Idempotent. */
    @Override
    void close();
}
