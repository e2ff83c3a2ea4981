package dev.sonde.shell.jetty;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * Keeps a {@link WebShop} busy: {@code WebLoad PORT CLIENTS RATE}, so many clients that send so many requests a second together and
 * look at each answer. Prints {@code READY}, then each second {@code SECOND ops=N errors=N longest=MS first=TEXT}, the errors counted
 * from the start; ends with its standard input.
 */
final class WebLoad {

    private static final long SECOND = 1_000_000_000L;
    private static final int PATIENCE_MILLIS = 60_000;

    private final int port;
    private final long pauseNanos;
    private final LongAdder operations = new LongAdder();
    private final LongAdder errors = new LongAdder();
    private final AtomicReference<String> first = new AtomicReference<>("none");
    private volatile long longest;

    private WebLoad(int port, long pauseNanos) {
        this.port = port;
        this.pauseNanos = pauseNanos;
    }

    public static void main(String[] args) throws Exception {
        int clients = Integer.parseInt(args[1]);
        WebLoad load = new WebLoad(Integer.parseInt(args[0]), clients * SECOND / Integer.parseInt(args[2]));
        for (int i = 0; i < clients; i++) {
            int seed = i;
            daemon("client-" + i, () -> load.work(seed));
        }
        System.out.println("READY");
        daemon("report", load::report);
        while (System.in.read() >= 0) {
            // whatever is typed means nothing
        }
        System.exit(0);
    }

    /** What the shop has to answer. */
    static String answer(int number) {
        long sum = 0;
        for (int i = 0; i < 1 + number % 5; i++) {
            int item = (number + i * 7) % 40;
            long price = (100L + item) * (1 + number % 2);
            sum += item % 3 == 0 ? price / 2 : price;
        }
        int percent = number % 4 == 0 ? 10 : number % 4 == 1 ? 5 : 0;
        return "total " + (sum - sum * percent / 100);
    }

    private static void daemon(String name, Runnable body) {
        Thread thread = new Thread(body, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void work(int seed) {
        Random random = new Random(seed);
        LockSupport.parkNanos((long) (random.nextDouble() * pauseNanos));
        while (true) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.setTcpNoDelay(true);
                socket.setSoTimeout(PATIENCE_MILLIS);
                InputStream in = new BufferedInputStream(socket.getInputStream());
                work(random, in, socket.getOutputStream());
            } catch (IOException | RuntimeException e) {
                failed(e.toString());
            }
        }
    }

    private void work(Random random, InputStream in, OutputStream out) throws IOException {
        long due = System.nanoTime();
        while (true) {
            int number = random.nextInt(1_000_000);
            long start = System.nanoTime();
            out.write(("GET /" + number + " HTTP/1.1\r\nHost: shop\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            String status = line(in);
            int length = 0;
            for (String header = line(in); !header.isEmpty(); header = line(in)) {
                if (header.regionMatches(true, 0, "Content-Length:", 0, 15)) {
                    length = Integer.parseInt(header.substring(15).strip());
                }
            }
            String body = new String(in.readNBytes(length), StandardCharsets.US_ASCII);
            longest = Math.max(longest, System.nanoTime() - start);
            if (!status.equals("HTTP/1.1 200 OK") || !body.equals(answer(number))) {
                failed(number + ": " + status + " " + body);
            }
            operations.increment();
            // Who was late does not hurry.
            due = Math.max(due + pauseNanos, System.nanoTime() - pauseNanos);
            LockSupport.parkNanos(due - System.nanoTime());
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("the server has closed the connection");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    private void failed(String what) {
        errors.increment();
        first.compareAndSet("none", what.replace('\n', ' '));
    }

    private void report() {
        try {
            while (true) {
                TimeUnit.SECONDS.sleep(1);
                System.out.println("SECOND ops=" + operations.sumThenReset() + " errors=" + errors.sum() + " longest="
                        + longest / 1_000_000 + " first=" + first);
                longest = 0;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
