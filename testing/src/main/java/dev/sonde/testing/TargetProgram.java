package dev.sonde.testing;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A small program that runs in a JVM of its own, as a target. It is a class of the test class path with a {@code main} that
 * prints {@code READY} when it is, and leaves when its standard input ends, so that no target outlives its test.
 */
public final class TargetProgram implements AutoCloseable {

    private final Process process;
    private final List<String> output = new ArrayList<>();
    private final Writer input;

    private TargetProgram(Process process) {
        this.process = process;
        this.input = process.outputWriter(StandardCharsets.UTF_8);
        Thread reader = new Thread(this::read, "output of " + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts a class of the test's own class path and waits for {@code READY}. */
    public static TargetProgram start(Jdk jdk, Class<?> main, String... args) throws Exception {
        return start(jdk, List.of(), main, args);
    }

    /** As above, with options for the JVM. */
    public static TargetProgram start(Jdk jdk, List<String> jvmOptions, Class<?> main, String... args)
            throws Exception {
        return start(jdk, jvmOptions, main, List.of(), args);
    }

    /** As above, with the libraries that these classes are of. */
    public static TargetProgram start(
            Jdk jdk, List<String> jvmOptions, Class<?> main, List<Class<?>> libraries, String... args)
            throws Exception {
        StringBuilder path = new StringBuilder(origin(main));
        for (Class<?> library : libraries) {
            path.append(File.pathSeparatorChar).append(origin(library));
        }
        List<String> command = new ArrayList<>();
        command.add("-Xmx256m");
        command.add("-XX:+UseSerialGC");
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", path.toString(), main.getName()));
        command.addAll(Arrays.asList(args));
        return start(jdk, command);
    }

    private static String origin(Class<?> type) throws Exception {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI())
                .toString();
    }

    /** Starts a JVM with exactly this command line behind {@code java}, and waits for {@code READY}. */
    public static TargetProgram start(Jdk jdk, List<String> command) throws Exception {
        List<String> whole = new ArrayList<>();
        whole.add(jdk.java().toString());
        whole.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(whole).redirectErrorStream(true);
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
        TargetProgram program = new TargetProgram(builder.start());
        try {
            program.awaitLine("READY", Duration.ofSeconds(60));
        } catch (Throwable t) {
            program.close();
            throw t;
        }
        return program;
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** All lines that it printed on stdout and stderr, up to now. */
    public List<String> output() {
        synchronized (output) {
            return List.copyOf(output);
        }
    }

    /** Writes a line to its standard input. */
    public void say(String line) throws IOException {
        input.write(line + "\n");
        input.flush();
    }

    /** Writes a line and waits for the first line of output, printed after that, which starts with {@code prefix}. */
    public String ask(String line, String prefix) throws Exception {
        int from = output().size();
        say(line);
        return awaitLine(prefix, from, Duration.ofSeconds(30));
    }

    /** Waits for a line that starts with {@code prefix}, from the first line of all on. */
    public String awaitLine(String prefix, Duration atMost) throws Exception {
        return awaitLine(prefix, 0, atMost);
    }

    private String awaitLine(String prefix, int from, Duration atMost) throws Exception {
        String[] found = new String[1];
        Await.until("a line '" + prefix + "…' of " + process.pid() + " after " + output(), atMost, () -> {
            List<String> lines = output();
            for (String line : lines.subList(from, lines.size())) {
                if (line.startsWith(prefix)) {
                    found[0] = line;
                    return true;
                }
            }
            if (!process.isAlive()) {
                throw new AssertionError("ended with " + process.exitValue() + ": " + lines);
            }
            return false;
        });
        return found[0];
    }

    /** Ends it at once, as {@code kill -9} does. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    @Override
    public void close() throws InterruptedException {
        try {
            input.close();
        } catch (IOException e) {
            // it is gone already
        }
        if (!process.waitFor(2, TimeUnit.SECONDS)) {
            kill();
        }
    }

    private void read() {
        try (BufferedReader in =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                synchronized (output) {
                    output.add(line);
                }
            }
        } catch (IOException e) {
            // the process is gone
        }
    }
}
