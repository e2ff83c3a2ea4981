package dev.sonde.jvm;

import dev.sonde.wire.Park;
import java.time.Duration;

/**
 * What the owner of a server allows a breakpoint, when the guard lets a thread go, and whom this one stops.
 *
 * @param mostOfSession threads that one session may have standing, on one target
 * @param mostOfTarget threads that all sessions may have standing there
 * @param longest how long one stands unless it is extended
 * @param mostWaiting when more threads wait for what it holds, it is let go
 * @param longestWait or when one has waited longer
 * @param settle for so long it stops nobody, and only measures how often its method is called
 */
public record Parking(
        int mostOfSession,
        int mostOfTarget,
        Duration longest,
        int mostWaiting,
        Duration longestWait,
        Duration settle,
        Choice choice) {

    /** What the owner of a production service would sign. */
    public static final Parking STANDARD =
            new Parking(1, 4, Duration.ofSeconds(30), 3, Duration.ofSeconds(2), Duration.ZERO, Choice.ANYBODY);

    /**
     * Whom it stops.
     *
     * @param hits which hits stop
     * @param threads a glob of thread names
     * @param force also event loops, and virtual threads that would keep their carrier
     * @param once one thread, and then nobody until it is enabled again
     * @param sets whether variables may be set while one stands: methods are woven for it then
     */
    public record Choice(Hits hits, String threads, boolean force, boolean once, boolean sets) {

        public static final Choice ANYBODY = new Choice(Hits.EVERY, "*", false, false, false);
    }

    /** Which hits stop, by their number from 1: {@code >=3}, {@code ==3}, {@code %100}. */
    public record Hits(int rule, long number) {

        public static final Hits EVERY = new Hits(Park.EVERY, 0);

        /**
         * Reads a rule as it is typed.
         *
         * @throws IllegalArgumentException that says what is accepted, lower case
         */
        public static Hits parse(String text) {
            String typed = text.strip();
            String digits = typed.replaceFirst("^(>=|==|%)\\s*", "");
            if (!digits.matches("[1-9]\\d{0,17}")) {
                throw new IllegalArgumentException("'" + text + "' is not '>=3', '==3' or '%100'");
            }
            int rule = typed.startsWith(">=") ? Park.FROM : typed.startsWith("%") ? Park.MULTIPLE : Park.ONLY;
            return new Hits(rule, Long.parseLong(digits));
        }

        @Override
        public String toString() {
            return switch (rule) {
                case Park.FROM -> ">=" + number;
                case Park.MULTIPLE -> "%" + number;
                case Park.ONLY -> "==" + number;
                default -> "every";
            };
        }
    }

    /** This, for certain hits and threads. */
    public Parking with(Choice another) {
        return new Parking(mostOfSession, mostOfTarget, longest, mostWaiting, longestWait, settle, another);
    }

    /** This, with another time that a thread stands. */
    public Parking within(Duration another) {
        return new Parking(mostOfSession, mostOfTarget, another, mostWaiting, longestWait, settle, choice);
    }

    Park of(int session) {
        return new Park(
                session,
                mostOfSession,
                mostOfTarget,
                (int) Math.min(Integer.MAX_VALUE, longest.toMillis()),
                choice.hits.rule,
                choice.hits.number,
                choice.threads,
                choice.force,
                mostWaiting,
                (int) Math.min(Integer.MAX_VALUE, longestWait.toMillis()),
                choice.once,
                choice.sets);
    }
}
