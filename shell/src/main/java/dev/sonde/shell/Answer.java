package dev.sonde.shell;

import dev.sonde.commands.output.Screen;
import dev.sonde.commands.output.Sink;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What one line answers: its standard output and error, bounded, and counted for the audit. The threads that run the
 * command wait for a slow reader for a while; all others (a target's link) drop what does not fit at once. What was
 * dropped is told in the place where it is missing.
 */
final class Answer {

    private final Outlet outlet;
    private final Screen screen;
    private final boolean terminal;
    private final Duration patience;
    private final Cancellation cancellation;
    private final Set<Thread> patient = ConcurrentHashMap.newKeySet();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicBoolean bytesTaken = new AtomicBoolean();
    private long untold;

    Answer(Outlet outlet, Screen screen, boolean terminal, Duration patience, Cancellation cancellation) {
        this.outlet = outlet;
        this.screen = screen;
        this.terminal = terminal;
        this.patience = patience;
        this.cancellation = cancellation;
    }

    Screen screen() {
        return screen;
    }

    Cancellation cancellation() {
        return cancellation;
    }

    /** The standard output. */
    Sink data() {
        return text -> line(text, false);
    }

    /** The standard error; on a terminal there is one output. */
    Sink rest() {
        return text -> line(text, !terminal);
    }

    /**
     * The standard output for bytes that are no lines, once: of two that write it nobody could make anything. Empty on a
     * terminal, and where nothing but lines is read.
     */
    Optional<OutputStream> bytesOut() {
        return screen.columns().isPresent() || !outlet.isPlain() || bytesTaken.getAndSet(true)
                ? Optional.empty()
                : Optional.of(new PlainBytes());
    }

    /** Bytes to the reader as fast as it takes them. */
    private final class PlainBytes extends OutputStream {
        private static final int PIECE = 32 << 10;

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] from, int start, int length) throws IOException {
            for (int done = 0; done < length; done += PIECE) {
                byte[] piece = Arrays.copyOfRange(from, start + done, start + Math.min(length, done + PIECE));
                awaitRoom(piece.length);
                if (cancellation.cancelled() || !outlet.offer(piece, false)) {
                    throw new IOException("the reader takes no more");
                }
                Answer.this.bytes.addAndGet(piece.length);
            }
        }
    }

    /** Makes the calling thread one that waits for the reader, until the action is done. */
    <X extends Exception> void patiently(Action<X> action) throws X {
        Thread self = Thread.currentThread();
        patient.add(self);
        try {
            action.run();
        } finally {
            patient.remove(self);
        }
    }

    /** What {@link #patiently} runs. */
    interface Action<X extends Exception> {
        void run() throws X;
    }

    long bytes() {
        return bytes.get();
    }

    long dropped() {
        return dropped.get();
    }

    /** Tells what was dropped last, as soon as the reader leaves room for it. */
    void close() {
        synchronized (this) {
            if (untold == 0) {
                return;
            }
        }
        awaitRoom(256);
        synchronized (this) {
            boolean unused = tellDropped();
        }
    }

    private void awaitRoom(int bytes) {
        try {
            boolean unused = outlet.awaitRoom(bytes, patience, () -> !cancellation.cancelled());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void line(String text, boolean toError) {
        byte[] encoded = (text + (terminal ? "\r\n" : "\n")).getBytes(StandardCharsets.UTF_8);
        if (patient.contains(Thread.currentThread())) {
            awaitRoom(encoded.length);
        }
        synchronized (this) {
            if (tellDropped() && outlet.offer(encoded, toError)) {
                bytes.addAndGet(encoded.length);
            } else {
                dropped.incrementAndGet();
                untold++;
            }
        }
    }

    /** Whether nothing is left to tell. */
    private boolean tellDropped() {
        if (untold == 0) {
            return true;
        }
        String notice = untold + (untold == 1 ? " line" : " lines") + " dropped, the reader was too slow"
                + (terminal ? "\r\n" : "\n");
        if (!outlet.offer(notice.getBytes(StandardCharsets.UTF_8), !terminal)) {
            return false;
        }
        untold = 0;
        return true;
    }
}
