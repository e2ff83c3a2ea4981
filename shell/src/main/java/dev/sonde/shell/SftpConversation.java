package dev.sonde.shell;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.LinkOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The file transfer protocol of ssh, version 3
 * (<a href="https://datatracker.ietf.org/doc/html/draft-ietf-secsh-filexfer-02">draft-ietf-secsh-filexfer-02</a>), as much of it
 * as reading takes. What would change something is answered with "permission denied", for there is no code that could.
 */
final class SftpConversation implements AutoCloseable {

    private static final int VERSION = 3;
    private static final int LONGEST_PACKET = 64 << 10;
    private static final int LONGEST_READ = 32 << 10;
    private static final int MOST_OPEN = 64;

    // Section 3.
    private static final int INIT = 1;
    private static final int VERSION_IS = 2;
    private static final int OPEN = 3;
    private static final int CLOSE = 4;
    private static final int READ = 5;
    private static final int LSTAT = 7;
    private static final int FSTAT = 8;
    private static final int OPENDIR = 11;
    private static final int READDIR = 12;
    private static final int REALPATH = 16;
    private static final int STAT = 17;
    private static final int EXTENDED = 200;
    private static final int STATUS = 101;
    private static final int HANDLE = 102;
    private static final int DATA = 103;
    private static final int NAME = 104;
    private static final int ATTRS = 105;

    // Section 7.
    private static final int OK = 0;
    private static final int EOF = 1;
    private static final int NO_SUCH_FILE = 2;
    private static final int PERMISSION_DENIED = 3;
    private static final int FAILURE = 4;
    private static final int BAD_MESSAGE = 5;
    private static final int UNSUPPORTED = 8;

    // Section 5 and 6.3.
    private static final int WITH_SIZE = 1;
    private static final int WITH_PERMISSIONS = 4;
    private static final int WITH_TIMES = 8;
    private static final int FOLDER = 040500;
    private static final int PLAIN_FILE = 0100400;
    private static final int READS = 1;

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("MMM dd  yyyy", Locale.ROOT).withZone(ZoneOffset.UTC);

    /** Told of each file before the first of its bytes is given; one that fails keeps it closed. */
    interface Opening {
        void opens(String path) throws IOException;
    }

    /** Where packets go. */
    interface Sink {
        void send(byte[] packet) throws IOException;
    }

    /** What a client has open: a file, or a folder whose entries it has not all been told. */
    private static final class Open {
        final SftpTree.Entry entry;
        final Optional<FileChannel> file;
        List<SftpTree.Entry> left;

        Open(SftpTree.Entry entry, Optional<FileChannel> file, List<SftpTree.Entry> left) {
            this.entry = entry;
            this.file = file;
            this.left = left;
        }
    }

    private final SftpTree tree;
    private final Opening opening;
    private final Sink sink;
    private final Map<String, Open> open = new HashMap<>();
    private int handles;

    SftpConversation(SftpTree tree, Opening opening, Sink sink) {
        this.tree = tree;
        this.opening = opening;
        this.sink = sink;
    }

    /** Answers until the client has no more to ask. */
    void converse(InputStream in) throws IOException {
        DataInputStream packets = new DataInputStream(in);
        while (true) {
            int length;
            try {
                length = packets.readInt();
            } catch (EOFException e) {
                return;
            }
            if (length < 1 || length > LONGEST_PACKET) {
                throw new IOException("a packet of " + length + " bytes");
            }
            byte[] packet = packets.readNBytes(length);
            if (packet.length < length) {
                return;
            }
            answer(new DataInputStream(new java.io.ByteArrayInputStream(packet)));
        }
    }

    /** A packet that is being put together. */
    private static final class Packet {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final DataOutputStream out = new DataOutputStream(bytes);

        Packet(int type, int id) throws IOException {
            out.writeInt(0);
            out.writeByte(type);
            out.writeInt(id);
        }

        Packet number(int value) throws IOException {
            out.writeInt(value);
            return this;
        }

        Packet text(String text) throws IOException {
            return bytes(text.getBytes(StandardCharsets.UTF_8));
        }

        Packet bytes(byte[] value) throws IOException {
            out.writeInt(value.length);
            out.write(value);
            return this;
        }

        Packet attributes(SftpTree.Entry entry) throws IOException {
            out.writeInt(WITH_SIZE | WITH_PERMISSIONS | WITH_TIMES);
            out.writeLong(entry.size());
            out.writeInt(entry.isFolder() ? FOLDER : PLAIN_FILE);
            out.writeInt((int) entry.modifiedSeconds());
            out.writeInt((int) entry.modifiedSeconds());
            return this;
        }

        byte[] whole() {
            byte[] whole = bytes.toByteArray();
            ByteBuffer.wrap(whole).putInt(0, whole.length - Integer.BYTES);
            return whole;
        }
    }

