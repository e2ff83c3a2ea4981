package dev.sonde.jvm;

import dev.sonde.wire.Wire;
import dev.sonde.wire.WireException;
import dev.sonde.wire.WireReader;
import dev.sonde.wire.WireWriter;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The framed connection to the agent in one target. Requests are matched to their answers by number; what the agent sends by
 * itself goes to a {@link Receiver}, in order, on a worker's thread and never on the one that reads.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write or close that fails ends the link, which is heard of otherwise
final class Link {

    /** How long we may be silent before the agent heals the target. */
    static final int SILENCE_MILLIS = 5_000;

    /**
     * How long the agent may be silent, as long as its JVM is there. Longer than we may: what is silent is most often a
     * collection, a heap dump or a debugger, after which all goes on; and nobody waits for us meanwhile but people, who are
     * told.
     */
    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(2);

    private static final long TELL_AFTER_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** Hits that wait for their listener. What goes beyond is dropped and counted: a slow listener slows only itself. */
    private static final int MAX_WAITING_BYTES = 8 << 20;

    /** Other frames that wait. An agent of ours never sends so many. */
    private static final int MAX_WAITING_FRAMES = 10_000;

    private static final int MAX_TRANSFORMS = 64;

    private static final Duration ANSWER = Duration.ofSeconds(10);

    /** Told what the agent sends by itself. */
    interface Receiver {

        /** Answers {@link Wire#TRANSFORM}: the woven class file, or empty to leave the class alone. */
        Optional<byte[]> transform(int classId, int spySlot, byte[] classFile);

        /** A frame that is no answer and no request. */
        void receive(Frame frame);

        /** Hits of this frame were dropped on our side. */
        void dropped(Frame hits);

        /** The link has ended. Told once, after everything else. */
        void lost(TargetGone why);
    }

    /** What the agent said of its JVM. */
    record Hello(String javaVersion, String vmName, boolean dropsCompiledCode) {

        /** Such as 17; 0 when it cannot be told. */
        int feature() {
            String version = javaVersion.startsWith("1.") ? javaVersion.substring(2) : javaVersion;
            int digits = 0;
            while (digits < version.length() && Character.isDigit(version.charAt(digits)) && digits < 4) {
                digits++;
            }
            return digits == 0 ? 0 : Integer.parseInt(version.substring(0, digits));
        }
    }

    private final Channel channel;
    private final Hello hello;
    private final AttachPoint target;
    private final Workers workers;
    private final AtomicInteger lastCorrelation = new AtomicInteger();
    private final Map<Integer, CompletableFuture<WireReader>> waiting = new ConcurrentHashMap<>();
    private final AtomicInteger transforms = new AtomicInteger();
    private final AtomicInteger slowRequests = new AtomicInteger();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final CompletableFuture<TargetGone> end = new CompletableFuture<>();
    private final ArrayDeque<Frame> inbox = new ArrayDeque<>();
    private final AtomicBoolean lastWord = new AtomicBoolean();
    private final CountDownLatch toldAll = new CountDownLatch(1);
    private int inboxBytes;
    private boolean draining;
    private volatile long lastHeard = System.nanoTime();
    private volatile boolean silent;
    /** When a pause is told of next, in nanoseconds of silence; its first value when there is none. */
    private long nextTold = TELL_AFTER_NANOS;

    private volatile boolean leaving;
    private volatile @Nullable Receiver receiver;

    /** Threads for what must not run where the link is read. */
    record Workers(Executor transforms, Executor listeners, Executor cleanups) {}

    Link(Channel channel, Hello hello, AttachPoint target, Workers workers) {
        this.channel = channel;
        this.hello = hello;
        this.target = target;
        this.workers = workers;
        ping();
    }

    Hello hello() {
        return hello;
    }

    boolean open() {
        return !ended.get() && channel.isActive();
    }

    /** Sets who is told. Frames that came before wait for it. */
    void receiver(Receiver told) {
        receiver = told;
        drainSoon();
    }

