package dev.sonde.jvm;

import dev.sonde.weave.ClassModel;
import dev.sonde.wire.ClassEntry;
import dev.sonde.wire.ProbePlan;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The methods of the JDK through which tasks go to other threads and run there, from JDK 8 on, as far as a target has them. */
final class TaskPoints {

    /**
     * One of them.
     *
     * @param instead it hands over only in JDKs that do not have this method, which it leads to in others; empty for none
     * @param parameters the descriptor's, without the result
     */
    private record Point(String type, String method, String parameters, int role, int task, String instead) {}

    /** What a method does with tasks, as in {@link ProbePlan.Armed}. */
    record Role(int role, int task) {}

    private static final String POOL = "java.util.concurrent.ThreadPoolExecutor";
    private static final String FUTURE = "java.util.concurrent.CompletableFuture";
    private static final String FORK_JOIN = "java.util.concurrent.ForkJoinPool";
    private static final String FORK_JOIN_TASK = "java.util.concurrent.ForkJoinTask";
    private static final String SUBMITTED = "Ljava/util/concurrent/ForkJoinTask;)";

    private static final List<Point> POINTS = List.of(
            new Point(POOL, "execute", "(Ljava/lang/Runnable;)", ProbePlan.HANDS_OVER, 0, ""),
            new Point(POOL, "beforeExecute", "(Ljava/lang/Thread;Ljava/lang/Runnable;)", ProbePlan.BEFORE_RUN, 1, ""),
            new Point(POOL, "afterExecute", "(Ljava/lang/Runnable;Ljava/lang/Throwable;)", ProbePlan.AFTER_RUN, 0, ""),
            // A pool that overrides the one before may not call it: then a task has ended when its thread asks for
            // another.
            new Point(POOL, "getTask", "()", ProbePlan.AFTER_RUN, 0, ""),
            new Point(POOL, "processWorkerExit", "(L", ProbePlan.AFTER_RUN, 0, ""),
            new Point(POOL, "reject", "(Ljava/lang/Runnable;)", ProbePlan.REFUSES, 0, ""),
            // What every executor runs, in one of the JDK's that has no hand-over of its own, or in a pool that
            // overrides
            // beforeExecute.
            new Point("java.util.concurrent.FutureTask", "run", "()", ProbePlan.RUNS, ProbePlan.TASK_IS_THIS, ""),
            new Point(FUTURE + "$AsyncSupply", "run", "()", ProbePlan.RUNS, ProbePlan.TASK_IS_THIS, ""),
            new Point(FUTURE + "$AsyncRun", "run", "()", ProbePlan.RUNS, ProbePlan.TASK_IS_THIS, ""),
            new Point(FUTURE + "$Completion", "run", "()", ProbePlan.RUNS, ProbePlan.TASK_IS_THIS, ""),
            // Where the common pool has one thread, each task gets its own, until JDK 24.
            new Point(
                    FUTURE + "$ThreadPerTaskExecutor",
                    "execute",
                    "(Ljava/lang/Runnable;)",
                    ProbePlan.HANDS_OVER,
                    0,
                    ""),
            new Point(
                    "java.util.concurrent.ScheduledThreadPoolExecutor",
                    "delayedExecute",
                    "(Ljava/util/concurrent/RunnableScheduledFuture;)",
                    ProbePlan.HANDS_OVER,
                    0,
                    ""),
            new Point(FORK_JOIN, "poolSubmit", "(Z" + SUBMITTED, ProbePlan.HANDS_OVER, 1, ""),
            new Point(FORK_JOIN, "externalSubmit", "(" + SUBMITTED, ProbePlan.HANDS_OVER, 0, "poolSubmit"),
            new Point(FORK_JOIN_TASK, "fork", "()", ProbePlan.HANDS_OVER, ProbePlan.TASK_IS_THIS, ""),
            new Point(FORK_JOIN_TASK, "doExec", "()", ProbePlan.RUNS, ProbePlan.TASK_IS_THIS, ""),
            new Point(
                    "java.lang.ThreadBuilders",
                    "newVirtualThread",
                    "(Ljava/util/concurrent/Executor;Ljava/lang/String;ILjava/lang/Runnable;)",
                    ProbePlan.HANDS_OVER,
                    3,
                    ""),
            new Point(
                    "java.lang.Thread", "runWith", "(Ljava/lang/Object;Ljava/lang/Runnable;)", ProbePlan.RUNS, 1, ""));

    /** In JDKs in which a thread that was made for a task runs it by itself. */
    private static final List<Point> OF_THREADS =
            List.of(new Point("java.lang.Thread", "run", "()", ProbePlan.RUNS, ProbePlan.TASK_IS_TARGET, "runWith"));

    private TaskPoints() {}

    /** Those that a target has now, as a class of it sees them, in classes that are not known to have them. */
    static Map<Selection.Chosen, Role> in(TargetClasses classes, int fromClassId, Set<String> known)
            throws TargetError {
        return find(classes, fromClassId, known, POINTS);
    }

    /** Where threads run the tasks that they were made for, if that is not among the others. */
    static Map<Selection.Chosen, Role> ofThreads(TargetClasses classes, int fromClassId) throws TargetError {
        return find(classes, fromClassId, Set.of(), OF_THREADS);
    }

    private static Map<Selection.Chosen, Role> find(
            TargetClasses classes, int fromClassId, Set<String> known, List<Point> points) throws TargetError {
        Map<Selection.Chosen, Role> found = new LinkedHashMap<>();
        for (Point point : points) {
            if (known.contains(point.type)) {
                continue;
            }
            Optional<ClassEntry> entry = classes.resolve(fromClassId, point.type);
            if (entry.isEmpty()) {
                continue; // it has not loaded yet
            }
            TargetClasses.Type type = classes.type(entry.get().id);
            if (type.model().isEmpty() || type.classFile().isEmpty()) {
                continue;
            }
            List<ClassModel.Method> methods = type.model().get().methods();
            if (methods.stream().anyMatch(method -> method.key().name().equals(point.instead))) {
                continue;
            }
            for (ClassModel.Method method : methods) {
                if (method.key().name().equals(point.method)
                        && method.key().descriptor().startsWith(point.parameters)) {
                    found.put(
                            new Selection.Chosen(
                                    type.id(),
                                    point.type,
                                    type.model().get(),
                                    method,
                                    type.classFile().get()),
                            new Role(point.role, point.task));
                }
            }
        }
        return found;
    }
}
