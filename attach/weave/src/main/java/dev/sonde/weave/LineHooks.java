package dev.sonde.weave;

import org.objectweb.asm.Handle;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.FrameNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.IntInsnNode;
import org.objectweb.asm.tree.InvokeDynamicInsnNode;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.TypeInsnNode;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * The instructions of the hooks at lines. One at which variables can be set is followed by code that a thread runs only when some
 * were: it takes them from the agent in an array and puts each where it was loaded from, as what the verifier knew of it. So what
 * is there behind it is what was there before, and one frame says so.
 */
final class LineHooks {

    /** Slots that the taking of values has on the stack beside what is there. */
    static final int TAKING_STACK = 4;

    private final Handle bootstrap;
    private final int spySlot;

    LineHooks(String spy, int spySlot) {
        this.bootstrap = new Handle(Opcodes.H_INVOKESTATIC, spy, Hooks.LINK, Hooks.LINK_DESCRIPTOR, false);
        this.spySlot = spySlot;
    }

    /** Gives the slots that the hook takes on the stack. */
    int line(InsnList hook, LineMap.Spot spot, int site) {
        return call(hook, spot, Hooks.LINE, "V", site);
    }

    /**
     * As above, of one behind which variables can be set.
     *
     * @param taken a slot that nothing else uses
     * @param frame what is there
     */
    int stand(InsnList hook, LineMap.Spot spot, int site, int taken, FrameNode frame) {
        int slots = call(hook, spot, Hooks.STAND, "J", site);
        LabelNode on = new LabelNode();
        skipUnless(hook, on);
        push(hook, spot.locals().size());
        hook.add(new TypeInsnNode(Opcodes.ANEWARRAY, "java/lang/Object"));
        hook.add(new InsnNode(Opcodes.DUP));
        hook.add(new VarInsnNode(Opcodes.ASTORE, taken));
        hook.add(new InvokeDynamicInsnNode(Hooks.TAKE, "(Ljava/lang/Object;)J", bootstrap, spySlot, site));
        skipUnless(hook, on);
        for (int i = 0; i < spot.locals().size(); i++) {
            LineMap.Local local = spot.locals().get(i);
            String type = spot.settable().get(local.slot());
            if (type != null) {
                hook.add(new VarInsnNode(Opcodes.ALOAD, taken));
                push(hook, i);
                hook.add(new InsnNode(Opcodes.AALOAD));
                unbox(hook, Type.getType(type));
                hook.add(new VarInsnNode(Type.getType(type).getOpcode(Opcodes.ISTORE), local.slot()));
            }
        }
        hook.add(on);
        hook.add(frame);
        return slots;
    }

    private int call(InsnList hook, LineMap.Spot spot, String name, String answers, int site) {
        StringBuilder descriptor = new StringBuilder("(");
        int slots = 0;
        if (spot.hasThis()) {
            hook.add(new VarInsnNode(Opcodes.ALOAD, 0));
            descriptor.append("Ljava/lang/Object;");
            slots++;
        }
        for (LineMap.Local local : spot.locals()) {
            Type type = Type.getType(local.descriptor());
            hook.add(new VarInsnNode(type.getOpcode(Opcodes.ILOAD), local.slot()));
            descriptor.append(MethodWeaving.erased(type));
            slots += type.getSize();
        }
        hook.add(new InvokeDynamicInsnNode(
                name, descriptor.append(')').append(answers).toString(), bootstrap, spySlot, site));
        return slots;
    }

    private static void skipUnless(InsnList hook, LabelNode on) {
        hook.add(new InsnNode(Opcodes.L2I));
        hook.add(new JumpInsnNode(Opcodes.IFEQ, on));
    }

    private static void push(InsnList hook, int number) {
        hook.add(
                number <= 5
                        ? new InsnNode(Opcodes.ICONST_0 + number)
                        : new IntInsnNode(number <= Byte.MAX_VALUE ? Opcodes.BIPUSH : Opcodes.SIPUSH, number));
    }

    private static void unbox(InsnList hook, Type type) {
        if (type.getSort() >= Type.ARRAY) {
            if (!type.getInternalName().equals("java/lang/Object")) {
                hook.add(new TypeInsnNode(Opcodes.CHECKCAST, type.getInternalName()));
            }
            return;
        }
        String box =
                switch (type.getSort()) {
                    case Type.BOOLEAN -> "java/lang/Boolean";
                    case Type.CHAR -> "java/lang/Character";
                    case Type.BYTE -> "java/lang/Byte";
                    case Type.SHORT -> "java/lang/Short";
                    case Type.INT -> "java/lang/Integer";
                    case Type.LONG -> "java/lang/Long";
                    case Type.FLOAT -> "java/lang/Float";
                    default -> "java/lang/Double";
                };
        hook.add(new TypeInsnNode(Opcodes.CHECKCAST, box));
        hook.add(new MethodInsnNode(
                Opcodes.INVOKEVIRTUAL, box, type.getClassName() + "Value", "()" + type.getDescriptor(), false));
    }
}
