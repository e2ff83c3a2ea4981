package dev.sonde.agent;

import dev.sonde.wire.WireWriter;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The places where threads of the application may capture or interpret, one thread each. A fixed table and no ThreadLocal,
 * because there may be a million virtual threads. A thread that already has a slot has met a hook inside its own hit (a
 * probe on {@code HashMap.get} while we walk a map): it gets no second one, which is what ends the recursion.
 */
final class Slots {

    private static final int COUNT = 32;

    private final AtomicReferenceArray<@Nullable Thread> owners = new AtomicReferenceArray<>(COUNT);
    private final AtomicReferenceArray<@Nullable WireWriter> buffers = new AtomicReferenceArray<>(COUNT);

    /** Claims a slot for this thread, or throws {@link Failure#REENTRANT} or {@link Failure#BUSY}. */
    int claim() {
        Thread me = Thread.currentThread();
        for (int i = 0; i < COUNT; i++) {
            if (owners.get(i) == me) {
                throw Failure.REENTRANT;
            }
        }
        int start = System.identityHashCode(me);
        for (int i = 0; i < COUNT; i++) {
            int slot = (start + i) & (COUNT - 1);
            if (owners.get(slot) == null && owners.compareAndSet(slot, null, me)) {
                return slot;
            }
        }
        throw Failure.BUSY;
    }

    /** Whether a thread is inside a hit. */
    boolean holds(Thread thread) {
        for (int i = 0; i < COUNT; i++) {
            if (owners.get(i) == thread) {
                return true;
            }
        }
        return false;
    }

    void release(int slot) {
        owners.set(slot, null);
    }

    /** The slot's own buffer, empty. */
    WireWriter buffer(int slot) {
        WireWriter buffer = buffers.get(slot);
        if (buffer == null) {
            buffer = new WireWriter(1024);
            buffers.set(slot, buffer);
        }
        buffer.truncate(0);
        return buffer;
    }
}
