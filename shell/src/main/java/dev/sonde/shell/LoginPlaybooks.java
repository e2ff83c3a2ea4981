package dev.sonde.shell;

import dev.sonde.commands.PlaybookFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * {@code playbooks/} in the server's home, which its owner fills and every login may run, and {@code playbooks/LOGIN/}, which
 * the login fills itself and nobody else sees.
 */
final class LoginPlaybooks implements PlaybookFolder {

    private static final Logger LOG = Logger.getLogger(LoginPlaybooks.class.getName());
    private static final String NAME = "[a-z0-9][a-z0-9-]{0,59}";
    private static final String SUFFIX = ".yaml";
    private static final int MOST_FILES = 200;
    private static final int MOST_BYTES = 256 << 10;

    private final Home home;
    private final String login;

    LoginPlaybooks(Home home, String login) {
        this.home = home;
        this.login = login;
    }

    @Override
    public List<Kept> all() {
        Map<String, Kept> byName = new TreeMap<>();
        try {
            for (Path folder : List.of(home.playbooks(), home.playbooks().resolve(login))) {
                for (Path file : files(folder)) {
                    String name = file.getFileName().toString();
                    read(file).ifPresent(kept -> byName.put(name, kept));
                }
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, "the playbooks cannot be listed", e);
        }
        return List.copyOf(byName.values());
    }

    @Override
    public Optional<Kept> find(String name) {
        if (!name.matches(NAME)) {
            return Optional.empty();
        }
        try {
            Path folder = home.playbooks();
            Optional<Kept> own = read(folder.resolve(login).resolve(name + SUFFIX));
            return own.isPresent() ? own : read(folder.resolve(name + SUFFIX));
        } catch (IOException e) {
            LOG.log(Level.WARNING, "the playbook " + name + " cannot be read", e);
            return Optional.empty();
        }
    }

    @Override
    public String save(String name, String text, boolean replace) throws IOException {
        if (!name.matches(NAME)) {
            throw new IOException("a name has up to 60 small letters, digits and dashes");
        }
        Path folder = home.playbooks(login);
        Path file = folder.resolve(name + SUFFIX);
        boolean there = Files.exists(file, LinkOption.NOFOLLOW_LINKS);
        if (there && !replace) {
            throw new IOException(
                    file.getFileName() + " is there already; --replace of play save puts another in its place");
        }
        if (!there && files(folder).size() >= MOST_FILES) {
            throw new IOException("the folder " + folder + " is full: " + MOST_FILES + " files");
        }
        Path unfinished = Files.createTempFile(folder.toAbsolutePath(), ".", ".new", Home.ours());
        try {
            Files.writeString(unfinished, text);
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(unfinished);
        }
        return file.toString();
    }

    private static List<Path> files(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        List<Path> found = new ArrayList<>();
        try (Stream<Path> all = Files.list(folder)) {
            all.filter(file -> file.getFileName().toString().matches(NAME + "\\.yaml"))
                    .sorted()
                    .limit(MOST_FILES)
                    .forEach(found::add);
        }
        return found;
    }

    private Optional<Kept> read(Path file) throws IOException {
        if (!Files.isRegularFile(file) || Files.size(file) > MOST_BYTES) {
            return Optional.empty();
        }
        String name = file.getFileName().toString();
        // What is no UTF-8 shows a character in its place, and the others are listed all the same.
        return Optional.of(new Kept(
                name.substring(0, name.length() - SUFFIX.length()),
                home.folder().relativize(file).toString(),
                new String(Files.readAllBytes(file), StandardCharsets.UTF_8)));
    }
}
