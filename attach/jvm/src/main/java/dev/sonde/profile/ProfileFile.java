package dev.sonde.profile;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/**
 * A file that some program wrote of where time or memory goes: a profile of pprof, a recording of JFR, or collapsed stacks. Which,
 * its first bytes tell and not its name.
 */
public final class ProfileFile {

    /** The most that is read into memory; a recording is not. */
    private static final int MOST_BYTES = 128 << 20;

    private ProfileFile() {}

    /**
     * Reads it.
     *
     * @param name what the profile is called then
     * @param kind of a recording that has several; empty for the first that has samples
     * @throws IOException when it is nothing that can be read, or cut off, or too large; says so
     */
    public static Profile read(Path file, String name, Optional<Kind> kind) throws IOException {
        return read(file, name, kind, MOST_BYTES);
    }

    /** @param most bytes that are read into memory, unpacked */
    static Profile read(Path file, String name, Optional<Kind> kind, int most) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            return readable(channel, name, kind, most);
        } catch (OutOfMemoryError e) {
            throw new IOException("there is not enough memory for it", e);
        } catch (RuntimeException e) {
            throw new IOException("it is damaged: " + e, e);
        }
    }

    private static Profile readable(FileChannel file, String name, Optional<Kind> kind, int most) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(4);
        while (head.hasRemaining() && file.read(head, head.position()) > 0) {
            // until it is full, or the file ends
        }
        head.flip();
        if (!head.hasRemaining()) {
            throw new IOException("it is empty");
        }
        if (head.remaining() == 4 && head.getInt(0) == Chunk.SIGNATURE) {
            Profile recorded = RecordingFileReader.read(file, kind);
            return recorded.described(recorded.description().named(name));
        }
        if (kind.isPresent()) {
            throw new IOException("it is no recording, so it has no kinds to choose from");
        }
        file.position(0);
        boolean zipped = head.remaining() >= 2 && (head.get(0) & 0xff) == 0x1f && (head.get(1) & 0xff) == 0x8b;
        InputStream raw = new BufferedInputStream(Channels.newInputStream(file), 1 << 16);
        InputStream in = zipped ? new BufferedInputStream(new GZIPInputStream(raw), 1 << 16) : raw;
        if (isStacks(in)) {
            return CollapsedFile.read(new Bounded(in, most), name);
        }
        Profile profile = PprofFile.read(new Bounded(in, most).readAllBytes());
        return name.isEmpty()
                ? profile
                : profile.described(profile.description().named(name));
    }

    /** Whether its first line is a stack. The stream is where it was. */
    private static boolean isStacks(InputStream in) throws IOException {
        in.mark(1 << 16);
        byte[] begin = in.readNBytes((1 << 16) - 1);
        in.reset();
        String text = new String(begin, StandardCharsets.UTF_8).stripLeading();
        int end = text.indexOf('\n');
        return CollapsedFile.isStack((end < 0 ? text : text.substring(0, end)).stripTrailing());
    }

    /** A few bytes can be packed that fill the memory unpacked. */
    private static final class Bounded extends FilterInputStream {
        private final int most;
        private long count;

        Bounded(InputStream in, int most) {
            super(in);
            this.most = most;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int at, int length) throws IOException {
            int read = super.read(into, at, length);
            count += Math.max(0, read);
            if (count > most) {
                throw new IOException("unpacked it is larger than " + (most >> 20) + " MiB");
            }
            return read;
        }
    }
}
