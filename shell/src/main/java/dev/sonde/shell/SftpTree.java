package dev.sonde.shell;

import dev.sonde.profile.ProfileStore;
import dev.sonde.profile.ProfileStore.Kept;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a login sees by {@code sftp}: {@code /profiles}, which it keeps, and {@code /recordings}, which it exported. Two folders
 * of files, made of names that are looked up and never put together, so that there is no way out of them.
 */
final class SftpTree {

    private static final String PROFILES = "profiles";
    private static final String RECORDINGS = "recordings";

    /**
     * A folder or a file.
     *
     * @param file where its bytes are; empty for a folder
     */
    record Entry(String name, Optional<Path> file, long size, long modifiedSeconds) {

        boolean isFolder() {
            return file.isEmpty();
        }

        private static Entry folder(String name) {
            return new Entry(name, Optional.empty(), 0, 0);
        }

        /** Empty for what is no plain file. */
        private static Optional<Entry> of(Path file) throws IOException {
            BasicFileAttributes about =
                    Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return about.isRegularFile()
                    ? Optional.of(new Entry(
                            String.valueOf(file.getFileName()),
                            Optional.of(file),
                            about.size(),
                            about.lastModifiedTime().toMillis() / 1_000))
                    : Optional.empty();
        }
    }

    private final Home home;
    private final String login;
    private final ProfileStore profiles;

    SftpTree(Home home, String login, ProfileStore profiles) {
        this.home = home;
        this.login = login;
        this.profiles = profiles;
    }

    /** A path as it is shown: {@code /profiles/7.pb.gz}. */
    static String plain(String typed) {
        List<String> names = new ArrayList<>();
        for (String name : typed.split("/", -1)) {
            if (name.equals("..")) {
                if (!names.isEmpty()) {
                    names.remove(names.size() - 1);
                }
            } else if (!name.isEmpty() && !name.equals(".")) {
                names.add(name);
            }
        }
        return "/" + String.join("/", names);
    }

    Optional<Entry> find(String typed) throws IOException {
        String path = plain(typed);
        if (path.equals("/")) {
            return Optional.of(Entry.folder("."));
        }
        int end = path.indexOf('/', 1);
        String folder = end < 0 ? "/" : path.substring(0, end);
        String name = path.substring(end < 0 ? 1 : end + 1);
        for (Entry entry : list(folder)) {
            if (entry.name.equals(name)) {
                return Optional.of(entry);
            }
        }
        return Optional.empty();
    }

    /** What is in a folder; of what is none, nothing. */
    List<Entry> list(String typed) throws IOException {
        return switch (plain(typed)) {
            case "/" -> List.of(Entry.folder(PROFILES), Entry.folder(RECORDINGS));
            case "/" + PROFILES -> profiles();
            case "/" + RECORDINGS -> recordings();
            default -> List.of();
        };
    }

    private List<Entry> profiles() throws IOException {
        List<Entry> entries = new ArrayList<>();
        for (Kept kept : profiles.all()) {
            Entry.of(kept.file()).ifPresent(entries::add);
            Optional<Path> recording = profiles.recording(kept);
            if (recording.isPresent()) {
                Entry.of(recording.get()).ifPresent(entries::add);
            }
        }
        return entries;
    }

    private List<Entry> recordings() throws IOException {
        List<Entry> entries = new ArrayList<>();
        try (Stream<Path> files = Files.list(home.recordings(login))) {
            for (Path file : files.sorted().toList()) {
                if (!String.valueOf(file.getFileName()).startsWith(".")) { // what is not finished
                    Entry.of(file).ifPresent(entries::add);
                }
            }
        }
        return entries;
    }
}
