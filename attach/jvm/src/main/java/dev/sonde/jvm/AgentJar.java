package dev.sonde.jvm;

import dev.sonde.weave.Bare;
import dev.sonde.weave.OrderedConstants;
import dev.sonde.wire.Wire;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * The jar that targets load: the classes of the agent and of the wire protocol, packed from our own class path. The same
 * classes always give the same bytes, and the file is named by their hash, so that a JVM that loaded it once sees the same
 * jar again.
 */
final class AgentJar {

    private static final String AGENT_CLASS = "dev.sonde.agent.Bootstrap";

    /** 1980-02-01, in a zip's local time without zone: any fixed time will do. */
    private static final java.time.LocalDateTime TIME = java.time.LocalDateTime.of(1980, 2, 1, 0, 0);

    /** What an agent runs that only waits, is asked what is loaded, or leaves. A class too few costs the target memory, no more. */
    private static final Set<String> WAITING = Set.of(
            "Agent",
            "AwaitedClasses",
            "Budget",
            "ClassEntry",
            "ClassOrigin",
            "Classes",
            "Conversation",
            "Doors",
            "Fields",
            "Glob",
            "Hittable",
            "Jvm",
            "Link",
            "LoaderEntry",
            "MaskedNames",
            "Masks",
            "Memory",
            "Memory8",
            "Memory9",
            "Origins",
            "PassingNames",
            "Rate",
            "Refusal",
            "Sites",
            "Weaving",
            "WireException",
            "WireReader",
            "WireWriter");

    private final byte[] bytes;
    private final String name;

    private AgentJar(byte[] bytes) {
        this.bytes = bytes;
        this.name = "agent-" + HexFormat.of().formatHex(sha256(bytes), 0, 8) + ".jar";
    }

    /**
     * Packs the jar.
     *
     * @throws IOException when the agent's classes are not on the class path
     */
    static AgentJar pack() throws IOException {
        Map<String, byte[]> entries = new TreeMap<>();
        collect(AGENT_CLASS, entries);
        collect(Wire.class.getName(), entries);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            store(
                    zip,
                    "META-INF/MANIFEST.MF",
                    ("Manifest-Version: 1.0\r\nAgent-Class: " + AGENT_CLASS
                                    + "\r\nCan-Retransform-Classes: true\r\n\r\n")
                            .getBytes(StandardCharsets.UTF_8));
            String bootstrap = AGENT_CLASS.replace('.', '/') + ".class";
            // As it is: the JVM keeps what it inflates an entry with for as long as the jar is open.
            store(zip, bootstrap, lean(Objects.requireNonNull(entries.remove(bootstrap))));
            // Together they are less than half of what they are as one entry each, for they have many words in common.
            // And no class of ours but the bootstrap is on the class path of the target.
            Map<String, byte[]> waiting = new TreeMap<>();
            Map<String, byte[]> later = new TreeMap<>();
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                String name = entry.getKey().substring(0, entry.getKey().length() - ".class".length());
                (waits(name) ? waiting : later).put(name, lean(entry.getValue()));
            }
            PackedClasses packed = new PackedClasses();
            store(zip, "classes", packed.part(waiting));
            store(zip, "later", packed.part(later));
        }
        return new AgentJar(out.toByteArray());
    }

    private static byte[] lean(byte[] classFile) {
        return OrderedConstants.of(Bare.of(classFile));
    }

    /**
     * Whether an agent needs a class that has no probe yet.
     *
     * @param name of the class, internal or not
     */
    static boolean waits(String name) {
        return WAITING.contains(name.replaceAll("^.*[./]|[$].*", ""));
    }

    private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        CRC32 crc = new CRC32();
        crc.update(content);
        entry.setCrc(crc.getValue());
        entry.setSize(content.length);
        entry.setMethod(ZipEntry.STORED);
        entry.setTimeLocal(TIME);
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }

    /** The classes of the directory or jar that has this one. */
    private static void collect(String className, Map<String, byte[]> entries) throws IOException {
        String file = className.replace('.', '/') + ".class";
        URL url = AgentJar.class.getClassLoader().getResource(file);
        if (url == null) {
            throw new IOException("the agent's classes are not on the class path: " + className);
        }
        String text = url.toString();
        String root = text.substring(0, text.length() - file.length());
        try {
            if (root.startsWith("jar:")) {
                collectJar(Path.of(new URI(root.substring(4, root.lastIndexOf("!/")))), entries);
            } else {
                collectFolder(Path.of(new URI(root)), entries);
            }
        } catch (URISyntaxException | IllegalArgumentException e) {
            throw new IOException("not a place to read classes from: " + root, e);
        }
    }

    private static void collectFolder(Path root, Map<String, byte[]> entries) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            files.filter(Files::isRegularFile).forEach(file -> {
                String name = root.relativize(file).toString();
                if (wanted(name)) {
                    try {
                        entries.put(name, Files.readAllBytes(file));
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static void collectJar(Path jar, Map<String, byte[]> entries) throws IOException {
        try (InputStream in = Files.newInputStream(jar);
                ZipInputStream zip = new ZipInputStream(in)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                if (wanted(entry.getName())) {
                    entries.put(entry.getName(), zip.readAllBytes());
                }
            }
        }
    }

    private static boolean wanted(String name) {
        return name.endsWith(".class")
                && !name.endsWith("package-info.class")
                && !name.startsWith("META-INF/")
                // only the shapes of classes of the JDK, for the compiler
                && !name.endsWith("/misc/Unsafe.class")
                && !name.startsWith("java/lang/")
                && !name.startsWith("java/net/");
    }

    int size() {
        return bytes.length;
    }

    /**
     * The jar as a file in a directory, written unless it is there already with these very bytes.
     *
     * @param permissions of the file, such as {@code rw-------}
     */
    Path in(Path folder, String permissions) throws IOException {
        Path file = folder.resolve(name);
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                && Files.size(file) == bytes.length
                && Arrays.equals(Files.readAllBytes(file), bytes)) {
            return file;
        }
        // The folder may lie in a tmp that somebody else rules: nothing here follows a link that was put in a file's
        // place.
        Path fresh = folder.resolve("agent" + UUID.randomUUID() + ".tmp");
        try {
            Files.write(fresh, bytes, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            permit(fresh, permissions);
            try {
                Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } catch (AtomicMoveNotSupportedException e) {
                Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
            }
        } finally {
            Files.deleteIfExists(fresh);
        }
        return file;
    }

    /** Sets the mode of a file or folder; of a link it is an error. */
    static void permit(Path path, String permissions) throws IOException {
        Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .setPermissions(PosixFilePermissions.fromString(permissions));
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
