package dev.sonde.weave;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FrameNode;
import org.objectweb.asm.tree.IincInsnNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.InvokeDynamicInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.LineNumberNode;
import org.objectweb.asm.tree.LocalVariableNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TryCatchBlockNode;
import org.objectweb.asm.tree.VarInsnNode;
import org.objectweb.asm.tree.analysis.AnalyzerException;

/**
 * The weaving of one method.
 *
 * <p>The trap here is the verifier. Since Java 7 it believes a method's own stack map frames, and recomputing them needs the
 * class hierarchy of the target. So nothing is recomputed. Our locals lie behind the method's own, are set before its first
 * instruction, and every frame is padded with TOP and says that they are there. The one new frame is that of the catch-all
 * handler at the end; it may claim only what holds at every instruction it covers: our locals, and a parameter whose slot
 * is never written and has its own type in every frame. Any other parameter is copied on entry, which also means that hooks
 * see what the caller passed and not what the body made of it.
 *
 * <p>In a constructor {@code this} may not be touched before {@code super()} has returned, and a handler that claims it may
 * not cover an instruction before. Where that is, is found by data flow ({@link ConstructorFlow}).
 */
final class MethodWeaving {

    /** Of 255 that the JVM allows; method handles need a few themselves. */
    static final int MAX_HOOK_SLOTS = 250;

    private static final int MAX_LOCALS = 65_535;

    private final String owner;
    private final boolean ownerIsRoot;
    private final MethodNode method;
    private final Handle bootstrap;
    private final int spySlot;
    private final int siteId;

    private final boolean isStatic;
    private final boolean isConstructor;
    private final Type[] parameters;
    private final Type returns;
    private final int receiverAndParameterSlots;

    private final int originalMaxLocals;
    private final int bits;
    private final int start;
    private int nextLocal;

    /** What we keep behind the method's own locals, as frames name it; the copy of {@code this} comes last. */
    private final List<Object> ownLocals = new ArrayList<>(List.of(Opcodes.LONG, Opcodes.LONG));

    /** Where hooks find parameter i. */
    private final int[] parameterHome;

    private int thisHome = 0;

    MethodWeaving(ClassReader reader, MethodNode method, String spy, int spySlot, int siteId) {
        this.owner = reader.getClassName();
        this.ownerIsRoot = reader.getSuperName() == null;
        this.method = method;
        this.bootstrap = new Handle(Opcodes.H_INVOKESTATIC, spy, Hooks.LINK, Hooks.LINK_DESCRIPTOR, false);
        this.spySlot = spySlot;
        this.siteId = siteId;
        this.isStatic = (method.access & Opcodes.ACC_STATIC) != 0;
        this.isConstructor = method.name.equals("<init>");
        this.parameters = Type.getArgumentTypes(method.desc);
        this.returns = Type.getReturnType(method.desc);
        int argumentSlots = Type.getArgumentsAndReturnSizes(method.desc) >> 2; // counts a receiver
        this.receiverAndParameterSlots = isStatic ? argumentSlots - 1 : argumentSlots;
        this.originalMaxLocals = method.maxLocals;
        this.bits = originalMaxLocals;
        this.start = originalMaxLocals + 2;
        this.nextLocal = originalMaxLocals + 4;
        this.parameterHome = new int[parameters.length];
    }

