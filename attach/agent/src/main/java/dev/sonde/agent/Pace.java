package dev.sonde.agent;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How often a method is called. Only so many calls of a second are counted, and then it is known how long they took: so one that
 * is called millions of times pays for looking at one word, and one that is called seldom is counted exactly.
 */
final class Pace {

    /** Calls that tell enough. */
    private static final int ENOUGH = 1000;
    /** Or a time. */
    private static final long ENOUGH_NANOS = 200_000_000L;

    private static final double NANOS = 1e12;

    private final AtomicInteger calls = new AtomicInteger();
    private volatile boolean counting = true;
    private volatile long from = System.nanoTime();
    private volatile long to;
    /** Of the time before this one; -1 when that tells nothing about now. */
    private volatile long last = -1;

    /** One call. Called by composed handles, on threads of the application. */
    static void called(Pace pace) {
        if (pace.counting && pace.calls.incrementAndGet() >= ENOUGH) {
            pace.to = System.nanoTime();
            pace.counting = false;
        }
    }

    /** Calls in 1,000 seconds, by what was counted last; -1 when that was too little. */
    long now(long time) {
        boolean goesOn = counting;
        long took = (goesOn ? time : to) - from;
        // What ended while it was counted anew says nothing.
        return took > ENOUGH_NANOS || (!goesOn && took > 0) ? (long) (NANOS * calls.get() / took) : last;
    }

    /** Counts anew. Our thread, each second. */
    void turn(long time) {
        last = now(time);
        count(time);
    }

    /** A thread has come to stand, or goes on: what was counted before says nothing any more. Gives that. */
    long change(long time) {
        long before = now(time);
        last = -1;
        count(time);
        return before;
    }

    private void count(long time) {
        calls.set(0);
        from = time;
        counting = true;
    }
}
