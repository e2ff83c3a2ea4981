package dev.sonde.agent;

import com.sun.tools.attach.VirtualMachine;
import dev.sonde.testing.Await;
import dev.sonde.weave.MethodKey;
import dev.sonde.weave.Weaver;
import dev.sonde.wire.ClassEntry;
import dev.sonde.wire.Expr;
import dev.sonde.wire.Limits;
import dev.sonde.wire.ProbeCounters;
import dev.sonde.wire.ProbePlan;
import dev.sonde.wire.Site;
import dev.sonde.wire.Wire;
import dev.sonde.wire.WireReader;
import dev.sonde.wire.WireWriter;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The other end of the wire, as small as it can be: blocking sockets, the real weaver, and lists of what has come. */
final class Bastion implements AutoCloseable {

    /** The defaults, but with time for a first capture on a loaded machine. */
    static final Limits LIMITS = new Limits(3, 20, 100, 256, 64 << 10, 5_000_000);

    static final String TOKEN = "bastion-token";

    private final SocketChannel channel;
    private final AtomicInteger question = new AtomicInteger();
    private final Map<Integer, WireReader> answers = new ConcurrentHashMap<>();
    private final Map<Integer, String> refusals = new ConcurrentHashMap<>();
    private final Map<Integer, Map<MethodKey, Integer>> weaving = new ConcurrentHashMap<>();
    private volatile boolean ended;
    /** Set to make the next answers to TRANSFORM broken class files. */
    volatile boolean breaks;

    final String javaVersion;
    final List<HitSeen> hits = new CopyOnWriteArrayList<>();
    final List<String> notices = new CopyOnWriteArrayList<>();

    List<String> ended() {
        return endings;
    }

    private final List<String> endings = new CopyOnWriteArrayList<>();
    final List<String> loaded = new CopyOnWriteArrayList<>();

    private Bastion(SocketChannel channel, String bastionToken, int silenceMillis, int hitsPerSecond) throws Exception {
        this.channel = channel;
        DataInputStream in = new DataInputStream(new BufferedInputStream(new Incoming(channel)));
        WireReader hello = payload(frame(in));
        check(hello.string().equals("agent-token"));
        check(hello.i4() == Wire.VERSION);
        javaVersion = hello.string();
        hello.string();
        WireWriter welcome = new WireWriter(256);
        welcome.string(bastionToken)
                .i4(silenceMillis)
                .i4(hitsPerSecond)
                .strings(List.of("password", "api_key"))
                .strings(List.of("dev.sonde.agent.Shop$Vault"))
                .i4(0);
        write(Wire.WELCOME, 0, welcome);
        Thread reader = new Thread(() -> read(in), "bastion");
        reader.setDaemon(true);
        reader.start();
    }

    static Bastion attach(long pid) throws Exception {
        return attach(pid, TOKEN, 60_000, 0, false);
    }

