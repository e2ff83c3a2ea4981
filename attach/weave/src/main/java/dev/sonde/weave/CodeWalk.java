package dev.sonde.weave;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FrameNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TypeInsnNode;
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

    private static final BasicValue OBJECT_VALUE = new BasicValue(Type.getObjectType("java/lang/Object"));
    private static final BasicValue NULL_VALUE = new BasicValue(Type.getObjectType("null"));

    private final String owner;
    private final Frame<BasicValue> frame;
    private final Typing typing = new Typing();
    private boolean reachable = true;

    /**
     * At the method's first instruction.
     *
     * @param owner the internal name of its class
     */
    CodeWalk(String owner, MethodNode method) {
        this.owner = owner;
        frame = new Frame<>(method.maxLocals, method.maxStack);
        int slot = 0;
        if ((method.access & Opcodes.ACC_STATIC) == 0) {
            frame.setLocal(
                    slot++, method.name.equals("<init>") ? new Raw(Opcodes.UNINITIALIZED_THIS) : reference(owner));
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

    /** With the types of references as they are: there are no joins here at which they would have to meet. */
    private static final class Typing extends BasicInterpreter {
        Typing() {
            super(Opcodes.ASM9);
        }

        @Override
        public @Nullable BasicValue newValue(@Nullable Type type) {
            return type != null && type.getSort() >= Type.ARRAY ? new BasicValue(type) : super.newValue(type);
        }

        @Override
        public BasicValue binaryOperation(AbstractInsnNode instruction, BasicValue first, BasicValue second)
                throws AnalyzerException {
            if (instruction.getOpcode() != Opcodes.AALOAD) {
                return super.binaryOperation(instruction, first, second);
            }
            Type array = first.getType();
            return array.getSort() == Type.ARRAY
                    ? new BasicValue(Type.getType(array.getDescriptor().substring(1)))
                    : first.equals(NULL_VALUE) ? NULL_VALUE : OBJECT_VALUE;
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

    /** Whether a slot holds null and nothing else. */
    boolean isNull(int slot) {
        return slot < frame.getLocals() && frame.getLocal(slot).equals(NULL_VALUE);
    }

    /** From here on a slot that holds null may hold anything of a type. */
    void widen(int slot, Type type) {
        frame.setLocal(slot, new BasicValue(type));
    }

    /**
     * The frame that stands for what is here now; null where one would have to name an object that no constructor has made yet.
     */
    @Nullable
    FrameNode asFrame() {
        List<Object> locals = new ArrayList<>();
        int named = 0;
        for (int slot = 0; slot < frame.getLocals(); slot++) {
            BasicValue value = frame.getLocal(slot);
            Object item = item(value);
            if (item == null) {
                return null;
            }
            locals.add(item);
            named = item.equals(Opcodes.TOP) ? named : locals.size();
            slot += value.getSize() - 1;
        }
        List<Object> stack = new ArrayList<>();
        for (int i = 0; i < frame.getStackSize(); i++) {
            Object item = item(frame.getStack(i));
            if (item == null) {
                return null;
            }
            stack.add(item);
        }
        return new FrameNode(Opcodes.F_NEW, named, locals.subList(0, named).toArray(), stack.size(), stack.toArray());
    }

    private static @Nullable Object item(BasicValue value) {
        if (value instanceof Raw || value.equals(BasicValue.RETURNADDRESS_VALUE)) {
            return null;
        }
        if (value.equals(BasicValue.UNINITIALIZED_VALUE)) {
            return Opcodes.TOP;
        }
        return value.equals(NULL_VALUE) ? Opcodes.NULL : MethodWeaving.frameType(value.getType());
    }

    /** What a slot holds, as the verifier knows it; null for nothing that can be read. */
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
            BasicValue object = made.origin instanceof TypeInsnNode of ? reference(of.desc) : reference(owner);
            for (int i = 0; i < frame.getLocals(); i++) {
                if (made.equals(frame.getLocal(i))) {
                    frame.setLocal(i, object);
                }
            }
            for (int i = 0; i < frame.getStackSize(); i++) {
                if (made.equals(frame.getStack(i))) {
                    frame.setStack(i, object);
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

    private static BasicValue reference(String internalName) {
        return new BasicValue(Type.getObjectType(internalName));
    }

    private static BasicValue value(Object type) {
        if (type instanceof LabelNode label) {
            AbstractInsnNode instruction = MethodWeaving.firstReal(label);
            return new Raw(instruction == null ? label : instruction);
        }
        if (type instanceof String name) {
            return reference(name);
        }
        if (type.equals(Opcodes.NULL)) {
            return NULL_VALUE;
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
