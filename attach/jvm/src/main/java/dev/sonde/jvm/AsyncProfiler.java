package dev.sonde.jvm;

import dev.sonde.profile.Description;
import dev.sonde.profile.Kind;
import dev.sonde.profile.Profile;
import dev.sonde.profile.RecordingReader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * <a href="https://github.com/async-profiler/async-profiler">async-profiler</a>: its native library is loaded by the attach protocol's
 * {@code load}, each command by loading it once more. What is known of it:
 *
 * <ul>
 *   <li>It opens its recording when it starts and keeps it open, so the file can lose its name then. Should nobody stop it, its
 *       {@code timeout} does, and the bytes are gone with the descriptor.
 *   <li>glibc finds a library that is loaded by its name, and opens nothing; so the library loses its file, too. It stays
 *       mapped for good, and is used again under the same name.
 *   <li>Errors stand in its {@code log} and nowhere else. Without one it writes to the target's stdout, so after the start
 *       its log is closed and its level {@code none}.
 *   <li>On its standard signal, SIGPROF, it breaks JFR's CPU-time samples on 25, even after it stopped; on SIGUSR2, with which HotSpot
 *       stops a thread that JFR samples, those of 17. SIGSTKFLT nobody uses.
 *   <li>{@code cpu} takes perf events, and where the kernel forbids them timers of its own, by itself.
 * </ul>
 */
final class AsyncProfiler implements Engine {

    private static final String VERSION = "4.6";
    private static final String FILE = "libasyncProfiler.so";

    /** What the artifact of this version has; another library is not loaded into anybody's process. */
    private static final Map<String, String> SHA256 = Map.of(
            "linux-x64", "1aa55af4645fafb7b70fe78b8bcc8d32a1a2fce1a278ce04318224df68694fb2",
            "linux-arm64", "45895af951d172126819552f5e2762b1a71c4db2a95ab8def791becb9ce7e35d");

    private static final Pattern MAPPED = Pattern.compile("(/\\S*/" + FILE + ")( \\(deleted\\))?$");
    private static final String SILENT = ",loglevel=none,log=stderr,quiet";

    @Override
    public Profiling.Engine which() {
        return Profiling.Engine.ASYNC;
    }

    @Override
    public boolean sharedBy(Kind first, long firstInterval, Kind second, long secondInterval) {
        return false; // there is one in a process
    }

    @Override
    public long standardInterval(Kind kind) {
        return switch (kind) {
            case CPU -> 10_000_000;
            case WALL -> 50_000_000;
            case ALLOC, LIVE -> 512 << 10;
            case LOCK -> 10_000;
            case THREADS, TIMELINE -> 0;
        };
    }

    private static String events(Kind kind, long interval) {
        return switch (kind) {
            case CPU -> "event=cpu,interval=" + interval + "ns";
            case WALL -> "wall=" + interval + "ns";
            case ALLOC -> "alloc=" + interval;
            case LIVE -> "alloc=" + interval + ",live";
            case LOCK -> "lock=" + interval + "ns";
            case THREADS, TIMELINE -> throw new IllegalArgumentException(kind + " is not sampled");
        };
    }

    @Override
    public Sampling start(LocalJvm jvm, Profiling.Request request) throws Unable, TargetError {
        long pid = jvm.process.id.pid();
        if (request.kind() == Kind.TIMELINE) {
            throw new Unable("it samples, and records no timeline");
        }
        if (request.kind() == Kind.LIVE && jvm.feature() < 11) {
            throw new Unable("before JDK 11 it cannot tell what is alive");
        }
        Optional<String> loaded = loaded(pid);
        try (EngineFolder folder = EngineFolder.in(jvm.process)) {
            String nativeLibrary = loaded.isPresent() ? loaded.get() : folder.inner(FILE);
            if (loaded.isEmpty()) {
                folder.put(FILE, nativeLibrary());
            }
            long interval = request.interval().orElse(standardInterval(request.kind()));
            long seconds = Math.max(1, request.atMost().toSeconds() + 1);
            String command = "start,jfr," + events(request.kind(), interval) + ",signal=16,jstackdepth=1024,timeout="
                    + seconds + ",file=" + folder.inner("recording") + ",log="
                    + folder.inner("log") + ",quiet";
            Instant started = Instant.now();
            Optional<String> refusal = command(jvm, nativeLibrary, command);
            String log = folder.text("log").strip();
            if (refusal.isPresent()) {
                command(jvm, nativeLibrary, "status" + SILENT); // closes the log
                throw new Unable(log.isEmpty() ? refusal.get() : firstError(log));
            }
            FileChannel recording = folder.open("recording");
            command(jvm, nativeLibrary, "status" + SILENT);
            return new Running(
                    jvm,
                    nativeLibrary,
                    request.kind(),
                    interval,
                    started,
                    started.plusSeconds(seconds),
                    recording,
                    notices(log));
        } catch (IOException e) {
            throw new Unable("its files cannot be used: " + e.getMessage());
        }
    }

