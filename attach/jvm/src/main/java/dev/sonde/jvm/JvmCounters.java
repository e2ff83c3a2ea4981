package dev.sonde.jvm;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The counters that a HotSpot JVM keeps in {@code /tmp/hsperfdata_USER/PID}, which can be read without the JVM noticing.
 *
 * <p>The layout is HotSpot's {@code perfMemory.hpp}: a prologue of 32 bytes ({@code u4 magic 0xcafec0c0} big-endian, {@code
 * u1 byteOrder} with 1 for little-endian, {@code u1 major, u1 minor, u1 accessible, i4 used, i4 overflow, i8 modTimestamp, i4
 * entryOffset, i4 entries}), then entries ({@code i4 length, i4 nameOffset, i4 vectorLength, u1 type, u1 flags, u1 unit, u1
 * variability, i4 dataOffset}). A long has type {@code J}; a string is a vector of {@code B}.
 */
final class JvmCounters {

    private static final int MAGIC = 0xcafec0c0;
    private static final int PROLOGUE = 32;
    private static final int ENTRY = 20;

    /** {@code -XX:PerfDataMemorySize} is 32 KiB by default; a file beyond this is not one. */
    private static final int MAX_BYTES = 4 << 20;

    /** Of a JVM that keeps none. */
    static final JvmCounters NONE = new JvmCounters(Map.of());

    private final Map<String, Object> values;

    private JvmCounters(Map<String, Object> values) {
        this.values = values;
    }

    /** Where the file of a process lies, seen from us; empty when it keeps none or we may not see it. */
    static Optional<Path> find(long pid, Proc.Status status, String user) {
        Path inner = Proc.of(pid).resolve("root/tmp");
        Path tmp = Files.isDirectory(inner) ? inner : Path.of("/tmp");
        if (!tmp.equals(inner) && !status.sharesPids()) {
            return Optional.empty();
        }
        String name = Long.toString(status.innerPid());
        Path likely = tmp.resolve("hsperfdata_" + user).resolve(name);
        if (belongs(likely, status.uid())) {
            return Optional.of(likely);
        }
        // In a container the user has another name, or none.
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(tmp, "hsperfdata_*")) {
            for (Path folder : folders) {
                Path file = folder.resolve(name);
                if (belongs(file, status.uid())) {
                    return Optional.of(file);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // not ours to see
        }
        return Optional.empty();
    }

    /** Anyone may put a file there, and a link would make us read something else. */
    private static boolean belongs(Path file, long uid) {
        try {
            Map<String, Object> attributes =
                    Files.readAttributes(file, "unix:uid,isRegularFile", LinkOption.NOFOLLOW_LINKS);
            return Boolean.TRUE.equals(attributes.get("isRegularFile"))
                    && attributes.get("uid") instanceof Integer owner
                    && Integer.toUnsignedLong(owner) == uid;
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    /** Reads a file; empty when it cannot be read, is not of version 2, or is not ready yet. */
    static Optional<JvmCounters> read(Path file) {
        try (SeekableByteChannel channel =
                Files.newByteChannel(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
            long size = channel.size();
            if (size < PROLOGUE || size > MAX_BYTES) {
                return Optional.empty();
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) size);
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                // until all is there
            }
            return parse(bytes.flip());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Parses a whole file. Offsets are checked: the process that wrote it is not trusted. */
    static Optional<JvmCounters> parse(ByteBuffer bytes) {
        if (bytes.limit() < PROLOGUE || bytes.order(ByteOrder.BIG_ENDIAN).getInt(0) != MAGIC) {
            return Optional.empty();
        }
        bytes.order(bytes.get(4) == 1 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        if (bytes.get(5) != 2 || bytes.get(7) == 0) {
            return Optional.empty();
        }
        Map<String, Object> values = new HashMap<>();
        int at = bytes.getInt(24);
        int entries = bytes.getInt(28);
        for (int i = 0; i < entries; i++) {
            if (at < PROLOGUE || at > bytes.limit() - ENTRY) {
                break;
            }
            int length = bytes.getInt(at);
            if (length < ENTRY || length > bytes.limit() - at) {
                break;
            }
            Object value = value(bytes, at, length);
            if (value != null) {
                values.put(text(bytes, at, bytes.getInt(at + 4), length), value);
            }
            at += length;
        }
        return Optional.of(new JvmCounters(values));
    }

    private static @Nullable Object value(ByteBuffer bytes, int entry, int length) {
        int vector = bytes.getInt(entry + 8);
        char type = (char) bytes.get(entry + 12);
        int offset = bytes.getInt(entry + 16);
        if (offset < ENTRY || offset >= length) {
            return null;
        }
        if (type == 'J' && vector == 0 && offset <= length - 8) {
            return bytes.getLong(entry + offset);
        }
        if (type == 'B' && vector > 0) {
            return text(bytes, entry, offset, Math.min(length, offset + Math.min(vector, length - offset)));
        }
        return null;
    }

    /** The text at an offset within an entry, up to its zero byte or {@code end}. */
    private static String text(ByteBuffer bytes, int entry, int offset, int end) {
        if (offset < 0 || offset >= end) {
            return "";
        }
        int to = offset;
        while (to < end && bytes.get(entry + to) != 0) {
            to++;
        }
        byte[] text = new byte[to - offset];
        bytes.get(entry + offset, text);
        return new String(text, StandardCharsets.UTF_8);
    }

    Optional<String> text(String name) {
        return values.get(name) instanceof String text && !text.isEmpty() ? Optional.of(text) : Optional.empty();
    }

    OptionalLong number(String name) {
        return values.get(name) instanceof Long number ? OptionalLong.of(number) : OptionalLong.empty();
    }

    /** The sum of what is there; empty when nothing is. */
    OptionalLong sum(String... names) {
        OptionalLong sum = OptionalLong.empty();
        for (String name : names) {
            OptionalLong one = number(name);
            if (one.isPresent()) {
                sum = OptionalLong.of(sum.orElse(0) + one.getAsLong());
            }
        }
        return sum;
    }
}
