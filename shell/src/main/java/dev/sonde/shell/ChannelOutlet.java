package dev.sonde.shell;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.common.io.IoOutputStream;
import org.apache.sshd.common.io.IoWriteFuture;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The way out of a session: a queue of at most 1 MiB in front of the channel, so that a slow reader slows only itself.
 *
 * <p>The trap it avoids: MINA writes as much as the client's window allows and buffers what the socket does not take. A
 * client that grants a window of 2 GiB and stops reading makes that buffer grow until the heap is full. So one piece of
 * at most 32 KiB is given to MINA at a time, and the next when the socket has taken it. Whatever the window, MINA holds one
 * piece of a channel. (Waiting in a {@code ChannelStreamWriter} would do too, but would need a thread for each channel.)
 */
final class ChannelOutlet implements Outlet {

    static final int CAPACITY = 1 << 20;
    private static final int PIECE = 32 << 10;

    private static final class Chunk {
        final byte[] bytes;
        final boolean error;

        Chunk(byte[] bytes, boolean error) {
            this.bytes = bytes;
            this.error = error;
        }
    }

    private final IoOutputStream out;
    private final IoOutputStream error;
    private final Deque<Chunk> queue = new ArrayDeque<>();
    private long queued;
    private boolean full;
    private boolean writing;
    private boolean closed;
    private long lastProgress = System.nanoTime();

    ChannelOutlet(IoOutputStream out, IoOutputStream error) {
        this.out = out;
        this.error = error;
    }

    @Override
    public boolean offer(byte[] bytes, boolean toError) {
        synchronized (this) {
            if (closed) {
                return true;
            }
            // An empty queue takes anything: a single row larger than the queue must be able to leave.
            if (lacksRoom(bytes.length)) {
                full = true;
                return false;
            }
            if (queued == 0) {
                lastProgress = System.nanoTime();
            }
            queue.add(new Chunk(bytes, toError));
            queued += bytes.length;
        }
        pump();
        return true;
    }

    @Override
    public synchronized boolean awaitRoom(int bytes, Duration patience, Wanted wanted) throws InterruptedException {
        while (!closed && lacksRoom(bytes)) {
            long left = patience.toNanos() - (System.nanoTime() - lastProgress);
            if (left <= 0 || !wanted.stillWanted()) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, Math.min(left, TimeUnit.MILLISECONDS.toNanos(100)));
        }
        return true;
    }

    @Override
    public synchronized boolean drain(Duration patience) throws InterruptedException {
        while (!closed && queued > 0) {
            long left = patience.toNanos() - (System.nanoTime() - lastProgress);
            if (left <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return queued == 0;
    }

    /** Forgets what is queued; further bytes are taken and thrown away. */
    synchronized void close() {
        closed = true;
        queue.clear();
        queued = 0;
        notifyAll();
    }

    /** Bytes that wait to leave. */
    synchronized long queued() {
        return queued;
    }

    /** Once full, it is so until half of it has left: rather one long gap in the output than a hundred short ones. */
    private boolean lacksRoom(int bytes) {
        return queued > 0 && (full || queued + bytes > CAPACITY);
    }

    private void pump() {
        while (true) {
            Chunk piece = take();
            if (piece == null) {
                return;
            }
            IoWriteFuture future;
            try {
                future = (piece.error ? error : out).writeBuffer(new ByteArrayBuffer(piece.bytes));
            } catch (IOException | RuntimeException e) {
                close(); // the channel is gone; its own closing ends what runs
                return;
            }
            // A listener on a future that is done already would call us from within: deep stacks for long outputs.
            if (!future.isDone()) {
                future.addListener(done -> {
                    written(done, piece.bytes.length);
                    pump();
                });
                return;
            }
            written(future, piece.bytes.length);
        }
    }

    private synchronized @Nullable Chunk take() {
        if (writing || queue.isEmpty()) {
            return null;
        }
        writing = true;
        Chunk first = queue.remove();
        Chunk next = queue.peek();
        if (first.bytes.length > PIECE) {
            byte[] rest = Arrays.copyOfRange(first.bytes, PIECE, first.bytes.length);
            queue.addFirst(new Chunk(rest, first.error));
            return new Chunk(Arrays.copyOf(first.bytes, PIECE), first.error);
        }
        if (next == null || next.error != first.error || first.bytes.length + next.bytes.length > PIECE) {
            return first;
        }
        // Many small rows leave as one packet.
        byte[] joined = Arrays.copyOf(first.bytes, PIECE);
        int length = first.bytes.length;
        while (next != null && next.error == first.error && length + next.bytes.length <= PIECE) {
            queue.remove();
            System.arraycopy(next.bytes, 0, joined, length, next.bytes.length);
            length += next.bytes.length;
            next = queue.peek();
        }
        return new Chunk(Arrays.copyOf(joined, length), first.error);
    }

    private synchronized void written(IoWriteFuture future, int bytes) {
        writing = false;
        if (!future.isWritten()) {
            close();
            return;
        }
        queued = Math.max(0, queued - bytes);
        full &= queued > CAPACITY / 2;
        lastProgress = System.nanoTime();
        notifyAll();
    }
}
