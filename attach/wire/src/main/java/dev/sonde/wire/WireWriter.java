package dev.sonde.wire;

import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.List;

/** A growing buffer of big-endian values, the writing half of the codec. Not thread-safe. */
public final class WireWriter {

    /** Not by {@code StandardCharsets}, which brings six more of them into a target. */
    static final Charset UTF_8 = Charset.forName("UTF-8");

    private byte[] bytes;
    private int size;

    /** An empty buffer that holds {@code capacity} bytes before it grows. */
    public WireWriter(int capacity) {
        bytes = new byte[Math.max(16, capacity)];
    }

    /** The number of bytes written. */
    public int size() {
        return size;
    }

    /** Forgets what was written from {@code to} on. */
    public void truncate(int to) {
        size = to;
    }

    /** The array behind this writer, valid up to {@link #size()} and until the next write. */
    public byte[] buffer() {
        return bytes;
    }

    /** What was written, copied. */
    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }

    public WireWriter u1(int value) {
        room(1);
        bytes[size++] = (byte) value;
        return this;
    }

    public WireWriter bool(boolean value) {
        return u1(value ? 1 : 0);
    }

    public WireWriter i4(int value) {
        room(4);
        putInt(size, value);
        size += 4;
        return this;
    }

    public WireWriter i8(long value) {
        i4((int) (value >>> 32));
        return i4((int) value);
    }

    public WireWriter f8(double value) {
        return i8(Double.doubleToRawLongBits(value));
    }

    /** A UTF-8 string behind its length in bytes. */
    public WireWriter string(String value) {
        return bytes(value.getBytes(UTF_8));
    }

    /** Bytes behind their length. */
    public WireWriter bytes(byte[] value) {
        i4(value.length);
        return raw(value, 0, value.length);
    }

    /** Bytes without a length. */
    public WireWriter raw(byte[] value, int from, int length) {
        room(length);
        System.arraycopy(value, from, bytes, size, length);
        size += length;
        return this;
    }

    /** Strings behind their number. */
    public WireWriter strings(List<String> values) {
        i4(values.size());
        for (int i = 0; i < values.size(); i++) {
            string(values.get(i));
        }
        return this;
    }

    /** Ints behind their number. */
    public WireWriter ints(int[] values) {
        i4(values.length);
        for (int value : values) {
            i4(value);
        }
        return this;
    }

    /** Overwrites four bytes that were already written, such as a length that is known only now. */
    public void patchInt(int at, int value) {
        if (at < 0 || at + 4 > size) {
            throw new IndexOutOfBoundsException("patch at " + at + " of " + size);
        }
        putInt(at, value);
    }

    /** A whole frame around what this writer holds as payload. */
    public byte[] frame(int type, int correlation) {
        WireWriter frame = new WireWriter(Wire.HEADER + size);
        frame.i4(Wire.HEADER - 4 + size)
                .u1(Wire.VERSION)
                .u1(type)
                .i4(correlation)
                .raw(bytes, 0, size);
        return frame.bytes.length == frame.size ? frame.bytes : frame.toByteArray();
    }

    private void putInt(int at, int value) {
        bytes[at] = (byte) (value >>> 24);
        bytes[at + 1] = (byte) (value >>> 16);
        bytes[at + 2] = (byte) (value >>> 8);
        bytes[at + 3] = (byte) value;
    }

    private void room(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
    }
}
