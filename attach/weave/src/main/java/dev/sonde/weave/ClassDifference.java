package dev.sonde.weave;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.FieldNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.util.Textifier;
import org.objectweb.asm.util.TraceMethodVisitor;

/**
 * What differs between two class files of one class: members and code, by what they mean and not byte for byte, because a
 * JVM that is asked for the bytes of a loaded class writes them anew (its own order of constants and attributes).
 */
public final class ClassDifference {

    private ClassDifference() {}

    /**
     * In a few words each, such as {@code place(Order, int) has other code} or {@code field $probe was added}; empty when
     * both mean the same.
     *
     * @throws IllegalArgumentException when one of them is no class file that can be read
     */
    public static List<String> between(byte[] original, byte[] now) {
        ClassNode before = read(original);
        ClassNode after = read(now);
        List<String> found = new ArrayList<>();
        if (!String.valueOf(before.superName).equals(String.valueOf(after.superName))) {
            found.add("its superclass is another");
        }
        if (!new TreeSet<>(before.interfaces).equals(new TreeSet<>(after.interfaces))) {
            found.add("its interfaces are others");
        }
        differ("field", fields(before), fields(after), found);
        differ("", methods(before), methods(after), found);
        return found;
    }

    private static ClassNode read(byte[] classFile) {
        try {
            ClassNode node = new ClassNode();
            // Frames follow from the code; line numbers and names of variables may be lost without a change.
            new ClassReader(classFile).accept(node, ClassReader.SKIP_FRAMES | ClassReader.SKIP_DEBUG);
            return node;
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("class file not understood: " + e, e);
        }
    }

    private static void differ(String kind, Map<String, String> before, Map<String, String> after, List<String> found) {
        String of = kind.isEmpty() ? "" : kind + " ";
        before.forEach((name, text) -> {
            String other = after.get(name);
            if (other == null) {
                found.add(of + name + " is gone");
            } else if (!other.equals(text)) {
                found.add(of + name + (kind.isEmpty() ? " has other code" : " is declared otherwise"));
            }
        });
        after.keySet().stream()
                .filter(name -> !before.containsKey(name))
                .forEach(name -> found.add(of + name + " was added"));
    }

    private static Map<String, String> fields(ClassNode node) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (FieldNode field : node.fields) {
            fields.put(field.name, field.desc + " " + field.access);
        }
        return fields;
    }

    private static Map<String, String> methods(ClassNode node) {
        Map<String, String> methods = new LinkedHashMap<>();
        for (MethodNode method : node.methods) {
            String name = ClassModel.Method.human(method.name, method.desc);
            // Methods that differ in their result alone are seldom, and then both are told as one.
            methods.merge(name, code(method), String::concat);
        }
        return methods;
    }

    private static String code(MethodNode method) {
        Textifier printer = new Textifier();
        method.visibleAnnotations = null;
        method.invisibleAnnotations = null;
        method.visibleParameterAnnotations = null;
        method.invisibleParameterAnnotations = null;
        method.visibleTypeAnnotations = null;
        method.invisibleTypeAnnotations = null;
        method.parameters = null;
        method.accept(new TraceMethodVisitor(printer));
        StringWriter text = new StringWriter();
        printer.print(new PrintWriter(text));
        return (method.access & ~Opcodes.ACC_DEPRECATED) + " " + method.desc + "\n" + text;
    }
}
