package dev.sonde.jvm;

import dev.sonde.weave.ClassModel;
import dev.sonde.weave.MethodKey;
import dev.sonde.weave.TaskFlow;
import dev.sonde.wire.ClassEntry;
import dev.sonde.wire.ProbePlan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The methods of executors and queues that are not the JDK's through which tasks go to other threads and run there: where {@code execute}
 * leaves a task for later, where a method runs a task that it is given, such as {@code runTask} of Netty's event loops or
 * {@code runJob} of Jetty's pool, and where a task goes into a queue and comes out.
 *
 * <p>A pool whose threads take tasks from a queue and run them in the same method, in which they are when a trace begins, shows
 * nobody where they begin one: there tasks are found by the queue, if it is a {@link java.util.Queue}.
 */
final class ExecutorPoints {

    private static final int MOST_OF_A_KIND = 300;
    private static final int MOST_NESTED = 50;

    private static final MethodKey BEFORE = new MethodKey("beforeExecute", "(Ljava/lang/Thread;Ljava/lang/Runnable;)V");
    private static final MethodKey AFTER =
            new MethodKey("afterExecute", "(Ljava/lang/Runnable;Ljava/lang/Throwable;)V");
    private static final MethodKey REJECT = new MethodKey("reject", "(Ljava/lang/Runnable;)V");

    /** With these two a copy of the JDK's pool, such as Tomcat's, asks for the next task, and ends. */
    private static final Set<String> AFTERWARDS = Set.of("getTask", "processWorkerExit");

    private ExecutorPoints() {}

    /**
     * Those that a target has now.
     *
     * @param looked classes that were looked at; these are added
     */
    static Map<Selection.Chosen, TaskPoints.Role> in(TargetClasses classes, int fromClassId, Set<Integer> looked)
            throws TargetError {
        Map<Selection.Chosen, TaskPoints.Role> found = new LinkedHashMap<>();
        for (ClassEntry each : implementations(classes, fromClassId, "java.util.concurrent.Executor")) {
            if (looked.add(each.id)) {
                add(classes, each, true, found);
            }
        }
        for (ClassEntry each : implementations(classes, fromClassId, "java.util.Queue")) {
            if (looked.add(each.id)) {
                TaskPoints.ofQueue(classes.type(each.id), found);
            }
        }
        return found;
    }

    private static List<ClassEntry> implementations(TargetClasses classes, int fromClassId, String name)
            throws TargetError {
        Optional<ClassEntry> type = classes.resolve(fromClassId, name);
        if (type.isEmpty()) {
            return List.of();
        }
        TargetClasses.Found found =
                classes.subtypes(Set.of(type.get().id), MOST_OF_A_KIND).get(type.get().id);
        return found == null
                ? List.of()
                : found.entries().stream().filter(ExecutorPoints::isReadable).toList();
    }

    private static boolean isReadable(ClassEntry entry) {
        return entry.is(ClassEntry.MODIFIABLE) && !entry.is(ClassEntry.INTERFACE) && !entry.is(ClassEntry.HIDDEN);
    }

    private static void add(
            TargetClasses classes, ClassEntry entry, boolean isExecutor, Map<Selection.Chosen, TaskPoints.Role> found)
            throws TargetError {
        TargetClasses.Type type = classes.type(entry.id);
        if (type.model().isEmpty() || type.classFile().isEmpty()) {
            return;
        }
        ClassModel model = type.model().get();
        byte[] classFile = type.classFile().get();
        Map<MethodKey, TaskPoints.Role> roles = new LinkedHashMap<>();
        try {
            TaskFlow.running(classFile)
                    .forEach((method, task) -> roles.put(method, new TaskPoints.Role(ProbePlan.RUNS, task)));
            if (isExecutor) {
                roles.putAll(ofExecutor(model, classFile));
            }
        } catch (IllegalArgumentException e) {
            return; // nothing can be woven into it either
        }
        roles.forEach((key, role) -> model.method(key)
                .filter(ClassModel.Method::hasCode)
                .ifPresent(method ->
                        found.put(new Selection.Chosen(entry.id, model.name(), model, method, classFile), role)));
        if (isExecutor && roles.containsKey(TaskFlow.EXECUTE)) {
            for (ClassEntry nested : nested(classes, entry)) {
                add(classes, nested, false, found);
            }
        }
    }

    private static Map<MethodKey, TaskPoints.Role> ofExecutor(ClassModel model, byte[] classFile) {
        Map<MethodKey, TaskPoints.Role> roles = new LinkedHashMap<>();
        if (model.method(TaskFlow.EXECUTE).isPresent() && TaskFlow.handsOver(model.name(), classFile)) {
            roles.put(TaskFlow.EXECUTE, new TaskPoints.Role(ProbePlan.HANDS_OVER, 0));
        }
        if (model.method(REJECT).isPresent()) {
            roles.put(REJECT, new TaskPoints.Role(ProbePlan.REFUSES, 0));
        }
        if (model.method(BEFORE).isPresent() && model.method(AFTER).isPresent()) {
            roles.put(BEFORE, new TaskPoints.Role(ProbePlan.BEFORE_RUN, 1));
            roles.put(AFTER, new TaskPoints.Role(ProbePlan.AFTER_RUN, 0));
            for (ClassModel.Method method : model.methods()) {
                if (AFTERWARDS.contains(method.key().name())) {
                    roles.put(method.key(), new TaskPoints.Role(ProbePlan.AFTER_RUN, 0));
                }
            }
        }
        return roles;
    }

    /** Of the same loader. */
    private static List<ClassEntry> nested(TargetClasses classes, ClassEntry outer) throws TargetError {
        List<ClassEntry> nested = new ArrayList<>();
        for (ClassEntry entry : classes.find(outer.name + "$*", MOST_NESTED, 0).entries()) {
            if (entry.loader == outer.loader && isReadable(entry)) {
                nested.add(entry);
            }
        }
        return nested;
    }
}
