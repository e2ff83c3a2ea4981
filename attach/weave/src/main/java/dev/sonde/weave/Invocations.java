package dev.sonde.weave;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** What the code of a method calls, as its bytecode says: the bodies of lambdas that it makes are among it. */
public final class Invocations {

    private static final String LAMBDAS = "java/lang/invoke/LambdaMetafactory";

    private Invocations() {}

    /**
     * A call.
     *
     * @param owner the class that the call names, as {@link Class#getName()} gives it; the method may be declared above it
     * @param virtual the receiver's class decides which method runs
     */
    public record Invocation(String owner, MethodKey method, boolean virtual) {}

    /**
     * The calls of a method, each once, in the order of the code; empty when there is no such method.
     *
     * @throws IllegalArgumentException when the class file is not understood
     */
    public static List<Invocation> of(byte[] classFile, MethodKey method) {
        return read(classFile, method::equals, false);
    }

    /**
     * What the lambdas and method references that a class makes lead to, each once.
     *
     * @throws IllegalArgumentException when the class file is not understood
     */
    public static List<Invocation> ofLambdas(byte[] classFile) {
        return read(classFile, any -> true, true);
    }

    private static List<Invocation> read(byte[] classFile, Predicate<MethodKey> wanted, boolean lambdasOnly) {
        Set<Invocation> found = new LinkedHashSet<>();
        try {
            new ClassReader(classFile)
                    .accept(new Reader(wanted, lambdasOnly, found), ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("class file not understood: " + e, e);
        }
        return List.copyOf(found);
    }

    private static final class Reader extends ClassVisitor {
        private final Predicate<MethodKey> wanted;
        private final boolean lambdasOnly;
        private final Set<Invocation> found;

        Reader(Predicate<MethodKey> wanted, boolean lambdasOnly, Set<Invocation> found) {
            super(Opcodes.ASM9);
            this.wanted = wanted;
            this.lambdasOnly = lambdasOnly;
            this.found = found;
        }

        @Override
        public @Nullable MethodVisitor visitMethod(
                int access,
                String name,
                String descriptor,
                @Nullable String signature,
                String @Nullable [] exceptions) {
            return wanted.test(new MethodKey(name, descriptor)) ? new Calls(lambdasOnly, found) : null;
        }
    }

    private static final class Calls extends MethodVisitor {
        private final boolean lambdasOnly;
        private final Set<Invocation> found;

        Calls(boolean lambdasOnly, Set<Invocation> found) {
            super(Opcodes.ASM9);
            this.lambdasOnly = lambdasOnly;
            this.found = found;
        }

        @Override
        public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
            if (!lambdasOnly) {
                add(owner, name, descriptor, opcode == Opcodes.INVOKEVIRTUAL || opcode == Opcodes.INVOKEINTERFACE);
            }
        }

        @Override
        public void visitInvokeDynamicInsn(String name, String descriptor, Handle bootstrap, Object... arguments) {
            if (bootstrap.getOwner().equals(LAMBDAS) && arguments.length > 1 && arguments[1] instanceof Handle body) {
                boolean virtual =
                        body.getTag() == Opcodes.H_INVOKEVIRTUAL || body.getTag() == Opcodes.H_INVOKEINTERFACE;
                add(body.getOwner(), body.getName(), body.getDesc(), virtual);
            }
        }

        private void add(String owner, String name, String descriptor, boolean virtual) {
            if (!owner.startsWith("[")) {
                found.add(new Invocation(owner.replace('/', '.'), new MethodKey(name, descriptor), virtual));
            }
        }
    }
}
