package dev.sonde.shell;

import dev.sonde.commands.Exit;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.channel.ChannelSession;

/**
 * {@code sftp} in one channel: a login's own profiles and recordings, to be read. Each file that is opened is a line in the audit,
 * {@code sftp get /profiles/7.pb.gz}.
 */
final class SftpCommand extends ChannelCommand {

    private static final Logger LOG = Logger.getLogger(SftpCommand.class.getName());

    private final Sessions sessions;
    private final ExecutorService threads;
    private final Audit audit;
    private final Session session;
    private final SftpTree tree;
    private final ClientInput input = new ClientInput(false);

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
    public void start(ChannelSession opened, Environment environment) {
        ChannelOutlet way = openOutlet();
        ExitCallback told = callback();
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
            isOver();
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
        outlet().ifPresent(ChannelOutlet::close);
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
}
