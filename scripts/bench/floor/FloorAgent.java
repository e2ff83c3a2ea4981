import java.io.IOException;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.ProtectionDomain;

/**
 * The least an agent can be: connects back over a Unix-domain socket, swaps class files that were woven beforehand, and
 * sends what {@link FloorSpy} queued. What Sonde does is measured against it. Lines: {@code set CLASS FILE}, {@code reset
 * CLASS}, {@code drain}, {@code bye}.
 */
public final class FloorAgent implements ClassFileTransformer {

    private volatile String woven = "";
    private volatile byte[] bytes;

    @Override
    public byte[] transform(ClassLoader loader, String name, Class<?> type, ProtectionDomain domain, byte[] original) {
        return woven.equals(name) ? bytes : null;
    }

    public static void agentmain(String path, Instrumentation instrumentation) throws IOException {
        SocketChannel link = SocketChannel.open(UnixDomainSocketAddress.of(path));
        say(link, "HELLO");
        Thread thread = new Thread(() -> new FloorAgent().serve(link, instrumentation), "floor-agent");
        thread.setDaemon(true);
        thread.start();
    }

    private void serve(SocketChannel link, Instrumentation instrumentation) {
        instrumentation.addTransformer(this, true);
        try (link) {
            ByteBuffer buffer = ByteBuffer.allocate(8192);
            StringBuilder text = new StringBuilder();
            while (link.read(buffer.clear()) >= 0) {
                text.append(StandardCharsets.UTF_8.decode(buffer.flip()));
                for (int end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n")) {
                    String[] words = text.substring(0, end).split(" ");
                    text.delete(0, end + 1);
                    switch (words[0]) {
                        case "set" -> say(link, swap(instrumentation, words[1], Files.readAllBytes(Path.of(words[2]))));
                        case "reset" -> say(link, swap(instrumentation, words[1], null));
                        case "drain" -> drain(link);
                        default -> {
                            say(link, "bye");
                            return;
                        }
                    }
                }
            }
        } catch (Exception e) {
            e.printStackTrace();
        } finally {
            instrumentation.removeTransformer(this);
        }
    }

    private String swap(Instrumentation instrumentation, String name, byte[] with) throws Exception {
        for (Class<?> type : instrumentation.getAllLoadedClasses()) {
            if (type.getName().equals(name)) {
                woven = name.replace('.', '/');
                bytes = with;
                instrumentation.retransformClasses(type);
                return "ok";
            }
        }
        return "no class " + name;
    }

    private static void drain(SocketChannel link) {
        Thread thread = new Thread(
                () -> {
                    ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
                    try {
                        while (true) {
                            buffer.clear();
                            String event;
                            while (buffer.remaining() > 1024 && (event = FloorSpy.poll()) != null) {
                                buffer.put(event.getBytes(StandardCharsets.UTF_8)).put((byte) '\n');
                            }
                            if (buffer.position() == 0) {
                                Thread.sleep(1);
                            }
                            buffer.flip();
                            while (buffer.hasRemaining()) {
                                link.write(buffer);
                            }
                        }
                    } catch (IOException | InterruptedException e) {
                        // the other side has left
                    }
                },
                "floor-drain");
        thread.setDaemon(true);
        thread.start();
    }

    private static void say(SocketChannel link, String line) throws IOException {
        ByteBuffer buffer = StandardCharsets.UTF_8.encode(line + "\n");
        while (buffer.hasRemaining()) {
            link.write(buffer);
        }
    }
}
