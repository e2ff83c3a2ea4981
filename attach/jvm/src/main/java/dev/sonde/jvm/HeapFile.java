package dev.sonde.jvm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;

/** A heap dump on disk, read anywhere by pages, so that a large one takes no more memory than a small one. Not thread-safe. */
final class HeapFile {

    private static final int PAGE_BITS = 16;
    private static final int PAGE = 1 << PAGE_BITS;
    private static final int PAGES = 512;

    private final FileChannel channel;
    final long size;
    private final byte[][] pages = new byte[PAGES][0];
    private final long[] numbers = new long[PAGES];

    HeapFile(FileChannel channel) throws IOException {
        this.channel = channel;
        this.size = channel.size();
        Arrays.fill(numbers, -1);
    }

    private byte[] page(long at) {
        long number = at >>> PAGE_BITS;
        int slot = (int) (number & (PAGES - 1));
        byte[] page = pages[slot];
        if (numbers[slot] != number) {
            if (at < 0 || at >= size) {
                throw new IllegalArgumentException("byte " + at + " of " + size);
            }
            byte[] read = page.length == 0 ? new byte[PAGE] : page;
            try {
                ByteBuffer into = ByteBuffer.wrap(read);
                long from = number << PAGE_BITS;
                while (into.hasRemaining() && channel.read(into, from + into.position()) > 0) {
                    // until the page is full, or the file ends
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            pages[slot] = read;
            numbers[slot] = number;
            page = read;
        }
        return page;
    }

    int u1(long at) {
        return page(at)[(int) (at & (PAGE - 1))] & 0xff;
    }

    int u2(long at) {
        return u1(at) << 8 | u1(at + 1);
    }

    int i4(long at) {
        int in = (int) (at & (PAGE - 1));
        if (in <= PAGE - 4) {
            byte[] page = page(at);
            return (page[in] & 0xff) << 24
                    | (page[in + 1] & 0xff) << 16
                    | (page[in + 2] & 0xff) << 8
                    | (page[in + 3] & 0xff);
        }
        return u2(at) << 16 | u2(at + 2);
    }

    long i8(long at) {
        return (long) i4(at) << 32 | (i4(at + 4) & 0xffffffffL);
    }

    byte[] bytes(long at, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) u1(at + i);
        }
        return bytes;
    }
}
