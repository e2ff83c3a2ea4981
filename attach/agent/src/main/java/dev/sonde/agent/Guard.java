package dev.sonde.agent;

import dev.sonde.wire.Park;
import dev.sonde.wire.Wire;
import dev.sonde.wire.WireWriter;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks which threads wait for what a parked one holds, and lets it go when they are too many or have waited too long.
 *
 * <p>It asks for threads without their stacks: so the JVM answers without stopping any of them, about a microsecond each. A
 * JVM without {@code java.management}, and virtual threads, it cannot look into; the deadline holds all the same. Our thread
 * only.
 */
final class Guard {

    private static final long PAUSE_NANOS = 200_000_000L;
    private static final int MOST_TOLD = 20;

    private @Nullable ThreadMXBean threads;
    private boolean prepared;
    private long next;

    /** Loads what it needs, which an agent without a breakpoint does without. */
    void prepare() {
        if (prepared) {
            return;
        }
        prepared = true;
        try {
            threads = ManagementFactory.getThreadMXBean();
        } catch (LinkageError notThere) {
            threads = null;
        }
    }

    /** Looks now and then; rarely where it takes long. What it tells comes behind what told of the stop. */
    void look(Stop[] stops, long time, Stops news) {
        ThreadMXBean asked = threads;
        if (asked == null || time - next < 0) {
            return;
        }
        long from = System.nanoTime();
        ThreadInfo[] infos = asked.getThreadInfo(asked.getAllThreadIds(), 0);
        for (Stop each : stops) {
            if (each.told && each.state() == Stop.PARKED) {
                news.offer(new WireWriter(13)
                        .u1(Wire.PACE)
                        .i4(each.id)
                        .i8(each.origin.pace().now(time)));
                look(each, infos, time, news);
            }
        }
        long took = System.nanoTime() - from;
        next = time + Math.max(PAUSE_NANOS, 20 * took);
    }

    private static void look(Stop stop, @Nullable ThreadInfo[] infos, long time, Stops news) {
        List<String> names = waiting(stop.threadId, infos);
        int waiting = names.size();
        if (waiting == 0) {
            if (stop.waitingTold != 0) {
                tell(stop, names, news);
            }
            stop.waitedSince = 0;
            return;
        }
        if (stop.waitedSince == 0) {
            stop.waitedSince = time | 1;
        }
        if (waiting != stop.waitingTold) {
            tell(stop, names, news);
        }
        Park park = stop.tap.park();
        long waited = (time - stop.waitedSince) / 1_000_000L;
        String whom = String.join(", ", names.subList(0, Math.min(5, waiting))) + (waiting > 5 ? ", …" : "");
        if (waiting > park.mostWaiting) {
            stop.release(Wire.LET_GO, waiting + " threads waited for what it holds: " + whom);
        } else if (waited > park.mostWaitMillis) {
            stop.release(
                    Wire.LET_GO, "what it holds was waited for longer than " + park.mostWaitMillis + " ms by " + whom);
        }
    }

    private static void tell(Stop stop, List<String> names, Stops news) {
        List<String> some = new ArrayList<>(names.subList(0, Math.min(MOST_TOLD, names.size())));
        if (news.offer(
                new WireWriter(256).u1(Wire.WAITING).i4(stop.id).strings(some).i4(names.size()))) {
            stop.waitingTold = names.size();
        }
    }

    /** Who waits for what a thread holds, or for what those hold who wait for it. */
    private static List<String> waiting(long holder, @Nullable ThreadInfo[] infos) {
        Set<Long> holders = new HashSet<>();
        holders.add(holder);
        List<String> names = new ArrayList<>();
        boolean grows = true;
        while (grows) {
            grows = false;
            for (ThreadInfo info : infos) {
                if (info != null && holders.contains(info.getLockOwnerId()) && holders.add(info.getThreadId())) {
                    names.add(info.getThreadName());
                    grows = true;
                }
            }
        }
        return names;
    }
}
