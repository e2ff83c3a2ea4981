package dev.sonde.weave;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.util.CheckClassAdapter;

/**
 * A method that a JVM's verifier would not take, and why. JVMTI only says that a class failed; this looks again, method by
 * method, without the classes that it names: what depends on how these extend each other is not found.
 *
 * @param method the method
 * @param reason what is wrong with it, in one line
 */
public record Blame(MethodKey method, String reason) {

    /**
     * Verifies methods of a class, until one is found that fails or the time is over.
     *
     * @param nanos how long it may take, but for the method that it is at
     * @return the one that fails; none when no fault is found
     */
    public static List<Blame> of(byte[] classFile, Collection<MethodKey> methods, long nanos) {
        long began = System.nanoTime();
        List<Blame> found = new ArrayList<>();
        for (MethodKey method : methods) {
            if (!found.isEmpty() || System.nanoTime() - began > nanos) {
                break;
            }
            String fault = fault(classFile, method);
            if (fault != null) {
                found.add(new Blame(method, fault));
            }
        }
        return found;
    }

    private static @Nullable String fault(byte[] classFile, MethodKey method) {
        try {
            ClassReader reader = new ClassReader(classFile);
            ClassVisitor check = new CheckClassAdapter(new ClassWriter(0), true);
            reader.accept(
                    new ClassVisitor(Opcodes.ASM9, check) {
                        @Override
                        public @Nullable MethodVisitor visitMethod(
                                int access,
                                String name,
                                String descriptor,
                                @Nullable String signature,
                                String @Nullable [] exceptions) {
                            return name.equals(method.name()) && descriptor.equals(method.descriptor())
                                    ? super.visitMethod(access, name, descriptor, signature, exceptions)
                                    : null;
                        }
                    },
                    // As a compiler writes them: frames are compared with what flows there.
                    0);
            return null;
        } catch (RuntimeException e) {
            // What follows the first line is a listing of the method.
            return String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString());
        }
    }
}
