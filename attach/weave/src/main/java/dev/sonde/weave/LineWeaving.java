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
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FrameNode;
import org.objectweb.asm.tree.InsnList;
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

    private final String owner;
    private final MethodNode method;
    private final Map<LabelNode, Integer> places = new HashMap<>();
    private final ReadableLocals readable;
    private final Map<Integer, AbstractInsnNode> firstOf = new HashMap<>();
    /** What is there when a spot's hook is done, of those where variables can be set. */
    private final Map<Integer, FrameNode> frames = new HashMap<>();

    private final LineMap map;

    /**
     * Of one method.
     *
     * @param owner the internal name of its class
     * @param named whether the class file names variables at all: a method without any may just have none
     */
    LineWeaving(String owner, MethodNode method, boolean named) {
        this.owner = owner;
        this.method = method;
        AbstractInsnNode[] code = method.instructions.toArray();
        for (int i = 0; i < code.length; i++) {
            if (code[i] instanceof LabelNode label) {
                places.put(label, i);
            }
        }
        this.readable = new ReadableLocals(method, named, places);
        this.map = new LineMap(new MethodKey(method.name, method.desc), named, spots(code));
    }

    LineMap map() {
        return map;
    }

    private List<LineMap.Spot> spots(AbstractInsnNode[] code) {
        List<LineMap.Spot> spots = new ArrayList<>();
        LineFlow flow = new LineFlow(method);
        Map<Integer, Integer> comesBackTo = flow.comesBackTo();
        /* By line: the spots that begin a run of its instructions, by place. */
        Map<Integer, TreeMap<Integer, Integer>> runs = new HashMap<>();
        int amid = 0;
        CodeWalk walk = new CodeWalk(owner, method);
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
                    if (node.getOpcode() == Opcodes.ASTORE && walk.isNull(((VarInsnNode) node).var)) {
                        widen(((VarInsnNode) node).var, i + 1, walk);
                    }
                } catch (AnalyzerException | RuntimeException e) {
                    lost = "the bytecode before it is not understood: " + e.getMessage();
                }
            }
        }
        for (int line : lines) {
            spots.add(LineMap.Spot.refused(spots.size(), line, "no instruction is on it"));
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
            return LineMap.Spot.refused(index, line, refusal);
        }
        boolean hasThis = readable.hasThis(walk);
        List<String> hidden = new ArrayList<>();
        List<LineMap.Local> locals = readable.at(place, walk, hidden);
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
        return new LineMap.Spot(
                index, line, hasThis, kept, hidden, false, settable(index, kept, walk), Optional.empty());
    }

    private Map<Integer, String> settable(int index, List<LineMap.Local> locals, CodeWalk walk) {
        FrameNode frame = walk.asFrame();
        if (frame == null) {
            return Map.of();
        }
        frames.put(index, frame);
        Map<Integer, String> settable = new HashMap<>();
        for (LineMap.Local local : locals) {
            Type there = walk.local(local.slot());
            if (there != null && !walk.isNull(local.slot()) && !(readable.thisStays() && local.slot() == 0)) {
                settable.put(local.slot(), there.getSort() >= Type.ARRAY ? there.getDescriptor() : local.descriptor());
            }
        }
        return settable;
    }

    /**
     * A variable that begins as null may become what its declaration says, for the verifier too, if all frames in its scope say
     * the same: those of javac do.
     */
    private void widen(int slot, int place, CodeWalk walk) {
        for (LocalVariableNode variable :
                method.localVariables == null ? List.<LocalVariableNode>of() : method.localVariables) {
            int from = places.getOrDefault(variable.start, Integer.MAX_VALUE);
            int to = places.getOrDefault(variable.end, 0);
            if (variable.index != slot || from > nextReal(place) || to <= place || variable.desc.length() == 1) {
                continue;
            }
            Type type = Type.getType(variable.desc);
            AbstractInsnNode[] code = method.instructions.toArray();
            for (int i = from; i < to; i++) {
                if (code[i] instanceof FrameNode frame && !agrees(item(frame, slot), type)) {
                    return;
                }
            }
            walk.widen(slot, type);
            return;
        }
    }

    private static boolean agrees(Object item, Type type) {
        return item.equals(type.getInternalName()) || item.equals(Opcodes.TOP);
    }

    private int nextReal(int place) {
        int next = place;
        while (next < method.instructions.size() - 1
                && method.instructions.get(next).getOpcode() < 0) {
            next++;
        }
        return next;
    }

    private static Object item(FrameNode frame, int slot) {
        int at = 0;
        for (Object item : frame.local) {
            if (at >= slot) {
                return at == slot ? item : Opcodes.TOP;
            }
            at += MethodWeaving.frameTypeSize(item);
        }
        return Opcodes.TOP;
    }

    /**
     * Puts the hooks in.
     *
     * @param sets whether variables can be set where a thread stands
     */
    void weave(LineHooks hooks, int firstSite, boolean sets) {
        Map<AbstractInsnNode, InsnList> code = new LinkedHashMap<>();
        int stack = sets ? LineHooks.TAKING_STACK : 0;
        int taken = method.maxLocals;
        for (LineMap.Spot spot : map.spots()) {
            AbstractInsnNode first = firstOf.get(spot.index());
            if (spot.refusal().isPresent() || first == null) {
                continue;
            }
            InsnList hook = code.computeIfAbsent(first, any -> new InsnList());
            int site = firstSite + spot.index();
            FrameNode frame = frames.get(spot.index());
            if (sets && frame != null && !spot.settable().isEmpty()) {
                stack = Math.max(stack, hooks.stand(hook, spot, site, taken, frame));
                method.maxLocals = taken + 1;
            } else {
                stack = Math.max(stack, hooks.line(hook, spot, site));
            }
        }
        Map<AbstractInsnNode, AbstractInsnNode> begins = new LinkedHashMap<>();
        code.forEach((first, hook) -> {
            begins.put(first, hook.getFirst());
            Set<LabelNode> before = labelsBefore(first);
            method.instructions.insertBefore(first, hook);
            if (first.getOpcode() == Opcodes.NEW) {
                relabel(first, before);
            }
        });
        uncover(begins);
        method.maxStack += stack;
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

    private static Set<LabelNode> labelsBefore(AbstractInsnNode first) {
        Set<LabelNode> before = new HashSet<>();
        for (AbstractInsnNode node = first.getPrevious();
                node != null && node.getOpcode() < 0;
                node = node.getPrevious()) {
            if (node instanceof LabelNode label) {
                before.add(label);
            }
        }
        return before;
    }

    /** A NEW that a hook has moved away from its label gets one of its own, and frames that name it are told. */
    private void relabel(AbstractInsnNode moved, Set<LabelNode> before) {
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
