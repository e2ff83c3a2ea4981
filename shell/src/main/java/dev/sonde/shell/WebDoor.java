package dev.sonde.shell;

import dev.sonde.shell.web.Site;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.sshd.common.channel.Channel;
import org.apache.sshd.common.channel.ChannelFactory;
import org.apache.sshd.server.session.ServerSession;

/** What all {@linkplain WebChannel forwarded channels} of the server share, and where they are made. */
record WebDoor(Sessions sessions, LineRunner runner, ExecutorService threads, ScheduledExecutorService timer, Site site)
        implements ChannelFactory {

    @Override
    public String getName() {
        return "direct-tcpip";
    }

    @Override
    public Channel createChannel(org.apache.sshd.common.session.Session session) {
        return new WebChannel(this);
    }

    WebVisit visit(ServerSession connection, Login login) throws IOException {
        return new WebVisit(sessions, runner, sessions.make(connection, login));
    }

    /** How long a reader is waited for that takes nothing. */
    Duration patience() {
        return sessions.settings().get(Settings.READER_PATIENCE);
    }
}
