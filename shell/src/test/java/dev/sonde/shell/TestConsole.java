package dev.sonde.shell;

import dev.sonde.testing.Await;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ChannelShell;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.channel.PtyChannelConfiguration;
import org.apache.sshd.common.keyprovider.FileKeyPairProvider;

/** A person at a terminal: MINA's client, whose window and size can be anything. */
final class TestConsole implements AutoCloseable {

    private static final Duration LONG = Duration.ofSeconds(90);

    private final SshClient client;
    final ClientSession connection;
    final ChannelShell channel;
    private final ByteArrayOutputStream screen = new ByteArrayOutputStream();
    private final OutputStream keys;

    TestConsole(TestServer server, String key, String term, int columns, int rows, Map<String, ?> environment)
            throws Exception {
        client = client();
        connection = connect(client, server, key);
        PtyChannelConfiguration pty = new PtyChannelConfiguration();
        pty.setPtyType(term);
        pty.setPtyColumns(columns);
        pty.setPtyLines(rows);
        channel = connection.createShellChannel(pty, environment);
        channel.setUsePty(true);
        channel.setOut(screen);
        channel.setErr(screen);
        channel.open().verify(LONG);
        keys = channel.getInvertedIn();
    }

    static TestConsole open(TestServer server) throws Exception {
        TestConsole console = new TestConsole(server, "alice", "xterm-256color", 80, 24, Map.of("NO_COLOR", "1"));
        console.await("sonde> ");
        return console;
    }

    static SshClient client() {
        SshClient client = SshClient.setUpDefaultClient();
        client.setServerKeyVerifier((session, address, key) -> true);
        client.start();
        return client;
    }

    static ClientSession connect(SshClient client, TestServer server, String key) throws Exception {
        ClientSession connection = client.connect("somebody", "127.0.0.1", server.server.port())
                .verify(LONG)
                .getSession();
        connection.addPublicKeyIdentity(pair(server.key(key)));
        connection.auth().verify(LONG);
        return connection;
    }

    static KeyPair pair(Path file) throws Exception {
        return new FileKeyPairProvider(file).loadKeys(null).iterator().next();
    }

    void type(String text) throws IOException {
        keys.write(text.getBytes(StandardCharsets.UTF_8));
        keys.flush();
    }

    /** What was shown since the last {@link #clear}, with the colours and cursor movements taken out. */
    String shown() {
        return plain(screen.toString(StandardCharsets.UTF_8));
    }

    static String plain(String shown) {
        return shown.replaceAll("\u001b\\[[0-9;?=>]*[A-Za-z]", "").replaceAll("\u001b[=>]", "");
    }

    void clear() {
        screen.reset();
    }

    void await(String text) throws Exception {
        try {
            Await.until("'" + text + "' on the screen", LONG, () -> shown().contains(text));
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "; there is: " + shown(), e);
        }
    }

    /** Runs a line and waits for the prompt behind its output. */
    String run(String line) throws Exception {
        clear();
        type(line + "\r");
        await("sonde> ");
        return shown();
    }

    int awaitExit() {
        channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), LONG);
        Integer exit = channel.getExitStatus();
        if (exit == null) {
            throw new AssertionError("no exit status; there is: " + shown());
        }
        return exit;
    }

    @Override
    public void close() throws IOException {
        client.stop();
    }
}
