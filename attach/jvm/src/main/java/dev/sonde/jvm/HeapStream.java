package dev.sonde.jvm;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

/**
 * A heap dump that takes no disk of the target and cannot hold it for longer than was allowed. The JVM writes into a pipe that
 * lies in its own tmp for a moment, and we into a file of the bastion that has no name any more when the first byte comes: no
 * end of either process leaves it behind.
 *
 * <p>The JVM stands still while it writes, so it stands still while we do not read. Three things bound that: we only copy
 * while it writes, and look afterwards; a time limit, after which we close the pipe, upon which HotSpot gives up and goes on;
 * and our own end, which closes it too.
 */
final class HeapStream {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final long LEFT_FREE = 512L << 20;
    private static final Duration OPENING = Duration.ofSeconds(30);
    private static final Duration LEAVING = Duration.ofSeconds(10);

    /** @param stood how long the JVM stood still, by its own count; by ours where it has none */
    record Taken(FileChannel file, long bytes, Duration stood) {}

    /**
     * What is wanted.
     *
     * @param live whether the JVM collects garbage first and dumps what is left
     * @param atMost how long it may stand still
     * @param copied told how many bytes there are so far
     */
    record Order(boolean live, Duration atMost, BooleanSupplier cancelled, LongConsumer copied) {}

    private final LocalJvm jvm;

    HeapStream(LocalJvm jvm) {
        this.jvm = jvm;
    }

    /**
     * Has the JVM dump its live objects, which makes it collect garbage first.
     *
     * @param folder of the bastion, in which the dump is kept while it is open
     * @param expected bytes, for the look at the disk
     * @param atMost how long the JVM may stand still for it
     * @throws TargetError when there is no room, no time, or no dump
     */
    Taken take(Path folder, long expected, Duration atMost, BooleanSupplier cancelled) throws TargetError {
        return take(folder, expected, new Order(true, atMost, cancelled, bytes -> {}));
    }

    /** The same, of what an order says. */
    Taken take(Path folder, long expected, Order order) throws TargetError {
        FileChannel file = null;
        boolean done = false;
        try {
            long usable = Files.getFileStore(folder).getUsableSpace();
            if (usable - LEFT_FREE < expected) {
                throw new TargetError("the dump needs about " + (expected >> 20) + " MiB of the server's disk, and "
                        + (Math.max(0, usable - LEFT_FREE) >> 20) + " MiB may be used");
            }
            file = nameless(folder);
            Poured poured = pour(file, usable - LEFT_FREE, order);
            done = true;
            return new Taken(file, poured.bytes, poured.stood);
        } catch (IOException e) {
            throw jvm.attach.failed(e);
        } finally {
            if (!done && file != null) {
                close(file);
            }
        }
    }

    /** How much came, and how long the JVM stood still for it. */
    record Poured(long bytes, Duration stood) {}

    /**
     * Has the JVM dump its objects into what must take them as fast as they come: it stands still until they are taken.
     *
     * @param most bytes, after which the dump is given up
     */
    Poured pour(WritableByteChannel into, long most, Order order) throws TargetError {
        long pid = jvm.process.id.pid();
        Proc.Status status = Proc.status(pid).orElseThrow(jvm.attach::gone);
        String name = ".sonde-heap-" + HexFormat.of().toHexDigits(RANDOM.nextLong());
        Path pipe = Proc.of(pid).resolve("root/tmp").resolve(name);
        try {
            String command = command(order) + "/tmp/" + name;
            try {
                makePipe(pipe, status.uid());
            } catch (IOException e) {
                delete(pipe);
                throw e;
            }
            return copy(pipe, command, into, most, order);
        } catch (IOException e) {
            throw jvm.attach.failed(e);
        }
    }

    /** A file that only its descriptor leads to. */
    private static FileChannel nameless(Path folder) throws IOException {
        Path path = Files.createTempFile(
                folder, "heap", "", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            return FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        } finally {
            Files.delete(path);
        }
    }

