package dev.sonde.shell;

import dev.sonde.commands.ExportFolder;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * {@code recordings/LOGIN} in the server's home, the one place where a login's line writes a file or reads one. It chooses a name
 * and nothing else: no folder, no link, nothing that is there already, and only so much in all. The reports of a guard are in a
 * folder of the same kind, where the oldest make room.
 */
final class RecordingsFolder implements ExportFolder {

    private static final int MOST_FILES = 100;
    private static final long MOST_BYTES = 256L << 20;
    private static final long MOST_RECEIVED = 2L << 30;
    private static final long LEFT_FREE = 512L << 20;
    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,99}";
    /** What a file is called that is no lines of JSON: a report. */
    private static final String OTHER = ".*\\.(md|html|json|xml|gz|jfr|collapsed|hprof)";

    private final Place place;
    private final boolean oldestGo;

    /** Where the folder is, made when it is missing. */
    private interface Place {
        Path folder() throws IOException;
    }

    private RecordingsFolder(Place place, boolean oldestGo) {
        this.place = place;
        this.oldestGo = oldestGo;
    }

    RecordingsFolder(Home home, String login) {
        this(() -> home.recordings(login), false);
    }

    /** One whose oldest files make room for new ones. */
    static RecordingsFolder ofReports(Home home, Path folder) {
        return new RecordingsFolder(() -> home.made(folder), true);
    }

    @Override
    public Export begin(String name) throws IOException {
        check(name);
        Path folder = place.folder();
        Path file = folder.resolve(name.endsWith(".jsonl") || name.matches(OTHER) ? name : name + ".jsonl");
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException(file.getFileName() + " is there already");
        }
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = new ArrayList<>(all.toList());
        }
        long bytes = bytes(files);
        if (oldestGo) {
            files.sort(Comparator.comparingLong(each -> each.toFile().lastModified()));
            while (!files.isEmpty() && (files.size() >= MOST_FILES || bytes > MOST_BYTES / 2)) {
                Files.deleteIfExists(files.remove(0));
                bytes = bytes(files);
            }
        }
        if (files.size() >= MOST_FILES || bytes >= MOST_BYTES) {
            throw new IOException(
                    "the folder " + folder + " is full: " + files.size() + " files, " + (bytes >> 20) + " MiB");
        }
        return new Writing(
                file, isHeap(file) ? Files.getFileStore(folder).getUsableSpace() - LEFT_FREE : MOST_BYTES - bytes);
    }

    /** A heap is as large as it is: what bounds it is the disk. */
    private static boolean isHeap(Path file) {
        return file.toString().endsWith(".hprof");
    }

    private static void check(String name) throws IOException {
        if (!name.matches(NAME)) {
            throw new IOException("a name has up to 100 letters, digits, dots and dashes, and no folder");
        }
    }

    @Override
    public Path find(String name) throws IOException {
        check(name);
        Path file = place.folder().resolve(name);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException("there is no file " + name + " in " + file.getParent());
        }
        return file;
    }

    @Override
    public Received receive(InputStream in) throws IOException {
        Path folder = place.folder();
        Path file = Files.createTempFile(folder, ".", ".received", Home.ours());
        Received received = new Received() {
            @Override
            public Path file() {
                return file;
            }

            @Override
            public void close() throws IOException {
                Files.deleteIfExists(file);
            }
        };
        try (OutputStream out = Files.newOutputStream(file)) {
            long room = Math.min(MOST_RECEIVED, Files.getFileStore(folder).getUsableSpace() - LEFT_FREE);
            byte[] piece = new byte[64 << 10];
            for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
                room -= count;
                if (room < 0) {
                    throw new IOException("it is larger than what may be received, or than the disk has room for");
                }
                out.write(piece, 0, count);
            }
            return received;
        } catch (IOException | RuntimeException e) {
            received.close();
            throw e;
        }
    }

    private static long bytes(List<Path> files) throws IOException {
        long bytes = 0;
        for (Path each : files) {
            bytes += isHeap(each) ? 0 : Files.size(each);
        }
        return bytes;
    }

    /** A file under a name of its own until it is complete. */
    private static final class Writing implements Export {
        private final Path file;
        private final Path unfinished;
        private final FileChannel channel;
        private final BufferedWriter writer;
        private long room;

        Writing(Path file, long room) throws IOException {
            this.file = file;
            this.room = room;
            unfinished = Files.createTempFile(file.toAbsolutePath().getParent(), ".", ".new", Home.ours());
            channel = FileChannel.open(unfinished, Set.of(StandardOpenOption.WRITE));
            writer = new BufferedWriter(
                    new OutputStreamWriter(Channels.newOutputStream(channel), StandardCharsets.UTF_8));
        }

        @Override
        public void line(String text) throws IOException {
            room -= 2L * text.length();
            if (room < 0) {
                throw new IOException("more than may be kept: 256 MiB for each login");
            }
            writer.write(text);
            writer.write('\n');
        }

        @Override
        public long room() {
            return room;
        }

        @Override
        public OutputStream bytes() {
            return new OutputStream() {
                @Override
                public void write(int b) throws IOException {
                    write(new byte[] {(byte) b}, 0, 1);
                }

                @Override
                public void write(byte[] from, int start, int length) throws IOException {
                    room -= length;
                    if (room < 0) {
                        throw new IOException(
                                "more than there is room for: 256 MiB for each login, of heaps what the disk has");
                    }
                    ByteBuffer left = ByteBuffer.wrap(from, start, length);
                    while (left.hasRemaining()) {
                        int unused = channel.write(left);
                    }
                }
            };
        }

        @Override
        public String finish() throws IOException {
            writer.flush();
            channel.force(true);
            try {
                // A link and not a move: what has come there meanwhile is not replaced.
                Files.createLink(file, unfinished);
            } catch (FileAlreadyExistsException e) {
                throw new IOException(file.getFileName() + " is there already", e);
            }
            return file.toString();
        }

        @Override
        public void close() throws IOException {
            try {
                channel.close();
            } finally {
                Files.deleteIfExists(unfinished);
            }
        }
    }
}
