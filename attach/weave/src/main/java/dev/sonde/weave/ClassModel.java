package dev.sonde.weave;

import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.FieldNode;
import org.objectweb.asm.tree.LineNumberNode;
import org.objectweb.asm.tree.LocalVariableNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.RecordComponentNode;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * What a class file says of its class: methods, fields, and which methods only read a field.
 *
 * @param name as {@link Class#getName()} gives it
 * @param superclass empty for {@code java.lang.Object} alone
 * @param majorVersion of the class file, such as 61 for Java 17
 * @param access the flags of JVMS 4.1
 * @param getters methods without parameters that do nothing but return a field of this class, and the name of the field; a
 *     record's accessors are among them
 */
public record ClassModel(
        String name,
        Optional<String> superclass,
        List<String> interfaces,
        int majorVersion,
        int access,
        Optional<String> sourceFile,
        Optional<String> signature,
        List<Method> methods,
        List<Field> fields,
        List<String> recordComponents,
        Map<String, String> getters) {

    /**
     * A method as its class file declares it.
     *
     * @param access the flags of JVMS 4.6
     * @param parameterNames one for each parameter; empty text where the class file does not say
     * @param firstLine 0 when it has no code or no line numbers
     * @param exceptions the classes of its {@code throws}
     */
    public record Method(
            MethodKey key,
            int access,
            boolean hasCode,
            List<String> parameterNames,
            int firstLine,
            int lastLine,
            List<String> exceptions,
            Optional<String> signature) {

        public Method {
            parameterNames = List.copyOf(parameterNames);
            exceptions = List.copyOf(exceptions);
        }

        public boolean isStatic() {
            return Modifier.isStatic(access);
        }

        /** Written by the compiler: a bridge, an accessor, a lambda's body. */
        public boolean isSynthetic() {
            return (access & (Opcodes.ACC_SYNTHETIC | Opcodes.ACC_BRIDGE)) != 0;
        }

        /** Whether javac made it to call another of the same name, whose types are narrower. */
        public boolean isBridge() {
            return (access & Opcodes.ACC_BRIDGE) != 0;
        }

        /** The erased type that it returns, as in source. */
        public String returnType() {
            return Type.getReturnType(key.descriptor()).getClassName();
        }

        /** For people: {@code place(Order, int)}, with simple names. */
        public String human() {
            return human(key.name(), key.descriptor());
        }

        static String human(String name, String descriptor) {
            StringBuilder text = new StringBuilder(name).append('(');
            Type[] parameters = Type.getArgumentTypes(descriptor);
            for (int i = 0; i < parameters.length; i++) {
                text.append(i == 0 ? "" : ", ").append(MethodPattern.simpleName(parameters[i].getClassName()));
            }
            return text.append(')').toString();
        }
    }

    /**
     * A field as its class file declares it.
     *
     * @param descriptor JVMS 4.3.2
     * @param access the flags of JVMS 4.5
     * @param isConstant whether its value stands in the class file, and compilers have written it where it is read
     * @param signature its generic type, JVMS 4.7.9.1
     */
    public record Field(String name, String descriptor, int access, boolean isConstant, Optional<String> signature) {

        public boolean isStatic() {
            return Modifier.isStatic(access);
        }

        public boolean isFinal() {
            return Modifier.isFinal(access);
        }
    }

    public ClassModel {
        interfaces = List.copyOf(interfaces);
        methods = List.copyOf(methods);
        fields = List.copyOf(fields);
        recordComponents = List.copyOf(recordComponents);
        getters = Map.copyOf(getters);
    }

    /** The newest release whose class files are understood. */
    public static final int NEWEST = Opcodes.V28 - Opcodes.V1_8 + 8;

    /** The release that a class file is of, such as 31, where that is newer than {@link #NEWEST}. */
    public static Optional<Integer> tooNew(byte[] classFile) {
        int major = classFile.length < 8 ? 0 : (classFile[6] & 0xff) << 8 | (classFile[7] & 0xff); // JVMS 4.1
        int release = major - Opcodes.V1_8 + 8;
        return release > NEWEST ? Optional.of(release) : Optional.empty();
    }

    /**
     * Reads a class file.
     *
     * @throws IllegalArgumentException when it is none, or newer than can be read
     */
    public static ClassModel parse(byte[] classFile) {
        ClassNode node = new ClassNode();
        try {
            new ClassReader(classFile).accept(node, ClassReader.SKIP_FRAMES);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("class file not understood: " + e, e);
        }
        List<Method> methods = new ArrayList<>();
        Map<String, String> getters = new LinkedHashMap<>();
        for (MethodNode method : node.methods) {
            methods.add(method(method));
            String field = fieldRead(node, method);
            if (field != null) {
                getters.put(method.name, field);
            }
        }
        List<Field> fields = new ArrayList<>();
        for (FieldNode field : node.fields) {
            fields.add(new Field(
                    field.name, field.desc, field.access, field.value != null, Optional.ofNullable(field.signature)));
        }
        List<String> components = new ArrayList<>();
        if (node.recordComponents != null) {
            for (RecordComponentNode component : node.recordComponents) {
                components.add(component.name);
            }
        }
        return new ClassModel(
                dotted(node.name),
                Optional.ofNullable(node.superName).map(ClassModel::dotted),
                node.interfaces.stream().map(ClassModel::dotted).toList(),
                node.version & 0xFFFF,
                node.access,
                Optional.ofNullable(node.sourceFile),
                Optional.ofNullable(node.signature),
                methods,
                fields,
                components,
                getters);
    }

    /**
     * The classes that a class file names as nested somewhere, those of others among them.
     *
     * @throws IllegalArgumentException when it is none, or newer than can be read
     */
    public static List<String> within(byte[] classFile) {
        try {
            ClassNode node = new ClassNode();
            new ClassReader(classFile)
                    .accept(node, ClassReader.SKIP_CODE | ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
            return node.innerClasses.stream().map(each -> dotted(each.name)).toList();
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("class file not understood: " + e, e);
        }
    }

    public Optional<Method> method(MethodKey key) {
        return methods.stream().filter(method -> method.key().equals(key)).findFirst();
    }

    public Optional<Field> field(String fieldName) {
        return fields.stream().filter(field -> field.name().equals(fieldName)).findFirst();
    }

    public boolean isInterface() {
        return Modifier.isInterface(access);
    }

    public boolean isEnum() {
        return (access & Opcodes.ACC_ENUM) != 0;
    }

    public boolean isRecord() {
        return superclass.equals(Optional.of("java.lang.Record"));
    }

    private static Method method(MethodNode method) {
        int first = 0;
        int last = 0;
        for (AbstractInsnNode node : method.instructions) {
            if (node instanceof LineNumberNode line) {
                first = first == 0 ? line.line : Math.min(first, line.line);
                last = Math.max(last, line.line);
            }
        }
        return new Method(
                new MethodKey(method.name, method.desc),
                method.access,
                method.instructions.size() > 0,
                parameterNames(method),
                first,
                last,
                method.exceptions.stream().map(ClassModel::dotted).toList(),
                Optional.ofNullable(method.signature));
    }

    private static List<String> parameterNames(MethodNode method) {
        Type[] types = Type.getArgumentTypes(method.desc);
        List<String> names = new ArrayList<>();
        int slot = Modifier.isStatic(method.access) ? 0 : 1;
        for (int i = 0; i < types.length; i++) {
            String name = null;
            if (method.parameters != null && i < method.parameters.size()) {
                name = method.parameters.get(i).name;
            }
            names.add(name != null ? name : nameOfSlot(method, slot));
            slot += types[i].getSize();
        }
        return names;
    }

    /** The name of the variable that is in the slot when the method begins; others may live there later. */
    private static String nameOfSlot(MethodNode method, int slot) {
        if (method.localVariables != null) {
            for (LocalVariableNode variable : method.localVariables) {
                if (variable.index == slot
                        && MethodWeaving.firstReal(variable.start)
                                == MethodWeaving.firstReal(method.instructions.getFirst())) {
                    return variable.name;
                }
            }
        }
        return "";
    }

    /** The field that {@code return this.field} returns, if that is all the method does. */
    private static @Nullable String fieldRead(ClassNode owner, MethodNode method) {
        if (!method.desc.startsWith("()") || Modifier.isStatic(method.access)) {
            return null;
        }
        AbstractInsnNode load = MethodWeaving.firstReal(method.instructions.getFirst());
        AbstractInsnNode read = load == null ? null : MethodWeaving.firstReal(load.getNext());
        AbstractInsnNode end = read == null ? null : MethodWeaving.firstReal(read.getNext());
        return load instanceof VarInsnNode self
                        && self.getOpcode() == Opcodes.ALOAD
                        && self.var == 0
                        && read instanceof FieldInsnNode field
                        && field.getOpcode() == Opcodes.GETFIELD
                        && field.owner.equals(owner.name)
                        && end != null
                        && end.getOpcode() >= Opcodes.IRETURN
                        && end.getOpcode() <= Opcodes.ARETURN
                ? field.name
                : null;
    }

    private static String dotted(String internalName) {
        return internalName.replace('/', '.');
    }
}