    static Bastion attach(long pid, String bastionToken, int silenceMillis, int hitsPerSecond, boolean tcp)
            throws Exception {
        Path dir = Files.createTempDirectory("sonde");
        Path socket = dir.resolve("s");
        Path jar = dir.resolve("agent.jar");
        AgentJar.write(jar);
        try (ServerSocketChannel server =
                tcp ? ServerSocketChannel.open() : ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(
                    tcp
                            ? new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)
                            : UnixDomainSocketAddress.of(socket));
            String address = tcp ? "tcp:" + ((InetSocketAddress) server.getLocalAddress()).getPort() : "unix:" + socket;
            VirtualMachine vm = VirtualMachine.attach(String.valueOf(pid));
            try {
                vm.loadAgent(jar.toString(), "1;" + jar + ";" + address + ";agent-token;" + TOKEN);
            } finally {
                vm.detach();
            }
            return new Bastion(server.accept(), bastionToken, silenceMillis, hitsPerSecond);
        } finally {
            Files.deleteIfExists(jar);
            Files.deleteIfExists(socket);
            Files.deleteIfExists(dir);
        }
    }

    private static void check(boolean right) {
        if (!right) {
            throw new AssertionError("not what the agent should say");
        }
    }

    boolean isEnded() {
        return ended;
    }

    private static byte[] frame(DataInputStream in) throws IOException {
        byte[] frame = new byte[in.readInt()];
        in.readFully(frame);
        return frame;
    }

    private static WireReader payload(byte[] frame) {
        return new WireReader(frame, Wire.HEADER - 4, frame.length - (Wire.HEADER - 4));
    }

    private void read(DataInputStream in) {
        try {
            while (true) {
                byte[] frame = frame(in);
                WireReader payload = payload(frame);
                int type = frame[1];
                int correlation = ByteBuffer.wrap(frame).getInt(2);
                switch (type) {
                    case Wire.REPLY -> answers.put(correlation, payload);
                    case Wire.REFUSED -> refusals.put(correlation, payload.string());
                    case Wire.TRANSFORM -> transform(correlation, payload);
                    case Wire.HITS -> {
                        int count = payload.i4();
                        for (int i = 0; i < count; i++) {
                            hits.add(HitSeen.read(new WireReader(payload.bytes())));
                        }
                    }
                    case Wire.NOTICE -> notices.add(payload.i4() + ": " + payload.string());
                    case Wire.PROBE_ENDED -> endings.add(payload.i4() + ": " + payload.string());
                    case Wire.CLASSES_LOADED -> loaded.addAll(payload.strings());
                    default -> throw new IOException("type " + type);
                }
            }
        } catch (EOFException e) {
            // the agent has gone
        } catch (Exception e) {
            if (channel.isOpen()) {
                notices.add("bastion: " + e);
            }
        } finally {
            ended = true;
        }
    }

    private void transform(int correlation, WireReader payload) throws IOException {
        int classId = payload.i4();
        int spySlot = payload.i4();
        byte[] classFile = payload.bytes();
        Map<MethodKey, Integer> methods = weaving.getOrDefault(classId, Map.of());
        WireWriter answer = new WireWriter(classFile.length * 2);
        if (methods.isEmpty()) {
            answer.bool(false).bytes(new byte[0]);
        } else {
            byte[] woven = new Weaver().weave(classFile, methods, spySlot).bytes();
            answer.bool(true).bytes(breaks ? java.util.Arrays.copyOf(woven, woven.length / 2) : woven);
        }
        write(Wire.REPLY, correlation, answer);
    }

    private synchronized void write(int type, int correlation, WireWriter payload) throws IOException {
        raw(payload.frame(type, correlation));
    }

    void raw(byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    /** What comes; the stream of {@code Channels} lets nobody write while it reads. */
    private static final class Incoming extends InputStream {
        private final SocketChannel channel;

        Incoming(SocketChannel channel) {
            this.channel = channel;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            return channel.read(ByteBuffer.wrap(bytes, from, length));
        }
    }

    WireReader request(int type, WireWriter payload) throws Exception {
        int id = question.incrementAndGet();
        write(type, id, payload);
        Await.until(
                "the answer to request " + type,
                Duration.ofSeconds(60),
                () -> answers.containsKey(id) || refusals.containsKey(id) || ended);
        WireReader answer = answers.remove(id);
        if (answer == null) {
            throw new IllegalStateException(String.valueOf(refusals.remove(id)));
        }
        return answer;
    }

    List<ClassEntry> find(String glob) throws Exception {
        WireReader reply = request(
                Wire.FIND_CLASSES, new WireWriter(64).string(glob).i4(100).i4(0));
        reply.i4();
        reply.i4();
        int count = reply.i4();
        List<ClassEntry> found = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            found.add(ClassEntry.read(reply));
        }
        return found;
    }

    int classId(String name) throws Exception {
        List<ClassEntry> found = find(name);
        if (found.size() != 1) {
            throw new AssertionError(name + ": " + found.size());
        }
        return found.get(0).id;
    }

    /** Weaves methods of one class; answers the failure, or nothing. */
    String weave(String className, Map<MethodKey, Integer> methods) throws Exception {
        int id = classId(className);
        weaving.put(id, new HashMap<>(methods));
        WireReader reply = request(Wire.RETRANSFORM, new WireWriter(16).ints(new int[] {id}));
        check(reply.i4() == 1);
        check(reply.i4() == id);
        return reply.string();
    }

    Site site(int id, String className, String method, String descriptor, boolean isStatic) throws Exception {
        return new Site(id, classId(className), className, method, descriptor, isStatic, 0);
    }

    void arm(ProbePlan plan) throws Exception {
        WireWriter out = new WireWriter(256);
        plan.write(out);
        request(Wire.ARM, out);
    }

    void arm(int id, int kind, int when, Site site, @Nullable Expr condition, Expr... captures) throws Exception {
        arm(new ProbePlan(
                id,
                kind,
                when,
                0,
                0,
                0,
                0,
                LIMITS,
                List.of(new ProbePlan.Armed(site, condition, false, List.of(captures)))));
    }

    ProbeCounters disarm(int probe) throws Exception {
        return ProbeCounters.read(request(Wire.DISARM, new WireWriter(4).i4(probe)));
    }

    ProbeCounters counters(int probe) throws Exception {
        WireReader reply = request(Wire.COUNTERS, new WireWriter(4).i4(probe));
        reply.i4();
        reply.i4();
        return ProbeCounters.read(reply);
    }

    void bye() throws Exception {
        request(Wire.BYE, new WireWriter(0));
        Await.until("the agent closes the link", Duration.ofSeconds(30), () -> ended);
        close();
    }

    HitSeen hit(int index) throws Exception {
        Await.until("hit " + index + " of " + hits + " " + notices, Duration.ofSeconds(30), () -> hits.size() > index);
        return hits.get(index);
    }

    /** Ends as {@code kill -9} does: the socket is closed, nothing is said. */
    @Override
    public void close() throws IOException {
        channel.close();
    }
}