    /** Changes the method; answers null, or why it cannot be (it is then of no use any more). */
    @Nullable
    String weave() {
        if ((method.access & (Opcodes.ACC_ABSTRACT | Opcodes.ACC_NATIVE)) != 0 || method.instructions.size() == 0) {
            return "it has no code";
        }
        // The throw hook takes the exception where the return hook takes the result.
        int hookSlots = Math.max(1, returns.getSize()) + 4 + receiverAndParameterSlots;
        if (hookSlots > MAX_HOOK_SLOTS) {
            return "it has too many parameters: hooks would take " + hookSlots + " slots of " + MAX_HOOK_SLOTS;
        }
        if (originalMaxLocals + 4 + receiverAndParameterSlots > MAX_LOCALS) {
            return "it has too many local variables";
        }

        ConstructorFlow flow = null;
        if (isConstructor && !ownerIsRoot) {
            try {
                flow = ConstructorFlow.of(owner, method);
            } catch (AnalyzerException e) {
                return "its bytecode is not understood: " + e.getMessage();
            }
        }
        AbstractInsnNode[] body = method.instructions.toArray();
        for (AbstractInsnNode instruction : body) {
            if (instruction.getOpcode() == Opcodes.JSR || instruction.getOpcode() == Opcodes.RET) {
                return "it uses jsr and ret, which frames cannot describe";
            }
        }

        InsnList copies = new InsnList();
        placeParameters(body, copies);
        boolean thisCopied = !isStatic && !isKept(body, 0, owner, 1);
        if (thisCopied) {
            if (flow != null && !flow.slotZeroHoldsThisAtEverySuperCall()) {
                return "its constructor keeps this elsewhere than in slot 0 when it calls super()";
            }
            thisHome = nextLocal++;
            ownLocals.add(owner);
            if (flow == null) {
                copies.add(new VarInsnNode(Opcodes.ALOAD, 0));
                copies.add(new VarInsnNode(Opcodes.ASTORE, thisHome));
            }
        }

        extendFrames(body, thisCopied && flow != null);
        Set<AbstractInsnNode> uncovered = new LinkedHashSet<>();
        addReturnHooks(body, uncovered);
        if (flow != null) {
            addToConstructor(body, flow, thisCopied, uncovered);
        }
        addHandler(uncovered);
        addEntry(copies);

        int original = method.maxStack;
        method.maxStack = Math.max(
                Math.max(2, receiverAndParameterSlots),
                Math.max(original, 1) + Math.max(1, returns.getSize()) + 4 + receiverAndParameterSlots);
        method.maxLocals = nextLocal;
        return null;
    }

    /** Finds each parameter's home: its own slot, or a copy behind the locals. */
    private void placeParameters(AbstractInsnNode[] body, InsnList copies) {
        int slot = isStatic ? 0 : 1;
        for (int i = 0; i < parameters.length; i++) {
            Type type = parameters[i];
            Object inFrames = frameType(type);
            if (isKept(body, slot, inFrames, type.getSize())) {
                parameterHome[i] = slot;
            } else {
                parameterHome[i] = nextLocal;
                nextLocal += type.getSize();
                ownLocals.add(inFrames);
                copies.add(new VarInsnNode(type.getOpcode(Opcodes.ILOAD), slot));
                copies.add(new VarInsnNode(type.getOpcode(Opcodes.ISTORE), parameterHome[i]));
            }
            slot += type.getSize();
        }
    }

    /** Whether the slots hold what they held on entry, and say so in every frame. */
    private boolean isKept(AbstractInsnNode[] body, int slot, Object type, int size) {
        for (AbstractInsnNode instruction : body) {
            if (instruction instanceof VarInsnNode variable && isStore(variable.getOpcode())) {
                int last = variable.var + storeSize(variable.getOpcode()) - 1;
                if (variable.var < slot + size && last >= slot) {
                    return false;
                }
            } else if (instruction instanceof IincInsnNode increment) {
                if (increment.var == slot) {
                    return false;
                }
            } else if (instruction instanceof FrameNode frame && !frameSays(frame, slot, type)) {
                return false;
            }
        }
        return true;
    }

    private boolean frameSays(FrameNode frame, int slot, Object type) {
        int at = 0;
        for (Object local : frame.local) {
            if (at == slot) {
                return local.equals(type) || (isConstructor && slot == 0 && local.equals(Opcodes.UNINITIALIZED_THIS));
            }
            at += frameTypeSize(local);
        }
        return false;
    }

    /** {@code thisLate}: the copy of {@code this} is not there before {@code super()}. */
    private void extendFrames(AbstractInsnNode[] body, boolean thisLate) {
        for (AbstractInsnNode instruction : body) {
            if (instruction instanceof FrameNode frame) {
                List<Object> locals = padded(frame.local);
                locals.addAll(ownLocals);
                if (thisLate && frame.local.contains(Opcodes.UNINITIALIZED_THIS)) {
                    locals.set(locals.size() - 1, Opcodes.TOP);
                }
                frame.local = locals;
            }
        }
    }

