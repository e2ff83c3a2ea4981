package dev.sonde.wire;

/** What a breakpoint's plan says beside a watch's: whom it may stop, for how long, and when the guard lets a thread go. */
public final class Park {

    /** {@link #hitRule}: every hit. */
    public static final int EVERY = 0;

    /** From hit {@link #hitNumber} on. */
    public static final int FROM = 1;

    /** Hit {@link #hitNumber} alone. */
    public static final int ONLY = 2;

    /** Each hit whose number is a multiple of {@link #hitNumber}. */
    public static final int MULTIPLE = 3;

    /** The session that set it, by a number that is unique on the link: threads are counted for each. */
    public final int session;

    public final int mostOfSession;
    public final int mostOfTarget;
    /** How long a thread is parked at most, in milliseconds, unless it is extended. */
    public final int millis;

    public final int hitRule;
    public final long hitNumber;
    /** Only threads whose name matches; {@code *} is any. */
    public final String threads;
    /** Whether event loops and, before JDK 24, virtual threads may be stopped. */
    public final boolean force;
    /** A thread is let go when more than so many wait for what it holds. */
    public final int mostWaiting;
    /** Or when one has waited for so long, in milliseconds. */
    public final int mostWaitMillis;
    /** Stops one thread, and then nobody until it is armed again. */
    public final boolean once;
    /** Whether variables may be set while a thread stands ({@link Wire#STOP_SET}). */
    public final boolean sets;

    public Park(
            int session,
            int mostOfSession,
            int mostOfTarget,
            int millis,
            int hitRule,
            long hitNumber,
            String threads,
            boolean force,
            int mostWaiting,
            int mostWaitMillis,
            boolean once,
            boolean sets) {
        this.session = session;
        this.mostOfSession = mostOfSession;
        this.mostOfTarget = mostOfTarget;
        this.millis = millis;
        this.hitRule = hitRule;
        this.hitNumber = hitNumber;
        this.threads = threads;
        this.force = force;
        this.mostWaiting = mostWaiting;
        this.mostWaitMillis = mostWaitMillis;
        this.once = once;
        this.sets = sets;
    }

    /** Whether the hit of this number, from 1, is one to stop at. */
    public boolean wants(long hit) {
        switch (hitRule) {
            case FROM:
                return hit >= hitNumber;
            case ONLY:
                return hit == hitNumber;
            case MULTIPLE:
                return hitNumber > 0 && hit % hitNumber == 0;
            default:
                return true;
        }
    }

    public void write(WireWriter out) {
        out.i4(session)
                .i4(mostOfSession)
                .i4(mostOfTarget)
                .i4(millis)
                .u1(hitRule)
                .i8(hitNumber)
                .string(threads)
                .bool(force)
                .i4(mostWaiting)
                .i4(mostWaitMillis)
                .bool(once)
                .bool(sets);
    }

    public static Park read(WireReader in) {
        return new Park(
                in.i4(),
                in.i4(),
                in.i4(),
                in.i4(),
                in.u1(),
                in.i8(),
                in.string(),
                in.bool(),
                in.i4(),
                in.i4(),
                in.bool(),
                in.bool());
    }
}
