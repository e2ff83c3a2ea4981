package dev.sonde.weave;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FrameNode;
import org.objectweb.asm.tree.IincInsnNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InvokeDynamicInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.LineNumberNode;
import org.objectweb.asm.tree.LocalVariableNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TryCatchBlockNode;
import org.objectweb.asm.tree.VarInsnNode;
import org.objectweb.asm.tree.analysis.AnalyzerException;

/**
 * The lines of one method, and the weaving of a hook before each.
 *
 * <p>The trap is the verifier again ({@link MethodWeaving}). A hook stands before the first instruction of its line, behind
 * the frame if one is there, takes what it passes from locals alone and leaves the operand stack as it is: so no frame changes.
 * But for one case: frames name an object that no constructor has made yet by the place of its NEW, and a hook before a NEW
 * moves it away from the label that they name.
 *
 * <p>The table of local variables is not believed: compilers of Scala and Clojure let a variable begin before it is written,
 * and some name a type that the slot does not have. What is passed is what the verifier knows to be there ({@link CodeWalk}).
 */
final class LineWeaving {

    private final MethodNode method;
    private final boolean named;
    private final boolean thisStays;
    private final Map<LabelNode, Integer> places = new HashMap<>();
    private final Map<Integer, AbstractInsnNode> firstOf = new HashMap<>();
    private final LineMap map;

    /** @param named whether the class file names variables at all: a method without any may just have none */
    LineWeaving(MethodNode method, boolean named) {
        this.method = method;
        this.named = named;
        this.thisStays = (method.access & Opcodes.ACC_STATIC) == 0 && !isWritten(0);
        AbstractInsnNode[] code = method.instructions.toArray();
        for (int i = 0; i < code.length; i++) {
            if (code[i] instanceof LabelNode label) {
                places.put(label, i);
            }
        }
        this.map = new LineMap(new MethodKey(method.name, method.desc), named, spots(code));
    }

