package dev.sonde.profile;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A recording that we did not ask for: which kinds of samples it has, and at which interval they were taken, has to be found out.
 * It is gone through twice, first without what its events refer to.
 */
final class RecordingFileReader {

    private static final Pattern TIME = Pattern.compile("(\\d{1,12}) ?(ns|us|ms|s|)");
    private static final Pattern RATE = Pattern.compile("(\\d{1,9}) ?/ ?(ms|s)");
    private static final Map<String, Long> NANOS =
            Map.of("ns", 1L, "", 1L, "us", 1_000L, "ms", 1_000_000L, "s", 1_000_000_000L);

    /** As JFR samples unless told otherwise. */
    private static final long STANDARD_INTERVAL = 20_000_000;

    private RecordingFileReader() {}

    static Profile read(FileChannel file, Optional<Kind> wanted) throws IOException {
        Chunks recording = new Chunks(file);
        RecordingContent content = RecordingContent.of(recording);
        Set<Kind> kinds = content.kinds();
        Kind kind =
                wanted.isPresent() ? wanted.get() : kinds.stream().findFirst().orElse(Kind.CPU);
        if (!kinds.contains(kind)) {
            throw new IOException(
                    kinds.isEmpty()
                            ? "the recording has no samples: neither of cpu, wall, alloc, live nor of lock"
                            : "the recording has no samples of " + kind.word() + "; it has " + words(kinds));
        }
        List<String> notes = new ArrayList<>();
        if (kinds.size() > 1) {
            notes.add("the recording has samples of " + words(kinds) + "; --kind chooses");
        }
        long interval = interval(content, kind, notes);
        String engine = content.ofAsyncProfiler() ? "async-profiler" : "JFR";
        Description about = Description.of(kind, Instant.EPOCH, Duration.ZERO, engine, interval);
        return RecordingReader.read(recording, content, kind, content.eventsOf(kind), about.noting(notes));
    }

    private static String words(Set<Kind> kinds) {
        return String.join(", ", kinds.stream().map(Kind::word).toList());
    }

    private static long interval(RecordingContent content, Kind kind, List<String> notes) {
        if (kind == Kind.LIVE) {
            return content.setting("alloc").flatMap(RecordingFileReader::parsed).orElse(512L << 10);
        }
        if (kind != Kind.CPU && kind != Kind.WALL) {
            return 0;
        }
        for (String setting : content.ofAsyncProfiler()
                ? List.of(kind == Kind.WALL ? "wall" : "interval")
                : List.of("throttle", "period")) {
            Optional<Long> told = content.setting(kind, setting)
                    .flatMap(RecordingFileReader::parsed)
                    .filter(nanos -> nanos > 0);
            if (told.isPresent()) {
                return told.get();
            }
        }
        long standard = content.ofAsyncProfiler() ? 10_000_000 : STANDARD_INTERVAL;
        notes.add("the recording does not tell its interval: " + standard / 1_000_000 + " ms is taken");
        return standard;
    }

    /** {@code 20 ms} and {@code 10000000} as nanoseconds, a rate as the time between two. */
    private static Optional<Long> parsed(String setting) {
        String text = setting.strip();
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
