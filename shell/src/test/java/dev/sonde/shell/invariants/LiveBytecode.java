package dev.sonde.shell.invariants;

import dev.sonde.testing.Jdk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.util.Textifier;
import org.objectweb.asm.util.TraceMethodVisitor;

/**
 * The instructions that a JVM runs now, read out of its memory from outside by HotSpot's serviceability agent: no agent in
 * the target, nothing that our own weaving could hide from.
 *
 * <p>Compared as instructions, not as bytes of the whole file, because HotSpot keeps a merged constant pool after a class
 * was restored: the same code may then refer to other indexes.
 *
 * <p>The class asked for must have no {@code invokedynamic} of its own.
 */
final class LiveBytecode {

    private LiveBytecode() {}

    /** Method name and descriptor to its instructions, one text each. */
    static Map<String, String> of(Jdk jdk, long pid, Class<?> type) throws Exception {
        Path folder = Files.createTempDirectory("sonde-live-");
        try {
            Bastion.run(List.of(
                    jdk.java().toString(),
                    "--add-modules",
                    "jdk.hotspot.agent",
                    "--add-exports",
                    "jdk.hotspot.agent/sun.jvm.hotspot.tools.jcore=ALL-UNNAMED",
                    "-Dsun.jvm.hotspot.tools.jcore.outputDir=" + folder,
                    "-Dsun.jvm.hotspot.tools.jcore.PackageNameFilter.pkgList=" + type.getPackageName(),
                    "-m",
                    "jdk.hotspot.agent/sun.jvm.hotspot.tools.jcore.ClassDump",
                    Long.toString(pid)));
            byte[] file = Files.readAllBytes(folder.resolve(type.getName().replace('.', '/') + ".class"));
            ClassNode node = new ClassNode();
            try {
                new ClassReader(file).accept(node, ClassReader.SKIP_DEBUG);
            } catch (RuntimeException malformed) {
                // On 17 the serviceability agent miswrites a class that has invokedynamic, as ours has while it is
                // woven.
                return Map.of("not readable", Integer.toHexString(Arrays.hashCode(file)));
            }
            Map<String, String> methods = new TreeMap<>();
            for (MethodNode method : node.methods) {
                Textifier text = new Textifier();
                method.accept(new TraceMethodVisitor(text));
                methods.put(
                        method.name + method.desc,
                        text.getText().stream().map(Object::toString).collect(Collectors.joining()));
            }
            return methods;
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
