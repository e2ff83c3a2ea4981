package dev.sonde.weave;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FrameNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.analysis.AnalyzerException;
import org.objectweb.asm.tree.analysis.BasicInterpreter;
import org.objectweb.asm.tree.analysis.BasicValue;
import org.objectweb.asm.tree.analysis.Frame;

/**
 * What each slot holds at each instruction, as the JVM's verifier sees it: one pass from top to bottom that believes the
 * method's own stack map frames. A data flow of our own would know more than the verifier at a join (a frame need not name all
 * that is there), and a hook that passes what a frame leaves out does not verify.
 */
final class CodeWalk {

    private final Frame<BasicValue> frame;
    private final Typing typing = new Typing();
    private boolean reachable = true;

    /** At the method's first instruction. */
    CodeWalk(MethodNode method) {
        frame = new Frame<>(method.maxLocals, method.maxStack);
        int slot = 0;
        if ((method.access & Opcodes.ACC_STATIC) == 0) {
            frame.setLocal(
                    slot++,
                    method.name.equals("<init>") ? new Raw(Opcodes.UNINITIALIZED_THIS) : BasicValue.REFERENCE_VALUE);
        }
        for (Type type : Type.getArgumentTypes(method.desc)) {
            frame.setLocal(slot++, typing.newValue(type));
            if (type.getSize() == 2) {
                frame.setLocal(slot++, BasicValue.UNINITIALIZED_VALUE);
            }
        }
        while (slot < method.maxLocals) {
            frame.setLocal(slot++, BasicValue.UNINITIALIZED_VALUE);
        }
    }

    /** An object that no constructor has made yet. */
    private static final class Raw extends BasicValue {
        /** What frames call it: a label or its NEW, or {@link Opcodes#UNINITIALIZED_THIS}. */
        final Object origin;

        Raw(Object origin) {
            super(Type.getObjectType("java/lang/Object"));
            this.origin = origin;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Raw raw && raw.origin.equals(origin);
        }

        @Override
        public int hashCode() {
            return origin.hashCode();
        }
    }

    private static final class Typing extends BasicInterpreter {
        Typing() {
            super(Opcodes.ASM9);
        }

        @Override
        public BasicValue newOperation(AbstractInsnNode instruction) throws AnalyzerException {
            return instruction.getOpcode() == Opcodes.NEW ? new Raw(instruction) : super.newOperation(instruction);
        }

        @Override
        public BasicValue copyOperation(AbstractInsnNode instruction, BasicValue value) {
            return value;
        }
    }

    boolean isReachable() {
        return reachable;
    }

    /** What a slot holds: a type of JVMS 4.3.2 with Object for all references; null for nothing that can be read. */
    @Nullable
    Type local(int slot) {
        if (slot >= frame.getLocals()) {
            return null;
        }
        BasicValue value = frame.getLocal(slot);
        return value instanceof Raw
                        || value.equals(BasicValue.UNINITIALIZED_VALUE)
                        || value.equals(BasicValue.RETURNADDRESS_VALUE)
                ? null
                : value.getType();
    }

    /** Goes over one node. */
    void step(AbstractInsnNode node) throws AnalyzerException {
        if (node instanceof FrameNode declared) {
            adopt(declared);
            return;
        }
        int opcode = node.getOpcode();
        if (opcode < 0 || !reachable) {
            return;
        }
        Raw made = constructed(node);
        frame.execute(node, typing);
        if (made != null) {
            for (int i = 0; i < frame.getLocals(); i++) {
                if (frame.getLocal(i).equals(made)) {
                    frame.setLocal(i, BasicValue.REFERENCE_VALUE);
                }
            }
            for (int i = 0; i < frame.getStackSize(); i++) {
                if (frame.getStack(i).equals(made)) {
                    frame.setStack(i, BasicValue.REFERENCE_VALUE);
                }
            }
        }
        reachable = !LineFlow.endsWay(opcode);
    }

    private @Nullable Raw constructed(AbstractInsnNode node) {
        if (node instanceof MethodInsnNode call
                && call.getOpcode() == Opcodes.INVOKESPECIAL
                && call.name.equals("<init>")) {
            int receiver = frame.getStackSize() - 1 - Type.getArgumentTypes(call.desc).length;
            return receiver >= 0 && frame.getStack(receiver) instanceof Raw raw ? raw : null;
        }
        return null;
    }

    private void adopt(FrameNode declared) {
        int slot = 0;
        for (Object type : declared.local) {
            BasicValue value = value(type);
            frame.setLocal(slot++, value);
            if (value.getSize() == 2) {
                frame.setLocal(slot++, BasicValue.UNINITIALIZED_VALUE);
            }
        }
        while (slot < frame.getLocals()) {
            frame.setLocal(slot++, BasicValue.UNINITIALIZED_VALUE);
        }
        frame.clearStack();
        List<Object> stack = declared.stack == null ? List.of() : declared.stack;
        stack.forEach(type -> frame.push(value(type)));
        reachable = true;
    }

    private static BasicValue value(Object type) {
        if (type instanceof LabelNode label) {
            AbstractInsnNode instruction = MethodWeaving.firstReal(label);
            return new Raw(instruction == null ? label : instruction);
        }
        if (type instanceof String || type.equals(Opcodes.NULL)) {
            return BasicValue.REFERENCE_VALUE;
        }
        if (type.equals(Opcodes.INTEGER)) {
            return BasicValue.INT_VALUE;
        }
        if (type.equals(Opcodes.LONG)) {
            return BasicValue.LONG_VALUE;
        }
        if (type.equals(Opcodes.FLOAT)) {
            return BasicValue.FLOAT_VALUE;
        }
        if (type.equals(Opcodes.DOUBLE)) {
            return BasicValue.DOUBLE_VALUE;
        }
        return type.equals(Opcodes.UNINITIALIZED_THIS) ? new Raw(type) : BasicValue.UNINITIALIZED_VALUE;
    }
}
