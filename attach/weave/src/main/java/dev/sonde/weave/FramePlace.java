package dev.sonde.weave;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Label;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.LineNumberNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.analysis.AnalyzerException;

/**
 * Where a frame stands that has called another: an instruction of a method, and what can be read there.
 *
 * @param hasThis whether there is a {@code this}
 * @param locals that are in scope and have a value, by slot, without {@code this}
 * @param live the slots whose values the method reads again; what is in the others compiled code does not keep
 * @param hidden variables that are in scope and have no value, each with the reason
 */
public record FramePlace(
        MethodKey method, boolean hasThis, List<LineMap.Local> locals, Set<Integer> live, List<String> hidden) {

    public FramePlace {
        locals = List.copyOf(locals);
        live = Set.copyOf(live);
        hidden = List.copyOf(hidden);
    }

    /**
     * What the JVM tells of a frame.
     *
     * @param bci the index of its instruction
     * @param line not positive when it is not known: then the instruction must be a call of what it has called, because the frame may run
     *     other code than that of the class file
     * @param slots how many it has; 0 when that is not known
     * @param called the name of the method that it has called
     */
    public record Told(String method, int bci, int line, int slots, Optional<String> called) {}

    /** Finds it in a class file; empty when it has no such place, or more than one. */
    public static Optional<FramePlace> of(byte[] classFile, Told told) {
        try {
            Reader reader = new Reader(classFile);
            boolean named = Weaver.namesVariables(reader);
            List<FramePlace> found = new ArrayList<>();
            for (MethodNode method : Weaver.methods(reader, key -> key.name().equals(told.method))) {
                at(reader, method, named, told).ifPresent(found::add);
            }
            return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
        } catch (RuntimeException | AssertionError e) {
            return Optional.empty(); // not one that can be read
        }
    }

    /** Gives every instruction a label, by which its index is known. */
    private static final class Reader extends ClassReader {
        /** By index, of one method after the other. */
        private final List<Label[]> labels = new ArrayList<>();

        Reader(byte[] classFile) {
            super(classFile);
        }

        @Override
        protected Label readLabel(int index, Label[] ofMethod) {
            if (labels.isEmpty() || labels.get(labels.size() - 1) != ofMethod) {
                labels.add(ofMethod);
                for (int i = 0; i < ofMethod.length; i++) {
                    ofMethod[i] = ofMethod[i] == null ? new Label() : ofMethod[i];
                }
            }
            return super.readLabel(index, ofMethod);
        }

        /** The instruction of an index; null where none begins. */
        @Nullable
        AbstractInsnNode instruction(MethodNode method, int index) {
            for (Label[] each : labels) {
                if (index >= 0
                        && index < each.length
                        && each[index].info instanceof LabelNode begin
                        && method.instructions.contains(begin)) {
                    return MethodWeaving.firstReal(begin);
                }
            }
            return null;
        }
    }

    private static Optional<FramePlace> at(Reader reader, MethodNode method, boolean named, Told told) {
        AbstractInsnNode there = reader.instruction(method, told.bci);
        boolean fits = told.slots == 0 || told.slots == method.maxLocals;
        if (there == null || !fits || !isMeant(method, there, told)) {
            return Optional.empty();
        }
        Map<LabelNode, Integer> places = new HashMap<>();
        AbstractInsnNode[] code = method.instructions.toArray();
        CodeWalk walk = new CodeWalk(reader.getClassName(), method);
        int place = -1;
        try {
            for (int i = 0; i < code.length; i++) {
                if (code[i] instanceof LabelNode label) {
                    places.put(label, i);
                }
                if (code[i].getOpcode() == Opcodes.JSR || code[i].getOpcode() == Opcodes.RET) {
                    return Optional.empty();
                }
                place = code[i] == there ? i : place;
                if (place < 0) {
                    walk.step(code[i]);
                }
            }
        } catch (AnalyzerException e) {
            return Optional.empty();
        }
        if (!walk.isReachable()) {
            return Optional.empty();
        }
        ReadableLocals readable = new ReadableLocals(method, named, places);
        List<String> hidden = new ArrayList<>();
        List<LineMap.Local> locals = readable.at(place, walk, hidden);
        Liveness liveness = new Liveness(method);
        Set<Integer> live = new HashSet<>();
        for (int slot = 0; slot < method.maxLocals; slot++) {
            if (liveness.isLive(place, slot)) {
                live.add(slot);
            }
        }
        return Optional.of(
                new FramePlace(new MethodKey(method.name, method.desc), readable.hasThis(walk), locals, live, hidden));
    }

    /** Whether an instruction is the one that is told of. */
    private static boolean isMeant(MethodNode method, AbstractInsnNode there, Told told) {
        if (told.line <= 0) {
            return there instanceof MethodInsnNode call
                    && told.called
                            .filter(called -> called.equals(call.name)
                                    || (call.itf && called.startsWith("lambda$"))) // the frame between is hidden
                            .isPresent();
        }
        int line = 0;
        for (AbstractInsnNode each = method.instructions.getFirst(); each != null; each = each.getNext()) {
            line = each instanceof LineNumberNode begins ? begins.line : line;
            if (each == there) {
                break;
            }
        }
        return line == told.line;
    }
}
