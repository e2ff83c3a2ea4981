package dev.sonde.jvm;

import dev.sonde.wire.MaskedNames;
import dev.sonde.wire.Wire;
import dev.sonde.wire.WireException;
import dev.sonde.wire.WireReader;
import dev.sonde.wire.WireWriter;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The bastion's end of all links: where agents call back, and how a JVM is made to load one.
 *
 * <p>An agent is told, in its arguments, where to call and two words that are used once. It says the first, which nobody but
 * it has been told, and the bastion answers with the second, so that each knows the other. A Unix-domain socket in a private
 * directory serves JVMs from 16 on, a socket on loopback the older ones.
 */
@SuppressWarnings("FutureReturnValueIgnored") // of writes and closes whose failure is the end of a channel
final class Links {

    /** A JVM may take long to start a thread, but not this long. */
    private static final Duration HANDSHAKE = Duration.ofSeconds(10);

    private static final Duration FAREWELL = Duration.ofSeconds(5);

    private static final int FIRST_WITH_UNIX_SOCKETS = 16;

    /** Also what the targets' own JVMs call it, whatever {@code java.io.tmpdir} says here. */
    private static final Path TMP = Path.of("/tmp");

    final Safeguards safeguards;
    final MaskedNames maskedNames;
    private final Path home;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Pending> pending = new ConcurrentHashMap<>();
    private final AtomicInteger lastProbe = new AtomicInteger();

    /**
     * Not from 1: a frame that was entered under an earlier server still has that one's hooks, and may reach one of them only
     * when our agent has taken the other's slot.
     */
    private final AtomicInteger lastSite = new AtomicInteger(random.nextInt(1 << 30));

    private final Map<String, Meeting> meetings = new HashMap<>();

    /** JVMs that have loaded our agent already, so that their JDK has said what it says of that. */
    private final Set<TargetId> attachedBefore = latest();

    /** JVMs in which a class was woven already, so that what the first weaving does to a JVM is done. */
    private final Set<TargetId> wovenBefore = latest();

    private @Nullable EventLoopGroup loops;
    private @Nullable ExecutorService transforms;
    private @Nullable ExecutorService listeners;
    private @Nullable ExecutorService cleanups;
    private @Nullable ExecutorService looks;
    private Link.@Nullable Workers workers;
    private @Nullable AgentJar jar;
    private @Nullable Channel loopback;
    private boolean closed;

    Path home() {
        return home;
    }

    Links(Path home, Safeguards safeguards) throws IOException {
        this.home = home;
        this.safeguards = safeguards;
        this.maskedNames = new MaskedNames(safeguards.maskedNames());
        if (Files.exists(home) && !Files.isDirectory(home)) {
            throw new IOException(home + " is not a directory");
        }
    }

    /** An agent that has been loaded and not called back yet. */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    private record Pending(byte[] agentToken, String bastionToken, AttachPoint target, CompletableFuture<Link> link) {}

    /** Where agents find us: a directory with our socket and the jar, and how it is called on their side. */
    private record Meeting(Path folder, String inner, Channel server, String jar) {}

    int nextProbe() {
        return lastProbe.incrementAndGet();
    }

    int nextSite() {
        return lastSite.incrementAndGet();
    }

    /** The first of so many numbers in a row. */
    int nextSites(int count) {
        return lastSite.getAndAdd(count) + 1;
    }

    boolean attachedBefore(TargetId id) {
        return attachedBefore.contains(id);
    }

    /** Notes that a class of the JVM is woven; whether none was before. */
    boolean isFirstWeaving(TargetId id) {
        return wovenBefore.add(id);
    }