    private static String firstError(String log) {
        String said = log.lines()
                .filter(line -> line.startsWith("[ERROR]"))
                .findFirst()
                .orElse(log.lines().findFirst().orElse(""));
        return "it says: " + said.replaceFirst("^\\[\\w+] ", "");
    }

    private static List<String> notices(String log) {
        List<String> notices = new ArrayList<>();
        log.lines()
                .filter(line -> line.startsWith("[WARN]"))
                .limit(3)
                .forEach(line -> notices.add(line.substring(6).strip()));
        return notices;
    }

    /** Under which name the process has it; empty when it has none. */
    private static Optional<String> loaded(long pid) throws Unable {
        Optional<String> found = Optional.empty();
        try (BufferedReader maps = Files.newBufferedReader(Proc.of(pid).resolve("maps"), StandardCharsets.ISO_8859_1)) {
            for (String line = maps.readLine(); line != null; line = maps.readLine()) {
                Matcher name = MAPPED.matcher(line);
                if (name.find()) {
                    found = Optional.of(name.group(1));
                }
                if (line.contains("/ld-musl-")) {
                    throw new Unable(
                            "the target's libc is musl, which does not find a library again whose file is gone");
                }
            }
        } catch (IOException e) {
            throw new Unable("the target's memory map cannot be read: " + e.getMessage());
        }
        return found;
    }

    /** The library for the machine, if it is the one that it should be. */
    private static byte[] nativeLibrary() throws Unable, IOException {
        String machine =
                switch (System.getProperty("os.arch")) {
                    case "amd64", "x86_64" -> "linux-x64";
                    case "aarch64" -> "linux-arm64";
                    default -> throw new Unable("it has no library for " + System.getProperty("os.arch"));
                };
        try (InputStream in = AsyncProfiler.class.getClassLoader().getResourceAsStream(machine + "/" + FILE)) {
            if (in == null) {
                throw new Unable("its library is not with this server");
            }
            byte[] nativeLibrary = in.readAllBytes();
            String sum = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(nativeLibrary));
            if (!sum.equals(SHA256.get(machine))) {
                throw new Unable("its library is not that of version " + VERSION + ": its SHA-256 is " + sum);
            }
            return nativeLibrary;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Runs a command; what it refused with, or empty. */
    private static Optional<String> command(LocalJvm jvm, String nativeLibrary, String command) throws TargetError {
        try (AttachReply reply = jvm.attach.run("load", nativeLibrary, "true", command)) {
            String answer = reply.text(4096).strip();
            if (reply.code() != 0) {
                return Optional.of(
                        answer.isEmpty()
                                ? "the target cannot load it"
                                : answer.lines().findFirst().orElse(""));
            }
            String code =
                    answer.startsWith("return code: ") ? answer.substring(13).strip() : answer;
            return code.isEmpty() || code.equals("0")
                    ? Optional.empty()
                    : Optional.of("the target cannot load it: " + code);
        } catch (IOException e) {
            throw jvm.attach.failed(e);
        }
    }

    private static final class Running implements Sampling {
        private final LocalJvm jvm;
        private final String nativeLibrary;
        private final Kind kind;
        private final long interval;
        private final Instant started;
        private final Instant endsAt;
        private final FileChannel recording;
        private final List<String> notices;

        Running(
                LocalJvm jvm,
                String nativeLibrary,
                Kind kind,
                long interval,
                Instant started,
                Instant endsAt,
                FileChannel recording,
                List<String> notices) {
            this.jvm = jvm;
            this.nativeLibrary = nativeLibrary;
            this.kind = kind;
            this.interval = interval;
            this.started = started;
            this.endsAt = endsAt;
            this.recording = recording;
            this.notices = notices;
        }

        @Override
        public String engine() {
            return "async-profiler " + VERSION;
        }

        @Override
        public List<String> notices() {
            return notices;
        }

        @Override
        public Profile stop(Optional<Path> keep) throws TargetError {
            try (recording) {
                end();
                Description about = Description.of(kind, started, Duration.ZERO, engine(), interval);
                return EngineFolder.read(recording, jvm.home, keep, copy -> RecordingReader.read(copy, kind, about));
            } catch (IOException e) {
                throw new TargetError("what async-profiler gave cannot be read: " + e.getMessage(), e);
            }
        }

        @Override
        public void discard() {
            try (recording) {
                end();
            } catch (TargetError | IOException e) {
                // its timeout ends it
            }
        }

        /** Not when its time is over: it has ended by itself then, and what runs now may be somebody else's. */
        private void end() throws TargetError {
            if (Instant.now().isBefore(endsAt)) {
                command(jvm, nativeLibrary, "stop" + SILENT);
            }
        }
    }
}
