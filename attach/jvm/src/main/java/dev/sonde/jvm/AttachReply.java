package dev.sonde.jvm;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The answer to one attach operation, as it arrives. A read waits as long as the target works on it, but not for one that is
 * stopped or gone: that is looked at while waiting, and is an {@link IOException} whose cause is the {@link TargetError}.
 */
final class AttachReply extends InputStream {

    private static final long LOOK_MILLIS = 250;

    /** No command of ours takes this long; a JVM that is silent for so long hangs. */
    private static final long SILENCE_MILLIS = 60_000;

    private final SocketChannel channel;
    private final Selector selector;
    private final AttachPoint target;
    private final ByteBuffer buffer = ByteBuffer.allocate(16 << 10).flip();
    private final int code;

    AttachReply(SocketChannel channel, AttachPoint target) throws TargetError {
        this.channel = channel;
        this.target = target;
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw target.failed(e);
        }
        try {
            channel.register(selector, SelectionKey.OP_READ);
            code = readCode();
        } catch (IOException e) {
            closeQuietly();
            throw target.failed(e);
        } catch (RuntimeException e) {
            closeQuietly();
            throw e;
        }
    }

    /** 0 when it was done; what follows is the text of the answer, or of the failure. */
    int code() {
        return code;
    }

    /** The whole text. For answers that are short; what goes beyond {@code maxBytes} is an error. */
    String text(int maxBytes) throws TargetError {
        try {
            byte[] bytes = readNBytes(maxBytes);
            if (bytes.length == maxBytes && read() >= 0) {
                throw new TargetError("the target's answer is longer than " + maxBytes + " bytes");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw target.failed(e);
        }
    }

    private int readCode() throws IOException {
        StringBuilder digits = new StringBuilder();
        for (int next = read(); next != '\n'; next = read()) {
            if (next < 0) {
                throw new IOException("the target closed the connection without an answer");
            }
            if (digits.length() > 10) {
                throw new IOException("the target's answer is not of the attach protocol");
            }
            digits.append((char) next);
        }
        try {
            return Integer.parseInt(digits.toString());
        } catch (NumberFormatException e) {
            throw new IOException("the target's answer is not of the attach protocol", e);
        }
    }

    @Override
    public int read() throws IOException {
        return fill() ? buffer.get() & 0xff : -1;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int count = Math.min(length, buffer.remaining());
        buffer.get(into, offset, count);
        return count;
    }

    private boolean fill() throws IOException {
        if (buffer.hasRemaining()) {
            return true;
        }
        long deadline = System.nanoTime() + SILENCE_MILLIS * 1_000_000;
        while (true) {
            buffer.clear();
            int count = channel.read(buffer);
            buffer.flip();
            if (count != 0) {
                return count > 0;
            }
            if (selector.select(LOOK_MILLIS) == 0) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new InterruptedIOException("interrupted");
                }
                Optional<TargetError> silence = target.silence();
                if (silence.isPresent()) {
                    throw new IOException(silence.get().getMessage(), silence.get());
                }
                if (System.nanoTime() > deadline) {
                    throw new IOException("no answer for " + SILENCE_MILLIS / 1000 + " s");
                }
            }
            selector.selectedKeys().clear();
        }
    }

    private void closeQuietly() {
        try {
            close();
        } catch (IOException e) {
            // it is not used any more
        }
    }

    @Override
    public void close() throws IOException {
        try {
            selector.close();
        } finally {
            channel.close();
        }
    }
}