    private void answer(DataInputStream in) throws IOException {
        int type = in.readUnsignedByte();
        if (type == INIT) {
            sink.send(new Packet(VERSION_IS, VERSION).whole()); // where others have their id
            return;
        }
        int id = in.readInt();
        Packet answer;
        try {
            answer = switch (type) {
                case REALPATH -> realPath(id, text(in));
                case STAT, LSTAT -> stat(id, text(in));
                case OPEN -> open(id, text(in), in.readInt());
                case OPENDIR -> openFolder(id, text(in));
                case FSTAT -> {
                    Open known = open.get(text(in));
                    yield known == null
                            ? status(id, FAILURE, "no such handle")
                            : new Packet(ATTRS, id).attributes(known.entry);
                }
                case READ -> read(id, text(in), in.readLong(), in.readInt());
                case READDIR -> readFolder(id, text(in));
                case CLOSE -> close(id, text(in));
                case EXTENDED -> status(id, UNSUPPORTED, "not supported");
                default -> status(id, PERMISSION_DENIED, "this tree can be read and not changed");
            };
        } catch (EOFException e) {
            answer = status(id, BAD_MESSAGE, "the request is cut off");
        }
        sink.send(answer.whole());
    }

    private static String text(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new EOFException();
        }
        return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }

    private static Packet status(int id, int code, String why) throws IOException {
        return new Packet(STATUS, id).number(code).text(why).text("en");
    }

    private static Packet realPath(int id, String path) throws IOException {
        String plain = SftpTree.plain(path);
        return new Packet(NAME, id).number(1).text(plain).text(plain).number(0);
    }

    private Packet stat(int id, String path) throws IOException {
        Optional<SftpTree.Entry> entry = tree.find(path);
        return entry.isPresent()
                ? new Packet(ATTRS, id).attributes(entry.get())
                : status(id, NO_SUCH_FILE, "there is no " + SftpTree.plain(path));
    }

    private Packet open(int id, String path, int how) throws IOException {
        if (how != READS) {
            return status(id, PERMISSION_DENIED, "this tree can be read and not changed");
        }
        Optional<SftpTree.Entry> entry = tree.find(path);
        if (entry.isEmpty() || entry.get().file().isEmpty()) {
            return status(id, NO_SUCH_FILE, "there is no file " + SftpTree.plain(path));
        }
        if (open.size() >= MOST_OPEN) {
            return status(id, FAILURE, "too many files are open");
        }
        try {
            opening.opens(SftpTree.plain(path));
            FileChannel file =
                    FileChannel.open(entry.get().file().get(), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
            return handle(id, new Open(entry.get(), Optional.of(file), List.of()));
        } catch (IOException e) {
            return status(id, FAILURE, "it cannot be opened: " + e.getMessage());
        }
    }

    private Packet openFolder(int id, String path) throws IOException {
        Optional<SftpTree.Entry> entry = tree.find(path);
        if (entry.isEmpty() || !entry.get().isFolder()) {
            return status(id, NO_SUCH_FILE, "there is no folder " + SftpTree.plain(path));
        }
        return open.size() >= MOST_OPEN
                ? status(id, FAILURE, "too many folders are open")
                : handle(id, new Open(entry.get(), Optional.empty(), tree.list(path)));
    }

    private Packet handle(int id, Open opened) throws IOException {
        String handle = Integer.toString(++handles);
        open.put(handle, opened);
        return new Packet(HANDLE, id).text(handle);
    }

    private Packet read(int id, String handle, long from, int length) throws IOException {
        Open known = open.get(handle);
        if (known == null || known.file.isEmpty() || from < 0 || length < 0) {
            return status(id, FAILURE, "no such handle");
        }
        ByteBuffer into = ByteBuffer.allocate(Math.min(length, LONGEST_READ));
        int count = known.file.get().read(into, from);
        if (count < 0) {
            return status(id, EOF, "the end");
        }
        byte[] read = new byte[count];
        into.flip().get(read);
        return new Packet(DATA, id).bytes(read);
    }

    private Packet readFolder(int id, String handle) throws IOException {
        Open known = open.get(handle);
        if (known == null) {
            return status(id, FAILURE, "no such handle");
        }
        if (known.left.isEmpty()) {
            return status(id, EOF, "the end");
        }
        List<SftpTree.Entry> now = known.left.subList(0, Math.min(100, known.left.size()));
        known.left = known.left.subList(now.size(), known.left.size());
        Packet names = new Packet(NAME, id).number(now.size());
        for (SftpTree.Entry entry : now) {
            names.text(entry.name()).text(longName(entry)).attributes(entry);
        }
        return names;
    }

    /** As {@code ls -l} prints it, which is what clients show. */
    private static String longName(SftpTree.Entry entry) {
        return String.format(
                Locale.ROOT,
                "%s 1 sonde sonde %12d %s %s",
                entry.isFolder() ? "dr-x------" : "-r--------",
                entry.size(),
                TIME.format(Instant.ofEpochSecond(entry.modifiedSeconds())),
                entry.name());
    }

    private Packet close(int id, String handle) throws IOException {
        Open known = open.remove(handle);
        if (known == null) {
            return status(id, FAILURE, "no such handle");
        }
        if (known.file.isPresent()) {
            known.file.get().close();
        }
        return status(id, OK, "");
    }

    /** Closes what the client has left open. */
    @Override
    public void close() throws IOException {
        for (Open each : open.values()) {
            if (each.file.isPresent()) {
                each.file.get().close();
            }
        }
        open.clear();
    }
}
