package dev.sonde.shell;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The folder that a server keeps its things in; ours alone (0700), because who can write it can let himself in. */
final class Home {

    static final Set<PosixFilePermission> OURS = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> OURS_FOLDER = PosixFilePermissions.fromString("rwx------");

    private final Path folder;

    private Home(Path folder) {
        this.folder = folder;
    }

    /** {@code ~/.sonde}. */
    static Path standard() {
        return Path.of(System.getProperty("user.home"), ".sonde");
    }

    /**
     * Opens the folder, makes it when it is missing, and closes it to others.
     *
     * @param notices told what was changed
     * @throws StartError when somebody else owns it or could have written it
     */
    static Home open(Path wanted, Consumer<String> notices) throws StartError {
        try {
            if (!Files.exists(wanted)) {
                Path parent = wanted.toAbsolutePath().getParent();
                if (parent != null) {
                    Files.createDirectories(parent);
                }
                Files.createDirectory(wanted, PosixFilePermissions.asFileAttribute(OURS_FOLDER));
            }
            Path folder = wanted.toRealPath();
            if (!Files.isDirectory(folder)) {
                throw new StartError("home " + folder + " is not a folder");
            }
            PosixFileAttributeView view = Files.getFileAttributeView(folder, PosixFileAttributeView.class);
            UserPrincipal owner = view.readAttributes().owner();
            if (!owner.equals(ourselves())) {
                throw new StartError("home " + folder + " belongs to " + owner.getName()
                        + "; it must belong to the user who runs the server");
            }
            Set<PosixFilePermission> now = view.readAttributes().permissions();
            if (now.contains(PosixFilePermission.GROUP_WRITE) || now.contains(PosixFilePermission.OTHERS_WRITE)) {
                throw new StartError("home " + folder
                        + " could be written by others, so what is in it cannot be trusted; look at it, then: chmod 700 "
                        + folder);
            }
            if (!EnumSet.copyOf(OURS_FOLDER).containsAll(now)) {
                view.setPermissions(OURS_FOLDER);
                notices.accept("home " + folder + " could be read by others; its mode is 0700 now");
            }
            return new Home(folder);
        } catch (IOException e) {
            throw new StartError("home " + wanted + " cannot be used: " + e.getMessage(), e);
        }
    }

    Path folder() {
        return folder;
    }

    Path hostKey() {
        return folder.resolve("host_key");
    }

    Path authorizedKeys() {
        return folder.resolve("authorized_keys");
    }

    Path settings() {
        return folder.resolve("sonde.yaml");
    }

    Path audit() {
        return folder.resolve("audit.jsonl");
    }

    Path log() {
        return folder.resolve("sonde.log");
    }

    Path port() {
        return folder.resolve("port");
    }

    /** Makes and gives the folder of the logins' histories. */
    Path histories() throws IOException {
        Path histories = folder.resolve("history");
        if (!Files.isDirectory(histories)) {
            Files.createDirectories(histories, PosixFilePermissions.asFileAttribute(OURS_FOLDER));
        }
        return histories;
    }

    /** The folder of the playbooks that all logins may run; need not be there. */
    Path playbooks() {
        return folder.resolve("playbooks");
    }

    /** Makes and gives the folder of a login's own playbooks. */
    Path playbooks(String login) throws IOException {
        Path own = playbooks().resolve(login);
        if (!Files.isDirectory(own)) {
            Files.createDirectories(own, PosixFilePermissions.asFileAttribute(OURS_FOLDER));
        }
        return own;
    }

    /** Makes and gives the folder of what one login exports. */
    Path recordings(String login) throws IOException {
        Path recordings = folder.resolve("recordings").resolve(login);
        if (!Files.isDirectory(recordings)) {
            Files.createDirectories(recordings, PosixFilePermissions.asFileAttribute(OURS_FOLDER));
        }
        return recordings;
    }

    /** The folder of the guards of all logins; need not be there. */
    Path guards() {
        return folder.resolve("guards");
    }

    /** The folder of the baselines of all logins; need not be there. */
    Path baselines() {
        return folder.resolve("baselines");
    }

    /** Makes and gives a folder of ours below the home. */
    Path made(Path wanted) throws IOException {
        if (!wanted.startsWith(folder)) {
            throw new IOException(wanted + " is not below " + folder);
        }
        if (!Files.isDirectory(wanted)) {
            Files.createDirectories(wanted, PosixFilePermissions.asFileAttribute(OURS_FOLDER));
        }
        return wanted;
    }

    /** Puts a text into a file, which is then there as a whole, in the place of what was there. */
    static void replace(Path file, String text) throws IOException {
        Path unfinished = Files.createTempFile(file.toAbsolutePath().getParent(), ".", ".new", ours());
        try {
            try (FileChannel channel = FileChannel.open(unfinished, Set.of(StandardOpenOption.WRITE))) {
                ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    /** The folder of the profiles that one login keeps; made when the first one comes. */
    Path profiles(String login) throws IOException {
        Path profiles = folder.resolve("profiles");
        if (!Files.isDirectory(profiles)) {
            Files.createDirectories(profiles, PosixFilePermissions.asFileAttribute(OURS_FOLDER));
        }
        return profiles.resolve(login);
    }

    /**
     * Takes the home for one server; held until closed, or until the process ends in whatever way.
     *
     * @throws StartError when another server has it
     */
    FileChannel lock() throws StartError {
        FileChannel channel = null;
        try {
            channel = FileChannel.open(
                    folder.resolve("lock"), Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), ours());
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return channel;
            }
            channel.close();
        } catch (OverlappingFileLockException e) {
            closeQuietly(channel);
        } catch (IOException e) {
            closeQuietly(channel);
            throw new StartError("home " + folder + " cannot be locked: " + e.getMessage(), e);
        }
        String where = "";
        try {
            where = ", on port " + Files.readString(port()).strip();
        } catch (IOException e) {
            // it is just starting, or just ending
        }
        throw new StartError("another server runs in " + folder + where + "; end it, or give this one its own --home");
    }

    /** Says on which port the server listens; complete or not there at all, for whoever waits for it. */
    void writePort(int port) throws IOException {
        Path temporary = folder.resolve("port.new");
        Files.deleteIfExists(temporary);
        Files.writeString(temporary, port + "\n");
        Files.move(temporary, port(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    void removePort() {
        try {
            Files.deleteIfExists(port());
        } catch (IOException e) {
            // a stale port file misleads nobody for long: connecting says so
        }
    }

    static FileAttribute<Set<PosixFilePermission>> ours() {
        return PosixFilePermissions.asFileAttribute(OURS);
    }

    /** Whether only its owner, who is us or root, may write the file. */
    static boolean onlyWeMayWrite(Path file) throws IOException {
        var attributes =
                Files.getFileAttributeView(file, PosixFileAttributeView.class).readAttributes();
        String owner = attributes.owner().getName();
        return (attributes.owner().equals(ourselves()) || owner.equals("root"))
                && !attributes.permissions().contains(PosixFilePermission.GROUP_WRITE)
                && !attributes.permissions().contains(PosixFilePermission.OTHERS_WRITE);
    }

    /** The user we run as; the name alone would not do, because in a container it may have none. */
    private static UserPrincipal ourselves() throws IOException {
        try {
            return Files.getOwner(Path.of("/proc/self"));
        } catch (NoSuchFileException e) {
            return Path.of("")
                    .getFileSystem()
                    .getUserPrincipalLookupService()
                    .lookupPrincipalByName(System.getProperty("user.name"));
        }
    }

    private static void closeQuietly(@Nullable FileChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                // nothing was written
            }
        }
    }
}
