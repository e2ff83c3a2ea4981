package dev.sonde.weave;

import dev.sonde.wire.Expr;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.signature.SignatureReader;
import org.objectweb.asm.signature.SignatureVisitor;

/**
 * What is known of a value before it is there: its class, and what its type arguments are.
 *
 * @param name a primitive's keyword, {@link Class#getName()} of a class, {@code []} for an array
 * @param arguments of an array: its element's type
 */
record StaticType(String name, List<StaticType> arguments) {

    /** Nothing is known; the agent looks when it has the value. */
    static final StaticType DYN = of("?");

    static final StaticType NULL = of("null");
    static final StaticType LONG = of("long");
    static final StaticType DOUBLE = of("double");
    static final StaticType BOOL = of("boolean");
    static final StaticType STRING = of("java.lang.String");
    static final StaticType VOID = of("void");
    static final StaticType THROWABLE = of("java.lang.Throwable");

    StaticType {
        arguments = List.copyOf(arguments);
    }

    static StaticType of(String name) {
        return new StaticType(name, List.of());
    }

    static StaticType listOf(StaticType element) {
        return new StaticType("java.util.List", List.of(element));
    }

    static StaticType ofDescriptor(String descriptor) {
        return ofType(Type.getType(descriptor));
    }

    static StaticType ofType(Type type) {
        if (type.getSort() == Type.ARRAY) {
            return new StaticType(
                    "[]", List.of(ofDescriptor(type.getDescriptor().substring(1))));
        }
        return of(type.getClassName());
    }

    /** A field's generic type (JVMS 4.7.9.1). Type variables that are not in {@code known} are unknown. */
    static StaticType ofSignature(String signature, Map<String, StaticType> known) {
        List<StaticType> result = new ArrayList<>();
        new SignatureReader(signature).acceptType(new TypeReader(known, result::add));
        return result.isEmpty() ? DYN : result.get(0);
    }

    /** The names of a class's own type parameters, in order. */
    static List<String> formalParameters(String classSignature) {
        List<String> names = new ArrayList<>();
        new SignatureReader(classSignature).accept(new SignatureVisitor(Opcodes.ASM9) {
            @Override
            public void visitFormalTypeParameter(String name) {
                names.add(name);
            }
        });
        return names;
    }

    /** The generic parameter types of a method, and as the last one what it returns. */
    static List<StaticType> ofMethodSignature(String signature) {
        List<StaticType> types = new ArrayList<>();
        new SignatureReader(signature).accept(new SignatureVisitor(Opcodes.ASM9) {
            @Override
            public SignatureVisitor visitParameterType() {
                return new TypeReader(Map.of(), types::add);
            }

            @Override
            public SignatureVisitor visitReturnType() {
                return new TypeReader(Map.of(), types::add);
            }
        });
        return types;
    }

    /** For a type variable what it is erased to: its bound. */
    StaticType orErased(Type erased) {
        return equals(DYN) ? ofType(erased) : this;
    }

    boolean isArray() {
        return name.equals("[]");
    }

    boolean isPrimitive() {
        return kind() != Expr.OBJECT || name.equals("char") || equals(VOID);
    }

    /** One of the kinds of {@link Expr}. */
    int kind() {
        return switch (name) {
            case "byte", "short", "int", "long" -> Expr.LONG;
            case "float", "double" -> Expr.DOUBLE;
            case "boolean" -> Expr.BOOL;
            default -> Expr.OBJECT;
        };
    }

    /** The same as an object, as lists and macros hold it. */
    StaticType boxed() {
        return switch (kind()) {
            case Expr.LONG -> of("java.lang.Long");
            case Expr.DOUBLE -> of("java.lang.Double");
            case Expr.BOOL -> of("java.lang.Boolean");
            default -> this;
        };
    }

    StaticType argument(int i) {
        return i < arguments.size() ? arguments.get(i) : DYN;
    }

    private static final class TypeReader extends SignatureVisitor {

        private final Map<String, StaticType> known;
        private final Consumer<StaticType> target;
        private final StringBuilder className = new StringBuilder();
        private final List<StaticType> arguments = new ArrayList<>();

        TypeReader(Map<String, StaticType> known, Consumer<StaticType> target) {
            super(Opcodes.ASM9);
            this.known = known;
            this.target = target;
        }

        @Override
        public void visitBaseType(char descriptor) {
            target.accept(ofDescriptor(String.valueOf(descriptor)));
        }

        @Override
        public void visitTypeVariable(String name) {
            target.accept(known.getOrDefault(name, DYN));
        }

        @Override
        public SignatureVisitor visitArrayType() {
            return new TypeReader(known, element -> target.accept(new StaticType("[]", List.of(element))));
        }

        @Override
        public void visitClassType(String name) {
            className.append(name.replace('/', '.'));
        }

        @Override
        public void visitInnerClassType(String name) {
            className.append('$').append(name);
            arguments.clear();
        }

        @Override
        public void visitTypeArgument() {
            arguments.add(DYN);
        }

        @Override
        public SignatureVisitor visitTypeArgument(char wildcard) {
            return new TypeReader(known, type -> arguments.add(wildcard == SUPER ? DYN : type));
        }

        @Override
        public void visitEnd() {
            target.accept(new StaticType(className.toString(), arguments));
        }
    }
}
