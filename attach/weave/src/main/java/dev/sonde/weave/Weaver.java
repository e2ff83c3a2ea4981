package dev.sonde.weave;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassTooLargeException;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodTooLargeException;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.MethodNode;

/**
 * Puts the {@link Hooks} into methods of a class. The constant pool is kept and methods that are not asked for are copied
 * byte for byte; woven ones keep their own stack map frames, which are extended and never recomputed, so that no class has
 * to be loaded to weave another.
 */
public final class Weaver {

    /** The first version with {@code invokedynamic}, Java 7. */
    private static final int FIRST_VERSION = Opcodes.V1_7;

    private final String spy;

    public Weaver() {
        this(Hooks.SPY);
    }

    /** With another class for the bootstrap method, because tests cannot define one in {@code java.*}. */
    Weaver(String spy) {
        this.spy = spy;
    }

    /**
     * Weaves the methods in {@code siteIds}. A method that cannot carry hooks is left as it is and named in {@link
     * WovenClass#refused}; nothing is thrown for a class file that is broken or too new.
     *
     * @param siteIds the number of each method's site, the second static argument of its hooks
     * @param spySlot the first static argument of every hook
     */
    public WovenClass weave(byte[] classFile, Map<MethodKey, Integer> siteIds, int spySlot) {
        Map<MethodKey, Integer> left = new LinkedHashMap<>(siteIds);
        Map<MethodKey, String> refused = new LinkedHashMap<>();
        while (!left.isEmpty()) {
            Map<MethodKey, String> refusedNow = new LinkedHashMap<>();
            byte[] woven = null;
            try {
                woven = attempt(classFile, left, spySlot, refusedNow);
            } catch (MethodTooLargeException e) {
                refusedNow.put(new MethodKey(e.getMethodName(), e.getDescriptor()), "with hooks it would pass 64 KB");
            } catch (ClassTooLargeException e) {
                refuseAll(left, "the constant pool of its class has no room for the hooks", refusedNow);
            } catch (RuntimeException e) {
                // Obfuscators write class files that the JVM reads and no library does.
                refuseAll(left, "its class file is not understood: " + e, refusedNow);
            }
            if (woven != null && refusedNow.isEmpty()) {
                return new WovenClass(woven, refused);
            }
            // Again without them, so that they are copied as they are.
            if (!left.keySet().removeAll(refusedNow.keySet())) {
                refuseAll(left, "another method of its class would pass 64 KB", refusedNow);
                left.clear();
            }
            refused.putAll(refusedNow);
        }
        return new WovenClass(classFile, refused);
    }

    private static void refuseAll(Map<MethodKey, Integer> methods, String why, Map<MethodKey, String> refused) {
        methods.keySet().forEach(method -> refused.put(method, why));
    }

    /** One pass. Whatever lands in {@code refused} makes its result useless. */
    private byte @Nullable [] attempt(
            byte[] classFile, Map<MethodKey, Integer> siteIds, int spySlot, Map<MethodKey, String> refused) {
        int version = (classFile[6] & 0xFF) << 8 | (classFile[7] & 0xFF);
        if (version < FIRST_VERSION) {
            refuseAll(
                    siteIds,
                    "its class file has version " + version + "; hooks need " + FIRST_VERSION + " (Java 7) or newer",
                    refused);
            return null;
        }
        ClassReader reader = new ClassReader(classFile);
        ClassWriter writer = new ClassWriter(reader, 0);
        Map<MethodKey, Integer> unseen = new LinkedHashMap<>(siteIds);
        reader.accept(
                new ClassVisitor(Opcodes.ASM9, writer) {
                    @Override
                    public @Nullable MethodVisitor visitMethod(
                            int access,
                            String name,
                            String descriptor,
                            @Nullable String signature,
                            String @Nullable [] exceptions) {
                        MethodKey key = new MethodKey(name, descriptor);
                        Integer siteId = unseen.remove(key);
                        if (siteId == null) {
                            return super.visitMethod(access, name, descriptor, signature, exceptions);
                        }
                        return new MethodNode(Opcodes.ASM9, access, name, descriptor, signature, exceptions) {
                            @Override
                            public void visitEnd() {
                                String why = new MethodWeaving(reader, this, spy, spySlot, siteId).weave();
                                if (why != null) {
                                    refused.put(key, why);
                                } else {
                                    accept(writer);
                                }
                            }
                        };
                    }
                },
                ClassReader.EXPAND_FRAMES);
        refuseAll(unseen, "its class has no such method", refused);
        return refused.isEmpty() ? writer.toByteArray() : null;
    }
}
