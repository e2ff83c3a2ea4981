package dev.sonde.timeline;

import dev.sonde.profile.Frame;
import java.util.List;
import java.util.Set;

/**
 * Which waits are for work: nobody waits for a worker that has no task. Told by the methods of the JDK in which its own pools,
 * selectors and helpers stand then.
 */
final class Idle {

    /** Deeper than this no pool's own method stands below what parks. */
    private static final int DEPTH = 24;

    private static final Set<String> METHODS = Set.of(
            "java.util.concurrent.ThreadPoolExecutor.getTask",
            "java.util.concurrent.ForkJoinPool.awaitWork",
            "java.util.TimerThread.mainLoop",
            "java.lang.ref.ReferenceQueue.remove",
            "java.lang.ref.Reference.waitForReferencePendingList",
            "java.lang.VirtualThread.unblockVirtualThreads",
            "jdk.internal.misc.InnocuousThread.run",
            "java.lang.ProcessHandleImpl.waitForProcessExit0",
            "sun.nio.ch.EPoll.wait",
            "sun.nio.ch.EPollSelectorImpl.doSelect");

    private Idle() {}

    static boolean at(List<Frame> stack) {
        for (Frame frame : stack.subList(0, Math.min(DEPTH, stack.size()))) {
            if (frame.className().startsWith("jdk.jfr.internal.") || METHODS.contains(frame.name())) {
                return true;
            }
        }
        return false;
    }
}
