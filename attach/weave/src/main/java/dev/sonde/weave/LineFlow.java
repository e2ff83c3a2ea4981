package dev.sonde.weave;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.LineNumberNode;
import org.objectweb.asm.tree.LookupSwitchInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TableSwitchInsnNode;
import org.objectweb.asm.tree.TryCatchBlockNode;

/**
 * The ways from instruction to instruction of a method, exceptions included, and what they tell of a line that has several spots:
 * which of them begin an execution of the line, and which go on with one.
 *
 * <p>A spot goes on with an execution when every way to it, be it from the method's beginning or from itself, passes another
 * spot of its line. So it is behind the other lines of an expression, behind the copy of {@code finally} that a {@code return}
 * runs through, behind what Kotlin has inlined, and where a resource is closed. A loop comes back to its line by itself, and
 * copies of {@code finally} exclude each other: these begin. It is the same for all compilers.
 */
final class LineFlow {

    /** Steps that are taken for one method; beyond, every spot begins. Generated code alone comes near. */
    private static final long MOST_STEPS = 20_000_000;

    private final AbstractInsnNode[] code;
    private final Map<LabelNode, Integer> places = new HashMap<>();
    private final List<TryCatchBlockNode> handlers;
    private int[][] next = {};
    private long steps;

    LineFlow(MethodNode method) {
        this.code = method.instructions.toArray();
        this.handlers = method.tryCatchBlocks == null ? List.of() : method.tryCatchBlocks;
        for (int i = 0; i < code.length; i++) {
            if (code[i] instanceof LabelNode label) {
                places.put(label, i);
            }
        }
    }

    /**
     * Which places of one line go on with an execution of it.
     *
     * @param spots places of instructions, in order
     */
    BitSet continuing(List<Integer> spots) {
        BitSet continuing = new BitSet();
        if (spots.size() < 2) {
            return continuing;
        }
        if (next.length == 0) {
            next = ways();
        }
        BitSet others = new BitSet();
        spots.forEach(others::set);
        for (int spot : spots) {
            others.clear(spot);
            if (steps < MOST_STEPS && !comesTo(spot, others)) {
                continuing.set(spot); // and is none of the others any more
            } else {
                others.set(spot);
            }
        }
        return continuing;
    }

    /** Whether a way leads to a place, from the beginning or from itself, that passes none of the others. */
    private boolean comesTo(int place, BitSet others) {
        BitSet seen = (BitSet) others.clone();
        int[] open = new int[code.length + 1];
        int count = 0;
        if (!seen.get(0)) {
            seen.set(0);
            open[count++] = 0;
        }
        if (place == 0) {
            return true;
        }
        for (int to : next[place]) {
            if (!seen.get(to)) {
                seen.set(to);
                open[count++] = to;
            }
        }
        while (count > 0) {
            int at = open[--count];
            steps++;
            if (at == place) {
                return true;
            }
            for (int to : next[at]) {
                if (!seen.get(to)) {
                    seen.set(to);
                    open[count++] = to;
                }
            }
        }
        return false;
    }

    /** Where each instruction leads, by place. */
    int[][] ways() {
        List<List<Integer>> all = new ArrayList<>();
        for (int i = 0; i < code.length; i++) {
            List<Integer> to = new ArrayList<>(2);
            int opcode = code[i].getOpcode();
            if (code[i] instanceof JumpInsnNode jump) {
                to.add(place(jump.label));
            } else if (code[i] instanceof TableSwitchInsnNode table) {
                table.labels.forEach(label -> to.add(place(label)));
                to.add(place(table.dflt));
            } else if (code[i] instanceof LookupSwitchInsnNode table) {
                table.labels.forEach(label -> to.add(place(label)));
                to.add(place(table.dflt));
            }
            if (i + 1 < code.length && !endsWay(opcode)) {
                to.add(i + 1);
            }
            all.add(to);
        }
        for (TryCatchBlockNode handler : handlers) {
            int to = place(handler.handler);
            for (int i = place(handler.start); i < place(handler.end); i++) {
                if (mayThrow(code[i].getOpcode())) {
                    all.get(i).add(to);
                }
            }
        }
        return all.stream()
                .map(each -> each.stream().mapToInt(Integer::intValue).toArray())
                .toArray(int[][]::new);
    }

    private int place(LabelNode label) {
        return places.getOrDefault(label, code.length - 1);
    }

    /** Whether what stands behind it is reached by a jump alone. */
    static boolean endsWay(int opcode) {
        return opcode == Opcodes.GOTO
                || opcode == Opcodes.ATHROW
                || opcode == Opcodes.TABLESWITCH
                || opcode == Opcodes.LOOKUPSWITCH
                || (opcode >= Opcodes.IRETURN && opcode <= Opcodes.RETURN);
    }

    /** What only moves values does not; a handler may cover its own first store. */
    private static boolean mayThrow(int opcode) {
        return opcode > Opcodes.SIPUSH
                && !(opcode >= Opcodes.ILOAD && opcode <= Opcodes.ALOAD)
                && !(opcode >= Opcodes.ISTORE && opcode <= Opcodes.ASTORE)
                && !(opcode >= Opcodes.POP && opcode <= Opcodes.SWAP)
                && !(opcode >= Opcodes.IINC && opcode <= Opcodes.GOTO)
                && opcode != Opcodes.IFNULL
                && opcode != Opcodes.IFNONNULL;
    }

    /**
     * Where loops come back to in the middle of a line, from other lines: the head of {@code for (x : all)} behind the call of {@code
     * iterator()}. By place, the line.
     */
    Map<Integer, Integer> comesBackTo() {
        int[] lines = new int[code.length];
        int line = 0;
        for (int i = 0; i < code.length; i++) {
            line = code[i] instanceof LineNumberNode begins ? begins.line : line;
            lines[i] = line;
        }
        Map<Integer, Integer> back = new HashMap<>();
        for (int i = 0; i < code.length; i++) {
            if (code[i] instanceof JumpInsnNode jump) {
                int to = place(jump.label);
                if (to < i && lines[to] != 0 && lines[to] != lines[i]) {
                    back.put(to, lines[to]);
                }
            }
        }
        return back;
    }
}
