package dev.sonde.jvm;

import dev.sonde.wire.ProbeCounters;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A probe that is in place. */
public interface Probe extends AutoCloseable {

    /** Its number, unique in this bastion. */
    int id();

    /** The session that set it, as given to {@link Host#open}. */
    String owner();

    /** What was asked for. */
    ProbeSpec spec();

    /** The methods it is on now, as {@code shop.OrderService.place(Order, int)}; grows when pending classes load. */
    List<String> sites();

    /** Methods that fit but could not be woven, each with its reason. */
    List<String> refused();

    /** What is worth telling: a method found in a superclass, threads that stay inside old code, compiled code dropped. */
    List<String> notices();

    /** What is worth telling when it has ended: of a trace, how many methods it followed, and which it could not. */
    default List<String> summary() {
        return List.of();
    }

    /** A reading of its counters, asked of the target now: by site, in the order and words of {@link #sites()}. */
    Map<String, ProbeCounters> counters() throws TargetError;

    /**
     * Changes the condition of a breakpoint, or whether it stops anybody; what it has counted stays.
     *
     * @throws dev.sonde.weave.ExpressionError when the condition is wrong; nothing was changed
     * @throws TargetError when it is no breakpoint, or the target refuses
     */
    default void change(Optional<String> condition, boolean enabled)
            throws TargetError, dev.sonde.weave.ExpressionError {
        throw new TargetError("probe " + id() + " is no breakpoint");
    }

    /** Of a breakpoint: whether it stops threads. The guard disables one that holds up others. */
    default boolean enabled() {
        return true;
    }

    /** Whether it is gone: closed, used up, out of time, tripped, or its target ended. */
    boolean ended();

    /** Disarms it and, when nothing else needs them, restores the classes. Idempotent. */
    @Override
    void close();
}