    private static void makePipe(Path pipe, long uid) throws IOException {
        Process made = new ProcessBuilder("mkfifo", "-m", "600", pipe.toString())
                .redirectErrorStream(true)
                .start();
        try (var output = made.getInputStream()) {
            String said = new String(output.readNBytes(1000), StandardCharsets.UTF_8).strip();
            if (!made.waitFor(10, TimeUnit.SECONDS) || made.exitValue() != 0) {
                throw new IOException("no pipe could be made in the target's /tmp: " + said);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        if (Files.getAttribute(pipe, "unix:uid", LinkOption.NOFOLLOW_LINKS) instanceof Integer owner
                && Integer.toUnsignedLong(owner) != uid) {
            Files.setAttribute(pipe, "unix:uid", (int) uid, LinkOption.NOFOLLOW_LINKS);
        }
    }

    /**
     * The diagnostic command, without the name of the file. Which options it has differs between the builds of one release, and
     * one that it does not know it takes for the file's name.
     */
    private String command(Order order) throws TargetError, IOException {
        try (AttachReply reply = jvm.attach.jcmd("help GC.heap_dump")) {
            String help = reply.text(64 << 10);
            if (!help.contains("-overwrite")) { // and what is not overwritten must not be there, as a pipe is
                throw new TargetError(
                        "the JVM is too old to write a dump of its heap into a pipe, and none is put on its disk:"
                                + " its GC.heap_dump knows no -overwrite");
            }
            return "GC.heap_dump -overwrite " + (order.live ? "" : "-all ")
                    + (help.contains("-parallel") ? "-parallel=1 " : "");
        }
    }

    private Poured copy(Path pipe, String command, WritableByteChannel into, long most, Order order)
            throws TargetError, IOException {
        OptionalLong before = stoodNanos();
        CompletableFuture<FileChannel> opened = new CompletableFuture<>();
        CompletableFuture<Long> copied = new CompletableFuture<>();
        AtomicLong so = new AtomicLong();
        Thread reader = new Thread(() -> read(pipe, into, most, so, opened, copied), "heap-reader");
        reader.setDaemon(true);
        reader.start();
        CompletableFuture<String> answer = new CompletableFuture<>();
        Thread asking = new Thread(
                () -> {
                    try (AttachReply reply = jvm.attach.jcmd(command)) {
                        answer.complete(
                                reply.code() + " " + reply.text(64 << 10).strip());
                    } catch (TargetError | IOException | RuntimeException e) {
                        answer.completeExceptionally(e);
                    }
                },
                "heap-dump");
        asking.setDaemon(true);
        asking.start();
        long started = System.nanoTime();
        long deadline = started + OPENING.toNanos();
        boolean reading = false;
        String why = "";
        try {
            while (!(answer.isDone() && (copied.isDone() || !opened.isDone()))) {
                if (!reading && opened.isDone()) {
                    reading = true;
                    started = System.nanoTime();
                    deadline = started + order.atMost.toNanos();
                    delete(pipe);
                }
                order.copied.accept(so.get());
                if (order.cancelled.getAsBoolean()) {
                    why = "cancelled";
                } else if (System.nanoTime() > deadline) {
                    why = reading
                            ? "the dump was given up: it would have stopped the JVM for more than "
                                    + order.atMost.toMillis()
                                    + " ms"
                            : "the JVM did not begin its dump within " + OPENING.toSeconds() + " s";
                }
                if (!why.isEmpty()) {
                    break;
                }
                pause(answer);
            }
            Duration measured = Duration.ofNanos(System.nanoTime() - started);
            if (!why.isEmpty()) {
                throw new TargetError(why);
            }
            String said = answer.get();
            if (!opened.isDone() || !copied.isDone()) {
                throw new TargetError("the JVM made no dump: " + firstLine(said));
            }
            long bytes = copied.get();
            OptionalLong after = stoodNanos();
            Duration stood = before.isPresent() && after.isPresent() && after.getAsLong() > before.getAsLong()
                    ? Duration.ofNanos(after.getAsLong() - before.getAsLong())
                    : measured;
            return new Poured(bytes, stood);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TargetError error) {
                throw error;
            }
            throw new TargetError("the dump broke: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TargetError("interrupted", e);
        } finally {
            release(pipe, opened, answer);
        }
    }

    private static void pause(CompletableFuture<String> answer) throws InterruptedException, TargetError {
        try {
            if (answer.isDone()) {
                TimeUnit.MILLISECONDS.sleep(1);
            } else {
                answer.get(5, TimeUnit.MILLISECONDS);
            }
        } catch (TimeoutException e) {
            // once more
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TargetError error) {
                throw error;
            }
            throw new TargetError("the dump broke: " + e.getMessage(), e);
        }
    }

    private static void read(
            Path pipe,
            WritableByteChannel into,
            long most,
            AtomicLong so,
            CompletableFuture<FileChannel> opened,
            CompletableFuture<Long> copied) {
        try (FileChannel in = FileChannel.open(pipe, StandardOpenOption.READ)) {
            opened.complete(in);
            ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
            long bytes = 0;
            while (in.read(buffer) >= 0) {
                buffer.flip();
                bytes += buffer.remaining();
                if (bytes > most) {
                    throw new IOException("it is larger than " + (most >> 20) + " MiB, which is what the disk has");
                }
                while (buffer.hasRemaining()) {
                    into.write(buffer);
                }
                buffer.clear();
                so.set(bytes);
            }
            copied.complete(bytes);
        } catch (IOException | RuntimeException e) {
            opened.completeExceptionally(e);
            copied.completeExceptionally(e);
        }
    }

    /**
     * Ends the reader, wherever it is: it closes the pipe, and a JVM that still writes gets an error and goes on. The pipe's name
     * stays until the JVM has opened it or will not any more: opening a name that is gone would make a file of that name, and
     * fill it. A JVM that takes longer than we wait is served when it comes to it.
     */
    private static void release(Path pipe, CompletableFuture<FileChannel> opened, CompletableFuture<String> answer) {
        CompletableFuture<?> ended = opened.handle((channel, failure) -> {
            delete(pipe);
            if (channel != null) {
                close(channel);
            }
            return Boolean.TRUE;
        });
        CompletableFuture<?> answered = answer.handle((text, failure) -> {
            if (!opened.isDone()) {
                // The reader waits for a writer that does not come: here is one, for a moment.
                try (FileChannel writer = FileChannel.open(pipe, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                    opened.get(1, TimeUnit.SECONDS);
                } catch (IOException | ExecutionException | TimeoutException e) {
                    delete(pipe);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            return Boolean.TRUE;
        });
        try {
            CompletableFuture.anyOf(ended, answered).get(LEAVING.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            // what was set up above goes on without us
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Nanoseconds that the JVM has stood still at safepoints so far, by its own count. */
    private OptionalLong stoodNanos() {
        Optional<JvmCounters> perf = jvm.process.perf();
        OptionalLong ticks = perf.map(p -> p.number("sun.rt.safepointTime")).orElse(OptionalLong.empty());
        OptionalLong frequency = perf.map(p -> p.number("sun.os.hrt.frequency")).orElse(OptionalLong.empty());
        return ticks.isPresent() && frequency.isPresent() && frequency.getAsLong() > 0
                ? OptionalLong.of((long) (ticks.getAsLong() * 1e9 / frequency.getAsLong()))
                : OptionalLong.empty();
    }

    private static String firstLine(String text) {
        int end = text.indexOf('\n');
        return end < 0 ? text : text.substring(0, end);
    }

    private static void delete(Path pipe) {
        try {
            Files.deleteIfExists(pipe);
        } catch (IOException e) {
            // gone with the target's own tmp
        }
    }

    private static void close(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // it is not used any more
        }
    }
}
