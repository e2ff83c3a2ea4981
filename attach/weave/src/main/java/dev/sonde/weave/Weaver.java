package dev.sonde.weave;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassTooLargeException;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
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
        return weave(classFile, siteIds, Map.of(), spySlot);
    }

    /**
     * As above, and puts a hook before each line of the methods in {@code firstLineSites}. A method may be in either map or in
     * both; one that has room for its other hooks and none for those of its lines is named in {@link
     * WovenClass#refusedLines}.
     *
     * @param firstLineSites the number of the site of each method's first spot; spot n has this number plus n, so whoever
     *     gives the numbers leaves room for as many as {@link #lines} tells
     */
    public WovenClass weave(
            byte[] classFile, Map<MethodKey, Integer> siteIds, Map<MethodKey, Integer> firstLineSites, int spySlot) {
        return weave(
                classFile,
                siteIds,
                firstLineSites.keySet(),
                Set.of(),
                map -> Objects.requireNonNull(firstLineSites.get(map.method())),
                spySlot);
    }

    /**
     * As above, for who gives the numbers when the lines are known.
     *
     * @param lines the methods that are to carry line hooks
     * @param sets those of them whose variables are to be settable where a thread stands; one that HotSpot would not compile any
     *     more for that is named in {@link WovenClass#refusedSets}
     * @param firstLineSite the number of the site of the first spot of such a method; may be asked again for the same
     */
    public WovenClass weave(
            byte[] classFile,
            Map<MethodKey, Integer> siteIds,
            Set<MethodKey> lines,
            Set<MethodKey> sets,
            ToIntFunction<LineMap> firstLineSite,
            int spySlot) {
        Attempt attempt = new Attempt(classFile, siteIds, lines, sets, firstLineSite, spySlot);
        while (!attempt.isEmpty()) {
            byte[] woven = attempt.run();
            if (woven != null) {
                return attempt.result(woven);
            }
        }
        return attempt.result(classFile);
    }

    /**
     * The lines of a method and what can be read at each; empty when the class file has no such method with code, or is not
     * understood. The class file that is woven in the end may be another, if another agent has changed it: {@link
     * WovenClass#lines} says what holds.
     */
    public static Optional<LineMap> lines(byte[] classFile, MethodKey method) {
        return lines(classFile, method::equals).stream().findFirst();
    }

    /** As above, of all methods with code that are wanted, in the order of the class file; none when it is not understood. */
    public static List<LineMap> lines(byte[] classFile, Predicate<MethodKey> wanted) {
        try {
            if (version(classFile) < FIRST_VERSION) {
                return List.of();
            }
            ClassReader reader = new ClassReader(classFile);
            boolean named = namesVariables(reader);
            return methods(reader, wanted).stream()
                    .map(method -> new LineWeaving(reader.getClassName(), method, named).map())
                    .toList();
        } catch (RuntimeException e) {
            return List.of();
        }
    }

    /** The methods with code that are wanted, in the order of the class file. */
    static List<MethodNode> methods(ClassReader reader, Predicate<MethodKey> wanted) {
        List<MethodNode> found = new ArrayList<>();
        reader.accept(
                new ClassVisitor(Opcodes.ASM9) {
                    @Override
                    public @Nullable MethodVisitor visitMethod(
                            int access,
                            String name,
                            String descriptor,
                            @Nullable String signature,
                            String @Nullable [] exceptions) {
                        if (!wanted.test(new MethodKey(name, descriptor))) {
                            return null;
                        }
                        MethodNode method =
                                new MethodNode(Opcodes.ASM9, access, name, descriptor, signature, exceptions);
                        found.add(method);
                        return method;
                    }
                },
                ClassReader.EXPAND_FRAMES);
        return found.stream().filter(method -> method.instructions.size() > 0).toList();
    }

    private static int version(byte[] classFile) {
        return (classFile[6] & 0xFF) << 8 | (classFile[7] & 0xFF);
    }

    /** Whether any method has a table of local variables: a single one may just have no variables. */
    static boolean namesVariables(ClassReader reader) {
        boolean[] named = new boolean[1];
        reader.accept(
                new ClassVisitor(Opcodes.ASM9) {
                    @Override
                    public @Nullable MethodVisitor visitMethod(
                            int access,
                            String name,
                            String descriptor,
                            @Nullable String signature,
                            String @Nullable [] exceptions) {
                        return named[0]
                                ? null
                                : new MethodVisitor(Opcodes.ASM9) {
                                    @Override
                                    public void visitLocalVariable(
                                            String variable,
                                            String type,
                                            @Nullable String generic,
                                            Label start,
                                            Label end,
                                            int index) {
                                        named[0] = true;
                                    }
                                };
                    }
                },
                ClassReader.SKIP_FRAMES);
        return named[0];
    }

    /** The weaving of one class, tried again with less until it succeeds. */
    private final class Attempt {
        private final byte[] classFile;
        private final int spySlot;
        private final Map<MethodKey, Integer> methods;
        private final Set<MethodKey> lines;
        private final Set<MethodKey> sets;
        private final ToIntFunction<LineMap> firstLineSite;
        private final Map<MethodKey, String> refused = new LinkedHashMap<>();
        private final Map<MethodKey, String> refusedLines = new LinkedHashMap<>();
        private final Map<MethodKey, String> refusedSets = new LinkedHashMap<>();
        private final Set<MethodKey> uncompiled = new LinkedHashSet<>();
        private final Map<MethodKey, LineMap> maps = new HashMap<>();

        Attempt(
                byte[] classFile,
                Map<MethodKey, Integer> siteIds,
                Set<MethodKey> lines,
                Set<MethodKey> sets,
                ToIntFunction<LineMap> firstLineSite,
                int spySlot) {
            this.classFile = classFile;
            this.spySlot = spySlot;
            this.methods = new LinkedHashMap<>(siteIds);
            this.lines = new LinkedHashSet<>(lines);
            this.sets = new LinkedHashSet<>(sets);
            this.firstLineSite = firstLineSite;
        }

        boolean isEmpty() {
            return methods.isEmpty() && lines.isEmpty();
        }

        WovenClass result(byte[] bytes) {
            maps.keySet().retainAll(lines);
            return new WovenClass(bytes, refused, maps, refusedLines, refusedSets, uncompiled);
        }

        private int wanted() {
            return methods.size() + lines.size() + sets.size();
        }

        /** One pass; null when something had to be left out and it is to be tried again. */
        private byte @Nullable [] run() {
            int before = wanted();
            try {
                byte[] woven = pass();
                return before == wanted() ? woven : null;
            } catch (MethodTooLargeException e) {
                MethodKey method = new MethodKey(e.getMethodName(), e.getDescriptor());
                if (sets.remove(method)) {
                    refusedSets.put(method, "with code that sets its variables it would pass 64 KB");
                } else if (lines.remove(method)) {
                    refusedLines.put(method, "with a hook on each line it would pass 64 KB");
                } else if (methods.remove(method) != null) {
                    refused.put(method, "with hooks it would pass 64 KB");
                } else {
                    refuseAll("another method of its class would pass 64 KB");
                }
            } catch (ClassTooLargeException e) {
                String why = "the constant pool of its class has no room for the hooks";
                if (lines.isEmpty()) {
                    refuseAll(why);
                } else if (!sets.isEmpty()) {
                    sets.forEach(method -> refusedSets.put(method, why));
                    sets.clear();
                } else {
                    lines.forEach(method -> refusedLines.put(method, why));
                    lines.clear();
                }
            } catch (RuntimeException e) {
                // Obfuscators write class files that the JVM reads and no library does.
                refuseAll("its class file is not understood: " + e);
            }
            return null;
        }

        private void refuse(MethodKey method, String why) {
            if (methods.remove(method) != null) {
                refused.put(method, why);
            }
            if (lines.remove(method)) {
                refusedLines.put(method, why);
            }
        }

        private void refuseAll(String why) {
            Set<MethodKey> all = new LinkedHashSet<>(methods.keySet());
            all.addAll(lines);
            all.forEach(method -> refuse(method, why));
        }

        private byte @Nullable [] pass() {
            uncompiled.clear();
            int version = version(classFile);
            if (version < FIRST_VERSION) {
                refuseAll("its class file has version " + version + "; hooks need " + FIRST_VERSION
                        + " (Java 7) or newer");
                return null;
            }
            ClassReader reader = new ClassReader(classFile);
            ClassWriter writer = new ClassWriter(reader, 0);
            boolean named = !lines.isEmpty() && namesVariables(reader);
            Set<MethodKey> unseen = new LinkedHashSet<>(methods.keySet());
            unseen.addAll(lines);
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
                            if (!unseen.remove(key)) {
                                return super.visitMethod(access, name, descriptor, signature, exceptions);
                            }
                            return new MethodNode(Opcodes.ASM9, access, name, descriptor, signature, exceptions) {
                                @Override
                                public void visitEnd() {
                                    String why = weave(reader, this, key, named);
                                    if (why != null) {
                                        refuse(key, why);
                                    } else {
                                        written(reader, key, CodeLength.write(this, writer));
                                    }
                                }
                            };
                        }
                    },
                    ClassReader.EXPAND_FRAMES);
            unseen.forEach(method -> refuse(method, "its class has no such method"));
            return writer.toByteArray();
        }

        /** A method that would never be compiled again goes without what is not needed to stop in it. */
        private void written(ClassReader reader, MethodKey method, int length) {
            if (length <= CodeLength.LONGEST_COMPILED) {
                return;
            }
            if (sets.remove(method)) {
                refusedSets.put(
                        method,
                        "with code that sets them it would be longer than " + CodeLength.LONGEST_COMPILED
                                + " bytes, which HotSpot never compiles");
            } else if (CodeLength.of(reader, method) <= CodeLength.LONGEST_COMPILED) {
                uncompiled.add(method);
            }
        }

        private @Nullable String weave(ClassReader reader, MethodNode method, MethodKey key, boolean named) {
            if (method.instructions.size() == 0) {
                return "it has no code";
            }
            // First, because what follows puts the entry in front of all lines and its handler around them.
            if (lines.contains(key)) {
                LineWeaving weaving = new LineWeaving(reader.getClassName(), method, named);
                weaving.weave(new LineHooks(spy, spySlot), firstLineSite.applyAsInt(weaving.map()), sets.contains(key));
                maps.put(key, weaving.map());
            }
            Integer siteId = methods.get(key);
            return siteId == null ? null : new MethodWeaving(reader, method, spy, spySlot, siteId).weave();
        }
    }
}
