package dev.sonde.jvm;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;

/**
 * Where classes of a target come from, read here so that it costs the target nothing: a jar, a directory, or a jar within a
 * jar. What a target says of its jars is untrusted: files are looked at through its own root, and only those that its own
 * user may read.
 *
 * @param shown for people: a path, with {@code !/} before what is within
 * @param file of this machine; empty when it is no file
 * @param inner the path within {@code file} of the jar that is meant; empty when it is the file itself
 */
record Origin(String shown, Optional<Path> file, String inner) {

    private static final int MOST_MANIFEST = 1 << 20;
    private static final long MOST_ENTRY = 64 << 20;
    private static final Pattern PROPERTIES = Pattern.compile("META-INF/maven/[^/]+/[^/]+/pom\\.properties");

    /** By file, time of change and what is within. */
    private static final Map<String, Optional<String>> VERSIONS = new ConcurrentHashMap<>();

    /** Of a code source's location, such as {@code file:/app/orders.jar} or {@code jar:file:/app.jar!/lib/a.jar!/}. */
    static Origin of(long pid, String location) {
        String text = location;
        for (String scheme : List.of("jar:", "nested:", "file:")) {
            text = text.startsWith(scheme) ? text.substring(scheme.length()) : text;
        }
        text = text.startsWith("nested:") ? text.substring(7) : text.startsWith("file:") ? text.substring(5) : text;
        while (text.startsWith("//")) {
            text = text.substring(1);
        }
        if (!text.startsWith("/")) {
            return new Origin(location, Optional.empty(), "");
        }
        try {
            text = URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return new Origin(location, Optional.empty(), "");
        }
        // Spring Boot writes jar:nested:/app.jar/!lib/a.jar!/ since 3.2.
        text = text.replace("/!", "!/");
        String inner = "";
        int within = text.indexOf("!/");
        if (within >= 0) {
            inner = text.substring(within + 2);
            text = text.substring(0, within);
        }
        while (inner.endsWith("/") || inner.endsWith("!")) {
            inner = inner.substring(0, inner.length() - 1);
        }
        return new Origin(text + (inner.isEmpty() ? "" : "!/" + inner), file(pid, text), inner);
    }

    /** A file as the target sees it, if its user may read it. */
    private static Optional<Path> file(long pid, String path) {
        Optional<Proc.Status> status = Proc.status(pid);
        if (status.isEmpty()) {
            return Optional.empty();
        }
        try {
            Path root = Proc.of(pid).resolve("root");
            Path file = (Files.isDirectory(root) ? root : Path.of("/")).resolve(path.substring(1));
            Map<String, Object> attributes = Files.readAttributes(file, "unix:uid,mode,isRegularFile,isDirectory");
            int mode = attributes.get("mode") instanceof Integer bits ? bits : 0;
            long uid = attributes.get("uid") instanceof Integer owner ? Integer.toUnsignedLong(owner) : -1;
            boolean readable = (mode & 04) != 0
                    || (uid == status.get().uid() && (mode & 0400) != 0)
                    || status.get().uid() == 0;
            boolean known = Boolean.TRUE.equals(attributes.get("isRegularFile"))
                    || Boolean.TRUE.equals(attributes.get("isDirectory"));
            return readable && known ? Optional.of(file) : Optional.empty();
        } catch (IOException | RuntimeException e) {
            return Optional.empty(); // deleted, or its path is none
        }
    }

    boolean isDirectory() {
        return file.isPresent() && inner.isEmpty() && Files.isDirectory(file.get());
    }

    /** By its manifest ({@code Implementation-Version}, {@code Bundle-Version}…), else by Maven's properties. */
    Optional<String> version() {
        if (file.isEmpty() || isDirectory()) {
            return Optional.empty();
        }
        try {
            String key = file.get() + "!" + inner + "@"
                    + Files.getLastModifiedTime(file.get(), LinkOption.NOFOLLOW_LINKS)
                            .toMillis();
            Optional<String> known = VERSIONS.get(key);
            if (known == null) {
                if (VERSIONS.size() > 10_000) {
                    VERSIONS.clear();
                }
                known = readVersion();
                VERSIONS.put(key, known);
            }
            return known;
        } catch (IOException | RuntimeException e) {
            return Optional.empty(); // a jar that was replaced while the target runs is often torn
        }
    }

