package dev.sonde.agent;

import dev.sonde.wire.Wire;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.ZipEntry;

/** The jar that goes into a target, made of compiled classes as the bastion makes it. */
final class AgentJar {

    private AgentJar() {}

    static void write(Path jar) throws Exception {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Agent-Class", "dev.sonde.agent.Bootstrap");
        manifest.getMainAttributes().putValue("Can-Retransform-Classes", "true");
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file, manifest)) {
            Map<String, byte[]> classes = new TreeMap<>();
            add(classes, root(Agent.class), List.of("dev/sonde/agent", "java/sonde"));
            add(classes, root(Wire.class), List.of("dev/sonde/wire"));
            String bootstrap = "dev/sonde/agent/Bootstrap.class";
            out.putNextEntry(new ZipEntry(bootstrap));
            out.write(classes.remove(bootstrap));
            out.putNextEntry(new ZipEntry("classes"));
            write(classes, out);
            out.putNextEntry(new ZipEntry("later"));
            write(Map.of(), out);
            out.closeEntry();
        }
    }

    /** Classes as they are: no words but their names. */
    private static void write(Map<String, byte[]> classes, OutputStream out) throws IOException {
        DeflaterOutputStream deflated = new DeflaterOutputStream(out);
        DataOutputStream entry = new DataOutputStream(deflated);
        List<byte[]> names = classes.keySet().stream()
                .map(file -> file.replace(".class", "").getBytes(StandardCharsets.UTF_8))
                .toList();
        entry.writeInt(names.size());
        entry.writeInt(names.stream().mapToInt(name -> 2 + name.length).sum());
        entry.writeInt(classes.size());
        for (byte[] name : names) {
            entry.writeShort(name.length);
            entry.write(name);
        }
        int number = 0;
        for (byte[] each : classes.values()) {
            entry.writeShort(number++);
            entry.writeInt(each.length);
            entry.write(each);
        }
        deflated.finish();
    }

    private static Path root(Class<?> type) throws Exception {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    /** From a folder, or from a jar, which is what a module is once it was packaged. */
    private static void add(Map<String, byte[]> into, Path from, List<String> folders) throws IOException {
        if (Files.isDirectory(from)) {
            addFolders(into, from, folders);
        } else {
            try (FileSystem jar = FileSystems.newFileSystem(from)) {
                addFolders(into, jar.getPath("/"), folders);
            }
        }
    }

    private static void addFolders(Map<String, byte[]> into, Path root, List<String> folders) throws IOException {
        for (String folder : folders) {
            try (Stream<Path> files = Files.walk(root.resolve(folder))) {
                for (Path file : files.filter(f -> f.toString().endsWith(".class"))
                        .sorted()
                        .toList()) {
                    String name = root.relativize(file).toString().replace('\\', '/');
                    if (!name.endsWith("package-info.class")) {
                        into.put(name, Files.readAllBytes(file));
                    }
                }
            }
        }
    }
}
