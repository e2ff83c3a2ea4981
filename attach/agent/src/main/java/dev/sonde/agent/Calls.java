package dev.sonde.agent;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Calls of one tap that were reported when they began and have not ended. A small table and no {@code ThreadLocal}; threads
 * are known by number, because one that has ended must not be kept.
 *
 * <p>The trap: some ends never come (a constructor whose {@code super()} throws, a hook that ran out of stack). So an end looks
 * for the youngest call of its thread that began before the clock of its own call was read: calls within it began later,
 * and calls around it are older. A full table puts out its oldest; the end of that one then finds nothing, because whatever
 * else its thread has is younger.
 */
final class Calls {

    /** Of a tap that tells of each call once. */
    static final Calls NONE = new Calls();

    private static final int MOST = 64;

    private final AtomicReferenceArray<@Nullable Call> table = new AtomicReferenceArray<>(MOST);
    private final AtomicLong numbers = new AtomicLong();

    Calls() {
        // So that no thread of the application loads what it needs.
        began(next(0, 0));
        ended(0, 0);
    }

    /** One call under way. */
    static final class Call {
        final long number;
        final long thread;
        final long began;
        /** What was captured, as a number that is another when something has changed. */
        long values;
        /** Not so when something was not known yet that will be when the call ends. */
        boolean comparable;

        private Call(long number, long thread, long began) {
            this.number = number;
            this.thread = thread;
            this.began = began;
        }
    }

    Call next(long thread, long now) {
        return new Call(numbers.incrementAndGet(), thread, now);
    }

    void began(Call call) {
        while (true) {
            int oldestAt = 0;
            Call oldest = null;
            for (int i = 0; i < MOST; i++) {
                Call there = table.get(i);
                if (there == null) {
                    if (table.compareAndSet(i, null, call)) {
                        return;
                    }
                } else if (oldest == null || there.began - oldest.began < 0) {
                    oldest = there;
                    oldestAt = i;
                }
            }
            if (oldest != null && table.compareAndSet(oldestAt, oldest, call)) {
                return;
            }
        }
    }

    /** The call that ends now, and whose clock was read at {@code start}; null when it was put out. */
    @Nullable
    Call ended(long thread, long start) {
        Call found = null;
        for (int i = 0; i < MOST; i++) {
            Call there = table.get(i);
            if (there != null
                    && there.thread == thread
                    && start - there.began >= 0
                    && (found == null || there.began - found.began > 0)) {
                found = there;
            }
        }
        for (int i = 0; found != null && i < MOST; i++) {
            Call there = table.get(i);
            // with it go those within it whose ends did not come
            if (there != null && there.thread == thread && there.began - found.began >= 0) {
                table.compareAndSet(i, there, null);
            }
        }
        return found;
    }

    boolean isEmpty() {
        for (int i = 0; i < MOST; i++) {
            if (table.get(i) != null) {
                return false;
            }
        }
        return true;
    }
}
