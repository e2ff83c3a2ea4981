package dev.sonde.shell;

import java.time.Duration;

/** The way out to the reader: bounded, in order, for any thread. */
interface Outlet {

    /**
     * Queues bytes if there is room, else not at all; never waits.
     *
     * @param toError whether they are for the standard error
     * @return whether they were taken; true as well when nobody is there any more to miss them
     */
    boolean offer(byte[] bytes, boolean toError);

    /**
     * Waits until there is room for that many bytes.
     *
     * @param patience how long the reader may take nothing at all
     * @param wanted asked now and then; the wait ends when it says no
     * @return whether there is room now
     */
    boolean awaitRoom(int bytes, Duration patience, Wanted wanted) throws InterruptedException;

    /**
     * Waits until everything has left.
     *
     * @param patience how long the reader may take nothing at all
     * @return whether it has
     */
    boolean drain(Duration patience) throws InterruptedException;

    /** Whether bytes that are no lines arrive as they are. */
    default boolean isPlain() {
        return true;
    }

    /** Asked while waiting. */
    interface Wanted {
        boolean stillWanted();
    }
}
