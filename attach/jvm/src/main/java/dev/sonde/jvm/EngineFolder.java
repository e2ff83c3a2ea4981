package dev.sonde.jvm;

import dev.sonde.profile.Profile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A folder in a target's own tmp, where an engine may write and we read. It is there for as long as a name is needed and no
 * longer: what an engine has opened loses its name at once, so that no end of either process leaves a file. Its name says whose
 * it is; what a server that was killed has left is removed by the next that looks.
 */
final class EngineFolder implements AutoCloseable {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Pattern NAME = Pattern.compile("\\.sonde-engine-([1-9]\\d*)-(\\d+)-[0-9a-f]{16}");
    private static final int MOST_TEXT = 64 << 10;
    private static final long MOST_BYTES = 1L << 30;
    private static final Duration IN_USE = Duration.ofMinutes(1);

    private final Path folder;
    private final long uid;

    private EngineFolder(Path folder, long uid) {
        this.folder = folder;
        this.uid = uid;
    }

    /** Makes one that the target may write in, and nobody else. */
    static EngineFolder in(LocalProcesses.Jvm process) throws IOException {
        long self = ProcessHandle.current().pid();
        long ticks = Proc.stat(self).map(Proc.Stat::startTicks).orElse(0L);
        String name =
                ".sonde-engine-" + self + "-" + ticks + "-" + HexFormat.of().toHexDigits(RANDOM.nextLong());
        Path tmp = tmp(process);
        sweep(tmp);
        Path folder = Files.createDirectory(
                tmp.resolve(name), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        EngineFolder made = new EngineFolder(folder, process.status.uid());
        try {
            made.give(folder);
        } catch (IOException e) {
            made.close();
            throw e;
        }
        return made;
    }

    private static Path tmp(LocalProcesses.Jvm process) {
        Path inner = Proc.of(process.id.pid()).resolve("root/tmp");
        return Files.isDirectory(inner) ? inner : Path.of("/tmp");
    }

    /** Removes what servers have left that are gone. One whose processes we cannot see may be alive: its folders are young. */
    private static void sweep(Path tmp) throws IOException {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(tmp, ".sonde-engine-*")) {
            for (Path each : folders) {
                Matcher name = NAME.matcher(each.getFileName().toString());
                if (name.matches()
                        && Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS)
                        && !Proc.alive(Long.parseLong(name.group(1)), Long.parseLong(name.group(2)))
                        && Files.getLastModifiedTime(each, LinkOption.NOFOLLOW_LINKS)
                                .toInstant()
                                .isBefore(Instant.now().minus(IN_USE))) {
                    delete(each);
                }
            }
        } catch (DirectoryIteratorException | NumberFormatException e) {
            // what cannot be read is not ours
        }
    }

    /** How the target calls a file in it. */
    String inner(String name) {
        return "/tmp/" + folder.getFileName() + "/" + name;
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    /** Puts a file there, for the target to read. */
    void put(String name, byte[] content) throws IOException {
        Path file = Files.createFile(
                file(name), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.write(file, content, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        give(file);
    }

    /** Opens what the target wrote. It rules the folder, so what lies there may be anything; only a plain file is read. */
    FileChannel open(String name) throws IOException {
        Path file = file(name);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException("there is no " + name);
        }
        return FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    }

    /** The beginning of a text that the target wrote; empty when it wrote none. */
    String text(String name) throws IOException {
        if (!Files.exists(file(name), LinkOption.NOFOLLOW_LINKS)) {
            return "";
        }
        try (FileChannel channel = open(name)) {
            ByteBuffer bytes = ByteBuffer.allocate(MOST_TEXT);
            channel.read(bytes);
            return StandardCharsets.UTF_8.decode(bytes.flip()).toString();
        }
    }

    private void give(Path path) throws IOException {
        if (Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS) instanceof Integer owner
                && Integer.toUnsignedLong(owner) != uid) {
            Files.setAttribute(path, "unix:uid", (int) uid, LinkOption.NOFOLLOW_LINKS);
        }
    }

    /** Reads a recording that lies in a file of the bastion's own. */
    interface Reading {
        Profile from(FileChannel copy) throws IOException;
    }

    /**
     * Copies what the target wrote into a file of ours, which it cannot change while it is read, and reads that.
     *
     * @param keep where the copy stays; empty if nobody wants it
     */
    static Profile read(FileChannel recording, Path home, Optional<Path> keep, Reading reading) throws IOException {
        long size = recording.size();
        if (size > MOST_BYTES) {
            throw new IOException("the recording is larger than " + (MOST_BYTES >> 20) + " MiB");
        }
        Path copy = Files.createTempFile(
                home, "engine", "", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            Profile read;
            try (FileChannel into = FileChannel.open(copy, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                copy(recording, size, into);
                read = reading.from(into);
            }
            if (keep.isPresent()) {
                Files.move(copy, keep.get());
            }
            return read;
        } finally {
            Files.deleteIfExists(copy);
        }
    }

    private static void copy(FileChannel recording, long size, FileChannel into) throws IOException {
        long done = 0;
        try {
            while (done < size) {
                long count = recording.transferTo(done, size - done, into);
                if (count <= 0) {
                    break;
                }
                done += count;
            }
        } catch (IOException e) {
            throw new IOException("it cannot be copied to the server's disk: " + e.getMessage(), e);
        }
    }

    /** Removes it with what is in it. */
    @Override
    public void close() {
        delete(folder);
    }

    private static void delete(Path folder) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(folder);
        } catch (IOException | DirectoryIteratorException e) {
            // gone with the target's own tmp
        }
    }
}
