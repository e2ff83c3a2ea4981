package dev.sonde.shell.invariants;

import dev.sonde.shell.invariants.Patient.Order;

/** What is done to the patient: methods to watch, in a class of their own, so that there is little to compare. */
final class Clinic {

    private Clinic() {}

    /** The busy method. */
    static long place(Order order, int quantity) {
        return order.id * 31 + quantity;
    }

    /** Fails every time. */
    @SuppressWarnings("DoNotCallSuggester")
    static long refuse(int quantity) {
        throw new IllegalArgumentException("no stock for " + quantity);
    }

    /** Goes down until the stack ends, and counts how far it got. */
    @SuppressWarnings("InfiniteRecursion")
    static int deep(int level) {
        return deep(level + 1) + 1;
    }

    /** As many strings as nobody wants to print: each is 10 MB. */
    static int huge(String text) {
        return text.length();
    }
}
