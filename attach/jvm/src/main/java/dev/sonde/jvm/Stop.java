package dev.sonde.jvm;

import dev.sonde.weave.ExpressionError;
import dev.sonde.wire.Limits;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** One thread of a target that stands, where it stands. The same thread a line further is another stop. */
public interface Stop {

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

    /** Names of the variables that can be read here, arguments included, in the order of their slots. */
    List<String> locals();

    /** Names of the arguments among them. */
    List<String> arguments();

    /** Variables that are in scope and cannot be read, each with the reason. */
    List<String> hidden();

    /** Whether there is a {@code this}. */
    boolean hasThis();

    /**
     * What variables are now, by name; {@code this} is one of them if asked for.
     *
     * @throws TargetError when the thread no longer stands
     */
    Map<String, Value> values(List<String> names, Limits limits) throws TargetError;

    /** The result or the error, where a method ends. */
    Optional<Value> outcome(Limits limits) throws TargetError;

    /**
     * What expressions are now.
     *
     * @throws ExpressionError when one is wrong
     * @throws TargetError when the thread no longer stands
     */
    List<Value> evaluate(List<String> expressions, Limits limits) throws TargetError, ExpressionError;

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
