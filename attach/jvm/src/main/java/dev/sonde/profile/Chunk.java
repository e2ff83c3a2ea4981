package dev.sonde.profile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One chunk of a recording: a header, events, and what they refer to, all that its reader needs. This knows where each event begins and what it is
 * called, which takes a few nanoseconds an event; what stands in one is for converter's {@link one.jfr.JfrReader}, that first has to
 * read everything they refer to. The format is told in the JDK's {@code jdk.jfr.internal.consumer} alone; it is the same since 11.
 */
final class Chunk {

    /** The least that a chunk has. */
    static final int HEADER = 68;

    static final int SIGNATURE = 0x464c5200; // FLR\0

    private static final int CONSTANTS_OFFSET = 16;
    private static final int METADATA_OFFSET = 24;
    private static final int START_OFFSET = 32;
    private static final int DURATION_OFFSET = 40;

    /** No type of the JDK's lies as deep within others. */
    private static final int DEEPEST = 16;

    private static final String SETTING = "jdk.ActiveSetting";

    /** Is shown the events of a chunk, one after the other. */
    interface Visitor {

        /**
         * Here is one; the chunk's {@link #bytes()} stand where it begins, and may stand anywhere afterwards.
         *
         * @param type its number in this chunk
         */
        void event(int type) throws IOException;
    }

    /**
     * What an event was recorded with.
     *
     * @param event its name; async-profiler tells most of its settings of the recording as a whole
     */
    record Setting(String event, String name) {}

    private final ByteBuffer bytes;
    private final Map<String, Integer> ids = new HashMap<>();
    private final Map<Integer, String> names = new HashMap<>();

    /** How many numbers stand before the name and the value of a setting. */
    private int beforeSetting;

    /** @param bytes the chunk, from its first byte to its last */
    Chunk(ByteBuffer bytes) throws IOException {
        this.bytes = bytes;
        long metadata = bytes.getLong(METADATA_OFFSET);
        if (metadata < HEADER || metadata >= bytes.limit()) {
            throw new IOException("the recording is damaged: a chunk has no description of its events");
        }
        bytes.position((int) metadata);
        for (int field = 0; field < 5; field++) {
            number(); // size, type, start, duration, id
        }
        int count = (int) number();
        if (count < 0 || count > bytes.remaining()) {
            throw new IOException("the recording is damaged: the description of its events has " + count + " words");
        }
        String[] words = new String[count];
        for (int i = 0; i < count; i++) {
            words[i] = text();
        }
        element(words, "", 0);
        checkConstants();
        bytes.position(HEADER);
    }

    /** What events refer to stands in several places, each of which tells how far before it the next is; in a circle a reader would go for ever. */
    private void checkConstants() throws IOException {
        long at = bytes.getLong(CONSTANTS_OFFSET);
        long back;
        do {
            if (at < HEADER || at >= bytes.limit()) {
                throw new IOException("the recording is damaged: what its events refer to is not in it");
            }
            bytes.position((int) at);
            for (int field = 0; field < 4; field++) {
                number(); // size, type, start, duration
            }
            back = number();
            if (back > 0) {
                throw new IOException("the recording is damaged: what its events refer to goes in a circle");
            }
            at += back;
        } while (back != 0);
    }

    ByteBuffer bytes() {
        return bytes;
    }

    /** When it begins, in nanoseconds since 1970. */
    long start() {
        return bytes.getLong(START_OFFSET);
    }

    /** When it ends, in nanoseconds since 1970. */
    long end() {
        return start() + bytes.getLong(DURATION_OFFSET);
    }

    /** The number of events that are called so; -1 when there are none. */
    int id(String event) {
        return ids.getOrDefault(event, -1);
    }

    /** What events of this number are called; empty when it is none. */
    String name(int type) {
        return names.getOrDefault(type, "");
    }

    /** Whether async-profiler wrote it, and not the JVM. */
    boolean ofAsyncProfiler() {
        return ids.containsKey("profiler.Log");
    }

    private void element(String[] words, String within, int depth) throws IOException {
        if (depth > DEEPEST) {
            throw new IOException("the recording is damaged: the description of its events has no end");
        }
        String kind = words[(int) number()];
        Map<String, String> attributes = new HashMap<>();
        for (long left = number(); left > 0; left--) {
            attributes.put(words[(int) number()], words[(int) number()]);
        }
        String name = attributes.getOrDefault("name", "");
        if (kind.equals("class")) {
            int id = (int) Long.parseLong(attributes.getOrDefault("id", "-1"));
            ids.put(name, id);
            names.put(id, name);
        } else if (kind.equals("field") && within.equals(SETTING) && !name.equals("name") && !name.equals("value")) {
            beforeSetting++;
        }
        for (long left = number(); left > 0; left--) {
            element(words, kind.equals("class") ? name : "", depth + 1);
        }
    }

    /** Shows all events to someone, and notes the settings on the way. */
    void events(Map<Setting, String> settings, Visitor visitor) throws IOException {
        int setting = id(SETTING);
        int end = bytes.limit();
        for (int begin = HEADER; begin < end; ) {
            bytes.position(begin);
            long size = number();
            int type = (int) number();
            if (size <= 0 || size > end - begin) {
                throw new IOException("the recording is damaged: an event of " + size + " bytes");
            }
            bytes.position(begin);
            if (type == setting) {
                setting(settings);
            } else {
                visitor.event(type);
            }
            begin += (int) size;
        }
    }

    private void setting(Map<Setting, String> settings) {
        number(); // size
        number(); // type
        long event = 0;
        for (int i = 0; i < beforeSetting; i++) {
            event = number(); // the last is whose setting it is
        }
        String name = text();
        String value = text();
        if (name != null && value != null) {
            settings.put(new Setting(name((int) event), name), value);
        }
    }

    private long number() {
        long number = 0;
        for (int shift = 0; shift < 56; shift += 7) {
            byte part = bytes.get();
            number |= (part & 0x7fL) << shift;
            if (part >= 0) {
                return number;
            }
        }
        return number | (bytes.get() & 0xffL) << 56;
    }

    /** Null for what stands elsewhere, as only long texts do. */
    private @Nullable String text() {
        byte how = bytes.get();
        return switch (how) {
            case 1 -> "";
            case 2 -> {
                number();
                yield null;
            }
            case 3, 5 -> {
                byte[] text = new byte[Math.max(0, Math.min((int) number(), bytes.remaining()))];
                bytes.get(text);
                yield new String(text, how == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
            }
            case 4 -> {
                StringBuilder letters = new StringBuilder();
                for (long left = number(); left > 0; left--) {
                    letters.append((char) number());
                }
                yield letters.toString();
            }
            default -> null;
        };
    }
}
