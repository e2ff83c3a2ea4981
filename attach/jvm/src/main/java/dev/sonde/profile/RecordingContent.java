package dev.sonde.profile;

import java.io.IOException;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a recording holds, found out by going through its events without what they refer to: a tenth of what it costs to read
 * them.
 *
 * @param events the names of those that there are
 * @param settings what they were recorded with
 */
record RecordingContent(Set<String> events, Map<Chunk.Setting, String> settings, boolean ofAsyncProfiler) {

    private static final String BY_TIME = "jdk.ExecutionSample";
    private static final String BY_CPU_TIME = "jdk.CPUTimeSample";
    private static final String OF_ALL_THREADS = "profiler.WallClockSample";
    private static final String SURVIVOR = "profiler.LiveObject";
    private static final Set<String> ALLOCATIONS =
            Set.of("jdk.ObjectAllocationInNewTLAB", "jdk.ObjectAllocationOutsideTLAB", "jdk.ObjectAllocationSample");
    private static final Set<String> WAITS = Set.of("jdk.JavaMonitorEnter", "jdk.ThreadPark");

    static RecordingContent of(Chunks recording) throws IOException {
        Set<String> events = new HashSet<>();
        Map<Chunk.Setting, String> settings = new HashMap<>();
        boolean[] async = new boolean[1];
        recording.each(RecordingContent::of, part -> {
            events.addAll(part.events);
            settings.putAll(part.settings);
            async[0] |= part.ofAsyncProfiler;
        });
        return new RecordingContent(events, settings, async[0]);
    }

    private static RecordingContent of(Chunk chunk) throws IOException {
        Map<Chunk.Setting, String> settings = new HashMap<>();
        Set<Integer> types = new HashSet<>();
        int[] last = {-1};
        chunk.events(settings, type -> {
            if (type != last[0]) {
                last[0] = type;
                types.add(type);
            }
        });
        Set<String> events = new HashSet<>();
        types.forEach(type -> events.add(chunk.name(type)));
        return new RecordingContent(events, settings, chunk.ofAsyncProfiler());
    }

    /** The kinds that it has samples of. */
    Set<Kind> kinds() {
        Set<Kind> kinds = EnumSet.noneOf(Kind.class);
        for (Kind kind : List.of(Kind.CPU, Kind.WALL, Kind.ALLOC, Kind.LIVE, Kind.LOCK)) {
            if (eventsOf(kind).stream().anyMatch(events::contains)) {
                kinds.add(kind);
            }
        }
        return kinds;
    }

    /**
     * The events that are samples of a kind. Where the JVM sampled processors in two ways at once, because of two recordings, one of them counts:
     * both see all.
     */
    Set<String> eventsOf(Kind kind) {
        // Before its release 4, and with nobatch, async-profiler had one event for both.
        boolean allThreads = ofAsyncProfiler
                && !events.contains(OF_ALL_THREADS)
                && setting("wall").filter(nanos -> nanos.matches("[1-9]\\d*")).isPresent();
        return switch (kind) {
            case CPU -> allThreads ? Set.of() : Set.of(events.contains(BY_CPU_TIME) ? BY_CPU_TIME : BY_TIME);
            case WALL -> allThreads ? Set.of(BY_TIME) : ofAsyncProfiler ? Set.of(OF_ALL_THREADS) : Set.of();
            case ALLOC -> ALLOCATIONS;
            case LIVE -> Set.of(SURVIVOR);
            case LOCK -> WAITS;
            case THREADS, TIMELINE -> Set.of();
        };
    }

    /** What the events of a kind were recorded with; of async-profiler, what all were. */
    Optional<String> setting(Kind kind, String name) {
        return ofAsyncProfiler
                ? setting(name)
                : eventsOf(kind).stream()
                        .map(event -> settings.get(new Chunk.Setting(event, name)))
                        .flatMap(value -> Optional.ofNullable(value).stream())
                        .findFirst();
    }

    /** A setting of that name, whatever it is of. */
    Optional<String> setting(String name) {
        return settings.entrySet().stream()
                .filter(entry -> entry.getKey().name().equals(name))
                .map(Map.Entry::getValue)
                .findFirst();
    }
}
