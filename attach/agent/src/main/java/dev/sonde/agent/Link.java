package dev.sonde.agent;

import dev.sonde.wire.Wire;
import dev.sonde.wire.WireWriter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Frames over one socket, without ever blocking but in {@link #turn}. Our thread only.
 *
 * <p>It looks for what has come instead of being woken up by a selector, which would bring seventy classes of the JDK into
 * the target: at first every few microseconds, then ever more rarely.
 */
final class Link {

    /** One frame that has come. */
    static final class Frame {
        final int type;
        final int correlation;
        final byte[] payload;

        Frame(int type, int correlation, byte[] payload) {
            this.type = type;
            this.correlation = correlation;
            this.payload = payload;
        }
    }

    private static final long FIRST_NAP_NANOS = 20_000;
    /** Twice, because the JDK has one of the same size outside of the heap. */
    private static final int LEAST_BUFFER = 4 << 10;

    private final SocketChannel channel;
    private final ArrayDeque<ByteBuffer> out = new ArrayDeque<>();
    private final ArrayDeque<Frame> in = new ArrayDeque<>();
    private int pending;
    private long nap = FIRST_NAP_NANOS;
    private ByteBuffer reading = ByteBuffer.allocate(LEAST_BUFFER);
    /** When something last came, by {@code System.nanoTime()}. */
    long heard = System.nanoTime();

    /** @param address {@code unix:PATH} or {@code tcp:PORT} on loopback */
    Link(String address) throws Exception {
        channel = SocketChannel.open(address(address));
        channel.configureBlocking(false);
    }

    private static SocketAddress address(String address) throws Exception {
        if (address.startsWith("unix:")) {
            // Java 16 and later; the bastion asks for it only there. Before, the verifier must not need to know what it
            // is.
            Object path = UnixDomainSocketAddress.of(address.substring(5));
            return (SocketAddress) path;
        }
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(address.substring(4)));
    }

    /** Bytes that the bastion has not taken yet. */
    int pending() {
        return pending;
    }

    void send(int type, int correlation, WireWriter payload) {
        ByteBuffer frame = ByteBuffer.wrap(payload.frame(type, correlation));
        pending += frame.remaining();
        nap = FIRST_NAP_NANOS;
        out.add(frame);
    }

    /**
     * Something that a person should know.
     *
     * @param probeId 0 for none
     */
    void notice(int probeId, String text) {
        send(Wire.NOTICE, 0, new WireWriter(256).i4(probeId).string(text));
    }

    /** The oldest frame that has come, and takes it. */
    @Nullable
    Frame take() {
        return in.poll();
    }

    /** Puts a frame back behind those that have come. */
    void later(Frame frame) {
        in.add(frame);
    }

    /** Writes what the socket takes, waits at most so long for something to come, and reads it. */
    void turn(long millis) throws IOException {
        long start = System.nanoTime();
        while (true) {
            flush();
            // A bastion that asks and does not read its answers gets no further question read.
            boolean came = pending < Wire.MAX_FRAME && read();
            long left = millis * 1_000_000L - (System.nanoTime() - start);
            if (came || !in.isEmpty() || left <= 0) {
                return;
            }
            sleep(Math.min(nap, left));
            nap = Math.min(nap + nap / 2, millis * 1_000_000L);
        }
    }

    /** Parks our thread. A pending interrupt, by whomever, would end this and every later park at once. */
    static void sleep(long nanos) {
        boolean unused = Thread.interrupted();
        LockSupport.parkNanos(nanos);
    }

    private void flush() throws IOException {
        for (ByteBuffer frame = out.peek(); frame != null; frame = out.peek()) {
            int written = channel.write(frame);
            pending -= written;
            if (frame.hasRemaining()) {
                return;
            }
            out.remove();
        }
    }

    /** Reads what is there; whether there was anything. */
    private boolean read() throws IOException {
        for (boolean any = false; ; any = true) {
            int count = channel.read(reading);
            if (count < 0) {
                throw new IOException("closed");
            }
            if (count == 0) {
                return any;
            }
            heard = System.nanoTime();
            nap = FIRST_NAP_NANOS;
            split();
        }
    }

    private void split() throws IOException {
        reading.flip();
        while (reading.remaining() >= 4) {
            int length = reading.getInt(reading.position());
            if (length < Wire.HEADER - 4 || length > Wire.MAX_FRAME) {
                throw new IOException("frame of " + length);
            }
            if (reading.remaining() < 4 + length) {
                if (reading.capacity() < 4 + length) {
                    ByteBuffer larger = ByteBuffer.allocate(4 + length);
                    larger.put(reading);
                    reading = larger;
                    return;
                }
                break;
            }
            reading.getInt();
            int version = reading.get();
            if (version != Wire.VERSION) {
                throw new IOException("version " + version);
            }
            int type = reading.get() & 0xff;
            int correlation = reading.getInt();
            byte[] payload = new byte[length - (Wire.HEADER - 4)];
            reading.get(payload);
            in.add(new Frame(type, correlation, payload));
        }
        reading.compact();
        if (reading.position() == 0 && reading.capacity() > 64 << 10) {
            reading = ByteBuffer.allocate(LEAST_BUFFER);
        }
    }

    /** Waits until all is written, or that long. */
    void drain(long millis) throws IOException {
        long deadline = System.nanoTime() + millis * 1_000_000;
        flush();
        while (!out.isEmpty() && System.nanoTime() < deadline) {
            sleep(1_000_000);
            flush();
        }
    }

    void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // there is nobody to tell
        }
    }
}
