package dev.sonde.wire;

/**
 * The tags of captured values. A value is a tag and what the tag says; it is a copy, made at the hit.
 *
 * <p>A hit is {@code i4 probeId, i4 siteId, u1 event (}{@link ProbePlan#ON_ENTRY}…{@code ), i8 epochMillis, i8 costNanos (-1:
 * not known), i8 threadId, string threadName, i8 lostBefore (hits of this probe that were limited or dropped since the one
 * before)}, then parts, each led by a {@code u1}: any of {@link #CONTEXT_PART}, {@link #STACK_PART} and {@link #CALL_PART}, then
 * one shape, which is the last. Shape {@link #DEFAULT_SHAPE} is followed by {@code value this (ABSENT when static), i4 n, n values
 * (the arguments), value outcome (result or error; ABSENT when void or on entry)}; shape {@link #EXPRESSION_SHAPE} by
 * {@code i4 n, n values}, one for each expression in order, an {@link #ERROR} where it failed; shape {@link #TREE_SHAPE} by a call tree.
 */
public final class Values {

    public static final int DEFAULT_SHAPE = 0;
    public static final int EXPRESSION_SHAPE = 1;

    /**
     * {@code i8 hookNanos (what following one call adds to the time of each of its callers), i8 clockNanos (what it adds to
     * its own), i4 followed (methods that were followed when the traced call began), i8 number (of this tree within its probe),
     * i4 handedOver (tasks that were handed to other threads in it), i4 unfollowed (of these and of those it should have run: for which
     * there was no room), i8 ofTree (0 for a traced call; of a task the tree that it was handed over in), i4 ofNode (there), string task
     * (its class; empty for a traced call), i4 n}, then n nodes, the traced call
     * first and each after its parent: {@code i4 parent (-1: none), i4 siteId, i8 calls, i8 totalNanos, i8 maxNanos, i8
     * failures, i8 lostCalls (right below it, that found no node), i8 waitNanos (between the hand-over to another thread and
     * the start there; -1 on the thread of its parent), string thread (empty: its parent's)}; then {@code value error}
     * (ABSENT when the traced call returned).
     */
    public static final int TREE_SHAPE = 2;

    /** {@code i4 n}, then n times {@code string name, string value}: the request that the thread works for. */
    public static final int CONTEXT_PART = 8;

    /**
     * {@code i4 depth (of the whole stack; -1: not known), i4 n}, then n frames, the method that was hit first: {@code string
     * class, string method, string file (empty: not known), i4 line (-1: not known, -2: native)}.
     */
    public static final int STACK_PART = 9;

    /**
     * {@code i8 number, bool changed}: of a call that is reported twice, on entry and when it ends ({@link
     * ProbePlan#CHANGES}), its number within the probe, and whether what was captured has changed since the entry. The end of a call
     * in which nothing changed has no values, unless the probe reports that event anyway.
     */
    public static final int CALL_PART = 10;

    /** There is no value here (void, static). */
    public static final int ABSENT = 0;

    public static final int NULL = 1;
    /** {@code u1}. */
    public static final int BOOL = 2;
    /** {@code i8}; byte, short, int, long and their boxes. */
    public static final int LONG = 3;
    /** {@code f8}; float, double and their boxes. */
    public static final int DOUBLE = 4;
    /** {@code i4 length in chars, string}; the string is shorter than its length when it was cut. A char is one too. */
    public static final int STRING = 5;
    /** {@code string class, string constant}. */
    public static final int ENUM = 6;
    /** {@code string class, i4 size, i4 n, n values}; arrays and collections; n is less than size when cut. */
    public static final int LIST = 7;
    /** {@code string class, i4 size, i4 n, n times key value}. */
    public static final int MAP = 8;
    /** {@code string class, i4 fields, i4 n, n times string name, value}; n is less than fields when cut. */
    public static final int OBJECT = 9;
    /** {@code string class, string why}: not gone into: depth, bytes, time, cycle, first seen (what its class is made of is not known yet). */
    public static final int CUT = 10;
    /** {@code string class}: masked, by the name of what held it or by its type. */
    public static final int MASKED = 11;
    /** {@code string reason}: reading it failed. */
    public static final int ERROR = 12;
    /** {@code string class, value message (STRING or NULL), i4 n, n strings (frames, top first), value cause}. */
    public static final int THROWABLE = 13;

    private Values() {}
}
