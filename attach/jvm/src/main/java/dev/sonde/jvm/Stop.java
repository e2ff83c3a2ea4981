package dev.sonde.jvm;

import dev.sonde.weave.ExpressionError;
import dev.sonde.wire.Limits;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** One thread of a target that stands, where it stands. The same thread a line further is another stop. */
public interface Stop extends Variables {

    /** How a thread is sent on. */
    enum Way {
        /** No further than to the next breakpoint. */
        CONTINUE,
        /** To the next line of the frame, or of the nearest above it that can be stepped. */
        NEXT,
        /** To the next line, be it in a method that is called. */
        STEP,
        /** To where the frame ends. */
        STEP_OUT,
        /** To a line of the frame, or where it ends. */
        UNTIL
    }

    /** How a stop came to its end. */
    enum Cause {
        RESUMED,
        LAPSED,
        LET_GO,
        LINK_LOST,
        /** It was stepped, and there was no line to come to. */
        RAN_ON
    }

    /**
     * The end of a stop.
     *
     * @param parked for how long the thread stood
     * @param why for people; empty when it was asked for
     */
    record End(Cause cause, Duration parked, String why) {}

    int id();

    /** The breakpoint's number; of a thread that was stepped, that of the breakpoint where it began. */
    int breakpoint();

    /** Whether it was stepped here. */
    boolean stepped();

    /** The stop that it was stepped from. */
    OptionalInt before();

    Instant time();

    String thread();

    long threadId();

    /** Whether its interrupt status was set as it stopped; it is as it was when the thread goes on. */
    boolean interrupted();

    String className();

    /** With parameter types: {@code place(Order, int)}. */
    String method();

    /** Where it stands, counted from 1; empty when the class file does not tell. */
    OptionalInt line();

    /** ENTRY before a line; RETURN and THROW where a method ends. */
    ProbeSpec.Event event();

    /** The method it stands in, then its callers. */
    List<CallerFrame> stack();

    /** Empty while it stands. */
    Optional<End> end();

    /** How often the breakpoint's method was called in a second, before the thread stood; empty when that is not known. */
    OptionalDouble callsBefore();

    /** And while it stands, or stood. */
    OptionalDouble callsMeanwhile();

    /** The time until it goes on by itself; not negative. */
    Duration left();

    /** The result or the error, where a method ends. */
    Optional<Value> outcome(Limits limits) throws TargetError;

    /**
     * What can be read of a frame of {@link #stack}. Of 0 it is what this is. Of those above that the thread was stepped through it
     * is what hooks saw, as it was when the line began at which they call; of others what the JVM keeps, as it is.
     *
     * @throws TargetError when it is not known, with the reason
     */
    Variables variables(int frame) throws TargetError;

    /**
     * What a variable was and is.
     *
     * @param notice what is to be known of it; empty when there is nothing
     */
    record Changed(Value before, Value after, Optional<String> notice) {}

    /**
     * Gives a variable, a field or an element of an array another value: a local variable when the thread goes on, the others now.
     *
     * @param variable as it is read
     * @param value an expression
     * @throws ExpressionError when one is wrong, or the value is not of the variable's type
     * @throws TargetError when the thread no longer stands, or the value turned out not to fit
     */
    Changed set(String variable, String value, Limits limits) throws TargetError, ExpressionError;

    /**
     * Sends the thread on.
     *
     * @param count lines to go, from 1
     * @param line where to; for {@link Way#UNTIL} alone
     * @throws TargetError when it no longer stands
     */
    void resume(Way way, int count, int line) throws TargetError;

    /** Gives up waiting for a thread that was sent to another line; it runs on. */
    void abandon() throws TargetError;

    /** It stands so long from now on, if nobody sends it on. */
    void extend(Duration time) throws TargetError;
}
