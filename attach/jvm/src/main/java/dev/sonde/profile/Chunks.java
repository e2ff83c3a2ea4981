package dev.sonde.profile;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A file of JFR's format: chunks behind each other, each complete in itself. So they are read apart, on two processors, and what has been read is
 * let go of: a recording of any size takes the memory of two chunks (12 MB on disk, unless the JVM was told otherwise), and of what
 * it comes to.
 */
final class Chunks {

    private static final int SIZE_OFFSET = 8;
    private static final int AT_ONCE = Math.min(2, Runtime.getRuntime().availableProcessors());

    private record Place(long at, long size) {}

    /** What is made of one chunk. */
    interface Reading<T> {
        T from(Chunk chunk) throws IOException;
    }

    /** Who takes what was made of the chunks, in their order. */
    interface Taking<T> {
        void take(T part) throws IOException;
    }

    private final FileChannel file;
    private final List<Place> places = new ArrayList<>();
    private final boolean cut;

    /** @throws IOException when not even its first chunk is whole; says so */
    Chunks(FileChannel file) throws IOException {
        this.file = file;
        long at = 0;
        long end = file.size();
        while (at + Chunk.HEADER <= end) {
            ByteBuffer header = ByteBuffer.allocate(Chunk.HEADER);
            while (header.hasRemaining() && file.read(header, at + header.position()) > 0) {
                // until it is full
            }
            long size = header.getLong(SIZE_OFFSET);
            if (header.getInt(0) != Chunk.SIGNATURE || size < Chunk.HEADER || size > end - at) {
                break;
            }
            if (size > Integer.MAX_VALUE) {
                throw new IOException("one chunk of the recording is larger than 2 GiB");
            }
            places.add(new Place(at, size));
            at += size;
        }
        cut = at < end;
        if (places.isEmpty()) {
            throw new IOException(
                    "the recording is cut off, or has not been finished: not even its first chunk is whole");
        }
    }

    /** Whether there is something behind the last whole chunk. */
    boolean cut() {
        return cut;
    }

    /**
     * Reads each chunk.
     *
     * @throws IOException when one is damaged; says so
     */
    <T> void each(Reading<T> reading, Taking<T> taking) throws IOException {
        ExecutorService readers = Executors.newFixedThreadPool(Math.min(AT_ONCE, places.size()), work -> {
            Thread thread = new Thread(work, "recording-reader");
            thread.setDaemon(true);
            return thread;
        });
        try {
            Queue<Future<T>> parts = new ArrayDeque<>();
            for (Place place : places) {
                if (parts.size() > AT_ONCE) {
                    taking.take(parts.remove().get());
                }
                parts.add(readers.submit(() -> reading.from(chunk(place))));
            }
            for (Future<T> part : parts) {
                taking.take(part.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("it was interrupted");
        } catch (ExecutionException e) {
            // converter's reader does not check what it reads: a length that is too large fails wherever it is used.
            throw e.getCause() instanceof IOException said
                    ? said
                    : new IOException("the recording is damaged: " + e.getCause(), e.getCause());
        } finally {
            readers.shutdownNow();
        }
    }

    private Chunk chunk(Place place) throws IOException {
        return new Chunk(file.map(FileChannel.MapMode.READ_ONLY, place.at, place.size));
    }
}
