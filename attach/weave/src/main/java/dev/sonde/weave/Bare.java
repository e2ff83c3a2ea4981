package dev.sonde.weave;

import org.jspecify.annotations.Nullable;
import org.objectweb.asm.AnnotationVisitor;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.TypePath;

/**
 * A class file without what only a debugger, a compiler or reflection reads: lines, names of variables, the source file,
 * annotations, generic signatures, declared exceptions, and constants, which javac has written where they are read (JLS 13.1).
 */
public final class Bare {

    private Bare() {}

    public static byte[] of(byte[] classFile) {
        ClassWriter out = new ClassWriter(0);
        new ClassReader(classFile).accept(new Stripped(out), ClassReader.SKIP_DEBUG);
        return out.toByteArray();
    }

    private static final class Stripped extends ClassVisitor {

        Stripped(ClassVisitor next) {
            super(Opcodes.ASM9, next);
        }

        @Override
        public void visit(
                int version,
                int access,
                String name,
                @Nullable String signature,
                @Nullable String superName,
                String @Nullable [] interfaces) {
            super.visit(version, access, name, null, superName, interfaces);
        }

        @Override
        public @Nullable AnnotationVisitor visitAnnotation(String descriptor, boolean visible) {
            return null;
        }

        @Override
        public @Nullable AnnotationVisitor visitTypeAnnotation(
                int typeRef, @Nullable TypePath typePath, String descriptor, boolean visible) {
            return null;
        }

        @Override
        public @Nullable FieldVisitor visitField(
                int access, String name, String descriptor, @Nullable String signature, @Nullable Object value) {
            if (value != null && (access & Opcodes.ACC_STATIC) != 0) {
                return null;
            }
            FieldVisitor next = super.visitField(access, name, descriptor, null, value);
            return new FieldVisitor(api, next) {
                @Override
                public @Nullable AnnotationVisitor visitAnnotation(String type, boolean visible) {
                    return null;
                }

                @Override
                public @Nullable AnnotationVisitor visitTypeAnnotation(
                        int typeRef, @Nullable TypePath typePath, String type, boolean visible) {
                    return null;
                }
            };
        }

        @Override
        public @Nullable MethodVisitor visitMethod(
                int access,
                String name,
                String descriptor,
                @Nullable String signature,
                String @Nullable [] exceptions) {
            MethodVisitor next = super.visitMethod(access, name, descriptor, null, null);
            return new MethodVisitor(api, next) {
                @Override
                public @Nullable AnnotationVisitor visitAnnotation(String type, boolean visible) {
                    return null;
                }

                @Override
                public @Nullable AnnotationVisitor visitTypeAnnotation(
                        int typeRef, @Nullable TypePath typePath, String type, boolean visible) {
                    return null;
                }

                @Override
                public @Nullable AnnotationVisitor visitInsnAnnotation(
                        int typeRef, @Nullable TypePath typePath, String type, boolean visible) {
                    return null;
                }

                @Override
                public @Nullable AnnotationVisitor visitTryCatchAnnotation(
                        int typeRef, @Nullable TypePath typePath, String type, boolean visible) {
                    return null;
                }

                @Override
                public @Nullable AnnotationVisitor visitParameterAnnotation(
                        int parameter, String type, boolean visible) {
                    return null;
                }
            };
        }
    }
}
