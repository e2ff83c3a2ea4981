package dev.sonde.agent;

import dev.sonde.wire.Wire;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
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
            ByteArrayOutputStream together = new ByteArrayOutputStream();
            add(out, new DataOutputStream(together), root(Agent.class), List.of("dev/sonde/agent", "java/sonde"));
            add(out, new DataOutputStream(together), root(Wire.class), List.of("dev/sonde/wire"));
            out.putNextEntry(new ZipEntry("classes"));
            out.write(together.toByteArray());
            out.closeEntry();
        }
    }

    private static Path root(Class<?> type) throws Exception {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    /** From a folder, or from a jar, which is what a module is once it was packaged. */
    private static void add(JarOutputStream out, DataOutputStream together, Path from, List<String> folders)
            throws IOException {
        if (Files.isDirectory(from)) {
            addFolders(out, together, from, folders);
        } else {
            try (FileSystem jar = FileSystems.newFileSystem(from)) {
                addFolders(out, together, jar.getPath("/"), folders);
            }
        }
    }

    private static void addFolders(JarOutputStream out, DataOutputStream together, Path root, List<String> folders)
            throws IOException {
        for (String folder : folders) {
            try (Stream<Path> files = Files.walk(root.resolve(folder))) {
                for (Path file : files.filter(f -> f.toString().endsWith(".class"))
                        .sorted()
                        .toList()) {
                    String name = root.relativize(file).toString().replace('\\', '/');
                    if (name.equals("dev/sonde/agent/Bootstrap.class")) {
                        out.putNextEntry(new ZipEntry(name));
                        out.write(Files.readAllBytes(file));
                        out.closeEntry();
                    } else if (!name.endsWith("package-info.class")) {
                        together.writeShort(name.length());
                        together.writeBytes(name);
                        together.writeInt((int) Files.size(file));
                        together.write(Files.readAllBytes(file));
                    }
                }
            }
        }
    }
}
