package dev.sonde.jvm;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * HotSpot's attach protocol to one JVM, spoken over its Unix-domain socket.
 *
 * <p>A JVM listens at {@code /tmp/.java_pidN}, N being its pid in its own namespace and {@code /tmp} its own, but only once it
 * has been asked: by SIGQUIT while a file {@code .attach_pidN} lies in its working directory or its tmp. Without the file the
 * signal would print a thread dump on its stdout, and without a handler it would end the process, so both are made sure
 * first. The JDK's client polls in steps of 100 ms; here it is one.
 *
 * <p>An operation is one connection: {@code "1\0name\0arg\0arg\0arg\0"}, always three arguments, and the answer {@code
 * code\ntext}. Version 1 of the protocol works from JDK 5 to the newest.
 */
final class AttachPoint {

    /** As the JDK's own client: a collection may come between. */
    private static final Duration LISTENER = Duration.ofSeconds(10);

    private static final Duration CONNECT = Duration.ofSeconds(5);

    private final long pid;
    private final long startTicks;
    private final Object waking = new Object();

    AttachPoint(long pid, long startTicks) {
        this.pid = pid;
        this.startTicks = startTicks;
    }

    /** Runs a diagnostic command, or several that are separated by newlines, and gives what they print. */
    AttachReply jcmd(String command) throws TargetError {
        return run("jcmd", command);
    }

    /**
     * Starts an operation. The answer is a stream; it is the caller's to close.
     *
     * @throws TargetError when the JVM cannot be reached or refuses the operation
     */
    AttachReply run(String operation, String... arguments) throws TargetError {
        SocketChannel channel = connect();
        try {
            channel.write(ByteBuffer.wrap(request(operation, arguments)));
            channel.configureBlocking(false);
            return new AttachReply(channel, this);
        } catch (IOException e) {
            close(channel);
            throw failed(e);
        } catch (TargetError | RuntimeException e) {
            close(channel);
            throw e;
        }
    }

    /** Loads a Java agent and waits until its {@code agentmain} has returned. */
    void load(String jar, String options) throws TargetError {
        String answer;
        try (AttachReply reply = run("load", "instrument", "false", jar + "=" + options)) {
            answer = new String(reply.readNBytes(4096), StandardCharsets.UTF_8).strip();
            if (reply.code() != 0) {
                throw new TargetError("the target refused the agent: "
                        + (answer.isEmpty() ? "code " + reply.code() : oneLine(answer)));
            }
        } catch (IOException e) {
            throw failed(e);
        }
        // JDK 9 and later say "return code: N", 8 says "N".
        String code = answer.startsWith("return code: ") ? answer.substring(13).strip() : answer;
        if (!code.equals("0") && !code.isEmpty()) {
            throw new TargetError("the target refused the agent: " + explain(oneLine(code)));
        }
    }

    private static String explain(String code) {
        return switch (code) {
            case "100" -> "it cannot read the agent's jar";
            case "101" -> "its loader for agents is broken";
            case "102" -> "the agent failed to start";
            default -> code;
        };
    }

    private static String oneLine(String text) {
        int end = text.indexOf('\n');
        String line = end < 0 ? text : text.substring(0, end);
        return line.length() > 300 ? line.substring(0, 300) + "…" : line;
    }

    /** What to tell when the connection broke: that the process is gone, when it is. */
    TargetError failed(IOException e) {
        if (!(e.getCause() instanceof TargetError) && endsSoon()) {
            return gone();
        }
        return e.getCause() instanceof TargetError error
                ? error
                : new TargetError("process " + pid + ": " + e.getMessage(), e);
    }

    TargetGone gone() {
        return new TargetGone("process " + pid + " has ended");
    }

