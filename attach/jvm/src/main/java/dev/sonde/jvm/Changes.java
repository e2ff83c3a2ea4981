package dev.sonde.jvm;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** One at a time changes what is woven in a target and which probes are on it; whoever waits for too long is told so. */
final class Changes {

    private static final int PATIENCE_SECONDS = 60;

    private final ReentrantLock lock = new ReentrantLock(true);

    /** What is done while nobody else arms or removes. */
    interface Change<T> {
        T make() throws TargetError;
    }

    <T> T alone(Change<T> change) throws TargetError {
        begin();
        try {
            return change.make();
        } finally {
            end();
        }
    }

    /** To be followed by {@link #end}. */
    void begin() throws TargetError {
        try {
            if (!lock.tryLock(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new TargetError("another session has been setting a probe on this target for " + PATIENCE_SECONDS
                        + " s; try again");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TargetError("interrupted", e);
        }
    }

    /** As {@link #begin}, of what must be done however long it takes. */
    void beginAnyhow() {
        lock.lock();
    }

    void end() {
        lock.unlock();
    }
}
