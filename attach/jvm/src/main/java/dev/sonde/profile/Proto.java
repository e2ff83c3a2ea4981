package dev.sonde.profile;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * The wire format of protocol buffers, as much of it as {@code profile.proto} uses: varints and lengths, packed or not.
 */
final class Proto {

    static final int VARINT = 0;
    static final int BYTES = 2;

    private Proto() {}

    /** A message being written. */
    static final class Writer {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        /** A number; zero is what a missing field means, and is not written. */
        Writer number(int field, long value) {
            if (value != 0) {
                varint(((long) field << 3) | VARINT);
                varint(value);
            }
            return this;
        }

        Writer numbers(int field, long... values) {
            Writer packed = new Writer();
            for (long value : values) {
                packed.varint(value);
            }
            return message(field, packed);
        }

        Writer text(int field, String text) {
            return bytes(field, text.getBytes(StandardCharsets.UTF_8));
        }

        Writer message(int field, Writer message) {
            return bytes(field, message.out.toByteArray());
        }

        private Writer bytes(int field, byte[] bytes) {
            varint(((long) field << 3) | BYTES);
            varint(bytes.length);
            out.write(bytes, 0, bytes.length);
            return this;
        }

        private void varint(long value) {
            long rest = value;
            while ((rest & ~0x7fL) != 0) {
                out.write((int) ((rest & 0x7f) | 0x80));
                rest >>>= 7;
            }
            out.write((int) rest);
        }

        byte[] toByteArray() {
            return out.toByteArray();
        }
    }

    /** A message being read: {@code while (next()) switch (field())…}. What is read of a field is read once. */
    static final class Reader {
        private final byte[] bytes;
        private final int end;
        private int at;
        private int field;
        private int wire;

        Reader(byte[] bytes) {
            this(bytes, 0, bytes.length);
        }

        private Reader(byte[] bytes, int from, int end) {
            this.bytes = bytes;
            this.at = from;
            this.end = end;
        }

        boolean next() throws IOException {
            if (at >= end) {
                return false;
            }
            long tag = varint();
            field = (int) (tag >>> 3);
            wire = (int) (tag & 7);
            return true;
        }

        int field() {
            return field;
        }

        int wire() {
            return wire;
        }

        long number() throws IOException {
            if (wire != VARINT) {
                throw new IOException("field " + field + " is no number");
            }
            return varint();
        }

        Reader message() throws IOException {
            int length = length();
            Reader message = new Reader(bytes, at, at + length);
            at += length;
            return message;
        }

        String text() throws IOException {
            int length = length();
            String text = new String(bytes, at, length, StandardCharsets.UTF_8);
            at += length;
            return text;
        }

        /** Appends the numbers of a repeated field, packed or not. */
        Longs numbers(Longs into) throws IOException {
            if (wire == VARINT) {
                return into.add(varint());
            }
            Reader packed = message();
            while (packed.at < packed.end) {
                into.add(packed.varint());
            }
            return into;
        }

        void skip() throws IOException {
            switch (wire) {
                case VARINT -> varint();
                case 1 -> skip(8);
                case BYTES -> skip(length());
                case 5 -> skip(4);
                default -> throw new IOException("field " + field + " has an unknown form");
            }
        }

        private void skip(int count) throws IOException {
            if (count > end - at) {
                throw new IOException("it is cut off");
            }
            at += count;
        }

        private int length() throws IOException {
            if (wire != BYTES) {
                throw new IOException("field " + field + " is no message and no text");
            }
            long length = varint();
            if (length < 0 || length > end - at) {
                throw new IOException("it is cut off");
            }
            return (int) length;
        }

        private long varint() throws IOException {
            long value = 0;
            for (int shift = 0; shift < 70; shift += 7) {
                if (at >= end) {
                    throw new IOException("it is cut off");
                }
                byte next = bytes[at++];
                value |= (long) (next & 0x7f) << shift;
                if (next >= 0) {
                    return value;
                }
            }
            throw new IOException("a number is too long");
        }
    }

    /** Numbers as they come. */
    static final class Longs {
        private long[] values = new long[8];
        private int size;

        Longs add(long value) {
            if (size == values.length) {
                values = java.util.Arrays.copyOf(values, size * 2);
            }
            values[size++] = value;
            return this;
        }

        int size() {
            return size;
        }

        long get(int index) {
            return values[index];
        }

        long[] toArray() {
            return java.util.Arrays.copyOf(values, size);
        }
    }
}
