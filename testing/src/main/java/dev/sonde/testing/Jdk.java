package dev.sonde.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * A JDK that is installed on this machine. The tests run on every one they find: the one they run in, and its neighbours
 * in the folder it is installed in; {@code SONDE_JDKS} (homes, separated by colons) replaces the neighbours.
 *
 * @param feature such as 17
 */
public record Jdk(Path home, int feature, String version) {

    private static final int FIRST_OF_TESTS = 17;

    private static final List<Jdk> FOUND = search();

    /** One JDK of each feature release that the tests' own classes run on, oldest first. Never empty. */
    public static List<Jdk> all() {
        return FOUND.stream().filter(jdk -> jdk.feature >= FIRST_OF_TESTS).toList();
    }

    /** The same with older ones, which can be targets too. */
    public static List<Jdk> every() {
        return FOUND;
    }

    /** The one the tests run in. */
    public static Jdk current() {
        return read(Path.of(System.getProperty("java.home")));
    }

    public Path java() {
        return home.resolve("bin/java");
    }

    @Override
    public String toString() {
        return "JDK " + version;
    }

    private static List<Jdk> search() {
        Map<Integer, Jdk> byFeature = new LinkedHashMap<>();
        Jdk current = current();
        byFeature.put(current.feature, current);
        for (Path home : candidates(current)) {
            if (Files.isRegularFile(home.resolve("release")) && Files.isExecutable(home.resolve("bin/javac"))) {
                Jdk jdk = read(home);
                byFeature.putIfAbsent(jdk.feature, jdk);
            }
        }
        List<Jdk> all = byFeature.values().stream()
                .sorted((a, b) -> Integer.compare(a.feature, b.feature))
                .toList();
        System.err.println("testing on " + all);
        return all;
    }

    private static List<Path> candidates(Jdk current) {
        String named = System.getenv("SONDE_JDKS");
        if (named != null) {
            return Stream.of(named.split(":")).map(Path::of).toList();
        }
        Path parent = current.home.getParent();
        if (parent == null) {
            return List.of();
        }
        try (Stream<Path> neighbours = Files.list(parent)) {
            return neighbours.sorted().toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private static Jdk read(Path home) {
        Properties release = new Properties();
        try (var in = Files.newBufferedReader(home.resolve("release"))) {
            release.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String version = release.getProperty("JAVA_VERSION", "").replace("\"", "");
        int feature =
                version.startsWith("1.") ? version.charAt(2) - '0' : Integer.parseInt(version.split("[.+-]", 2)[0]);
        return new Jdk(home, feature, version);
    }
}
