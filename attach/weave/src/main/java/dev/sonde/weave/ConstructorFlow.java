package dev.sonde.weave;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.analysis.Analyzer;
import org.objectweb.asm.tree.analysis.AnalyzerException;
import org.objectweb.asm.tree.analysis.BasicInterpreter;
import org.objectweb.asm.tree.analysis.BasicValue;
import org.objectweb.asm.tree.analysis.Frame;
import org.objectweb.asm.tree.analysis.Interpreter;

/**
 * Where a constructor's {@code this} comes to life. {@code super(new A(cond ? x : y))} has several calls of {@code <init>}
 * and jumps before the one that counts, so only following the values tells.
 */
final class ConstructorFlow {

    private final Set<Integer> superCalls;
    private final boolean[] initialised;
    private final boolean slotZeroHoldsThis;

    private ConstructorFlow(Set<Integer> superCalls, boolean[] initialised, boolean slotZeroHoldsThis) {
        this.superCalls = superCalls;
        this.initialised = initialised;
        this.slotZeroHoldsThis = slotZeroHoldsThis;
    }

    static ConstructorFlow of(String owner, MethodNode method) throws AnalyzerException {
        Frame<BasicValue>[] frames = new Analysis().analyze(owner, method);
        Set<Integer> superCalls = new HashSet<>();
        boolean[] initialised = new boolean[frames.length];
        boolean slotZeroHoldsThis = true;
        for (int i = 0; i < frames.length; i++) {
            Frame<BasicValue> frame = frames[i];
            if (frame == null) {
                continue; // never reached
            }
            initialised[i] = ((ThisFrame) frame).initialised;
            if (ThisFrame.isSuperCall(method.instructions.get(i), frame)) {
                superCalls.add(i);
                slotZeroHoldsThis &= frame.getLocal(0) instanceof This;
            }
        }
        return new ConstructorFlow(superCalls, initialised, slotZeroHoldsThis);
    }

    /** Whether {@code super()} or {@code this()} has returned on every way to the i-th instruction, and there is one. */
    boolean isInitialisedAt(int i) {
        return initialised[i];
    }

    boolean isSuperCall(int i) {
        return superCalls.contains(i);
    }

    boolean slotZeroHoldsThisAtEverySuperCall() {
        return slotZeroHoldsThis;
    }

    /** The constructor's own object, before {@code super()}. */
    private static final class This extends BasicValue {
        static final This RAW = new This();

        private This() {
            super(Type.getObjectType("java/lang/Object"));
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other == this;
        }

        @Override
        public int hashCode() {
            return 1;
        }
    }

    private static final class ThisFrame extends Frame<BasicValue> {
        boolean initialised;

        ThisFrame(int locals, int stack) {
            super(locals, stack);
        }

        ThisFrame(Frame<? extends BasicValue> other) {
            super(other);
        }

        static boolean isSuperCall(AbstractInsnNode instruction, Frame<BasicValue> frame) {
            if (instruction instanceof MethodInsnNode call
                    && call.getOpcode() == Opcodes.INVOKESPECIAL
                    && call.name.equals("<init>")) {
                int arguments = Type.getArgumentTypes(call.desc).length;
                return frame.getStack(frame.getStackSize() - 1 - arguments) instanceof This;
            }
            return false;
        }

        @Override
        public Frame<BasicValue> init(Frame<? extends BasicValue> other) {
            super.init(other);
            initialised = ((ThisFrame) (Frame<?>) other).initialised;
            return this;
        }

        @Override
        public boolean merge(Frame<? extends BasicValue> other, Interpreter<BasicValue> interpreter)
                throws AnalyzerException {
            boolean changed = super.merge(other, interpreter);
            if (initialised && !((ThisFrame) (Frame<?>) other).initialised) {
                initialised = false;
                changed = true;
            }
            return changed;
        }

        @Override
        public void execute(AbstractInsnNode instruction, Interpreter<BasicValue> interpreter)
                throws AnalyzerException {
            boolean superCall = isSuperCall(instruction, this);
            super.execute(instruction, interpreter);
            if (superCall) {
                initialised = true;
                for (int i = 0; i < getLocals(); i++) {
                    if (getLocal(i) instanceof This) {
                        setLocal(i, BasicValue.REFERENCE_VALUE);
                    }
                }
                for (int i = 0; i < getStackSize(); i++) {
                    if (getStack(i) instanceof This) {
                        setStack(i, BasicValue.REFERENCE_VALUE);
                    }
                }
            }
        }
    }

    private static final class Analysis extends Analyzer<BasicValue> {
        Analysis() {
            super(new BasicInterpreter(Opcodes.ASM9) {
                @Override
                public BasicValue newParameterValue(boolean isInstanceMethod, int local, Type type) {
                    return isInstanceMethod && local == 0 ? This.RAW : newValue(type);
                }

                @Override
                public BasicValue copyOperation(AbstractInsnNode instruction, BasicValue value) {
                    return value;
                }
            });
        }

        @Override
        protected Frame<BasicValue> newFrame(int locals, int stack) {
            return new ThisFrame(locals, stack);
        }

        @Override
        protected Frame<BasicValue> newFrame(Frame<? extends BasicValue> frame) {
            return new ThisFrame(frame);
        }
    }
}
