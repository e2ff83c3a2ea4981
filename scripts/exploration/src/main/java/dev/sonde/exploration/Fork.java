package dev.sonde.exploration;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A JVM that runs {@link Inside}; it ends with its standard input, and so with us. */
final class Fork implements AutoCloseable {

    private final Process process;
    private final Writer input;
    private final Thread reader;
    private final Deque<String> last = new ArrayDeque<>();
    private final List<String> told = new ArrayList<>();

    Fork(List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
        process = builder.start();
        input = process.outputWriter(StandardCharsets.UTF_8);
        reader = new Thread(this::read, "output of " + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    long pid() {
        return process.pid();
    }

    void say(String line) throws IOException {
        input.write(line + "\n");
        input.flush();
    }

    /** The first line that starts so, of those that nobody has asked for yet. */
    String await(String prefix, Duration atMost) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (true) {
            // First: what it said before it ended counts.
            boolean alive = process.isAlive();
            String line = find(prefix);
            if (line != null) {
                return line;
            }
            if (!alive) {
                reader.join(1_000);
                throw new IOException("ended with " + process.exitValue() + ": " + lastLines());
            }
            if (System.nanoTime() > deadline) {
                throw new IOException("no " + prefix + " within " + atMost.toSeconds() + " s: " + lastLines());
            }
            Thread.sleep(5);
        }
    }

    private @Nullable String find(String prefix) {
        synchronized (last) {
            for (String line : told) {
                if (line.startsWith(prefix)) {
                    told.remove(line);
                    return line;
                }
            }
            return null;
        }
    }

    String lastLines() {
        synchronized (last) {
            return String.join(" | ", last);
        }
    }

    private void read() {
        try (BufferedReader in =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                synchronized (last) {
                    if (line.startsWith("READY") || line.startsWith("DONE")) {
                        told.add(line);
                    } else {
                        last.add(line);
                        if (last.size() > 40) {
                            last.remove();
                        }
                    }
                }
            }
        } catch (IOException e) {
            // it is gone
        }
    }

    @Override
    public void close() throws InterruptedException {
        try {
            input.close();
        } catch (IOException e) {
            // it is gone already
        }
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            process.waitFor();
        }
    }
}
