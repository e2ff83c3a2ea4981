package dev.sonde.shell.invariants;

import dev.sonde.testing.Jdk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The instructions that a JVM runs now, read out of its memory from outside by HotSpot's serviceability agent: no agent in
 * the target, nothing that our own weaving could hide from.
 *
 * <p>Compared as instructions, not as bytes of the whole file, because HotSpot keeps a merged constant pool after a class
 * was restored: the same code may then refer to other indexes.
 */
final class LiveBytecode {

    private LiveBytecode() {}

    /** The methods of a class as {@code javap -c} writes them, a line each, without the indexes into the constant pool. */
    static List<String> of(Jdk jdk, long pid, Class<?> type) throws Exception {
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
            String file =
                    folder.resolve(type.getName().replace('.', '/') + ".class").toString();
            String javap = jdk.home().resolve("bin/javap").toString();
            List<String> lines = Bastion.run(List.of(javap, "-c", "-p", file))
                    .lines()
                    .map(line -> line.replaceAll("#\\d+,? *(\\d+)?", "#").replaceAll(" +", " "))
                    .toList();
            if (lines.stream().noneMatch(line -> line.contains("Code:"))) {
                throw new AssertionError("no code in what the JVM runs: " + lines);
            }
            return lines;
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(each);
                }
            }
        }
    }
}
