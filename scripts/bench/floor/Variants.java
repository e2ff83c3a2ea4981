import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.commons.AdviceAdapter;

/** Writes the target's classes as a careful hand would weave them: {@code Variants CLASSES OUTPUT}. */
public final class Variants {

    private static final Path NOWHERE = Path.of("");
    private static Path classes = NOWHERE;
    private static Path output = NOWHERE;

    public static void main(String[] args) throws Exception {
        classes = Path.of(args[0]);
        output = Files.createDirectories(Path.of(args[1]));
        write("false", "Target", "hot", Condition::new);
        write("field", "Target", "hot", FieldCondition::new);
        write("argument", "Target", "weigh", ArgumentCondition::new);
        write("count", "Target", "hot", Counted::new);
        write("limited", "Target", "hot", Limited::new);
        write("capture", "Target", "weigh", Captured::new);
        write("timed", "Target", "hot", Timed::new);
        write("trace", "Target", "traced|first|second|third", Clocked::new);
        write("event", "Target$OrderService", "place", Event::new);
    }

    private interface Weaving {
        MethodVisitor of(MethodVisitor next, int access, String name, String descriptor);
    }

    private static void write(String variant, String type, String method, Weaving weaving) throws Exception {
        ClassReader reader = new ClassReader(Files.readAllBytes(classes.resolve(type + ".class")));
        ClassWriter writer = new ClassWriter(reader, ClassWriter.COMPUTE_FRAMES);
        reader.accept(
                new ClassVisitor(Opcodes.ASM9, writer) {
                    @Override
                    public MethodVisitor visitMethod(
                            int access, String name, String descriptor, String signature, String[] exceptions) {
                        MethodVisitor next = super.visitMethod(access, name, descriptor, signature, exceptions);
                        return List.of(method.split("\\|")).contains(name) ? weaving.of(next, access, name, descriptor) : next;
                    }
                },
                ClassReader.EXPAND_FRAMES);
        Files.write(output.resolve(variant + ".class"), writer.toByteArray());
    }

    private abstract static class Woven extends AdviceAdapter {

        Woven(MethodVisitor next, int access, String name, String descriptor) {
            super(Opcodes.ASM9, next, access, name, descriptor);
        }

        void spy(String method, String descriptor) {
            visitMethodInsn(INVOKESTATIC, "FloorSpy", method, descriptor, false);
        }

        void increment(String counter) {
            visitFieldInsn(GETSTATIC, "FloorSpy", counter, "Ljava/util/concurrent/atomic/LongAdder;");
            visitMethodInsn(INVOKEVIRTUAL, "java/util/concurrent/atomic/LongAdder", "increment", "()V", false);
        }
    }

    /** {@code args[0] < 0}, at the return and when an exception leaves. */
    private static class Condition extends Woven {

        private final Label start = new Label();
        private final Label end = new Label();
        private final Label handler = new Label();

        Condition(MethodVisitor next, int access, String name, String descriptor) {
            super(next, access, name, descriptor);
        }

        void jumpIfFalse(Label to) {
            loadArg(0);
            push(0L);
            ifCmp(Type.LONG_TYPE, GE, to);
        }

        /** What is handed on of the arguments. */
        void loadNumber() {
            loadArg(0);
        }

        @Override
        protected void onMethodEnter() {
            visitLabel(start);
        }

        @Override
        protected void onMethodExit(int opcode) {
            if (opcode != ATHROW) {
                int result = newLocal(Type.LONG_TYPE);
                dup2();
                storeLocal(result);
                Label after = new Label();
                jumpIfFalse(after);
                loadNumber();
                loadLocal(result);
                spy("hit", "(JJ)V");
                visitLabel(after);
            }
        }

        @Override
        public void visitMaxs(int stack, int locals) {
            visitLabel(end);
            super.visitTryCatchBlock(start, end, handler, "java/lang/Throwable");
            visitLabel(handler);
            Label after = new Label();
            jumpIfFalse(after);
            loadNumber();
            push(0L);
            spy("hit", "(JJ)V");
            visitLabel(after);
            // Past onMethodExit, which this throw is none of.
            mv.visitInsn(ATHROW);
            super.visitMaxs(stack, locals);
        }
    }

