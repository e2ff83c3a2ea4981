package dev.sonde.agent;

import dev.sonde.wire.ProbePlan;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;

/** The hooks of the methods through which tasks go to other threads, and run there: the JDK's, those of executors, and of tasks themselves. */
final class TaskHooks {

    private TaskHooks() {}

    static MethodHandle enter(Tap tap, Shape shape) {
        int task = tap.armed.task >= ProbePlan.TASK_IS_TARGET ? shape.self : shape.firstArgument + tap.armed.task;
        MethodHandle passes = Handles.of(Tracing.class, "passes", long.class, Tap.class, Object.class, Object.class)
                .bindTo(tap);
        return Handles.given(passes, shape, shape.self, task < shape.type.parameterCount() ? task : -1);
    }

    /** Only of a call whose bit says that its end is to be known. */
    static MethodHandle exit(Tap tap, Shape shape) {
        int role = tap.armed.role;
        boolean failed = shape.event == ProbePlan.ON_THROW;
        boolean tells = !failed && (role == ProbePlan.PUTS || role == ProbePlan.TAKES);
        MethodHandle passed = MethodHandles.insertArguments(
                Handles.of(
                        Tracing.class,
                        "passed",
                        void.class,
                        Tap.class,
                        boolean.class,
                        long.class,
                        Object.class,
                        Object.class),
                0,
                tap,
                failed);
        return Handles.given(passed, shape, shape.start, shape.self, tells ? shape.outcome : -1);
    }
}