    private List<Object> padded(List<Object> locals) {
        List<Object> padded = new ArrayList<>(locals);
        int slots = 0;
        for (Object local : locals) {
            slots += frameTypeSize(local);
        }
        for (; slots < originalMaxLocals; slots++) {
            padded.add(Opcodes.TOP);
        }
        return padded;
    }

    /** The hooks and the returns are not covered by our handler: a call that has returned does not throw as well. */
    private void addReturnHooks(AbstractInsnNode[] body, Set<AbstractInsnNode> uncovered) {
        for (AbstractInsnNode instruction : body) {
            int opcode = instruction.getOpcode();
            if (opcode >= Opcodes.IRETURN && opcode <= Opcodes.RETURN) {
                InsnList hook = new InsnList();
                if (returns.getSize() > 0) {
                    hook.add(new InsnNode(returns.getSize() == 2 ? Opcodes.DUP2 : Opcodes.DUP));
                }
                addExitArguments(hook);
                hook.add(hook(Hooks.RETURN, exitDescriptor(returns.getSize() == 0 ? "" : erased(returns))));
                uncovered.addAll(Arrays.asList(hook.toArray()));
                uncovered.add(instruction);
                method.instructions.insertBefore(instruction, hook);
            }
        }
    }

    private void addToConstructor(
            AbstractInsnNode[] body, ConstructorFlow flow, boolean thisCopied, Set<AbstractInsnNode> uncovered) {
        for (int i = 0; i < body.length; i++) {
            if (!flow.isInitialisedAt(i)) {
                uncovered.add(body[i]);
            }
            if (thisCopied && flow.isSuperCall(i)) {
                AbstractInsnNode load = new VarInsnNode(Opcodes.ALOAD, 0);
                AbstractInsnNode store = new VarInsnNode(Opcodes.ASTORE, thisHome);
                method.instructions.insert(body[i], store);
                method.instructions.insert(body[i], load);
                uncovered.add(load);
                uncovered.add(store);
            }
        }
    }

    private void addHandler(Set<AbstractInsnNode> uncovered) {
        LabelNode handler = new LabelNode();
        List<TryCatchBlockNode> covered = new ArrayList<>();
        LabelNode from = null;
        for (AbstractInsnNode instruction : method.instructions.toArray()) {
            if (instruction.getOpcode() < 0) {
                continue;
            }
            if (from == null && !uncovered.contains(instruction)) {
                from = new LabelNode();
                method.instructions.insertBefore(instruction, from);
            } else if (from != null && uncovered.contains(instruction)) {
                LabelNode to = new LabelNode();
                method.instructions.insertBefore(instruction, to);
                covered.add(new TryCatchBlockNode(from, to, handler, null));
                from = null;
            }
        }
        if (from != null) {
            LabelNode to = new LabelNode();
            method.instructions.add(to);
            covered.add(new TryCatchBlockNode(from, to, handler, null));
        }
        if (covered.isEmpty()) {
            return;
        }
        InsnList code = method.instructions;
        code.add(handler);
        Object[] locals = handlerLocals().toArray();
        code.add(new FrameNode(Opcodes.F_NEW, locals.length, locals, 1, new Object[] {"java/lang/Throwable"}));
        code.add(new InsnNode(Opcodes.DUP));
        addExitArguments(code);
        code.add(hook(Hooks.THROW, exitDescriptor("Ljava/lang/Throwable;")));
        code.add(new InsnNode(Opcodes.ATHROW));
        // Behind the method's own, which therefore come first.
        method.tryCatchBlocks.addAll(covered);
    }

    private List<Object> handlerLocals() {
        List<Object> locals = new ArrayList<>();
        if (!isStatic) {
            locals.add(thisHome == 0 ? owner : Opcodes.TOP);
        }
        int slot = isStatic ? 0 : 1;
        for (int i = 0; i < parameters.length; i++) {
            if (parameterHome[i] == slot) {
                locals.add(frameType(parameters[i]));
            } else {
                for (int half = 0; half < parameters[i].getSize(); half++) {
                    locals.add(Opcodes.TOP);
                }
            }
            slot += parameters[i].getSize();
        }
        locals = padded(locals);
        locals.addAll(ownLocals);
        return locals;
    }

