package dev.sonde.agent;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A traced call as the tasks see it that it handed to other threads. What they have to tell waits here until the call has ended and it
 * is known whether anybody wants to see it: only trees that satisfy their condition leave the target. No lock, because call and tasks
 * end on threads of their own; and what waits is bounded for all calls of a trace together.
 */
final class Origin {

    private static final int MOST_BYTES = 512 << 10;
    private static final Told WANTED = new Told(new byte[0], null);
    private static final Told UNWANTED = new Told(new byte[0], null);

    /** What a task has told. */
    private static final class Told {
        final byte[] bytes;

        @Nullable
        Told next;

        Told(byte[] bytes, @Nullable Told next) {
            this.bytes = bytes;
            this.next = next;
        }
    }

    private final AtomicReference<@Nullable Told> head;
    /** Of all calls of the trace. */
    private final AtomicInteger held;

    /** @param wanted whether that is known already */
    Origin(boolean wanted, AtomicInteger held) {
        head = new AtomicReference<>(wanted ? WANTED : null);
        this.held = held;
    }

    /** Whether its tasks need not be looked at any more. */
    boolean isUnwanted() {
        return head.get() == UNWANTED;
    }

    /** A task tells; false when there is no room for that. */
    boolean offer(byte[] bytes, Ring<byte[]> ring) {
        Told mine = null;
        while (true) {
            Told first = head.get();
            if (first == UNWANTED || first == WANTED) {
                if (mine != null) {
                    held.addAndGet(-bytes.length);
                }
                return first == UNWANTED || ring.offer(bytes, bytes.length);
            }
            if (mine == null) {
                if (held.addAndGet(bytes.length) > MOST_BYTES) {
                    held.addAndGet(-bytes.length);
                    return false;
                }
                mine = new Told(bytes, null);
            }
            mine.next = first;
            if (head.compareAndSet(first, mine)) {
                return true;
            }
        }
    }

    /** The call is to be shown: what has waited goes on its way. */
    void want(LiveProbe probe, Ring<byte[]> ring) {
        for (Told each = end(WANTED); each != null; each = each.next) {
            if (!ring.offer(each.bytes, each.bytes.length)) {
                probe.unsent(false);
            }
        }
    }

    /** Nobody wants to see it. */
    void forget() {
        end(UNWANTED);
    }

    /** What has waited; nothing when that was known before. */
    private @Nullable Told end(Told with) {
        Told first;
        do {
            first = head.get();
            if (first == WANTED || first == UNWANTED) {
                return null;
            }
        } while (!head.compareAndSet(first, with));
        for (Told each = first; each != null; each = each.next) {
            held.addAndGet(-each.bytes.length);
        }
        return first;
    }
}