    private static Set<TargetId> latest() {
        return Collections.synchronizedSet(Collections.newSetFromMap(new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<TargetId, Boolean> eldest) {
                return size() > 10_000;
            }
        }));
    }

    /** Runs what may wait for a target, apart from the threads that serve all of them. */
    void later(Runnable work) {
        ExecutorService pool = cleanups;
        if (pool != null) {
            pool.execute(work);
        }
    }

    /** Runs a look for classes that have loaded, which may take seconds: apart even from what cleans up. */
    void look(Runnable work) {
        ExecutorService pool = looks;
        if (pool != null) {
            pool.execute(work);
        }
    }

    /** As {@link #look}, after a pause in which no thread waits. */
    void look(Duration pause, Runnable work) {
        EventLoopGroup now = loops;
        if (now != null && !now.isShuttingDown()) {
            now.schedule(() -> look(work), pause.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /**
     * Loads the agent into a JVM and waits until it has called back.
     *
     * @param feature the release of the target, such as 17
     */
    Link attach(LocalProcesses.Jvm process, AttachPoint attach, int feature) throws TargetError {
        String agentToken = token();
        String bastionToken = token();
        Pending call = new Pending(
                agentToken.getBytes(StandardCharsets.US_ASCII), bastionToken, attach, new CompletableFuture<>());
        String key = token();
        boolean called = false;
        try {
            String address;
            String jarPath;
            synchronized (this) {
                if (closed) {
                    throw new TargetError("this server is shutting down");
                }
                start();
                Meeting meeting = meeting(process);
                jarPath = meeting.jar;
                address = feature >= FIRST_WITH_UNIX_SOCKETS
                        ? "unix:" + meeting.inner + "/link"
                        : "tcp:" + ((InetSocketAddress) loopback().localAddress()).getPort();
            }
            pending.put(key, call);
            attach.load(jarPath, String.join(";", "1", jarPath, address, agentToken, bastionToken));
            attachedBefore.add(process.id);
            Link link = call.link.get(HANDSHAKE.toMillis(), TimeUnit.MILLISECONDS);
            called = true;
            return link;
        } catch (IOException e) {
            throw new TargetError("the agent could not be made ready: " + e.getMessage(), e);
        } catch (TimeoutException e) {
            Optional<TargetError> silence = attach.silence();
            throw silence.isPresent()
                    ? silence.get()
                    : new TargetError(
                            "the agent was loaded but did not call back within " + HANDSHAKE.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            throw new TargetError(Link.reason(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TargetError("interrupted", e);
        } finally {
            pending.remove(key);
            if (!called && !call.link.cancel(false) && !call.link.isCompletedExceptionally()) {
                call.link.join().bye(FAREWELL); // it called back when nobody waited any more
            }
        }
    }

    private String token() {
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** The first attach starts what serves all of them. */
    private void start() throws IOException {
        if (loops == null) {
            jar = AgentJar.pack();
            sweep();
            transforms = pool("sonde-weave", 2);
            listeners = pool("sonde-hits", 2);
            cleanups = pool("sonde-tidy", 4);
            looks = pool("sonde-await", 4);
            workers = new Link.Workers(transforms, listeners, cleanups);
            loops = new MultiThreadIoEventLoopGroup(
                    1, new DefaultThreadFactory("sonde-link", true), NioIoHandler.newFactory());
        }
    }

    /** Removes what a server of this user left in tmp when it was killed: directories with a socket where nobody listens. */
    private static void sweep() {
        try (var folders = Files.newDirectoryStream(TMP, "sonde-*")) {
            for (Path folder : folders) {
                Path socket = folder.resolve("link");
                if (folder.getFileName().toString().matches("sonde-[0-9a-f]{16}")
                        && Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                        && uid(folder) == uid(Path.of("/proc/self"))
                        && Files.exists(socket, LinkOption.NOFOLLOW_LINKS)
                        && !listens(socket)) {
                    delete(folder);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // they are small, and the system clears its tmp
        }
    }

    private static boolean listens(Path socket) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.configureBlocking(false);
            channel.connect(UnixDomainSocketAddress.of(socket));
            return true;
        } catch (IOException e) {
            return !String.valueOf(e.getMessage()).contains("refused");
        }
    }

    private static ExecutorService pool(String name, int threads) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                threads,
                threads,
                30,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                new DefaultThreadFactory(name, true));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** The directory for JVMs that see the files that we see, or one for those with a root of their own. */
    private Meeting meeting(LocalProcesses.Jvm process) throws IOException {
        boolean ours = process.status.uid() == uid(Path.of("/proc/self"));
        Path root = Proc.of(process.id.pid()).resolve("root");
        boolean sameFiles;
        try {
            Path mounts = Path.of("ns", "mnt");
            sameFiles = Files.readSymbolicLink(Proc.of(process.id.pid()).resolve(mounts))
                            .equals(Files.readSymbolicLink(Path.of("/proc/self").resolve(mounts)))
                    && Files.isSameFile(root, Path.of("/"));
        } catch (IOException e) {
            sameFiles = true; // we may not look: only our own user's JVMs come here, and they share our files
        }
        String key = sameFiles ? (ours ? "ours" : "others") : process.id.toString() + "@" + process.id.started();
        Meeting known = meetings.get(key);
        if (known != null && Files.isDirectory(known.folder, LinkOption.NOFOLLOW_LINKS)) {
            return known;
        }
        String name = "sonde-" + token().substring(0, 16);
        // The path of a socket may be no longer than 107 bytes, so the short one is taken.
        Path tmp = sameFiles ? TMP : root.resolve("tmp");
        Path folder = Files.createDirectory(
                tmp.resolve(name), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        try {
            String inner = "/tmp/" + name;
            Channel server = listen(UnixDomainSocketAddress.of(folder.resolve("link")));
            String jarPath;
            if (ours && sameFiles) {
                jarPath = jarInHome(folder);
            } else {
                // Entering is all that others may do here; what they may open they must know by name, and by token.
                jarPath = inner + "/" + jar().in(folder, "rw-r--r--").getFileName();
                Path socket = folder.resolve("link");
                if (sameFiles) {
                    Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw-rw-"));
                } else {
                    // Whoever rules a tmp that is not ours can put a link in the socket's place, and chmod would follow
                    // it.
                    Files.setAttribute(socket, "unix:uid", (int) process.status.uid(), LinkOption.NOFOLLOW_LINKS);
                }
                AgentJar.permit(folder, "rwx--x--x");
            }
            Meeting meeting = new Meeting(folder, inner, server, jarPath);
            meetings.put(key, meeting);
            return meeting;
        } catch (IOException | RuntimeException e) {
            delete(folder);
            throw e;
        }
    }

    private AgentJar jar() {
        AgentJar packed = jar;
        if (packed == null) {
            throw new IllegalStateException("not started");
        }
        return packed;
    }

    /** In the home, where it stays; unless its path has what separates arguments. */
    private String jarInHome(Path otherwise) throws IOException {
        Path absolute = home.toAbsolutePath();
        if (absolute.toString().matches(".*[=;,].*")) {
            return jar().in(otherwise, "rw-------").toString();
        }
        Path folder = absolute.resolve("agent");
        Files.createDirectories(folder.getParent() == null ? folder : folder.getParent());
        try {
            Files.createDirectory(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (FileAlreadyExistsException e) {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        }
        return jar().in(folder, "rw-------").toString();
    }

    private static long uid(Path path) throws IOException {
        return Files.getAttribute(path, "unix:uid") instanceof Integer uid ? Integer.toUnsignedLong(uid) : -1;
    }

    private Channel loopback() throws IOException {
        Channel server = loopback;
        if (server == null) {
            server = listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            loopback = server;
        }
        return server;
    }

    private Channel listen(SocketAddress address) throws IOException {
        EventLoopGroup group = loops;
        if (group == null) {
            throw new IOException("not started");
        }
        ServerBootstrap server = new ServerBootstrap().group(group).childHandler(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                FrameDecoder frames = new FrameDecoder();
                channel.pipeline().addLast(frames, new Greeting(frames));
            }
        });
        if (address instanceof InetSocketAddress) {
            server.channel(NioServerSocketChannel.class);
        } else {
            server.channel(NioServerDomainSocketChannel.class);
        }
        var bound = server.bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException("cannot listen at " + address, bound.cause());
        }
        return bound.channel();
    }

    /** Waits for the agent to say who it is. */
    private final class Greeting extends SimpleChannelInboundHandler<Frame> {

        private final FrameDecoder frames;

        Greeting(FrameDecoder frames) {
            this.frames = frames;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            if (pending.isEmpty()) {
                context.close(); // nobody is expected
                return;
            }
            context.executor()
                    .schedule(
                            () -> {
                                if (context.pipeline().context(this) != null) {
                                    context.close();
                                }
                            },
                            HANDSHAKE.toMillis(),
                            TimeUnit.MILLISECONDS);
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, Frame frame) {
            if (frame.type() != Wire.HELLO) {
                throw new WireException("greeting of type " + frame.type());
            }
            WireReader in = frame.reader();
            byte[] said = in.string().getBytes(StandardCharsets.UTF_8);
            int version = in.i4();
            Link.Hello hello = new Link.Hello(in.string(), in.string(), in.bool());
            Pending call = expected(said);
            Link.Workers threads = workers;
            if (call == null || threads == null) {
                context.close();
                return;
            }
            if (version != Wire.VERSION) {
                call.link.completeExceptionally(new TargetError(
                        "the agent speaks version " + version + " of the protocol, this server " + Wire.VERSION));
                context.close();
                return;
            }
            frames.trust();
            byte[] welcome = new WireWriter(256)
                    .string(call.bastionToken)
                    .i4(Link.SILENCE_MILLIS)
                    .i4(safeguards.hitsPerSecond())
                    .strings(safeguards.maskedNames())
                    .strings(safeguards.maskedTypes())
                    .i4(safeguards.budgetMicros())
                    .frame(Wire.WELCOME, 0);
            context.writeAndFlush(Unpooled.wrappedBuffer(welcome));
            Link link = new Link(context.channel(), hello, call.target, threads);
            context.pipeline().replace(this, null, link.handler());
            if (!call.link.complete(link)) {
                context.close();
            }
        }

        private @Nullable Pending expected(byte[] said) {
            Pending found = null;
            for (Map.Entry<String, Pending> each : Map.copyOf(pending).entrySet()) {
                // Each compared whole, so that time tells nothing.
                if (MessageDigest.isEqual(each.getValue().agentToken, said) && pending.remove(each.getKey()) != null) {
                    found = each.getValue();
                }
            }
            return found;
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }

    /** Detaches from all at once, and leaves nothing behind. Takes some seconds at most. */
    void close(List<LocalJvm> jvms) {
        List<Thread> farewells = new ArrayList<>();
        for (LocalJvm jvm : jvms) {
            Thread farewell = new Thread(() -> jvm.shutDown(FAREWELL), "sonde-farewell");
            farewell.setDaemon(true);
            farewell.start();
            farewells.add(farewell);
        }
        long deadline = System.nanoTime() + FAREWELL.toNanos() + 2_000_000_000L;
        try {
            for (Thread farewell : farewells) {
                farewell.join(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // what is left heals by itself when the links end
        }
        synchronized (this) {
            closed = true;
            for (Meeting meeting : meetings.values()) {
                meeting.server.close().awaitUninterruptibly(1_000);
                delete(meeting.folder);
            }
            meetings.clear();
            if (loops != null) {
                loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2_000);
            }
            for (ExecutorService pool : new @Nullable ExecutorService[] {transforms, listeners, cleanups, looks}) {
                if (pool != null) {
                    pool.shutdown();
                }
            }
        }
    }

    /** The directory of a JVM with a root of its own goes with the JVM's last link. */
    synchronized void forget(TargetId id) {
        Meeting meeting = meetings.remove(id + "@" + id.started());
        if (meeting != null) {
            meeting.server.close();
            delete(meeting.folder);
        }
    }

    private static void delete(Path folder) {
        try (var files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            // the system clears its tmp
        }
    }
}
