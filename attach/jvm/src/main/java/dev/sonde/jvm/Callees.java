package dev.sonde.jvm;

import dev.sonde.weave.ClassModel;
import dev.sonde.weave.Invocations;
import dev.sonde.weave.Invocations.Invocation;
import dev.sonde.weave.MethodKey;
import dev.sonde.wire.ClassEntry;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The methods that a method may call, as far as its bytecode and the loaded classes tell. A static call, a constructor, a
 * private method and the body of a lambda are one method each; of a virtual call all loaded implementations are meant.
 * Nothing in the target is changed by asking.
 */
final class Callees {

    /** Implementations of one virtual call. More are found in frameworks alone, where they say nothing. */
    private static final int MOST_IMPLEMENTATIONS = 50;

    /** What the JDK calls of a task. */
    private static final List<MethodKey> RUN = List.of(
            new MethodKey("run", "()V"),
            new MethodKey("call", "()Ljava/lang/Object;"),
            new MethodKey("get", "()Ljava/lang/Object;"),
            new MethodKey("apply", "(Ljava/lang/Object;)Ljava/lang/Object;"),
            new MethodKey("accept", "(Ljava/lang/Object;)V"),
            new MethodKey("exec", "()Z"),
            new MethodKey("compute", "()V"),
            new MethodKey("compute", "()Ljava/lang/Object;"));

    private final TargetClasses classes;
    private final Following.Filter filter;
    private final boolean tasks;

    /** @param tasks whether what is made in a method, and is a task, may be run by another thread as part of it */
    Callees(TargetClasses classes, Following.Filter filter, boolean tasks) {
        this.tasks = tasks;
        this.classes = classes;
        this.filter = filter;
    }

    /**
     * What was found.
     *
     * @param open classes that load later may add to it
     * @param unfollowed what was not followed though it was not asked to be left out, and why
     */
    record Found(Set<Selection.Chosen> methods, boolean open, Map<String, String> unfollowed) {}

    Found of(Selection.Chosen caller) throws TargetError {
        try {
            return of(caller, Invocations.of(caller.classFile(), caller.method().key()));
        } catch (IllegalArgumentException e) {
            return new Found(Set.of(), false, Map.of("calls of " + caller.label(), String.valueOf(e.getMessage())));
        }
    }

    /** What calls lead to that a method makes, by whatever it is known that it does. */
    Found of(Selection.Chosen caller, List<Invocation> invocations) throws TargetError {
        Set<Selection.Chosen> methods = new LinkedHashSet<>();
        Map<String, String> unfollowed = new LinkedHashMap<>();
        boolean open = false;
        Map<Integer, List<MethodKey>> virtual = new LinkedHashMap<>();
        for (Invocation call : invocations) {
            if (isReflection(call)) {
                unfollowed.put(
                        "calls by reflection in " + caller.label(), "what they lead to is known only as they run");
            }
            if (!call.virtual() && !filter.accepts(call.owner()) && !filter.mayInherit(call.owner())) {
                continue;
            }
            if (call.virtual() && saysNothing(call)) {
                continue;
            }
            Optional<ClassEntry> owner = classes.resolve(caller.classId(), call.owner());
            if (owner.isEmpty()) {
                open = true;
                continue;
            }
            if (!call.virtual()) {
                add(lookUp(owner.get().id, call.method()), methods, unfollowed);
                if (tasks && call.method().name().equals("<init>")) {
                    for (MethodKey run : RUN) {
                        add(lookUp(owner.get().id, run), methods, unfollowed);
                    }
                }
                continue;
            }
            if (filter.accepts(call.owner())) {
                Optional<Selection.Chosen> declared = lookUp(owner.get().id, call.method());
                if (declared.isPresent() && isFinal(declared.get())) {
                    add(declared, methods, unfollowed);
                    continue;
                }
            }
            open = true;
            virtual.computeIfAbsent(owner.get().id, id -> new ArrayList<>()).add(call.method());
        }
        implementations(virtual, methods, unfollowed);
        return new Found(methods, open, unfollowed);
    }

    private static boolean isReflection(Invocation call) {
        return call.owner().equals("java.lang.reflect.Method")
                && call.method().name().equals("invoke");
    }

    /** Of these everything is an implementation, or nothing but the JDK's own. */
    private static boolean saysNothing(Invocation call) {
        return call.owner().startsWith("java.lang.")
                && (call.owner().equals("java.lang.Object")
                        || call.owner().startsWith("java.lang.String")
                        || call.owner().startsWith("java.lang.invoke.")
                        || call.owner().startsWith("java.lang.reflect.")
                        || call.owner().equals("java.lang.Class")
                        || call.owner().equals("java.lang.Integer")
                        || call.owner().equals("java.lang.Long")
                        || call.owner().equals("java.lang.Double"));
    }

