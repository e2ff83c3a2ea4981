package dev.sonde.exploration;

import dev.sonde.weave.ClassModel;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipFile;

/**
 * What is explored, and how it is run.
 *
 * @param name for the report
 * @param woven the jars whose classes are woven; none for classes of the JDK itself
 * @param classes which of their classes, by name
 * @param classPath what it needs to run, the woven jars among it
 * @param driver a class with a {@code main} that prints the same each time; empty when tests are run
 * @param tests classes with tests; empty when a driver is run
 * @param jvmOptions for the JVM that it runs in
 */
record Subject(
        String name,
        List<Path> woven,
        Predicate<String> classes,
        List<Path> classPath,
        String driver,
        List<String> tests,
        List<String> jvmOptions) {

    Subject {
        woven = List.copyOf(woven);
        classPath = List.copyOf(classPath);
        tests = List.copyOf(tests);
        jvmOptions = List.copyOf(jvmOptions);
    }

    /** A library of the class path that we run in, with a driver of ours. */
    static Subject driven(String name, Class<?> ofLibrary, Class<?> driver, Predicate<String> classes) {
        Path jar = origin(ofLibrary);
        return new Subject(name, List.of(jar), classes, List.of(jar), driver.getName(), List.of(), List.of());
    }

    Subject with(List<Path> more) {
        List<Path> all = new ArrayList<>(classPath);
        all.addAll(more);
        return new Subject(name, woven, classes, all, driver, tests, jvmOptions);
    }

    /** With fewer of its classes woven. */
    Subject only(Predicate<String> fewer) {
        return new Subject(name, woven, classes.and(fewer), classPath, driver, tests, jvmOptions);
    }

    /** The jar or the folder that a class is loaded from. */
    static Path origin(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (java.net.URISyntaxException e) {
            throw new IllegalStateException(type.getName(), e);
        }
    }

    /** The classes that are to be woven on a JDK, by name. */
    Map<String, ClassModel> models(Path jdk, int feature) throws IOException {
        Map<String, ClassModel> models = new TreeMap<>();
        classFiles(jdk, feature).forEach((name, file) -> models.put(name, ClassModel.parse(file)));
        return models;
    }

    /** The same, as they stand in the jars. */
    Map<String, byte[]> classFiles(Path jdk, int feature) throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        if (woven.isEmpty()) {
            ofJdk(jdk, files);
        }
        for (Path jar : woven) {
            // Of a class that a jar has for several releases, the one that this JDK loads.
            try (JarFile file = new JarFile(
                    jar.toFile(), false, ZipFile.OPEN_READ, Runtime.Version.parse(String.valueOf(feature)))) {
                for (JarEntry entry : (Iterable<JarEntry>) file.versionedStream()::iterator) {
                    if (entry.getName().endsWith(".class")) {
                        try (InputStream in = file.getInputStream(entry)) {
                            add(entry.getName(), in.readAllBytes(), files);
                        }
                    }
                }
            }
        }
        return files;
    }

    private void ofJdk(Path jdk, Map<String, byte[]> into) throws IOException {
        try (FileSystem image = FileSystems.newFileSystem(URI.create("jrt:/"), Map.of("java.home", jdk.toString()));
                Stream<Path> files = Files.walk(image.getPath("/modules/java.base"))) {
            files.filter(file -> file.toString().endsWith(".class")).forEach(file -> {
                try {
                    add(file.subpath(2, file.getNameCount()).toString(), Files.readAllBytes(file), into);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    private void add(String entry, byte[] bytes, Map<String, byte[]> into) {
        String className =
                entry.substring(0, entry.length() - ".class".length()).replace('/', '.');
        if (className.endsWith("-info") || className.startsWith("META-INF.") || !classes.test(className)) {
            return;
        }
        if (ClassModel.parse(bytes).name().equals(className)) {
            into.put(className, bytes);
        }
    }
}