    /** Whether it has ended, or is just ending: its sockets close before it is gone. */
    boolean endsSoon() {
        long deadline = System.nanoTime() + 1_000_000_000L;
        while (alive()) {
            if (System.nanoTime() > deadline || Thread.currentThread().isInterrupted()) {
                return false;
            }
            try {
                TimeUnit.MILLISECONDS.sleep(5);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return true;
    }

    boolean alive() {
        return Proc.alive(pid, startTicks);
    }

    /** A target that cannot answer now, and why; empty when it could. */
    Optional<TargetError> silence() {
        Optional<Proc.Stat> stat = Proc.stat(pid);
        if (stat.isEmpty()
                || stat.get().startTicks() != startTicks
                || stat.get().state() == 'Z') {
            return Optional.of(gone());
        }
        char state = stat.get().state();
        return state == 'T' || state == 't' ? Optional.of(stopped()) : Optional.empty();
    }

    private TargetError stopped() {
        return new TargetError("process " + pid + " is stopped; continue it first (kill -CONT " + pid + ")");
    }

    private static byte[] request(String operation, String... arguments) throws TargetError {
        StringBuilder request = new StringBuilder("1\0").append(operation).append('\0');
        for (int i = 0; i < 3; i++) {
            String argument = i < arguments.length ? arguments[i] : "";
            // HotSpot's buffer for one argument; beyond it the operation is dropped without an answer.
            if (argument.getBytes(StandardCharsets.UTF_8).length > 1024 || argument.indexOf('\0') >= 0) {
                throw new TargetError(operation + ": an argument is longer than the 1,024 bytes that a JVM accepts");
            }
            request.append(argument).append('\0');
        }
        return request.toString().getBytes(StandardCharsets.UTF_8);
    }

    private SocketChannel connect() throws TargetError {
        Optional<TargetError> silence = silence();
        if (silence.isPresent()) {
            throw silence.get();
        }
        Proc.Status status = Proc.status(pid).orElseThrow(this::gone);
        Path socket = tmp(status).resolve(".java_pid" + status.innerPid());
        SocketChannel channel = connect(socket, status);
        if (channel != null) {
            return channel;
        }
        synchronized (waking) { // one file and one signal, however many ask at once
            channel = connect(socket, status);
            return channel != null ? channel : wake(socket, status);
        }
    }

    private Path tmp(Proc.Status status) throws TargetError {
        Path inner = Proc.of(pid).resolve("root/tmp");
        if (Files.isDirectory(inner)) {
            return inner;
        }
        if (!status.sharesPids()) {
            throw new TargetError("process " + pid + " runs in a container whose files we may not see");
        }
        return Path.of("/tmp");
    }

    /** Connects; null when nothing listens. */
    private @Nullable SocketChannel connect(Path socket, Proc.Status status) throws TargetError {
        if (!Files.exists(socket, LinkOption.NOFOLLOW_LINKS)) {
            return null;
        }
        requireOwner(socket, status.uid());
        long deadline = System.nanoTime() + CONNECT.toNanos();
        while (true) {
            SocketChannel channel = null;
            try {
                channel = SocketChannel.open(StandardProtocolFamily.UNIX);
                channel.configureBlocking(false); // a full backlog fails at once then, instead of blocking for ever
                if (channel.connect(UnixDomainSocketAddress.of(socket)) || channel.finishConnect()) {
                    channel.configureBlocking(true);
                    return channel;
                }
                close(channel);
            } catch (IOException e) {
                if (channel != null) {
                    close(channel);
                }
                String message = String.valueOf(e.getMessage());
                if (message.contains("refused") || message.contains("No such file")) {
                    return null; // left behind by an earlier process, or just removed
                }
                if (System.nanoTime() > deadline) {
                    throw failed(e);
                }
            }
            Optional<TargetError> silence = silence();
            if (silence.isPresent()) {
                throw silence.get();
            }
            if (System.nanoTime() > deadline) {
                throw new TargetError("process " + pid + " does not take connections: too many wait already");
            }
            pause();
        }
    }

    /** The socket must be the target's own (or root's): else someone else would answer in its place. */
    private void requireOwner(Path socket, long uid) throws TargetError {
        try {
            Map<String, Object> attributes = Files.readAttributes(socket, "unix:uid", LinkOption.NOFOLLOW_LINKS);
            long owner = attributes.get("uid") instanceof Integer number ? Integer.toUnsignedLong(number) : -1;
            if (owner != uid && owner != 0) {
                throw new TargetError(
                        "the attach socket of process " + pid + " belongs to another user; refusing to use it");
            }
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private SocketChannel wake(Path socket, Proc.Status status) throws TargetError {
        Optional<String> refusal = refusal(pid, status);
        if (refusal.isPresent()) {
            throw new TargetError("process " + pid + " " + refusal.get());
        }
        Path file = null;
        try {
            file = createTrigger(status);
            QuitSignal.send(pid);
            long deadline = System.nanoTime() + LISTENER.toNanos();
            while (true) {
                SocketChannel channel = connect(socket, status);
                if (channel != null) {
                    return channel;
                }
                Optional<TargetError> silence = silence();
                if (silence.isPresent()) {
                    throw silence.get();
                }
                if (System.nanoTime() > deadline) {
                    throw new TargetError("process " + pid + " did not start its attach listener within "
                            + LISTENER.toSeconds() + " s");
                }
                pause();
            }
        } catch (IOException e) {
            throw failed(e);
        } finally {
            if (file != null) {
                try {
                    Files.deleteIfExists(file);
                } catch (IOException e) {
                    // its folder is gone
                }
            }
        }
    }

    private Path createTrigger(Proc.Status status) throws IOException, TargetError {
        String name = ".attach_pid" + status.innerPid();
        Path inWork = Proc.of(pid).resolve("cwd").resolve(name);
        try {
            return create(inWork, status.uid());
        } catch (IOException e) {
            return create(tmp(status).resolve(name), status.uid()); // a working directory we cannot write to
        }
    }

    /**
     * Makes the file, as the user's. One that is there already is his, or goes: it is never given to him, because it may be
     * another name of a file that should not be.
     */
    static Path create(Path file, long uid) throws IOException {
        var ours = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        try {
            Files.createFile(file, ours);
        } catch (FileAlreadyExistsException e) {
            if (uid(file) == uid) {
                return file; // another client is at it, or one left it: it is what the JVM looks for
            }
            Files.delete(file);
            Files.createFile(file, ours);
        }
        // The JVM ignores a file that is not its user's.
        if (uid(file) != uid) {
            Files.setAttribute(file, "unix:uid", (int) uid, LinkOption.NOFOLLOW_LINKS);
        }
        return file;
    }

    private static long uid(Path file) throws IOException {
        return Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS) instanceof Integer owner
                ? Integer.toUnsignedLong(owner)
                : -1;
    }

    /** Why a process would not answer SIGQUIT by listening: continues "process 12 …". Empty when nothing speaks against it. */
    static Optional<String> refusal(long pid, Proc.Status status) {
        if (disablesAttach(pid)) {
            return Optional.of("was started with -XX:+DisableAttachMechanism");
        }
        if (!status.catchesQuit()) {
            return Optional.of("does not handle SIGQUIT: it was started with -Xrs, or is not ready yet");
        }
        return Optional.empty();
    }

    private static boolean disablesAttach(long pid) {
        boolean disabled = false;
        for (String argument : Proc.arguments(pid)) {
            disabled = last(disabled, argument);
        }
        for (String variable : Proc.environment(pid)) {
            if (variable.startsWith("JAVA_TOOL_OPTIONS=")
                    || variable.startsWith("JDK_JAVA_OPTIONS=")
                    || variable.startsWith("_JAVA_OPTIONS=")) {
                for (String argument :
                        variable.substring(variable.indexOf('=') + 1).split("\\s+", -1)) {
                    disabled = last(disabled, argument);
                }
            }
        }
        return disabled;
    }

    private static boolean last(boolean disabled, String argument) {
        return switch (argument) {
            case "-XX:+DisableAttachMechanism" -> true;
            case "-XX:-DisableAttachMechanism" -> false;
            default -> disabled;
        };
    }

    private static void pause() throws TargetError {
        try {
            TimeUnit.MILLISECONDS.sleep(1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TargetError("interrupted", e);
        }
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // it is not used any more
        }
    }
}
