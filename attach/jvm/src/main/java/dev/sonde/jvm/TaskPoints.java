package dev.sonde.jvm;

import dev.sonde.weave.ClassModel;
import dev.sonde.weave.MethodKey;
import dev.sonde.wire.ClassEntry;
import dev.sonde.wire.ProbePlan;
import java.lang.reflect.Modifier;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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
    record Role(int role, int task) {

        /** Whether it is a branch of the tree too. */
        boolean isFollowed() {
            return role == ProbePlan.MAY_RUN;
        }

        /** Whether who is in there waits, most of the time. */
        boolean isOfQueue() {
            return role == ProbePlan.PUTS || role == ProbePlan.TAKES;
        }
    }

    private static final Set<MethodKey> TASKS =
            Set.of(new MethodKey("run", "()V"), new MethodKey("call", "()Ljava/lang/Object;"));

    private static final String THREAD = "java.lang.Thread";

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
            new Point(THREAD, "start", "(", ProbePlan.STARTS, ProbePlan.TASK_IS_THIS, ""),
            new Point(THREAD, "runWith", "(Ljava/lang/Object;Ljava/lang/Runnable;)", ProbePlan.RUNS, 1, ""),
            new Point(THREAD, "run", "()", ProbePlan.RUNS, ProbePlan.TASK_IS_TARGET, "runWith"),
            // It may have taken its last task from a queue.
            new Point(THREAD, "exit", "()", ProbePlan.AFTER_RUN, 0, ""),
            new Point("java.util.Timer", "sched", "(Ljava/util/TimerTask;", ProbePlan.HANDS_OVER, 0, ""));

    /**
     * Queues that threads of an application's own making take their tasks from. Where a thread waits inside of {@code take} when the
     * trace begins, that is its code from before, but what it calls then is not: {@code dequeue} and {@code unlinkFirst}.
     */
    private static final List<Point> OF_QUEUES = Stream.of(
                    queue("LinkedBlockingQueue", "put offer", "take poll dequeue"),
                    queue("ArrayBlockingQueue", "put offer", "take poll dequeue"),
                    queue("PriorityBlockingQueue", "offer", "take poll dequeue"),
                    queue(
                            "LinkedBlockingDeque",
                            "putFirst putLast offerFirst offerLast",
                            "takeFirst takeLast pollFirst pollLast unlinkFirst unlinkLast"),
                    queue("DelayQueue", "offer", "take poll"),
                    queue("SynchronousQueue", "put offer", "take poll"),
                    queue("LinkedTransferQueue", "put offer add transfer tryTransfer", "take poll"),
                    queue("ConcurrentLinkedQueue", "offer", "poll"),
                    queue("ConcurrentLinkedDeque", "linkFirst linkLast", "pollFirst pollLast"))
            .flatMap(points -> points)
            .toList();

    private static final Map<String, List<Point>> BY_TYPE = Stream.concat(POINTS.stream(), OF_QUEUES.stream())
            .collect(Collectors.groupingBy(Point::type, LinkedHashMap::new, Collectors.toList()));

    /** Those of whatever else is a queue, by the names that its interfaces give them. */
    private static final List<Point> OF_A_QUEUE =
            queue("Queue", "add offer put", "poll take").toList();

    private TaskPoints() {}

    private static Stream<Point> queue(String type, String puts, String takes) {
        String name = "java.util.concurrent." + type;
        return Stream.concat(
                Stream.of(puts.split(" ")).map(put -> new Point(name, put, "(L", ProbePlan.PUTS, 0, "")),
                Stream.of(takes.split(" "))
                        .map(take -> new Point(name, take, "(", ProbePlan.TAKES, ProbePlan.TASK_IS_THIS, "")));
    }

    /** Those that a target has now, as a class of it sees them, in classes that are not known to have them. */
    static Map<Selection.Chosen, Role> in(TargetClasses classes, int fromClassId, Set<String> known)
            throws TargetError {
        Map<Selection.Chosen, Role> found = new LinkedHashMap<>();
        for (Map.Entry<String, List<Point>> each : BY_TYPE.entrySet()) {
            if (known.contains(each.getKey())) {
                continue;
            }
            Optional<ClassEntry> entry = classes.resolve(fromClassId, each.getKey());
            if (entry.isEmpty()) {
                continue; // it has not loaded yet
            }
            find(classes.type(entry.get().id), each.getValue(), found);
        }
        return found;
    }

    /** Those of a class that implements {@link java.util.Queue}. */
    static void ofQueue(TargetClasses.Type type, Map<Selection.Chosen, Role> found) {
        find(type, OF_A_QUEUE, found);
    }

    private static void find(TargetClasses.Type type, List<Point> points, Map<Selection.Chosen, Role> found) {
        if (type.model().isEmpty() || type.classFile().isEmpty()) {
            return;
        }
        ClassModel model = type.model().get();
        byte[] classFile = type.classFile().get();
        for (Point point : points) {
            List<ClassModel.Method> methods = model.methods();
            if (methods.stream().anyMatch(method -> method.key().name().equals(point.instead))) {
                continue;
            }
            for (ClassModel.Method method : methods) {
                if (method.key().name().equals(point.method)
                        && method.key().descriptor().startsWith(point.parameters)
                        && method.hasCode()
                        && !method.isBridge()) {
                    found.put(
                            new Selection.Chosen(type.id(), model.name(), model, method, classFile),
                            new Role(point.role, point.task));
                }
            }
        }
    }

    /** What a followed method may be to another thread: the task that it was given; null for one that is none. */
    static @Nullable Role ofFollowed(Selection.Chosen method) {
        return TASKS.contains(method.method().key())
                        && !Modifier.isStatic(method.method().access())
                ? new Role(ProbePlan.MAY_RUN, ProbePlan.TASK_IS_THIS)
                : null;
    }
}
