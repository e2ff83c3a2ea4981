package dev.sonde.agent;

import dev.sonde.wire.ProbePlan;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;

/** The hooks of the methods through which tasks go to other threads, and run there: the JDK's own, and those of executors. */
final class TaskHooks {

    private TaskHooks() {}

    static MethodHandle enter(Tap tap, Shape shape) {
        if (tap.armed.role == ProbePlan.AFTER_RUN) {
            return Handles.then(ends(tap, shape, false), Handles.nothing(shape.type));
        }
        boolean ofTarget = tap.armed.task == ProbePlan.TASK_IS_TARGET;
        int at = ofTarget || tap.armed.task == ProbePlan.TASK_IS_THIS
                ? shape.self
                : shape.firstArgument + tap.armed.task;
        switch (tap.armed.role) {
            case ProbePlan.HANDS_OVER:
                MethodHandle over = MethodHandles.insertArguments(
                        Handles.of(Tracing.class, "handOver", void.class, Tap.class, Object.class, Object.class),
                        0,
                        tap);
                over = shape.self < 0 ? MethodHandles.insertArguments(over, 0, (Object) null) : over;
                int[] order = shape.self < 0 ? new int[] {at} : new int[] {shape.self, at};
                over = MethodHandles.permuteArguments(over, shape.type.changeReturnType(void.class), order);
                return Handles.then(over, Handles.nothing(shape.type));
            case ProbePlan.REFUSES:
                MethodHandle refused = MethodHandles.insertArguments(
                        Handles.of(Tracing.class, "refused", void.class, Tap.class, Object.class), 0, tap);
                refused = MethodHandles.permuteArguments(refused, shape.type.changeReturnType(void.class), at);
                return Handles.then(refused, Handles.nothing(shape.type));
            default:
                MethodHandle up = MethodHandles.insertArguments(
                        Handles.of(
                                Tracing.class,
                                ofTarget ? "takeUpTarget" : "takeUp",
                                long.class,
                                Tap.class,
                                Object.class),
                        0,
                        tap);
                return MethodHandles.permuteArguments(up, shape.type, at);
        }
    }

    /** Only of a call whose bit says that it runs a task. */
    static MethodHandle exit(Tap tap, Shape shape) {
        return tap.armed.role == ProbePlan.RUNS
                ? ends(tap, shape, shape.event == ProbePlan.ON_THROW)
                : Handles.nothing(shape.type);
    }

    private static MethodHandle ends(Tap tap, Shape shape, boolean failed) {
        MethodHandle ends = MethodHandles.insertArguments(
                Handles.of(Tracing.class, "taskEnds", void.class, Tap.class, boolean.class), 0, tap, failed);
        return MethodHandles.dropArguments(ends, 0, shape.type.parameterList());
    }
}