    private Optional<String> readVersion() throws IOException {
        Optional<byte[]> manifest = read("META-INF/MANIFEST.MF");
        if (manifest.isPresent() && manifest.get().length <= MOST_MANIFEST) {
            Attributes main = new Manifest(new ByteArrayInputStream(manifest.get())).getMainAttributes();
            for (String name : List.of("Implementation-Version", "Bundle-Version", "Specification-Version")) {
                String version = main.getValue(name);
                if (version != null && !version.isBlank()) {
                    return Optional.of(version.strip());
                }
            }
        }
        List<byte[]> properties = find(PROPERTIES, 2);
        if (properties.size() == 1) { // of several it is not known which is the jar's own
            Properties maven = new Properties();
            maven.load(new ByteArrayInputStream(properties.get(0)));
            return Optional.ofNullable(maven.getProperty("version")).map(String::strip);
        }
        return Optional.empty();
    }

    /** An entry of the jar, or a file of the directory; empty when there is none. */
    Optional<byte[]> read(String name) throws IOException {
        if (file.isEmpty() || name.contains("..")) {
            return Optional.empty();
        }
        if (isDirectory()) {
            Path path = file.get().resolve(name);
            return Files.isRegularFile(path) && Files.size(path) <= MOST_ENTRY
                    ? Optional.of(Files.readAllBytes(path))
                    : Optional.empty();
        }
        if (inner.isEmpty() || !inner.contains(".jar")) {
            try (ZipFile zip = new ZipFile(file.get().toFile())) {
                return bytes(zip, inner.isEmpty() ? name : inner + "/" + name);
            }
        }
        List<byte[]> found = findInner(Pattern.compile(Pattern.quote(name)), 1);
        return found.isEmpty() ? Optional.empty() : Optional.of(found.get(0));
    }

    private List<byte[]> find(Pattern pattern, int most) throws IOException {
        if (!inner.isEmpty()) {
            return inner.contains(".jar") ? findInner(pattern, most) : List.of();
        }
        List<byte[]> found = new ArrayList<>();
        try (ZipFile zip = new ZipFile(file.orElseThrow().toFile())) {
            for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements() && found.size() < most; ) {
                String name = all.nextElement().getName();
                if (pattern.matcher(name).matches()) {
                    bytes(zip, name).ifPresent(found::add);
                }
            }
        }
        return found;
    }

    private List<byte[]> findInner(Pattern pattern, int most) throws IOException {
        List<byte[]> found = new ArrayList<>();
        try (ZipFile zip = new ZipFile(file.orElseThrow().toFile())) {
            ZipEntry jar = zip.getEntry(inner);
            if (jar == null) {
                return found;
            }
            try (ZipInputStream entries = new ZipInputStream(zip.getInputStream(jar))) {
                for (ZipEntry entry = entries.getNextEntry();
                        entry != null && found.size() < most;
                        entry = entries.getNextEntry()) {
                    if (pattern.matcher(entry.getName()).matches()) {
                        found.add(bounded(entries));
                    }
                }
            }
        }
        return found;
    }

    private static Optional<byte[]> bytes(ZipFile zip, String name) throws IOException {
        ZipEntry entry = zip.getEntry(name);
        if (entry == null || entry.isDirectory()) {
            return Optional.empty();
        }
        try (InputStream in = zip.getInputStream(entry)) {
            return Optional.of(bounded(in));
        }
    }

    private static byte[] bounded(InputStream in) throws IOException {
        byte[] bytes = in.readNBytes((int) MOST_ENTRY + 1);
        if (bytes.length > MOST_ENTRY) {
            throw new IOException("an entry of more than " + MOST_ENTRY + " bytes");
        }
        return bytes;
    }
}
