package dev.sonde.weave;

import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TypeInsnNode;

/** Which constructor calls which. */
public final class Constructors {

    private Constructors() {}

    /** Whether a constructor leaves the making to another of its class: {@code this(…)}. False for any other method. */
    public static boolean callsThis(byte[] classFile, MethodKey key) {
        if (!key.name().equals("<init>")) {
            return false;
        }
        ClassNode node = new ClassNode();
        try {
            new ClassReader(classFile).accept(node, ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
        } catch (RuntimeException e) {
            return false;
        }
        // Each object of its own class that it makes is one call of a constructor; a call more is this(…).
        int calls = 0;
        for (MethodNode method : node.methods) {
            if (!method.name.equals(key.name()) || !method.desc.equals(key.descriptor())) {
                continue;
            }
            for (AbstractInsnNode each : method.instructions) {
                if (each instanceof TypeInsnNode made
                        && made.getOpcode() == Opcodes.NEW
                        && made.desc.equals(node.name)) {
                    calls--;
                } else if (each instanceof MethodInsnNode call
                        && call.getOpcode() == Opcodes.INVOKESPECIAL
                        && call.name.equals("<init>")
                        && call.owner.equals(node.name)) {
                    calls++;
                }
            }
        }
        return calls > 0;
    }
}