    LineMap map() {
        return map;
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

    private List<LineMap.Spot> spots(AbstractInsnNode[] code) {
        List<LineMap.Spot> spots = new ArrayList<>();
        LineFlow flow = new LineFlow(method);
        Map<Integer, Integer> comesBackTo = flow.comesBackTo();
        /* By line: the spots that begin a run of its instructions, by place. */
        Map<Integer, TreeMap<Integer, Integer>> runs = new HashMap<>();
        int amid = 0;
        CodeWalk walk = new CodeWalk(method);
        String lost = null;
        List<Integer> lines = new ArrayList<>();
        if (Arrays.stream(code).noneMatch(LineNumberNode.class::isInstance)) {
            lines.add(LineMap.UNNUMBERED);
        }
        for (int i = 0; i < code.length; i++) {
            AbstractInsnNode node = code[i];
            if (node instanceof LineNumberNode line) {
                if (!lines.contains(line.line)) {
                    lines.add(line.line);
                }
                continue;
            }
            amid = comesBackTo.getOrDefault(i, amid);
            if (node.getOpcode() >= 0) {
                if (lines.isEmpty() && amid != 0) {
                    firstOf.put(spots.size(), node);
                    spots.add(spot(spots.size(), amid, i, walk, lost).continuing());
                }
                amid = 0;
                for (int line : lines) {
                    firstOf.put(spots.size(), node);
                    runs.computeIfAbsent(line, any -> new TreeMap<>()).put(i, spots.size());
                    spots.add(spot(spots.size(), line, i, walk, lost));
                }
                lines.clear();
            }
            if (lost == null) {
                try {
                    walk.step(node);
                } catch (AnalyzerException | RuntimeException e) {
                    lost = "the bytecode before it is not understood: " + e.getMessage();
                }
            }
        }
        for (int line : lines) {
            spots.add(new LineMap.Spot(
                    spots.size(), line, false, List.of(), List.of(), false, Optional.of("no instruction is on it")));
        }
        for (TreeMap<Integer, Integer> ofLine : runs.values()) {
            flow.continuing(List.copyOf(ofLine.keySet())).stream()
                    .map(ofLine::get)
                    .forEach(index -> spots.set(index, spots.get(index).continuing()));
        }
        return spots;
    }

    private LineMap.Spot spot(int index, int line, int place, CodeWalk walk, @Nullable String lost) {
        String refusal = lost != null ? lost : walk.isReachable() ? null : "nothing leads there";
        if (refusal != null) {
            return new LineMap.Spot(index, line, false, List.of(), List.of(), false, Optional.of(refusal));
        }
        boolean hasThis = thisStays && walk.local(0) != null;
        List<String> hidden = new ArrayList<>();
        List<LineMap.Local> locals = named ? byTable(place, walk, hidden) : bySlot(walk);
        int slots = hasThis ? 1 : 0;
        List<LineMap.Local> kept = new ArrayList<>();
        for (LineMap.Local local : locals) {
            slots += Type.getType(local.descriptor()).getSize();
            if (slots <= MethodWeaving.MAX_HOOK_SLOTS) {
                kept.add(local);
            } else {
                hidden.add(local.name() + ": a hook passes no more than " + MethodWeaving.MAX_HOOK_SLOTS + " slots");
            }
        }
        return new LineMap.Spot(index, line, hasThis, kept, hidden, false, Optional.empty());
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

    /** Puts the hooks in. */
    void weave(Handle bootstrap, int spySlot, int firstSite) {
        Map<AbstractInsnNode, InsnList> hooks = new LinkedHashMap<>();
        int arguments = 0;
        for (LineMap.Spot spot : map.spots()) {
            AbstractInsnNode first = firstOf.get(spot.index());
            if (spot.refusal().isPresent() || first == null) {
                continue;
            }
            InsnList hook = hooks.computeIfAbsent(first, any -> new InsnList());
            arguments = Math.max(arguments, add(hook, spot, bootstrap, spySlot, firstSite + spot.index()));
        }
        Map<AbstractInsnNode, AbstractInsnNode> begins = new LinkedHashMap<>();
        hooks.forEach((first, hook) -> {
            begins.put(first, hook.getFirst());
            method.instructions.insertBefore(first, hook);
            if (first.getOpcode() == Opcodes.NEW) {
                relabel(first);
            }
        });
        uncover(begins);
        method.maxStack += arguments;
    }

    /**
     * Takes hooks out of the reach of handlers that cover themselves, as those of {@code finally} and {@code synchronized} do: where
     * the stack is so full that a hook overflows it, such a handler would come back to the hook for ever.
     *
     * @param hooks the first instruction of each, by the instruction that it stands before
     */
    private void uncover(Map<AbstractInsnNode, AbstractInsnNode> hooks) {
        List<TryCatchBlockNode> all = new ArrayList<>();
        for (TryCatchBlockNode handler : method.tryCatchBlocks) {
            int entry = places.getOrDefault(handler.handler, 0);
            if (places.getOrDefault(handler.start, 0) <= entry && entry < places.getOrDefault(handler.end, 0)) {
                for (AbstractInsnNode node = handler.handler; node != handler.end; node = node.getNext()) {
                    AbstractInsnNode begin = hooks.get(node);
                    if (begin == null) {
                        continue;
                    }
                    LabelNode off = new LabelNode();
                    method.instructions.insertBefore(begin, off);
                    if (!isEmpty(handler.start, off)) {
                        all.add(new TryCatchBlockNode(handler.start, off, handler.handler, handler.type));
                    }
                    handler.start = new LabelNode();
                    method.instructions.insertBefore(node, handler.start);
                }
            }
            all.add(handler);
        }
        method.tryCatchBlocks = all;
    }

    private static boolean isEmpty(AbstractInsnNode from, LabelNode to) {
        AbstractInsnNode node = from;
        while (node != to && node.getOpcode() < 0) {
            node = node.getNext();
        }
        return node == to;
    }

    /** Gives the slots that the hook takes on the stack. */
    private static int add(InsnList hook, LineMap.Spot spot, Handle bootstrap, int spySlot, int site) {
        StringBuilder descriptor = new StringBuilder("(");
        int slots = 0;
        if (spot.hasThis()) {
            hook.add(new VarInsnNode(Opcodes.ALOAD, 0));
            descriptor.append("Ljava/lang/Object;");
            slots++;
        }
        for (LineMap.Local local : spot.locals()) {
            Type type = Type.getType(local.descriptor());
            hook.add(new VarInsnNode(type.getOpcode(Opcodes.ILOAD), local.slot()));
            descriptor.append(MethodWeaving.erased(type));
            slots += type.getSize();
        }
        hook.add(new InvokeDynamicInsnNode(Hooks.LINE, descriptor.append(")V").toString(), bootstrap, spySlot, site));
        return slots;
    }

    /** A NEW that a hook has moved away from its label gets one of its own, and frames that name it are told. */
    private void relabel(AbstractInsnNode moved) {
        Set<LabelNode> before = new HashSet<>();
        AbstractInsnNode node = moved.getPrevious();
        // Over the hook, which is all that stands between.
        while (node != null && !(node instanceof FrameNode) && !(node instanceof LabelNode)) {
            node = node.getPrevious();
        }
        while (node != null && node.getOpcode() < 0) {
            if (node instanceof LabelNode label) {
                before.add(label);
            }
            node = node.getPrevious();
        }
        LabelNode own = null;
        for (AbstractInsnNode each : method.instructions.toArray()) {
            if (each instanceof FrameNode frame) {
                own = retarget(frame.local, before, own);
                own = retarget(frame.stack, before, own);
            }
        }
        if (own != null) {
            method.instructions.insertBefore(moved, own);
        }
    }

    private static @Nullable LabelNode retarget(
            @Nullable List<Object> types, Set<LabelNode> before, @Nullable LabelNode own) {
        LabelNode label = own;
        for (int i = 0; types != null && i < types.size(); i++) {
            if (types.get(i) instanceof LabelNode named && before.contains(named)) {
                label = label == null ? new LabelNode() : label;
                types.set(i, label);
            }
        }
        return label;
    }
}
