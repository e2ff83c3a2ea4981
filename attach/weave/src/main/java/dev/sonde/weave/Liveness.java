package dev.sonde.weave;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.IincInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * Which slots of a method are read again, from an instruction on, before they are written: these are what compiled code keeps. HotSpot's
 * own analysis ({@code ciMethod::liveness_at_bci}) is the same data flow with a little more that is live, where it believes
 * that every instruction may throw.
 */
final class Liveness {

    private final AbstractInsnNode[] code;
    private final BitSet[] before;

    Liveness(MethodNode method) {
        code = method.instructions.toArray();
        before = new BitSet[code.length];
        int[][] ways = new LineFlow(method).ways();
        List<List<Integer>> from = new ArrayList<>();
        ArrayDeque<Integer> open = new ArrayDeque<>();
        BitSet waiting = new BitSet();
        for (int i = 0; i < code.length; i++) {
            before[i] = new BitSet();
            from.add(new ArrayList<>());
            open.push(i); // the last first
            waiting.set(i);
        }
        for (int i = 0; i < code.length; i++) {
            for (int to : ways[i]) {
                from.get(to).add(i);
            }
        }
        while (!open.isEmpty()) {
            int at = open.pop();
            waiting.clear(at);
            BitSet live = new BitSet();
            for (int to : ways[at]) {
                live.or(before[to]);
            }
            pass(code[at], live);
            if (!live.equals(before[at])) {
                before[at] = live;
                for (int each : from.get(at)) {
                    if (!waiting.get(each)) {
                        waiting.set(each);
                        open.push(each);
                    }
                }
            }
        }
    }

    private static void pass(AbstractInsnNode instruction, BitSet live) {
        if (instruction instanceof VarInsnNode variable) {
            boolean two =
                    switch (variable.getOpcode()) {
                        case Opcodes.LLOAD, Opcodes.DLOAD, Opcodes.LSTORE, Opcodes.DSTORE -> true;
                        default -> false;
                    };
            boolean writes = variable.getOpcode() >= Opcodes.ISTORE && variable.getOpcode() <= Opcodes.ASTORE;
            live.set(variable.var, variable.var + (two ? 2 : 1), !writes);
        } else if (instruction instanceof IincInsnNode increment) {
            live.set(increment.var);
        }
    }

    /** Whether what a slot holds before an instruction is read later. */
    boolean isLive(int place, int slot) {
        return before[place].get(slot);
    }
}
