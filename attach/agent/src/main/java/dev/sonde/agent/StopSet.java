package dev.sonde.agent;

import dev.sonde.wire.Park;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The threads that stand, and those that are stepped: one array that is replaced as a whole and never changed. Threads of the
 * application and ours come and go in it, and none of them waits for another.
 */
final class StopSet {

    private static final Stop[] NONE = {};

    private final AtomicReference<Stop[]> all = new AtomicReference<>(NONE);

    Stop[] now() {
        Stop[] those = all.get();
        return those == null ? NONE : those;
    }

    /** The one of a thread. */
    @Nullable
    Stop of(Thread thread) {
        for (Stop each : now()) {
            if (each.thread == thread) {
                return each;
            }
        }
        return null;
    }

    boolean hasRoom(Park park) {
        return hasRoom(now(), park);
    }

    /** One that was sent on is still here until its thread has woken, and stands in nobody's place. */
    private static boolean hasRoom(Stop[] now, Park park) {
        int ofSession = 0;
        int ofTarget = 0;
        for (Stop each : now) {
            if (each.state() != Stop.OVER) {
                ofTarget++;
                ofSession += each.session == park.session ? 1 : 0;
            }
        }
        return ofSession < park.mostOfSession && ofTarget < park.mostOfTarget;
    }

    /**
     * Puts one in, in the place of the one that it was stepped from.
     *
     * @return whether there was room
     */
    boolean enter(@Nullable Stop before, Stop stop, Park park) {
        while (true) {
            Stop[] now = now();
            int at = indexOf(now, before);
            if (at < 0 && !hasRoom(now, park)) {
                return false;
            }
            Stop[] next = Arrays.copyOf(now, at < 0 ? now.length + 1 : now.length);
            next[at < 0 ? now.length : at] = stop;
            if (all.compareAndSet(now, next)) {
                return true;
            }
        }
    }

    void leaves(Stop stop) {
        while (true) {
            Stop[] now = now();
            int at = indexOf(now, stop);
            if (at < 0) {
                return;
            }
            Stop[] next = now.length == 1 ? NONE : Arrays.copyOf(now, now.length - 1);
            if (at < next.length) {
                next[at] = now[now.length - 1];
            }
            if (all.compareAndSet(now, next)) {
                return;
            }
        }
    }

    private static int indexOf(Stop[] stops, @Nullable Stop stop) {
        for (int i = 0; stop != null && i < stops.length; i++) {
            if (stops[i] == stop) {
                return i;
            }
        }
        return -1;
    }
}
