package dev.sonde.weave;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.IincInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.LocalVariableNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * Which variables of a method can be read at an instruction: those that the class file's table has there, of the type that the
 * verifier knows to be in their slot; of a class file without names those that the verifier knows.
 */
final class ReadableLocals {

    private final MethodNode method;
    private final boolean named;
    private final Map<LabelNode, Integer> places;
    private final boolean thisStays;

    /**
     * Of one method.
     *
     * @param named whether the class file names variables at all: a method without any may just have none
     * @param places of the labels among its instructions
     */
    ReadableLocals(MethodNode method, boolean named, Map<LabelNode, Integer> places) {
        this.method = method;
        this.named = named;
        this.places = places;
        this.thisStays = (method.access & Opcodes.ACC_STATIC) == 0 && !isWritten(0);
    }

    /** Whether the first slot holds {@code this}, once there is one, to the end. */
    boolean thisStays() {
        return thisStays;
    }

    /** Whether there is a {@code this} that can be read. */
    boolean hasThis(CodeWalk walk) {
        return thisStays && walk.local(0) != null;
    }

    /**
     * Those at an instruction, by slot, without {@code this}.
     *
     * @param walk has come there
     * @param hidden gets those that are in scope and cannot be read, each with the reason
     */
    List<LineMap.Local> at(int place, CodeWalk walk, List<String> hidden) {
        return named ? byTable(place, walk, hidden) : bySlot(walk);
    }

    private boolean isWritten(int slot) {
        for (AbstractInsnNode instruction : method.instructions) {
            if (instruction instanceof VarInsnNode variable
                    && variable.var == slot
                    && variable.getOpcode() >= Opcodes.ISTORE
                    && variable.getOpcode() <= Opcodes.ASTORE) {
                return true;
            }
            if (instruction instanceof IincInsnNode increment && increment.var == slot) {
                return true;
            }
        }
        return false;
    }

    private List<LineMap.Local> byTable(int place, CodeWalk walk, List<String> hidden) {
        Map<Integer, LineMap.Local> found = new TreeMap<>();
        if (method.localVariables == null) {
            return List.of();
        }
        for (LocalVariableNode variable : method.localVariables) {
            if (places.getOrDefault(variable.start, Integer.MAX_VALUE) > place
                    || places.getOrDefault(variable.end, 0) <= place
                    || (variable.index == 0 && thisStays)) {
                continue;
            }
            Type there = walk.local(variable.index);
            if (there == null) {
                hidden.add(variable.name + ": it has no value yet on every way there");
            } else if (!fits(variable.desc, there)) {
                hidden.add(variable.name + ": it is said to be of type "
                        + Type.getType(variable.desc).getClassName() + ", which its slot does not hold");
            } else {
                found.putIfAbsent(variable.index, new LineMap.Local(variable.name, variable.desc, variable.index));
            }
        }
        return List.copyOf(found.values());
    }

    private static boolean fits(String descriptor, Type there) {
        return switch (descriptor.charAt(0)) {
            case 'Z', 'B', 'C', 'S', 'I' -> there.getSort() == Type.INT;
            case 'J' -> there.getSort() == Type.LONG;
            case 'F' -> there.getSort() == Type.FLOAT;
            case 'D' -> there.getSort() == Type.DOUBLE;
            default -> there.getSort() >= Type.ARRAY;
        };
    }

    private List<LineMap.Local> bySlot(CodeWalk walk) {
        List<LineMap.Local> found = new ArrayList<>();
        Map<Integer, Type> parameters = new HashMap<>();
        int slot = (method.access & Opcodes.ACC_STATIC) == 0 ? 1 : 0;
        for (Type parameter : Type.getArgumentTypes(method.desc)) {
            if (!isWritten(slot)) {
                parameters.put(slot, parameter);
            }
            slot += parameter.getSize();
        }
        for (int i = thisStays ? 1 : 0; i < method.maxLocals; i++) {
            Type there = walk.local(i);
            if (there != null) {
                Type declared = parameters.get(i);
                found.add(new LineMap.Local(
                        "slot" + i,
                        declared != null
                                ? declared.getDescriptor()
                                : there.getSort() >= Type.ARRAY ? "Ljava/lang/Object;" : there.getDescriptor(),
                        i));
            }
        }
        return found;
    }
}
