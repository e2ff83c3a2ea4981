package dev.sonde.shell;

import dev.sonde.commands.baseline.Baseline;
import dev.sonde.commands.baseline.Baselines;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * {@code baselines/LOGIN/NAME/JVM/3.json} in the server's home: version 3 of a baseline of one JVM, complete or not there at
 * all. Some versions of each are kept, and only so many files in all. Thread-safe within one server.
 */
final class LoginBaselines implements Baselines {

    private static final Logger LOG = Logger.getLogger(LoginBaselines.class.getName());
    private static final String NAME = "[a-z0-9][a-z0-9-]{0,39}";
    private static final String FILE = "[1-9][0-9]{0,8}\\.json";
    private static final int MOST_VERSIONS = 10;
    private static final int MOST_FILES = 500;
    private static final long MOST_BYTES = 4L << 20;

    private final Home home;
    private final Path folder;

    LoginBaselines(Home home, String login) {
        this.home = home;
        this.folder = home.baselines().resolve(login);
    }

    /** What a JVM is called is not ours: of it a name of a file is made that is one. */
    private static String fileName(String jvm) {
        String encoded = URLEncoder.encode(jvm, StandardCharsets.UTF_8)
                .replace(".", "%2E")
                .replace("*", "%2A");
        return encoded.length() > 200 ? encoded.substring(0, 200) : encoded;
    }

    @Override
    public synchronized Baseline save(Baseline baseline) throws IOException {
        if (!baseline.name().matches(NAME) || baseline.jvm().isEmpty()) {
            throw new IOException("a name has up to 40 small letters, digits and dashes");
        }
        Path of = folder.resolve(baseline.name()).resolve(fileName(baseline.jvm()));
        List<Path> versions = versions(of);
        if (files().size() >= MOST_FILES && versions.size() < MOST_VERSIONS) {
            throw new IOException("there are " + MOST_FILES + " already; baseline rm makes room");
        }
        int next = versions.isEmpty() ? 1 : version(versions.get(versions.size() - 1)) + 1;
        Baseline kept = baseline.versioned(next);
        Home.replace(home.made(of).resolve(next + ".json"), kept.json() + "\n");
        for (int i = 0; i <= versions.size() - MOST_VERSIONS; i++) {
            Files.deleteIfExists(versions.get(i));
        }
        return kept;
    }

    private static int version(Path file) {
        String name = file.getFileName().toString();
        return Integer.parseInt(name.substring(0, name.indexOf('.')));
    }

    private static List<Path> versions(Path of) throws IOException {
        if (!Files.isDirectory(of, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(of)) {
            return files.filter(file -> file.getFileName().toString().matches(FILE))
                    .sorted(Comparator.comparingInt(LoginBaselines::version))
                    .toList();
        }
    }

    private List<Path> files() throws IOException {
        List<Path> all = new ArrayList<>();
        for (Path name : folders(folder)) {
            for (Path jvm : folders(name)) {
                all.addAll(versions(jvm));
            }
        }
        return all;
    }

    private static List<Path> folders(Path in) throws IOException {
        if (!Files.isDirectory(in)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(in)) {
            return all.filter(each -> Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS))
                    .sorted()
                    .toList();
        }
    }

    @Override
    public synchronized List<Baseline> all() throws IOException {
        List<Baseline> all = new ArrayList<>();
        for (Path file : files()) {
            try {
                if (Files.size(file) <= MOST_BYTES) {
                    all.add(Baseline.parse(Files.readString(file)));
                }
            } catch (IOException e) {
                LOG.log(Level.WARNING, "the baseline " + file + " cannot be read", e);
            }
        }
        return all;
    }

    @Override
    public synchronized int remove(String name, Optional<String> jvm) throws IOException {
        if (!name.matches(NAME)) {
            return 0;
        }
        int count = 0;
        for (Path of : folders(folder.resolve(name))) {
            if (jvm.isEmpty() || of.getFileName().toString().equals(fileName(jvm.get()))) {
                for (Path file : versions(of)) {
                    count += Files.deleteIfExists(file) ? 1 : 0;
                }
                Files.deleteIfExists(of);
            }
        }
        return count;
    }
}
