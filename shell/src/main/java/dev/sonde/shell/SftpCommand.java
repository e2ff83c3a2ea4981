package dev.sonde.shell;

import dev.sonde.commands.Exit;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.sshd.common.io.IoInputStream;
import org.apache.sshd.common.io.IoOutputStream;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.channel.ChannelSessionAware;
import org.apache.sshd.server.command.AsyncCommand;
import org.jspecify.annotations.Nullable;

/**
 * {@code sftp} in one channel: a login's own profiles and recordings, to be read. Each file that is opened is a line in the audit,
 * {@code sftp get /profiles/7.pb.gz}.
 */
final class SftpCommand implements AsyncCommand, ChannelSessionAware, Sessions.Live {

    private static final Logger LOG = Logger.getLogger(SftpCommand.class.getName());

    private final Sessions sessions;
    private final ExecutorService threads;
    private final Audit audit;
    private final Session session;
    private final SftpTree tree;
    private final CountDownLatch over = new CountDownLatch(1);
    private final ClientInput input = new ClientInput(false);

    private @Nullable IoOutputStream out;
    private @Nullable IoOutputStream error;
    private @Nullable ExitCallback callback;
    private @Nullable ChannelOutlet outlet;

    SftpCommand(Sessions sessions, ExecutorService threads, Audit audit, Session session, SftpTree tree) {
        this.sessions = sessions;
        this.threads = threads;
        this.audit = audit;
        this.session = session;
        this.tree = tree;
    }

    @Override
    public void setChannelSession(ChannelSession opened) {
        opened.setDataReceiver(input);
    }

    @Override
    public void setIoOutputStream(IoOutputStream stream) {
        out = stream;
    }

    @Override
    public void setIoErrorStream(IoOutputStream stream) {
        error = stream;
    }

    @Override
    public void setExitCallback(ExitCallback told) {
        callback = told;
    }

    @Override
    public void setIoInputStream(IoInputStream unused) {}

    @Override
    public void setInputStream(InputStream unused) {}

    @Override
    public void setOutputStream(OutputStream unused) {}

    @Override
    public void setErrorStream(OutputStream unused) {}

    @Override
    public void start(ChannelSession opened, Environment environment) {
        if (out == null || error == null || callback == null) {
            throw new IllegalStateException("the channel is not prepared");
        }
        ChannelOutlet way = new ChannelOutlet(out, error);
        outlet = way;
        ExitCallback told = callback;
        sessions.began(this);
        threads.execute(() -> converse(way, told));
    }

    private void converse(ChannelOutlet way, ExitCallback told) {
        int exit = Exit.FAILED;
        try (SftpConversation conversation = new SftpConversation(tree, this::note, packet -> send(packet, way))) {
            conversation.converse(input);
            boolean unused = way.drain(sessions.settings().get(Settings.READER_PATIENCE));
            exit = Exit.DONE;
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.FINE, "the files of " + session.id() + " broke off", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            session.end();
            sessions.ended(this);
            over.countDown();
            told.onExit(exit);
        }
    }

    private void send(byte[] packet, ChannelOutlet way) throws IOException {
        try {
            if (!way.awaitRoom(packet.length, sessions.settings().get(Settings.READER_PATIENCE), () -> true)
                    || !way.offer(packet, false)) {
                throw new IOException("the reader takes nothing");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** In the audit before a byte of it is given. */
    private void note(String path) throws IOException {
        if (session.login().isEmpty()) {
            throw new IOException("your key may not come in any more");
        }
        String id = audit.begin(Audit.Begun.of(session, List.of(), "sftp get " + path));
        audit.end(id, new Audit.Outcome(Exit.DONE, 0, 0, 0, 0, null));
    }

    @Override
    public void destroy(ChannelSession closed) {
        input.close();
        if (outlet != null) {
            outlet.close();
        }
    }

    @Override
    public Session session() {
        return session;
    }

    /** It has nothing that a person could have left standing; its connection has its time. */
    @Override
    public Optional<Long> idleSince() {
        return Optional.empty();
    }

    @Override
    public void end(String why) {
        input.close();
    }

    @Override
    public boolean awaitEnd(Duration most) throws InterruptedException {
        return over.await(most.toNanos(), TimeUnit.NANOSECONDS);
    }
}
