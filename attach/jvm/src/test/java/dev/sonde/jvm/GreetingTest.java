package dev.sonde.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sonde.testing.Jdk;
import dev.sonde.testing.TargetProgram;
import dev.sonde.wire.Wire;
import dev.sonde.wire.WireReader;
import dev.sonde.wire.WireWriter;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Who may call back, where anybody on the machine can: on loopback. The test listens where the JVM would, so it is told what the agent
 * is told, and calls as whoever it likes.
 */
final class GreetingTest {

    @Test
    void a_token_lets_its_agent_in_once_and_nothing_else_lets_anybody_in(@TempDir Path home) throws Exception {
        try (TargetProgram target = TargetProgram.start(Jdk.current(), Patient.class)) {
            Path listener = Path.of("/tmp/.java_pid" + target.pid());
            Links links = new Links(home, Safeguards.STANDARD);
            try (ServerSocketChannel jvm = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                jvm.bind(UnixDomainSocketAddress.of(listener));
                LocalProcesses.Jvm process = new LocalProcesses().jvm(target.pid());
                CompletableFuture<Link> attached = attaching(links, process);
                try (SocketChannel asked = jvm.accept()) {
                    String[] told = arguments(asked);
                    int port = Integer.parseInt(told[2].replaceFirst("^tcp:", ""));
                    assertThat(answer(port, "")).as("to one without a token").isEmpty();
                    assertThat(answer(port, told[4])).as("to one with our own").isEmpty();
                    assertThat(attached).isNotDone();
                    byte[] welcome;
                    try (Socket agent = call(port, told[3])) {
                        DataInputStream in = new DataInputStream(agent.getInputStream());
                        welcome = in.readNBytes(in.readInt());
                        assertThat(answer(port, told[3])).as("to a second one").isEmpty();
                        asked.write(ByteBuffer.wrap("0\n0\n".getBytes(StandardCharsets.UTF_8)));
                        asked.shutdownOutput();
                        assertThat(attached.get(60, TimeUnit.SECONDS).hello().feature())
                                .isEqualTo(11);
                    }
                    WireReader said = new WireReader(welcome, 6, welcome.length - 6);
                    assertThat(said.string()).as("by which the agent knows us").isEqualTo(told[4]);
                }
            } finally {
                Files.deleteIfExists(listener);
                links.close(List.of());
            }
        }
    }

    private static CompletableFuture<Link> attaching(Links links, LocalProcesses.Jvm process) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return links.attach(process, new AttachPoint(process.id.pid(), process.startTicks), 11);
                    } catch (TargetError e) {
                        throw new IllegalStateException(e);
                    }
                },
                work -> new Thread(work, "attaching").start());
    }

    /** What the agent would be told: a version, its jar, where to call, its token and ours. */
    private static String[] arguments(SocketChannel asked) throws IOException {
        ByteBuffer request = ByteBuffer.allocate(8192);
        String text = "";
        while (text.chars().filter(c -> c == 0).count() < 5) {
            assertThat(asked.read(request)).isPositive();
            text = new String(request.array(), 0, request.position(), StandardCharsets.UTF_8);
        }
        assertThat(text).startsWith("1\0load\0instrument\0false\0");
        String argument = text.split("\0", -1)[4];
        return argument.substring(argument.indexOf('=') + 1).split(";", -1);
    }

    private static Socket call(int port, String token) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout((int) Duration.ofSeconds(60).toMillis());
        socket.getOutputStream()
                .write(new WireWriter(64)
                        .string(token)
                        .i4(Wire.VERSION)
                        .string("11.0.1")
                        .string("VM")
                        .bool(false)
                        .frame(Wire.HELLO, 0));
        return socket;
    }

    /** All that is answered before the end. */
    private static byte[] answer(int port, String token) throws IOException {
        try (Socket socket = call(port, token)) {
            return socket.getInputStream().readAllBytes();
        } catch (SocketException e) {
            return new byte[0]; // closed before it was heard
        }
    }
}
