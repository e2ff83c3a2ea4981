package dev.sonde.agent;

import dev.sonde.wire.ProbePlan;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The handles of hooks where threads may stop. All breakpoints and steppings of a site are one handle, because a thread must
 * not stop twice at one passage for one session: the conditions answer a bit each, and only if there is one, what the hook
 * sees is put into an array and {@link Stops} decides.
 */
final class StopHooks {

    /** A stepping wants to look, whosever it is. */
    private static final long STEP_BIT = 1L << SiteHooks.MOST_TAPS;

    private StopHooks() {}

    /** Those of a site's taps that stop threads; null when there are none. */
    private static @Nullable StopTaps among(List<Tap> taps, boolean takes) {
        List<Tap> breaks = new ArrayList<>();
        List<Tap> steps = new ArrayList<>();
        for (Tap tap : taps) {
            if (tap.stops()) {
                (tap.probe.plan.kind == ProbePlan.BREAK ? breaks : steps).add(tap);
            }
        }
        if (breaks.isEmpty() && steps.isEmpty()) {
            return null;
        }
        boolean anySets = false;
        for (Tap tap : taps) {
            anySets |= tap.stops() && tap.park().sets;
        }
        if (takes && !anySets) {
            return null;
        }
        Stops stops = (breaks.isEmpty() ? steps : breaks).get(0).probe.stops();
        return new StopTaps(stops, breaks.toArray(new Tap[0]), steps.toArray(new Tap[0]), takes);
    }

    /**
     * What runs where a line or a method begins; null when no thread stops there, or none could take anything. Answers whether this
     * one has values to take.
     *
     * @param takes whether the hook's code can take them
     */
    static @Nullable MethodHandle enter(Jvm jvm, Classes classes, List<Tap> taps, Shape shape, boolean takes) {
        StopTaps at = among(taps, takes);
        if (at == null) {
            return null;
        }
        MethodType asks = shape.type.changeReturnType(long.class);
        MethodHandle wanted = at.anySteps()
                ? MethodHandles.guardWithTest(
                        stepped(at, shape), Handles.constant(long.class, STEP_BIT, shape.type), Handles.nothing(asks))
                : null;
        for (int i = 0; i < at.breaks.length; i++) {
            MethodHandle bit = Handles.constant(long.class, 1L << i, shape.type);
            MethodHandle condition = new Conditions(jvm, classes, at.breaks[i], shape).condition();
            MethodHandle one =
                    condition == null ? bit : MethodHandles.guardWithTest(condition, bit, Handles.nothing(asks));
            wanted = wanted == null
                    ? one
                    : Handles.both(Handles.op("or", long.class, long.class, long.class), wanted, one);
        }
        MethodHandle any = MethodHandles.dropArguments(
                Handles.op("isSet", boolean.class, long.class), 1, shape.type.parameterList());
        MethodHandle arrive = arrive(at, shape);
        MethodHandle whole = MethodHandles.guardWithTest(any, arrive, Handles.nothing(arrive.type()));
        return wanted == null ? null : Handles.silent(MethodHandles.foldArguments(whole, wanted));
    }

    /** {@code (long wanted, the hook's parameters)}. */
    private static MethodHandle arrive(StopTaps at, Shape shape) {
        MethodHandle arrive = Handles.of(Stops.class, "arrive", long.class, StopTaps.class, long.class, Object[].class)
                .bindTo(at)
                .asCollector(Object[].class, 2 + shape.arguments);
        arrive = MethodHandles.insertArguments(arrive, 2, (Object) null);
        if (shape.self < 0) {
            arrive = MethodHandles.insertArguments(arrive, 1, (Object) null);
        }
        return arrive.asType(shape.type.insertParameterTypes(0, long.class).changeReturnType(long.class));
    }

    /** What runs where a method ends; null when nobody steps in it. */
    static @Nullable MethodHandle exit(List<Tap> taps, Shape shape) {
        StopTaps at = among(taps, false);
        if (at == null || !at.anySteps()) {
            return null;
        }
        MethodHandle leave = Handles.collected(
                MethodHandles.insertArguments(
                        Handles.of(
                                Stops.class,
                                "leave",
                                void.class,
                                StopTaps.class,
                                int.class,
                                long.class,
                                Object[].class),
                        0,
                        at,
                        shape.event),
                shape);
        return Handles.silent(MethodHandles.guardWithTest(stepped(at, shape), leave, Handles.nothing(leave.type())));
    }

    /** One call of a breakpoint's method. */
    static MethodHandle called(Tap tap, Shape shape) {
        MethodHandle called =
                Handles.of(Pace.class, "called", void.class, Pace.class).bindTo(tap.probe.pace());
        return MethodHandles.dropArguments(called, 0, shape.type.parameterList());
    }

    private static MethodHandle stepped(StopTaps at, Shape shape) {
        MethodHandle stepped = Handles.of(Stops.class, "anyIsStepped", boolean.class, Stops.class)
                .bindTo(at.stops);
        return MethodHandles.dropArguments(stepped, 0, shape.type.parameterList());
    }
}
