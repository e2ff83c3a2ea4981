package dev.sonde.shell;

import dev.sonde.testing.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** The real {@code ssh -N -L} to the pages of a server, and what is asked through it. */
final class Tunnel implements AutoCloseable {

    final int port;
    final Process ssh;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private Tunnel(int port, Process ssh) {
        this.port = port;
        this.ssh = ssh;
    }

    /** Opens one with the key of a login. */
    static Tunnel open(TestServer server, String key) throws Exception {
        return open(server.client(key), "sonde:80");
    }

    /**
     * The same.
     *
     * @param client as {@link TestServer#client} gives it
     * @param to what is forwarded to
     */
    static Tunnel open(List<String> client, String to) throws Exception {
        for (int attempt = 0; ; attempt++) {
            int port;
            try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = free.getLocalPort();
            }
            List<String> command = new java.util.ArrayList<>(client);
            command.addAll(
                    command.size() - 1,
                    List.of("-N", "-o", "ExitOnForwardFailure=yes", "-L", "127.0.0.1:" + port + ":" + to));
            Tunnel tunnel = new Tunnel(
                    port,
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start());
            try {
                Await.until("the forwarded port", Duration.ofSeconds(60), () -> {
                    if (!tunnel.ssh.isAlive()) {
                        throw new IOException("ssh ended with " + tunnel.ssh.exitValue());
                    }
                    try (Socket probe = new Socket(InetAddress.getLoopbackAddress(), port)) {
                        return probe.isConnected();
                    } catch (IOException e) {
                        return false;
                    }
                });
                return tunnel;
            } catch (IOException e) {
                tunnel.close();
                if (attempt == 3) { // somebody else took the port meanwhile
                    throw e;
                }
            }
        }
    }

    String url(String path) {
        return "http://localhost:" + port + path;
    }

    HttpResponse<byte[]> get(String path, String... headers) throws Exception {
        return send("GET", path, headers);
    }

    HttpResponse<byte[]> send(String method, String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url(path)))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .timeout(Duration.ofSeconds(60));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    /** A request as it is, for what no proper client sends; gives all that is answered until the connection ends. */
    String raw(String request) throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (SocketException e) {
            return ""; // refused before anything was answered
        }
    }

    static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws Exception {
        ssh.destroyForcibly(); // a SIGTERM that comes just before it waits is heeded when the server next says
        // something
        ssh.waitFor();
    }
}