    private static boolean isFinal(Selection.Chosen chosen) {
        return Modifier.isFinal(chosen.method().access())
                || Modifier.isPrivate(chosen.method().access())
                || Modifier.isFinal(chosen.model().access());
    }

    private void implementations(
            Map<Integer, List<MethodKey>> virtual, Set<Selection.Chosen> methods, Map<String, String> unfollowed)
            throws TargetError {
        if (virtual.isEmpty()) {
            return;
        }
        Map<Integer, TargetClasses.Found> subtypes = classes.subtypes(virtual.keySet(), 4 * MOST_IMPLEMENTATIONS);
        for (Map.Entry<Integer, TargetClasses.Found> each : subtypes.entrySet()) {
            List<ClassEntry> fitting = new ArrayList<>();
            for (ClassEntry entry : each.getValue().entries()) {
                if (!entry.is(ClassEntry.INTERFACE) && !entry.is(ClassEntry.HIDDEN) && filter.accepts(entry.name)) {
                    fitting.add(entry);
                }
            }
            List<MethodKey> keys = virtual.getOrDefault(each.getKey(), List.of());
            if (fitting.size() > MOST_IMPLEMENTATIONS) {
                for (MethodKey key : keys) {
                    unfollowed.put(
                            key.name() + " of " + fitting.size() + " classes",
                            "a call that may lead to more than " + MOST_IMPLEMENTATIONS
                                    + " is followed to the first of them");
                }
                fitting = fitting.subList(0, MOST_IMPLEMENTATIONS);
            }
            for (ClassEntry entry : fitting) {
                for (MethodKey key : keys) {
                    add(lookUp(entry.id, key), methods, unfollowed);
                }
            }
        }
    }

    private void add(Optional<Selection.Chosen> found, Set<Selection.Chosen> methods, Map<String, String> unfollowed) {
        if (found.isEmpty()) {
            return;
        }
        Selection.Chosen method = found.get();
        if (!filter.accepts(method.className()) || isGetter(method)) {
            return;
        }
        if (!method.method().hasCode()) {
            if (Modifier.isNative(method.method().access())) {
                unfollowed.put(method.label(), "it is native");
            }
            return;
        }
        methods.add(method);
    }

    /** It reads a field: following it would cost a hundred times what it does. */
    private static boolean isGetter(Selection.Chosen method) {
        MethodKey key = method.method().key();
        return key.descriptor().startsWith("()") && method.model().getters().containsKey(key.name());
    }

    /** The method that a call on an object of this class would run, looked for as the JVM does: superclasses first. */
    private Optional<Selection.Chosen> lookUp(int classId, MethodKey key) throws TargetError {
        Deque<Integer> above = new ArrayDeque<>(List.of(classId));
        Deque<Integer> interfaces = new ArrayDeque<>();
        Set<Integer> looked = new HashSet<>();
        while (!above.isEmpty() || !interfaces.isEmpty()) {
            int id = above.isEmpty() ? interfaces.remove() : above.remove();
            if (!looked.add(id) || looked.size() > 100) {
                continue;
            }
            TargetClasses.Type type = classes.type(id);
            Optional<ClassModel> model = type.model();
            if (model.isPresent()) {
                Optional<ClassModel.Method> method = model.get().method(key);
                if (method.isPresent() && !Modifier.isAbstract(method.get().access())) {
                    Selection.Chosen chosen = new Selection.Chosen(
                            id,
                            model.get().name(),
                            model.get(),
                            method.get(),
                            type.classFile().orElse(new byte[0]));
                    return Optional.of(behindBridge(chosen));
                }
            }
            if (type.superclass() != 0) {
                above.add(type.superclass());
            }
            interfaces.addAll(type.interfaces());
        }
        return Optional.empty();
    }

    /** What a bridge leads to, if that is in the same class: the bridge itself says nothing. */
    private static Selection.Chosen behindBridge(Selection.Chosen method) {
        if (!method.method().isBridge()) {
            return method;
        }
        String name = method.method().key().name();
        for (Invocation call :
                Invocations.of(method.classFile(), method.method().key())) {
            if (call.owner().equals(method.className()) && call.method().name().equals(name)) {
                Optional<ClassModel.Method> target = method.model().method(call.method());
                if (target.isPresent() && target.get().hasCode()) {
                    return new Selection.Chosen(
                            method.classId(), method.className(), method.model(), target.get(), method.classFile());
                }
            }
        }
        return method;
    }
}
