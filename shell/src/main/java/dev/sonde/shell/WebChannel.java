package dev.sonde.shell;

import dev.sonde.shell.web.HttpConversation;
import dev.sonde.shell.web.Request;
import dev.sonde.shell.web.Response;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.sshd.client.future.DefaultOpenFuture;
import org.apache.sshd.client.future.OpenFuture;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.ChannelAsyncOutputStream;
import org.apache.sshd.common.channel.exception.SshChannelOpenException;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.channel.AbstractServerChannel;
import org.apache.sshd.server.session.ServerSession;
import org.jspecify.annotations.Nullable;

/**
 * A forwarded channel ({@code direct-tcpip}, RFC 4254 section 7.2) that goes nowhere: the server itself answers it, as the host
 * {@value #HOST} that there is only in here. {@code ssh -L 6060:sonde:80} so brings the pages to the client's browser, and nothing
 * listens anywhere but that client. All other hosts and ports are refused.
 *
 * <p>It is a session as any other channel is: a login, a grant, lines in the audit. One thread at a time reads its requests and
 * answers them, in order, and only while there are any. What a client sends ahead is held back by the window; what it does not read
 * holds up this thread for as long as a reader is waited for, and then ends the channel.
 */
final class WebChannel extends AbstractServerChannel implements Sessions.Live {

    /** The host to forward to. */
    static final String HOST = "sonde";

    /** The port to forward to. */
    static final int PORT = 80;

    private static final Logger LOG = Logger.getLogger(WebChannel.class.getName());
    private static final long WINDOW = 64 << 10;
    private static final int PIECE = 32 << 10;

    /** A browser keeps a connection in case it needs it; each holds a place. */
    private static final long KEPT_ALIVE = TimeUnit.MINUTES.toNanos(2);

    private final WebDoor door;
    private final Deque<byte[]> received = new ArrayDeque<>();
    private final HttpConversation http = new HttpConversation();

    private Sessions.@Nullable Slot slot;
    private @Nullable ChannelAsyncOutputStream out;
    private @Nullable ChannelOutlet outlet;
    private @Nullable WebVisit visit;
    private volatile @Nullable ScheduledFuture<?> idle;
    private final CountDownLatch over = new CountDownLatch(1);
    private long lastAnswered = System.nanoTime();
    private boolean answering;
    private boolean ended;

    WebChannel(WebDoor door) {
        super("", List.of(), null);
        this.door = door;
        CoreModuleProperties.WINDOW_SIZE.set(this, WINDOW);
    }

    @Override
    protected OpenFuture doInit(Buffer buffer) {
        OpenFuture opened = new DefaultOpenFuture(this, this);
        String host = buffer.getString();
        long port = buffer.getUInt();
        Optional<Login> login = door.sessions().login((ServerSession) getSession());
        if (!host.equals(HOST)
                || port != PORT
                || login.isEmpty()
                || !login.get().pages()) {
            return refused(opened, SshConstants.SSH_OPEN_ADMINISTRATIVELY_PROHIBITED, "nothing is forwarded");
        }
        Optional<Sessions.Slot> free = door.sessions().enterPages((ServerSession) getSession());
        if (free.isEmpty()) {
            return refused(opened, SshConstants.SSH_OPEN_RESOURCE_SHORTAGE, "too many channels");
        }
        slot = free.get();
        try {
            visit = door.visit((ServerSession) getSession(), login.get());
        } catch (IOException e) {
            LOG.log(Level.WARNING, "a session for the pages could not be made", e);
            return refused(opened, SshConstants.SSH_OPEN_CONNECT_FAILED, "no session");
        }
        out = new ChannelAsyncOutputStream(this, SshConstants.SSH_MSG_CHANNEL_DATA);
        outlet = new ChannelOutlet(out, out);
        door.sessions().began(this);
        try {
            signalChannelOpenSuccess();
        } catch (Throwable e) {
            throw new IllegalStateException("a listener refused the channel", e);
        }
        opened.setOpened();
        notifyStateChanged("pages");
        watchIdle(KEPT_ALIVE);
        return opened;
    }

    private OpenFuture refused(OpenFuture opened, int reason, String why) {
        opened.setException(new SshChannelOpenException(getChannelId(), reason, why));
        close(true);
        return opened;
    }

    @Override
    protected void doWriteData(byte[] data, int off, long len) {
        byte[] bytes = Arrays.copyOfRange(data, off, off + (int) len);
        synchronized (received) {
            if (ended) {
                return;
            }
            received.add(bytes);
            if (answering) {
                return;
            }
            answering = true;
        }
        door.threads().execute(this::answer);
    }

