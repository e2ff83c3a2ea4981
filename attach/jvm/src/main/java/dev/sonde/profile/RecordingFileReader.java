package dev.sonde.profile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import one.jfr.JfrReader;
import one.jfr.event.AllocationSample;
import one.jfr.event.ContendedLock;
import one.jfr.event.Event;
import one.jfr.event.ExecutionSample;
import one.jfr.event.LiveObject;
import org.jspecify.annotations.Nullable;

/**
 * A recording that we did not ask for: which kinds of samples it has, and at which interval they were taken, has to be found out.
 * It is gone through twice, mapped and not read into memory, however large it is.
 */
final class RecordingFileReader {

    private static final long MOST_BYTES = Integer.MAX_VALUE;
    private static final Pattern TIME = Pattern.compile("(\\d{1,12}) ?(ns|us|ms|s|)");
    private static final Pattern RATE = Pattern.compile("(\\d{1,9}) ?/ ?(ms|s)");
    private static final Map<String, Long> NANOS =
            Map.of("ns", 1L, "", 1L, "us", 1_000L, "ms", 1_000_000L, "s", 1_000_000_000L);

    /** As JFR samples unless told otherwise. */
    private static final long STANDARD_INTERVAL = 20_000_000;

    /** What one pass found. */
    private record Content(Set<Kind> kinds, Map<String, String> settings, boolean ofAsyncProfiler) {}

    private RecordingFileReader() {}

    static Profile read(FileChannel file, Path path, Optional<Kind> wanted) throws IOException {
        if (file.size() > MOST_BYTES) {
            throw new IOException("it is larger than 2 GiB");
        }
        ByteBuffer recording = file.map(FileChannel.MapMode.READ_ONLY, 0, file.size());
        Content content = content(recording.duplicate());
        Kind kind = wanted.isPresent()
                ? wanted.get()
                : content.kinds.stream().findFirst().orElse(Kind.CPU);
        if (!content.kinds.contains(kind)) {
            throw new IOException(
                    content.kinds.isEmpty()
                            ? "the recording has no samples: neither of cpu, wall, alloc, live nor of lock"
                            : "the recording has no samples of " + kind.word() + "; it has " + words(content.kinds));
        }
        List<String> notes = new ArrayList<>();
        if (content.kinds.size() > 1) {
            notes.add("the recording has samples of " + words(content.kinds) + "; --kind chooses");
        }
        long interval = interval(content, kind, notes);
        Description about = Description.of(
                        kind,
                        Instant.EPOCH,
                        Duration.ZERO,
                        content.ofAsyncProfiler ? "async-profiler" : "JFR",
                        interval)
                .noting(notes);
        // Who held a lock only the JVM's own events tell.
        if (kind == Kind.LOCK && !content.ofAsyncProfiler) {
            return WaitReader.read(path, about);
        }
        return RecordingReader.read(recording, kind, about);
    }

    private static String words(Set<Kind> kinds) {
        return String.join(", ", kinds.stream().map(Kind::word).toList());
    }

    private static Content content(ByteBuffer recording) throws IOException {
        Set<Kind> kinds = EnumSet.noneOf(Kind.class);
        try (JfrReader jfr = new JfrReader(recording)) {
            jfr.stopAtNewChunk = true;
            boolean async = jfr.getEnumValue("jdk.types.FrameType", 5) != null;
            boolean wall = false;
            while (jfr.hasMoreChunks()) {
                for (Event event = jfr.readEvent(); event != null; event = jfr.readEvent()) {
                    if (event instanceof ExecutionSample sample) {
                        wall |= async && sample.samples != 1;
                        kinds.add(Kind.CPU);
                    } else if (event instanceof AllocationSample) {
                        kinds.add(Kind.ALLOC);
                    } else if (event instanceof LiveObject) {
                        kinds.add(Kind.LIVE);
                    } else if (event instanceof ContendedLock) {
                        kinds.add(Kind.LOCK);
                    }
                }
                RecordingReader.forget(jfr);
            }
            Map<String, String> settings = new HashMap<>(jfr.settings);
            if (kinds.contains(Kind.CPU) && (wall || positive(settings.get("wall")))) {
                kinds.remove(Kind.CPU);
                kinds.add(Kind.WALL);
            }
            return new Content(kinds, settings, async);
        } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
            throw new IOException("the recording is damaged: " + e, e);
        }
    }

    private static boolean positive(@Nullable String number) {
        return number != null && number.matches("[1-9]\\d*");
    }

    private static long interval(Content content, Kind kind, List<String> notes) {
        if (kind == Kind.LIVE) {
            return parsed(content.settings.get("alloc")).orElse(512L << 10);
        }
        if (kind != Kind.CPU && kind != Kind.WALL) {
            return 0;
        }
        for (String setting : content.ofAsyncProfiler
                ? List.of(kind == Kind.WALL ? "wall" : "interval")
                : List.of("throttle", "period")) {
            Optional<Long> told = parsed(content.settings.get(setting)).filter(nanos -> nanos >= 100_000);
            if (told.isPresent()) {
                return told.get();
            }
        }
        long standard = content.ofAsyncProfiler ? 10_000_000 : STANDARD_INTERVAL;
        notes.add("the recording does not tell its interval: " + standard / 1_000_000 + " ms is taken");
        return standard;
    }

    /** {@code 20 ms} and {@code 10000000} as nanoseconds, a rate as the time between two. */
    private static Optional<Long> parsed(@Nullable String setting) {
        String text = setting == null ? "" : setting.strip();
        Matcher time = TIME.matcher(text);
        if (time.matches()) {
            return Optional.of(Long.parseLong(time.group(1)) * NANOS.getOrDefault(time.group(2), 1L));
        }
        Matcher rate = RATE.matcher(text);
        return rate.matches() && Long.parseLong(rate.group(1)) > 0
                ? Optional.of((rate.group(2).equals("s") ? 1_000_000_000L : 1_000_000L) / Long.parseLong(rate.group(1)))
                : Optional.empty();
    }
}
