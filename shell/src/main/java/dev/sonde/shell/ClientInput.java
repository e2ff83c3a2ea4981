package dev.sonde.shell;

import java.io.IOException;
import java.io.InputStream;
import org.apache.sshd.server.channel.ChannelDataReceiver;
import org.apache.sshd.server.channel.ChannelSession;
import org.jspecify.annotations.Nullable;

/**
 * What the client sends: the keys that are typed, or the lines of its standard input.
 *
 * <p>With a terminal everything is taken as it comes, because a Ctrl-C must be seen however much was typed before it while
 * a line runs; 64 KiB are kept as the next lines, the rest is dropped. Without one the SSH window holds the client back
 * until its bytes were read.
 */
final class ClientInput extends InputStream implements ChannelDataReceiver {

    private static final int TYPED_AHEAD = 64 << 10;
    private static final byte CTRL_C = 3;

    /** Told of Ctrl-C; says whether something ran that it ended, so that it is not for the line editor. */
    interface Interrupt {
        boolean interrupted();
    }

    private final boolean terminal;
    private volatile @Nullable Interrupt interrupt;
    private @Nullable ChannelSession channel;
    private byte[] buffer = new byte[1024];
    private int from;
    private int count;
    private boolean ended;
    private boolean held;
    private volatile long lastTyped = System.nanoTime();

    ClientInput(boolean terminal) {
        this.terminal = terminal;
    }

    void onInterrupt(Interrupt told) {
        interrupt = told;
    }

    /** When the last byte came, as {@link System#nanoTime}. */
    long lastTyped() {
        return lastTyped;
    }

    @Override
    public int data(ChannelSession source, byte[] bytes, int start, int length) {
        lastTyped = System.nanoTime();
        int rest = start;
        if (terminal) {
            Interrupt told = interrupt;
            for (int i = start; i < start + length; i++) {
                if (bytes[i] == CTRL_C && told != null && told.interrupted()) {
                    rest = i + 1;
                    forget(); // what was typed ahead goes with the line that it waited for
                }
            }
        }
        synchronized (this) {
            channel = source;
            int taken = start + length - rest;
            if (terminal) {
                taken = Math.min(taken, TYPED_AHEAD - count);
            }
            append(bytes, rest, taken);
            notifyAll();
        }
        return terminal ? length : 0; // 0: the window opens again when the bytes are read
    }

    private synchronized void forget() {
        count = 0;
    }

    /** From now on what comes stays here, where a Ctrl-C can still take it back: JLine would read ahead. */
    synchronized void hold() {
        held = true;
    }

    synchronized void release() {
        held = false;
        notifyAll();
    }

    private void append(byte[] bytes, int start, int length) {
        if (length <= 0) {
            return;
        }
        if (from + count + length > buffer.length) {
            byte[] target = count + length > buffer.length ? new byte[(count + length) * 2] : buffer;
            System.arraycopy(buffer, from, target, 0, count);
            buffer = target;
            from = 0;
        }
        System.arraycopy(bytes, start, buffer, from + count, length);
        count += length;
    }

    /** The next byte at once, also while what comes is held; -1 when there is none. */
    synchronized int typed() {
        if (count == 0) {
            return -1;
        }
        count--;
        return buffer[from++] & 0xff;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        int taken;
        ChannelSession opened;
        synchronized (this) {
            while (count == 0 || held) {
                if (ended && count == 0) {
                    return -1;
                }
                try {
                    wait();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return -1;
                }
            }
            taken = Math.min(length, count);
            System.arraycopy(buffer, from, target, offset, taken);
            from += taken;
            count -= taken;
            opened = terminal ? null : channel;
        }
        if (opened != null && opened.isOpen()) {
            opened.getLocalWindow().release(taken);
        }
        return taken;
    }

    @Override
    public synchronized int available() {
        return count;
    }

    /** Nothing more will come: the client said so, or is gone. */
    @Override
    public synchronized void close() {
        ended = true;
        notifyAll();
    }
}
