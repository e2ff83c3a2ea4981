package dev.sonde.weave;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.MethodNode;

/**
 * Every method of every class of whole libraries is woven and verified. {@code -Dsonde.sweep=A.jar:B.jar} sweeps others;
 * their dependencies are best among them.
 */
class WeaverSweepTest {

    static Stream<Path> jars() throws Exception {
        String given = System.getProperty("sonde.sweep");
        if (given != null) {
            return Stream.of(given.split(":")).map(Path::of);
        }
        List<Path> jars = new ArrayList<>();
        for (String known : List.of(
                "com.google.common.collect.ImmutableList",
                "com.google.protobuf.Message",
                "org.antlr.v4.runtime.Parser",
                "dev.cel.compiler.CelCompiler",
                "org.assertj.core.api.Assertions")) {
            jars.add(Path.of(Class.forName(known)
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI()));
        }
        return jars.stream();
    }

    /** All of them unwoven, for what one needs of another. */
    private static ClassLoader libraries() throws Exception {
        List<URL> urls = new ArrayList<>();
        for (Path jar : jars().toList()) {
            urls.add(jar.toUri().toURL());
        }
        return new URLClassLoader(urls.toArray(new URL[0]), WeaverSweepTest.class.getClassLoader());
    }

    @ParameterizedTest
    @MethodSource("jars")
    void every_method_of_a_library_is_woven_and_verifies(Path jar) throws Exception {
        sweep(jar, false);
    }

    @ParameterizedTest
    @MethodSource("jars")
    void every_line_of_a_library_is_woven_and_verifies(Path jar) throws Exception {
        Lines lines = sweep(jar, true);
        System.out.println("    " + lines);
        assertThat(lines.hooked).isGreaterThanOrEqualTo((long) (0.99 * lines.all));
        assumeTrue(
                System.getProperty("sonde.sweep") == null,
                "other compilers than javac name variables that are not there");
        assertThat(lines.readable).isGreaterThan((long) (0.99 * (lines.readable + lines.hidden)));
    }

    /** What was counted of the lines of a library. */
    private static final class Lines {
        long all;
        long hooked;
        long continuing;
        long beforeSuper;
        long readable;
        long hidden;
        long settable;
        long unset;
        final Map<String, Integer> why = new TreeMap<>();

        void add(LineMap map) {
            Set<Integer> lines = new HashSet<>();
            map.spots().forEach(spot -> lines.add(spot.line()));
            all += lines.size();
            hooked += map.lines().size();
            for (LineMap.Spot spot : map.spots()) {
                continuing += spot.continues() ? 1 : 0;
                beforeSuper += map.method().name().equals("<init>") && !spot.hasThis() ? 1 : 0;
                readable += spot.locals().size();
                hidden += spot.hidden().size();
                settable += spot.settable().size();
                spot.refusal().ifPresent(reason -> why.merge(reason, 1, Integer::sum));
                spot.hidden().forEach(reason -> why.merge(reason.substring(reason.indexOf(':') + 2), 1, Integer::sum));
            }
        }

        @Override
        public String toString() {
            return String.format(
                    "%d lines, %d hooked, %d spots that go on with a line, %d before super(); variables: %d readable, %d not, %d settable but in %d methods; %s",
                    all, hooked, continuing, beforeSuper, readable, hidden, settable, unset, why);
        }
    }

    private static Lines sweep(Path jar, boolean ofLines) throws Exception {
        Lines lines = new Lines();
        Map<String, byte[]> originals = new LinkedHashMap<>();
        try (JarFile file = new JarFile(jar.toFile())) {
            for (JarEntry entry : (Iterable<JarEntry>) file.stream()::iterator) {
                String name = entry.getName();
                if (name.endsWith(".class") && !name.endsWith("-info.class") && !name.startsWith("META-INF/")) {
                    try (InputStream in = file.getInputStream(entry)) {
                        originals.put(name.substring(0, name.length() - 6).replace('/', '.'), in.readAllBytes());
                    }
                }
            }
        }

        Weaver weaver = new Weaver("no/such/Spy");
        int methods = 0;
        int bytesBefore = 0;
        int bytesAfter = 0;
        Map<String, Integer> refused = new TreeMap<>();
        List<String> refusedMethods = new ArrayList<>();
        WovenLoader loader = new WovenLoader(libraries());
        long nanos = 0;
        for (Map.Entry<String, byte[]> original : originals.entrySet()) {
            ClassNode node = new ClassNode();
            new ClassReader(original.getValue()).accept(node, ClassReader.SKIP_CODE);
            Map<MethodKey, Integer> sites = new HashMap<>();
            for (MethodNode method : node.methods) {
                if ((method.access & (Opcodes.ACC_ABSTRACT | Opcodes.ACC_NATIVE)) == 0) {
                    sites.put(new MethodKey(method.name, method.desc), sites.size());
                }
            }
            methods += sites.size();
            byte[] bytes = original.getValue();
            if (!sites.isEmpty()) {
                long began = System.nanoTime();
                Set<MethodKey> hooked = ofLines ? sites.keySet() : Set.of();
                WovenClass woven =
                        weaver.weave(bytes, sites, hooked, hooked, map -> sites.getOrDefault(map.method(), 0), 7);
                nanos += System.nanoTime() - began;
                bytes = woven.bytes();
                woven.lines().values().forEach(lines::add);
                lines.unset += woven.refusedSets().size();
                Map<MethodKey, String> whys = new HashMap<>(woven.refusedLines());
                whys.putAll(woven.refused());
                whys.forEach((method, why) -> {
                    refused.merge(why, 1, Integer::sum);
                    refusedMethods.add(original.getKey() + "." + method.name() + ": " + why);
                });
            }
            bytesBefore += original.getValue().length;
            bytesAfter += bytes.length;
            loader.with(original.getKey(), bytes);
        }

        List<String> wrong = new ArrayList<>();
        int unlinkable = 0;
        WovenLoader unwoven = new WovenLoader(libraries());
        originals.forEach(unwoven::with);
        for (String name : originals.keySet()) {
            String after = problem(loader, name);
            if (!after.isEmpty()) {
                // Missing dependencies and newer JDKs stop an original as well.
                if (after.equals(problem(unwoven, name))) {
                    unlinkable++;
                } else {
                    wrong.add(name + ": " + after);
                }
            }
        }
        System.out.printf(
                "%s%s: %d classes, %d methods, refused %s, %d wrong, %d not linkable, %.2fx bytes, woven in %d ms%n",
                jar.getFileName(),
                ofLines ? ", lines" : "",
                originals.size(),
                methods,
                refused,
                wrong.size(),
                unlinkable,
                (double) bytesAfter / bytesBefore,
                nanos / 1_000_000);
        assertThat(wrong).isEmpty();
        refusedMethods.removeIf(each -> each.contains("its class file has version "));
        assertThat(refusedMethods).hasSizeLessThanOrEqualTo(methods / 200);
        return lines;
    }

    /** What keeps a class from being linked; empty for nothing. */
    private static String problem(WovenLoader loader, String name) {
        try {
            loader.link(name);
            return "";
        } catch (ClassNotFoundException | LinkageError e) {
            return e.getClass().getName();
        }
    }
}
