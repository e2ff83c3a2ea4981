package dev.sonde.shell;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.client.future.DefaultOpenFuture;
import org.apache.sshd.client.future.OpenFuture;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.AbstractChannel;
import org.apache.sshd.common.channel.PtyMode;
import org.apache.sshd.common.channel.RequestHandler;
import org.apache.sshd.common.channel.exception.SshChannelOpenException;
import org.apache.sshd.common.io.IoWriteFuture;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.Signal;
import org.apache.sshd.server.channel.ChannelSession;
import org.jspecify.annotations.Nullable;

/**
 * MINA's session channel with what it lets through narrowed: no forwarding, no subsystem but sftp, three environment variables, a
 * terminal only for those who may have one and with a size that is possible, and no more channels than allowed. (MINA's
 * own limit of channels, {@code MAX_CONCURRENT_CHANNELS}, closes the connection.)
 */
final class SessionChannel extends ChannelSession {

    private static final Set<String> VARIABLES = Set.of("LANG", "NO_COLOR");
    private static final int LONGEST_VALUE = 64;

    private final Sessions sessions;
    private Sessions.@Nullable Slot slot;

    SessionChannel(Sessions sessions) {
        this.sessions = sessions;
    }

    @Override
    protected OpenFuture doInit(Buffer buffer) {
        Optional<Sessions.Slot> free = sessions.enter(getSession());
        if (free.isPresent()) {
            slot = free.get();
            return super.doInit(buffer);
        }
        OpenFuture refused = new DefaultOpenFuture(this, this);
        refused.setException(new SshChannelOpenException(
                getChannelId(), SshConstants.SSH_OPEN_RESOURCE_SHORTAGE, "too many sessions"));
        close(true);
        return refused;
    }

    @Override
    protected void closeImmediately0() {
        super.closeImmediately0();
        Sessions.Slot held = slot;
        if (held != null) {
            slot = null;
            held.leave();
        }
    }

    /** Who the connection belongs to, as the key file says now. */
    Optional<Login> login() {
        return sessions.login(getSession());
    }

    /** MINA wakes only the standard output: a full window would hold the standard error for ever. */
    @Override
    public void handleWindowAdjust(Buffer buffer) throws IOException {
        super.handleWindowAdjust(buffer);
        if (asyncErr != null) {
            asyncErr.onWindowExpanded();
        }
    }

    @Override
    protected RequestHandler.Result handleEnvParsed(String name, String value) throws IOException {
        if (VARIABLES.contains(name) && value.length() <= LONGEST_VALUE) {
            return super.handleEnvParsed(name, value);
        }
        return RequestHandler.Result.ReplyFailure;
    }

    @Override
    protected RequestHandler.Result handlePtyReqParsed(
            String term, int columns, int rows, int width, int height, Map<PtyMode, Integer> modes) throws IOException {
        Optional<Login> login = login();
        if (login.isEmpty() || !login.get().terminal()) {
            return RequestHandler.Result.ReplyFailure;
        }
        return super.handlePtyReqParsed(
                Terminals.type(term), Terminals.columns(columns), Terminals.rows(rows), 0, 0, Map.of());
    }

    @Override
    protected RequestHandler.Result handleWindowChangeParsed(int columns, int rows, int width, int height)
            throws IOException {
        return super.handleWindowChangeParsed(Terminals.columns(columns), Terminals.rows(rows), 0, 0);
    }

    /** A name that is no signal is no reason for a line in the log. */
    @Override
    protected RequestHandler.Result handleSignalParsed(String name) throws IOException {
        return Signal.get(name) == null ? RequestHandler.Result.ReplyFailure : super.handleSignalParsed(name);
    }

    @Override
    protected RequestHandler.Result handleSubsystemParsed(String request, String subsystem) throws IOException {
        // A key that runs one line reads no files.
        boolean files = subsystem.equals("sftp")
                && login().filter(login -> login.forced().isEmpty()).isPresent();
        return files ? super.handleSubsystemParsed(request, subsystem) : RequestHandler.Result.ReplyFailure;
    }

    @Override
    protected RequestHandler.Result handleAgentForwardingParsed(String requestType) {
        return RequestHandler.Result.ReplyFailure;
    }

    @Override
    protected RequestHandler.Result handleX11Forwarding(String requestType, Buffer buffer, boolean wantReply) {
        return RequestHandler.Result.ReplyFailure;
    }

    /**
     * The exit status goes before the end of the output. A client that has sent the end of its own input (PuTTY's plink)
     * closes as soon as it sees ours, and when MINA answers that first, the status comes too late, and the client says 0.
     */
    @Override
    protected void closeShell(int exit, boolean immediately) throws IOException {
        if (!isClosing()) {
            sendExitStatus(exit);
        }
        super.closeShell(exit, immediately);
    }

    boolean hasTerminal() {
        return getEnvironment().getEnv().containsKey(Environment.ENV_TERM);
    }

    /** {@linkplain #abandon(AbstractChannel) Ends the channel}, with that exit status. */
    void abandon(int exit) {
        try {
            sendExitStatus(exit);
            abandon(this);
        } catch (IOException | RuntimeException e) {
            getSession().close(true);
        }
    }

    /**
     * Ends the channel of a reader that takes nothing any more. A graceful close would wait for its window, and an
     * immediate one sends no close, so that the client hangs: the packet, which needs no window, is sent as it is, and
     * a connection that does not take it either is cut.
     */
    static void abandon(AbstractChannel channel) {
        Session connection = channel.getSession();
        try {
            Buffer closing = connection.createBuffer(SshConstants.SSH_MSG_CHANNEL_CLOSE, Integer.BYTES);
            closing.putUInt(channel.getRecipient());
            IoWriteFuture sent = connection.writePacket(closing);
            channel.close(true);
            var unused = connection
                    .getFactoryManager()
                    .getScheduledExecutorService()
                    .schedule(
                            () -> {
                                if (!sent.isWritten()) {
                                    connection.close(true);
                                }
                            },
                            5,
                            TimeUnit.SECONDS);
        } catch (IOException | RuntimeException e) {
            connection.close(true);
        }
    }
}