    /** What reads the channel for this link. */
    SimpleChannelInboundHandler<Frame> handler() {
        return new SimpleChannelInboundHandler<>() {
            @Override
            protected void channelRead0(ChannelHandlerContext context, Frame frame) {
                long now = System.nanoTime();
                if (nextTold > TELL_AFTER_NANOS) {
                    nextTold = TELL_AFTER_NANOS;
                    tell("the target answers again, after " + seconds(now - lastHeard));
                }
                lastHeard = now;
                read(frame);
            }

            @Override
            public void channelInactive(ChannelHandlerContext context) {
                over();
            }

            @Override
            public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
                context.close(); // an agent that does not keep to the protocol is not ours any more
            }
        };
    }

    private void read(Frame frame) {
        switch (frame.type()) {
            case Wire.REPLY, Wire.REFUSED -> {
                CompletableFuture<WireReader> future = waiting.remove(frame.correlation());
                if (future != null && frame.type() == Wire.REPLY) {
                    future.complete(frame.reader());
                } else if (future != null) {
                    future.completeExceptionally(new TargetError(frame.reader().string()));
                }
            }
            case Wire.TRANSFORM -> {
                if (transforms.incrementAndGet() > MAX_TRANSFORMS) {
                    channel.close();
                    return;
                }
                workers.transforms.execute(() -> transform(frame));
            }
            case Wire.HITS,
                    Wire.NOTICE,
                    Wire.PROBE_ENDED,
                    Wire.CLASSES_LOADED,
                    Wire.STOPPED,
                    Wire.RELEASED,
                    Wire.WAITING,
                    Wire.PACE -> enqueue(frame);
            default -> throw new WireException("frame of type " + frame.type());
        }
    }

    private void transform(Frame frame) {
        transforms.decrementAndGet();
        WireWriter reply = new WireWriter(64);
        try {
            WireReader in = frame.reader();
            int classId = in.i4();
            int spySlot = in.i4();
            byte[] classFile = in.bytes();
            Receiver told = receiver;
            Optional<byte[]> woven = told == null ? Optional.empty() : told.transform(classId, spySlot, classFile);
            reply.bool(woven.isPresent()).bytes(woven.orElse(new byte[0]));
        } catch (RuntimeException e) {
            // Whatever is wrong with one class, the target's thread is waiting for an answer.
            reply.truncate(0);
            reply.bool(false).bytes(new byte[0]);
        }
        send(reply.frame(Wire.REPLY, frame.correlation()));
    }

    private void enqueue(Frame frame) {
        Frame dropped = null;
        synchronized (inbox) {
            if (frame.type() == Wire.HITS && inboxBytes + frame.payload().length > MAX_WAITING_BYTES) {
                dropped = frame;
            } else if (inbox.size() >= MAX_WAITING_FRAMES) {
                if (frame.type() == Wire.HITS) {
                    dropped = frame;
                } else {
                    channel.close();
                    return;
                }
            } else {
                inbox.add(frame);
                inboxBytes += frame.payload().length;
            }
        }
        Receiver told = receiver;
        if (dropped != null && told != null) {
            told.dropped(dropped);
        }
        drainSoon();
    }

    private void drainSoon() {
        synchronized (inbox) {
            if (draining || receiver == null || (inbox.isEmpty() && !end.isDone())) {
                return;
            }
            draining = true;
        }
        workers.listeners.execute(this::drain);
    }

    private void drain() {
        Receiver told = receiver;
        while (told != null) {
            Frame frame;
            synchronized (inbox) {
                frame = inbox.poll();
                if (frame == null) {
                    draining = false;
                    break;
                }
                inboxBytes -= frame.payload().length;
            }
            try {
                told.receive(frame);
            } catch (RuntimeException e) {
                channel.close(); // a frame that is not what the protocol says
            }
        }
        if (told != null && end.isDone() && lastWord.compareAndSet(false, true)) {
            told.lost(end.join());
            toldAll.countDown();
        }
    }

    private void over() {
        if (ended.compareAndSet(false, true)) {
            workers.cleanups.execute(() -> {
                TargetGone why = why();
                end.complete(why);
                for (Integer correlation : List.copyOf(waiting.keySet())) {
                    CompletableFuture<WireReader> future = waiting.remove(correlation);
                    if (future != null) {
                        future.completeExceptionally(why);
                    }
                }
                drainSoon();
            });
        }
    }

    private TargetGone why() {
        if (leaving) {
            return new TargetGone("detached");
        }
        if (target.endsSoon()) {
            return target.gone();
        }
        return new TargetGone("the link to the target was lost"
                + (silent ? ": it was silent for " + seconds(System.nanoTime() - lastHeard) : ""));
    }

    private void ping() {
        if (!open()) {
            return;
        }
        // An agent in the midst of a retransformation answers nothing else; whoever asked for that waits no longer than
        // it may.
        long quiet = System.nanoTime() - lastHeard;
        if (quiet > PATIENCE_NANOS || (quiet > TELL_AFTER_NANOS && !target.alive())) {
            silent = true;
            channel.close();
            return;
        }
        if (quiet > nextTold && slowRequests.get() == 0) {
            nextTold *= 2;
            tell("the target has not answered for " + seconds(quiet)
                    + (target.silence().isPresent() ? ": it is stopped" : " (a long pause?)"));
        }
        send(new WireWriter(0).frame(Wire.PING, next()));
        channel.eventLoop().schedule(this::ping, 1, TimeUnit.SECONDS);
    }

    /** To all who have a probe there. */
    private void tell(String notice) {
        byte[] payload = new WireWriter(64).i4(0).string(notice).toByteArray();
        enqueue(new Frame(Wire.NOTICE, 0, payload));
    }

    private static String seconds(long nanos) {
        return TimeUnit.NANOSECONDS.toSeconds(nanos) + " s";
    }

    private int next() {
        int correlation;
        do {
            correlation = lastCorrelation.incrementAndGet();
        } while (correlation == 0);
        return correlation;
    }

    private void send(byte[] frame) {
        channel.writeAndFlush(Unpooled.wrappedBuffer(frame), channel.voidPromise());
    }

    /** Asks and waits for the answer. Never from a thread of the link. */
    WireReader request(int type, WireWriter payload) throws TargetError {
        return request(type, payload, ANSWER);
    }

    WireReader request(int type, WireWriter payload, Duration atMost) throws TargetError {
        if (channel.eventLoop().inEventLoop()) {
            throw new IllegalStateException("a request from the thread that would read its answer");
        }
        if (Wire.HEADER + payload.size() > Wire.MAX_FRAME) {
            throw new TargetError("what was asked is too long to be sent to the target");
        }
        int correlation = next();
        CompletableFuture<WireReader> future = new CompletableFuture<>();
        waiting.put(correlation, future);
        boolean slow = atMost.compareTo(ANSWER) > 0;
        if (slow) {
            slowRequests.incrementAndGet();
        }
        try {
            if (ended.get()) {
                throw await(end);
            }
            send(payload.frame(type, correlation));
            return await(future, atMost);
        } catch (TimeoutException e) {
            Optional<TargetError> silence = target.silence();
            throw silence.isPresent()
                    ? silence.get()
                    : new TargetError("the target did not answer within " + atMost.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TargetError("interrupted", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TargetGone gone) {
                throw new TargetGone(String.valueOf(gone.getMessage()));
            }
            throw new TargetError(reason(e), e);
        } finally {
            waiting.remove(correlation);
            if (slow) {
                slowRequests.decrementAndGet();
            }
        }
    }

    /** Waits so long for an answer, and as much longer as the target is in a pause that began meanwhile. */
    private WireReader await(CompletableFuture<WireReader> answer, Duration atMost)
            throws InterruptedException, ExecutionException, TimeoutException {
        long asked = System.nanoTime();
        while (true) {
            try {
                return answer.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                boolean paused = lastHeard - asked < atMost.toNanos() / 2
                        && System.nanoTime() - lastHeard > TELL_AFTER_NANOS
                        && target.silence().isEmpty();
                if (!paused) {
                    throw e; // it answers others, or somebody has stopped it
                }
            }
        }
    }

    static String reason(ExecutionException e) {
        Throwable cause = e.getCause();
        return String.valueOf(cause == null ? e.getMessage() : cause.getMessage());
    }

    private static TargetGone await(CompletableFuture<TargetGone> end) {
        try {
            return end.get(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new TargetGone("interrupted");
        } catch (ExecutionException | TimeoutException e) {
            return new TargetGone("the link to the target was lost");
        }
    }

    /** Has the agent heal the target and leave, and waits for it; at most some seconds. */
    void bye(Duration atMost) {
        leaving = true;
        try {
            request(Wire.BYE, new WireWriter(0), atMost);
            // The agent closes its end when it has left: until then there is one, and another may be wanted at once.
            channel.closeFuture().awaitUninterruptibly(500);
        } catch (TargetError e) {
            // it heals by itself when the link ends
        } finally {
            channel.close();
        }
        try {
            toldAll.await(2, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
