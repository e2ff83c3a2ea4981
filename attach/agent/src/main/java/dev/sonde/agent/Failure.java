package dev.sonde.agent;

/**
 * An expression that could not be evaluated. Without a stack, and made beforehand where it can be, because a condition that
 * fails on a hot method fails a million times a second.
 */
@SuppressWarnings("StaticAssignmentOfThrowable")
final class Failure extends RuntimeException {

    /** The hit path met itself: not an error, and not a hit. */
    static final Failure REENTRANT = new Failure("inside a hit");

    /** More threads capture at once than there are slots: a dropped hit. */
    static final Failure BUSY = new Failure("too many threads are capturing");

    /** An object of a class whose fields are not known yet, and will be: a dropped hit where that decides. */
    static final Failure FIRST_SEEN = new Failure("its class was seen for the first time");

    static final Failure NOT_A_NUMBER = new Failure("not a number");
    static final Failure NOT_AN_INTEGER = new Failure("not an integer");
    static final Failure NOT_A_BOOLEAN = new Failure("not a boolean");
    static final Failure NOT_COMPARABLE = new Failure("values of these types have no order");
    static final Failure OVERFLOW = new Failure("integer overflow");
    static final Failure ZERO = new Failure("division by zero");

    Failure(String message) {
        super(message, null, false, false);
    }
}