    @Override
    protected void doWriteExtendedData(byte[] data, int off, long len) {
        throw new UnsupportedOperationException("a forwarded channel has no standard error");
    }

    @Override
    public void handleWindowAdjust(Buffer buffer) throws IOException {
        super.handleWindowAdjust(buffer);
        if (out != null) {
            out.onWindowExpanded();
        }
    }

    /** The program at the other end has closed its connection: nobody waits for an answer any more. */
    @Override
    public void handleEof() throws IOException {
        super.handleEof();
        close(false);
    }

    /** Answers what has been received, on a thread that does this until there is nothing more. */
    private void answer() {
        try {
            for (byte[] next = next(); next != null; next = next()) {
                if (!http.take(next, this::answer, this::send)) {
                    leave();
                    stopAnswering();
                    return;
                }
                if (getLocalWindow().isOpen()) {
                    getLocalWindow().release(next.length);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stopAnswering();
            close(true);
        } catch (IOException | RuntimeException | Error e) {
            LOG.log(Level.SEVERE, "a request of " + session().id() + " failed", e);
            stopAnswering();
            close(true);
        }
    }

    /** What was received first; null when there is nothing, and then what comes next is another thread's. */
    private byte @Nullable [] next() {
        synchronized (received) {
            byte[] next = ended ? null : received.poll();
            if (next == null) {
                answering = false;
                lastAnswered = System.nanoTime();
                received.notifyAll();
            }
            return next;
        }
    }

    private void stopAnswering() {
        synchronized (received) {
            ended = true;
            answering = false;
            received.notifyAll();
        }
    }

    private Response answer(Request request) throws InterruptedException {
        WebVisit now = visited();
        return now.allowed()
                ? door.site().answer(request, now)
                : Response.text(403, "your key may not come in any more");
    }

    private boolean send(byte[] bytes) throws InterruptedException {
        ChannelOutlet way = way();
        for (int at = 0; at < bytes.length; at += PIECE) {
            byte[] piece = Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + PIECE));
            boolean room = way.awaitRoom(piece.length, door.patience(), () -> !isClosing());
            if (!room || !way.offer(piece, false)) {
                SessionChannel.abandon(this);
                return false;
            }
        }
        return true;
    }

    private void leave() throws InterruptedException {
        if (way().drain(door.patience())) {
            close(false);
        } else {
            SessionChannel.abandon(this);
        }
    }

    /** Closes the channel when nothing has been asked for a while. */
    private void watchIdle(long nanos) {
        idle = door.timer()
                .schedule(
                        () -> {
                            long left;
                            synchronized (received) {
                                left = answering ? KEPT_ALIVE : lastAnswered + KEPT_ALIVE - System.nanoTime();
                            }
                            if (left <= 0) {
                                close(false);
                            } else {
                                watchIdle(left);
                            }
                        },
                        nanos,
                        TimeUnit.NANOSECONDS);
    }

    @Override
    protected void preClose() {
        synchronized (received) {
            ended = true;
            received.clear();
        }
        ScheduledFuture<?> waiting = idle;
        if (waiting != null) {
            waiting.cancel(false);
        }
        if (outlet != null) {
            outlet.close();
        }
        door.sessions().ended(this);
        Sessions.Slot held = slot;
        if (held != null) {
            held.leave();
        }
        WebVisit done = visit;
        if (done != null) {
            boolean unused = done.session().cancel(Cancellation.Reason.CLOSED);
            // It may take as long as the targets do, and this is MINA's thread.
            door.threads().execute(() -> finish(done));
        }
        super.preClose();
    }

    private void finish(WebVisit done) {
        try {
            done.session().end();
            synchronized (received) {
                while (answering) {
                    received.wait();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            over.countDown();
        }
    }

    private WebVisit visited() {
        WebVisit known = visit;
        if (known == null) {
            throw new IllegalStateException("the channel is not open");
        }
        return known;
    }

    private ChannelOutlet way() {
        ChannelOutlet known = outlet;
        if (known == null) {
            throw new IllegalStateException("the channel is not open");
        }
        return known;
    }

    @Override
    public Session session() {
        return visited().session();
    }

    /** Its own timer ends it. */
    @Override
    public Optional<Long> idleSince() {
        return Optional.empty();
    }

    @Override
    public void end(String why) {
        close(false);
    }

    @Override
    public boolean awaitEnd(Duration most) throws InterruptedException {
        return over.await(most.toNanos(), TimeUnit.NANOSECONDS);
    }
}
