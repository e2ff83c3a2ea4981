package dev.sonde.weave;

import dev.sonde.weave.Invocations.Invocation;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.VarInsnNode;

/** What the methods of an executor do with the tasks that they are given, as their bytecode says. */
public final class TaskFlow {

    /** {@link java.util.concurrent.Executor#execute}. */
    public static final MethodKey EXECUTE = new MethodKey("execute", "(Ljava/lang/Runnable;)V");

    /** What runs a task, or hands it to another executor, which is looked at itself. */
    private static final Set<String> PASSES_ON = Set.of("run", "submit", "schedule", "fork", "startVirtualThread");

    private static final Type TASK = Type.getObjectType("java/lang/Runnable");

    private TaskFlow() {}

    /**
     * Whether {@code execute} leaves a task to another thread: by what it does with it itself, not through another executor.
     *
     * @throws IllegalArgumentException when the class file is not understood
     */
    public static boolean handsOver(String className, byte[] classFile) {
        return calls(className, classFile).stream()
                .map(Invocation::method)
                .noneMatch(method -> method.equals(EXECUTE) || PASSES_ON.contains(method.name()));
    }

    /** What {@code execute} calls, and the methods of its class that it gives the task to. */
    private static Set<Invocation> calls(String className, byte[] classFile) {
        Set<Invocation> calls = new LinkedHashSet<>();
        Deque<MethodKey> open = new ArrayDeque<>(List.of(EXECUTE));
        while (!open.isEmpty()) {
            for (Invocation call : Invocations.of(classFile, open.remove())) {
                boolean takesIt = call.owner().equals(className)
                        && call.method().descriptor().contains(TASK.getDescriptor())
                        && !call.method().equals(EXECUTE);
                if (calls.add(call) && takesIt) {
                    open.add(call.method());
                }
            }
        }
        return calls;
    }

    /**
     * The methods but {@code execute} that run a task which is a parameter of theirs, and which parameter that is, from 0.
     *
     * @throws IllegalArgumentException when the class file is not understood
     */
    public static Map<MethodKey, Integer> running(byte[] classFile) {
        ClassNode node = new ClassNode();
        try {
            new ClassReader(classFile).accept(node, ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("class file not understood: " + e, e);
        }
        Map<MethodKey, Integer> running = new LinkedHashMap<>();
        for (MethodNode method : node.methods) {
            MethodKey key = new MethodKey(method.name, method.desc);
            int task = key.equals(EXECUTE) ? -1 : taskThatRuns(method);
            if (task >= 0) {
                running.put(key, task);
            }
        }
        return running;
    }

    /** The parameter that is loaded and run in the next instruction; -1 when there is none. */
    private static int taskThatRuns(MethodNode method) {
        int slot = (method.access & Opcodes.ACC_STATIC) == 0 ? 1 : 0;
        Type[] parameters = Type.getArgumentTypes(method.desc);
        for (int i = 0; i < parameters.length; i++) {
            if (parameters[i].equals(TASK)) {
                for (AbstractInsnNode instruction : method.instructions) {
                    if (isRun(instruction)
                            && instruction.getPrevious() instanceof VarInsnNode load
                            && load.getOpcode() == Opcodes.ALOAD
                            && load.var == slot) {
                        return i;
                    }
                }
            }
            slot += parameters[i].getSize();
        }
        return -1;
    }

    private static boolean isRun(AbstractInsnNode instruction) {
        return instruction instanceof MethodInsnNode call
                && call.owner.equals(TASK.getInternalName())
                && call.name.equals("run");
    }
}
