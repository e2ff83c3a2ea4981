package dev.sonde.agent;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The queue from threads of the application to ours: many may offer, one takes, nobody waits. Full, in entries or in bytes,
 * means no. Nobody is woken up: the one thread looks by itself.
 */
final class Ring<T> {

    private final AtomicReferenceArray<@Nullable T> entries;
    private final AtomicLong tail = new AtomicLong();
    private final AtomicInteger bytes = new AtomicInteger();
    private final int mostBytes;
    private volatile long head;

    /** @param capacity a power of two */
    Ring(int capacity, int mostBytes) {
        entries = new AtomicReferenceArray<>(capacity);
        this.mostBytes = mostBytes;
    }

    boolean offer(T entry, int size) {
        if (bytes.addAndGet(size) > mostBytes) {
            bytes.addAndGet(-size);
            return false;
        }
        long at;
        do {
            at = tail.get();
            if (at - head >= entries.length()) {
                bytes.addAndGet(-size);
                return false;
            }
        } while (!tail.compareAndSet(at, at + 1));
        entries.set((int) at & (entries.length() - 1), entry);
        return true;
    }

    /** The oldest entry; null when there is none, or when it is only just being put. Our thread only. */
    @Nullable
    T peek() {
        return entries.get((int) head & (entries.length() - 1));
    }

    /** Removes what {@link #peek} answered. Our thread only; nobody else writes the head. */
    @SuppressWarnings("NonAtomicVolatileUpdate")
    void remove(int size) {
        entries.set((int) head & (entries.length() - 1), null);
        head = head + 1;
        bytes.addAndGet(-size);
    }
}
