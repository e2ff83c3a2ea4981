package dev.sonde.commands;

/** The highest access that a login has on a target, in rising order. */
public enum Grant {
    /** Look, without loading anything into the target: threads, flags, memory. */
    OBSERVE,
    /** Load the agent: look at code and state, weave probes that never stop a thread. */
    INSTRUMENT,
    /** Stop a thread. */
    SUSPEND,
    /** Change values, call methods. */
    MUTATE;

    /** Whether this grant is enough for what needs {@code wanted}. */
    public boolean covers(Grant wanted) {
        return compareTo(wanted) >= 0;
    }
}
