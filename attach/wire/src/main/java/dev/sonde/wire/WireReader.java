package dev.sonde.wire;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads big-endian values from bytes that nobody vouches for. Every length is checked against what is really there before
 * anything is allocated; whatever does not fit is a {@link WireException}. Not thread-safe.
 */
public final class WireReader {

    private final byte[] bytes;
    private final int end;
    private int at;

    public WireReader(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    public WireReader(byte[] bytes, int from, int length) {
        if (from < 0 || length < 0 || length > bytes.length - from) {
            throw new WireException("range " + from + "+" + length + " of " + bytes.length);
        }
        this.bytes = bytes;
        this.at = from;
        this.end = from + length;
    }

    /** The number of bytes that are left. */
    public int remaining() {
        return end - at;
    }

    public int u1() {
        need(1);
        return bytes[at++] & 0xff;
    }

    public boolean bool() {
        int value = u1();
        if (value > 1) {
            throw new WireException("not a boolean: " + value);
        }
        return value == 1;
    }

    public int i4() {
        need(4);
        int value = (bytes[at] & 0xff) << 24
                | (bytes[at + 1] & 0xff) << 16
                | (bytes[at + 2] & 0xff) << 8
                | (bytes[at + 3] & 0xff);
        at += 4;
        return value;
    }

    public long i8() {
        long high = i4();
        return high << 32 | (i4() & 0xffffffffL);
    }

    public double f8() {
        return Double.longBitsToDouble(i8());
    }

    public String string() {
        int length = length(1);
        String value = new String(bytes, at, length, WireWriter.UTF_8);
        at += length;
        return value;
    }

    public byte[] bytes() {
        int length = length(1);
        at += length;
        return Arrays.copyOfRange(bytes, at - length, at);
    }

    public List<String> strings() {
        int count = length(4);
        List<String> values = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            values.add(string());
        }
        return values;
    }

    public int[] ints() {
        int[] values = new int[length(4)];
        for (int i = 0; i < values.length; i++) {
            values[i] = i4();
        }
        return values;
    }

    /** A count of items that take at least {@code itemBytes} each, so that a lie about it cannot make us allocate. */
    public int length(int itemBytes) {
        int count = i4();
        if (count < 0 || count > remaining() / itemBytes) {
            throw new WireException("length " + count + " with " + remaining() + " bytes left");
        }
        return count;
    }

    private void need(int count) {
        if (remaining() < count) {
            throw new WireException(count + " bytes wanted, " + remaining() + " left");
        }
    }
}
