package dev.sonde.shell;

import dev.sonde.commands.Catalogue;
import dev.sonde.jvm.Host;
import dev.sonde.shell.web.Site;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.OpenSshCertificate;
import org.apache.sshd.common.global.KeepAliveHandler;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.session.SessionHeartbeatController.HeartbeatType;
import org.apache.sshd.common.session.SessionListener;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.netty.NettyIoServiceFactoryFactory;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.channel.ChannelSessionFactory;
import org.apache.sshd.server.command.Command;
import org.apache.sshd.server.global.NoMoreSessionsHandler;
import org.apache.sshd.server.session.ServerSession;
import org.apache.sshd.server.subsystem.SubsystemFactory;
import org.jspecify.annotations.Nullable;

/** The SSH server: everything of MINA's that is set, is set here. */
final class Server implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(Server.class.getName());
    private static final Duration GOODBYE = Duration.ofSeconds(5);

    private final SshServer ssh;
    private final Home home;
    private final Host host;
    private final FileChannel lock;
    private final Sessions sessions;
    private final GuardRoom guards;
    private final AuthorizedKeys keys;
    private final ScheduledExecutorService timer;
    private final ExecutorService threads;
    private final String fingerprint;
    /** Ours, because MINA's own waits two seconds for nothing when it is closed. */
    private final EventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(new DefaultThreadFactory("sonde ssh", true), NioIoHandler.newFactory());

    private boolean closed;

    private Server(
            SshServer ssh,
            Home home,
            Host host,
            FileChannel lock,
            Sessions sessions,
            GuardRoom guards,
            AuthorizedKeys keys,
            ScheduledExecutorService timer,
            ExecutorService threads,
            String fingerprint) {
        this.ssh = ssh;
        this.home = home;
        this.host = host;
        this.lock = lock;
        this.sessions = sessions;
        this.guards = guards;
        this.keys = keys;
        this.timer = timer;
        this.threads = threads;
        this.fingerprint = fingerprint;
    }

    /**
     * Starts to listen.
     *
     * @param host closed with the server
     * @param notices told of what a person should know: lines of {@code authorized_keys} that let nobody in, say
     * @throws StartError when it cannot, or may not
     */
    static Server start(Home home, Settings settings, Host host, Catalogue catalogue, Consumer<String> notices)
            throws StartError {
        FileChannel lock = home.lock();
        home.removePort(); // of a server that was killed: who waits for ours would read it
        try {
            return start(home, settings, host, catalogue, notices, lock);
        } catch (StartError | RuntimeException e) {
            release(lock);
            throw e;
        }
    }

    private static Server start(
            Home home, Settings settings, Host host, Catalogue catalogue, Consumer<String> notices, FileChannel lock)
            throws StartError {
        Endpoint listen = settings.get(Settings.LISTEN);
        if (!listen.isLoopback()) {
            if (!settings.get(Settings.ALLOW_BEYOND_LOOPBACK)) {
                throw new StartError("listen: " + listen + " can be reached by others; if that is meant, say"
                        + " --beyond-loopback, or allow-beyond-loopback: true in sonde.yaml");
            }
            notices.accept("warning: " + listen + " can be reached from other machines");
        }
        KeyPair hostKey = HostKey.loadOrMake(home.hostKey());
        AuthorizedKeys keys = new AuthorizedKeys(home.authorizedKeys(), notices);
        GuardRoom guards = new GuardRoom(home, settings, keys);
        Sessions sessions = new Sessions(settings, keys, home, host, guards);
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(named("sonde timer"));
        ExecutorService threads = Executors.newCachedThreadPool(named("sonde session"));
        Audit audit = new Audit(home.audit());
        LineRunner runner = new LineRunner(catalogue, audit, settings, timer, threads);
        Terminals.preload();

        SshServer ssh = SshServer.setUpDefaultServer();
        Server server = new Server(
                ssh,
                home,
                host,
                lock,
                sessions,
                guards,
                keys,
                timer,
                threads,
                String.valueOf(KeyUtils.getFingerPrint(hostKey.getPublic())));
        server.configure(settings, hostKey, runner, audit);
        try {
            ssh.start();
            home.writePort(ssh.getPort());
        } catch (IOException e) {
            server.stopListening();
            timer.shutdownNow();
            threads.shutdownNow();
            throw new StartError("cannot listen on " + listen + ": " + e.getMessage(), e);
        }
        var unused = timer.scheduleWithFixedDelay(server::sweep, 1, 1, TimeUnit.SECONDS);
        guards.open(host, catalogue, sessions::belongings, runner, timer, threads);
        return server;
    }

    private void configure(Settings settings, KeyPair hostKey, LineRunner runner, Audit audit) {
        Endpoint listen = settings.get(Settings.LISTEN);
        ssh.setHost(listen.host());
        ssh.setPort(listen.port());
        ssh.setKeyPairProvider(KeyPairProvider.wrap(hostKey));
        Algorithms.apply(settings.get(Settings.ALGORITHMS), ssh);
        ssh.setIoServiceFactoryFactory(new NettyIoServiceFactoryFactory(loops));

        // Who comes in. Keys alone; a certificate is no key that is listed.
        ssh.setUserAuthFactories(List.of(new KeyAuthentication.Factory()));
        ssh.setPublickeyAuthenticator((user, key, session) -> !(key instanceof OpenSshCertificate)
                && keys.find(key, session.getRemoteAddress()).isPresent());
        ssh.setPasswordAuthenticator(null);
        ssh.setKeyboardInteractiveAuthenticator(null);
        ssh.setGSSAuthenticator(null);
        ssh.setHostBasedAuthenticator(null);
        CoreModuleProperties.AUTH_TIMEOUT.set(ssh, settings.get(Settings.GRACE_TIME));
        CoreModuleProperties.MAX_AUTH_REQUESTS.set(ssh, settings.get(Settings.AUTH_ATTEMPTS));
        Doorkeeper doorkeeper = new Doorkeeper(settings, System::nanoTime);
        ssh.setIoServiceEventListener(doorkeeper);
        ssh.addSessionListener(doorkeeper);
        ssh.addSessionListener(new SessionListener() {
            @Override
            public void sessionEvent(org.apache.sshd.common.session.Session session, Event event) {
                if (event == Event.Authenticated) {
                    sessions.connected((ServerSession) session);
                }
            }

            @Override
            public void sessionClosed(org.apache.sshd.common.session.Session session) {
                sessions.disconnected((ServerSession) session);
            }
        });

        // What they find: sessions and, behind a forwarding to a host that there is not, the pages. No other forwarding
        // of any kind, and of the subsystems sftp alone, which gives a login its own files to read.
        ssh.setChannelFactories(List.of(
                new ChannelSessionFactory() {
                    @Override
                    public ChannelSession createChannel(org.apache.sshd.common.session.Session session) {
                        return new SessionChannel(sessions);
                    }
                },
                new WebDoor(sessions, runner, threads, timer, new Site())));
        ssh.setForwardingFilter(null);
        ssh.setAgentFactory(null);
        ssh.setSubsystemFactories(List.of(new SubsystemFactory() {
            @Override
            public String getName() {
                return "sftp";
            }

            @Override
            public @Nullable Command createSubsystem(ChannelSession channel) throws IOException {
                return files(channel, audit);
            }
        }));
        ssh.setGlobalRequestHandlers(List.of(KeepAliveHandler.INSTANCE, NoMoreSessionsHandler.INSTANCE));
        ssh.setCommandFactory((channel, line) -> command(channel, Optional.of(line), runner));
        ssh.setShellFactory(channel -> command(channel, Optional.empty(), runner));

        // Time-outs of our own: MINA's are defeated by keepalives. See Sessions.sweep.
        CoreModuleProperties.IDLE_TIMEOUT.set(ssh, Duration.ZERO);
        CoreModuleProperties.TCP_NODELAY.set(ssh, true);
        // Notices a client whose machine is gone, so that its session ends and its probes leave.
        ssh.setSessionHeartbeat(HeartbeatType.IGNORE, Duration.ofSeconds(30));
        CoreModuleProperties.SOCKET_KEEPALIVE.set(ssh, true);
        CoreModuleProperties.WINDOW_SIZE.set(ssh, 256L << 10);
        // The version of what is behind it is nobody's business; and no OpenSSH, or its clients expect its extensions.
        CoreModuleProperties.SERVER_IDENTIFICATION.set(ssh, "Sonde");
    }

    private @Nullable Command command(ChannelSession channel, Optional<String> line, LineRunner runner)
            throws IOException {
        ServerSession connection = channel.getSession();
        Optional<Login> login = sessions.login(connection);
        if (login.isEmpty()) {
            return null;
        }
        return new SessionCommand(sessions, runner, threads, sessions.make(connection, login.get()), login.get(), line);
    }

    private @Nullable Command files(ChannelSession channel, Audit audit) throws IOException {
        ServerSession connection = channel.getSession();
        Optional<Login> login = sessions.login(connection);
        if (login.isEmpty()) {
            return null;
        }
        Session session = sessions.make(connection, login.get());
        SftpTree tree = new SftpTree(home, login.get().name(), session.profiles());
        return new SftpCommand(sessions, threads, audit, session, tree);
    }

    private void sweep() {
        try {
            sessions.sweep();
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "looking for sessions whose time is up failed", e);
        }
    }

    int port() {
        return ssh.getPort();
    }

    /** How many keys may come in now. */
    int keys() {
        return keys.count();
    }

    /** How many channels to the pages a login has open. */
    int pages(String login) {
        return sessions.pages(login);
    }

    /** Of the host key. */
    String fingerprint() {
        return fingerprint;
    }

    /** Tells the sessions, ends what they run, takes probes and agents out, and stops; within some seconds. Idempotent. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        home.removePort();
        List<Sessions.Live> live = sessions.live();
        live.forEach(one -> one.end("the server is going down"));
        long end = System.nanoTime() + GOODBYE.toNanos();
        try {
            for (Sessions.Live one : live) {
                if (!one.awaitEnd(Duration.ofNanos(Math.max(1, end - System.nanoTime())))) {
                    LOG.warning("session " + one.session().id() + " did not end in time");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        guards.close();
        host.close();
        stopListening();
        timer.shutdownNow();
        threads.shutdown();
        release(lock);
    }

    private void stopListening() {
        try {
            ssh.stop(false);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "the server did not stop cleanly", e);
        }
        var unused = loops.shutdownGracefully(0, GOODBYE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static void release(FileChannel lock) {
        try {
            lock.close();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "the home stays locked until this process ends", e);
        }
    }

    private static ThreadFactory named(String name) {
        AtomicLong number = new AtomicLong();
        return action -> {
            Thread thread = new Thread(action, name + " " + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