    /** {@code this.limit < args[0]}. */
    private static final class FieldCondition extends Condition {

        FieldCondition(MethodVisitor next, int access, String name, String descriptor) {
            super(next, access, name, descriptor);
        }

        @Override
        void jumpIfFalse(Label to) {
            loadThis();
            getField(Type.getObjectType("Target"), "limit", Type.LONG_TYPE);
            loadArg(0);
            ifCmp(Type.LONG_TYPE, GE, to);
        }
    }

    /** {@code args[0].quantity > 1000}. */
    private static final class ArgumentCondition extends Condition {

        ArgumentCondition(MethodVisitor next, int access, String name, String descriptor) {
            super(next, access, name, descriptor);
        }

        @Override
        void jumpIfFalse(Label to) {
            loadArg(0);
            getField(Type.getObjectType("Target$Order"), "quantity", Type.INT_TYPE);
            push(1000);
            ifCmp(Type.INT_TYPE, LE, to);
        }

        @Override
        void loadNumber() {
            loadArg(1);
        }
    }

    /** A flag, and what it holds back is counted. */
    private static final class Limited extends Woven {

        Limited(MethodVisitor next, int access, String name, String descriptor) {
            super(next, access, name, descriptor);
        }

        @Override
        protected void onMethodEnter() {
            spy("limited", "()V");
        }
    }

    /** The five fields as text, into a bounded queue. */
    private static final class Captured extends Woven {

        Captured(MethodVisitor next, int access, String name, String descriptor) {
            super(next, access, name, descriptor);
        }

        @Override
        protected void onMethodExit(int opcode) {
            if (opcode != ATHROW) {
                Type order = Type.getObjectType("Target$Order");
                loadArg(0);
                getField(order, "id", Type.LONG_TYPE);
                loadArg(0);
                getField(order, "customer", Type.getType(String.class));
                loadArg(0);
                getField(order, "quantity", Type.INT_TYPE);
                loadArg(0);
                getField(order, "price", Type.DOUBLE_TYPE);
                loadArg(0);
                getField(order, "state", Type.getType(String.class));
                spy("fields", "(JLjava/lang/String;IDLjava/lang/String;)V");
            }
        }
    }

    private static final class Counted extends Woven {

        Counted(MethodVisitor next, int access, String name, String descriptor) {
            super(next, access, name, descriptor);
        }

        @Override
        protected void onMethodEnter() {
            increment("CALLS");
        }
    }

    /** Two readings of the clock and two adders. */
    private static final class Timed extends Woven {

        private int start;

        Timed(MethodVisitor next, int access, String name, String descriptor) {
            super(next, access, name, descriptor);
        }

        @Override
        protected void onMethodEnter() {
            visitMethodInsn(INVOKESTATIC, "java/lang/System", "nanoTime", "()J", false);
            start = newLocal(Type.LONG_TYPE);
            storeLocal(start);
        }

        @Override
        protected void onMethodExit(int opcode) {
            loadLocal(start);
            spy("timed", "(J)V");
        }
    }

    /** Two readings of the clock and one sum: of each call of a tree the least that must be known. */
    private static final class Clocked extends Woven {

        private int start;

        Clocked(MethodVisitor next, int access, String name, String descriptor) {
            super(next, access, name, descriptor);
        }

        @Override
        protected void onMethodEnter() {
            visitMethodInsn(INVOKESTATIC, "java/lang/System", "nanoTime", "()J", false);
            start = newLocal(Type.LONG_TYPE);
            storeLocal(start);
        }

        @Override
        protected void onMethodExit(int opcode) {
            loadLocal(start);
            spy("clocked", "(J)V");
        }
    }

    /** Arguments and result as text, into a bounded queue. */
    private static final class Event extends Woven {

        Event(MethodVisitor next, int access, String name, String descriptor) {
            super(next, access, name, descriptor);
        }

        @Override
        protected void onMethodExit(int opcode) {
            if (opcode != ATHROW) {
                int result = newLocal(Type.getType(Object.class));
                dup();
                storeLocal(result);
                loadThis();
                loadArg(0);
                loadArg(1);
                loadLocal(result);
                spy("event", "(Ljava/lang/Object;Ljava/lang/Object;ILjava/lang/Object;)V");
            }
        }
    }

    private Variants() {}
}