    /** In front of everything, so that a loop that starts at the first instruction does not enter again. */
    private void addEntry(InsnList copies) {
        InsnList entry = new InsnList();
        LabelNode begin = new LabelNode();
        entry.add(begin);
        for (AbstractInsnNode node = method.instructions.getFirst(); node != null; node = node.getNext()) {
            if (node instanceof LineNumberNode first) {
                entry.add(new LineNumberNode(first.line, begin));
                break;
            }
        }
        if (method.localVariables != null) {
            // Parameters have their names from the very first instruction.
            AbstractInsnNode first = firstReal(method.instructions.getFirst());
            for (LocalVariableNode variable : method.localVariables) {
                if (variable.index < receiverAndParameterSlots && firstReal(variable.start) == first) {
                    variable.start = begin;
                }
            }
        }
        StringBuilder descriptor = new StringBuilder("(");
        if (!isStatic && !isConstructor) {
            entry.add(new VarInsnNode(Opcodes.ALOAD, 0));
            descriptor.append("Ljava/lang/Object;");
        }
        int slot = isStatic ? 0 : 1;
        for (Type parameter : parameters) {
            entry.add(new VarInsnNode(parameter.getOpcode(Opcodes.ILOAD), slot));
            descriptor.append(erased(parameter));
            slot += parameter.getSize();
        }
        entry.add(hook(Hooks.ENTER, descriptor.append(")J").toString()));
        entry.add(new InsnNode(Opcodes.DUP2));
        entry.add(new VarInsnNode(Opcodes.LSTORE, bits));
        entry.add(hook(Hooks.CLOCK, "(J)J"));
        entry.add(new VarInsnNode(Opcodes.LSTORE, start));
        entry.add(copies);
        method.instructions.insert(entry);
    }

    /** The first instruction from here on that is no label, line or frame. */
    static @Nullable AbstractInsnNode firstReal(@Nullable AbstractInsnNode from) {
        AbstractInsnNode node = from;
        while (node != null && node.getOpcode() < 0) {
            node = node.getNext();
        }
        return node;
    }

    /** Bits, start, this and the parameters. */
    private void addExitArguments(InsnList code) {
        code.add(new VarInsnNode(Opcodes.LLOAD, bits));
        code.add(new VarInsnNode(Opcodes.LLOAD, start));
        if (!isStatic) {
            code.add(new VarInsnNode(Opcodes.ALOAD, thisHome));
        }
        for (int i = 0; i < parameters.length; i++) {
            code.add(new VarInsnNode(parameters[i].getOpcode(Opcodes.ILOAD), parameterHome[i]));
        }
    }

    private String exitDescriptor(String outcome) {
        StringBuilder descriptor = new StringBuilder("(").append(outcome).append("JJ");
        if (!isStatic) {
            descriptor.append("Ljava/lang/Object;");
        }
        for (Type parameter : parameters) {
            descriptor.append(erased(parameter));
        }
        return descriptor.append(")V").toString();
    }

    private InvokeDynamicInsnNode hook(String name, String descriptor) {
        return new InvokeDynamicInsnNode(name, descriptor, bootstrap, spySlot, siteId);
    }

    static String erased(Type type) {
        return type.getSort() >= Type.ARRAY ? "Ljava/lang/Object;" : type.getDescriptor();
    }

    private static boolean isStore(int opcode) {
        return opcode >= Opcodes.ISTORE && opcode <= Opcodes.ASTORE;
    }

    private static int storeSize(int opcode) {
        return opcode == Opcodes.LSTORE || opcode == Opcodes.DSTORE ? 2 : 1;
    }

    static int frameTypeSize(Object type) {
        return type.equals(Opcodes.LONG) || type.equals(Opcodes.DOUBLE) ? 2 : 1;
    }

    static Object frameType(Type type) {
        return switch (type.getSort()) {
            case Type.BOOLEAN, Type.CHAR, Type.BYTE, Type.SHORT, Type.INT -> Opcodes.INTEGER;
            case Type.FLOAT -> Opcodes.FLOAT;
            case Type.LONG -> Opcodes.LONG;
            case Type.DOUBLE -> Opcodes.DOUBLE;
            default -> type.getInternalName(); // of an array: its descriptor, as frames want it
        };
    }
}
