package dev.sonde.jvm;

import dev.sonde.wire.ProbeCounters;

/** Told what a probe sees, in order, on the link's thread: implementations hand over and return. */
public interface ProbeListener {

    void hit(Hit hit);

    /** Something a person should know, such as the first error of a condition. */
    void notice(String text);

    /** The probe is gone: used up, out of time, tripped, or its target ended. Told once. */
    void ended(String reason, ProbeCounters counters);
}
