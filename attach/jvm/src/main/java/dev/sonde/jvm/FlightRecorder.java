package dev.sonde.jvm;

import dev.sonde.profile.Description;
import dev.sonde.profile.Kind;
import dev.sonde.profile.Profile;
import dev.sonde.profile.RecordingReader;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * JDK Flight Recorder, by the diagnostic commands of the attach protocol: nothing is loaded. {@code settings=none} enables
 * nothing, and {@code +} before an event's name adds it. A recording has a duration, so it ends without us; the events of
 * recordings that run at once are in all of them. The JVM keeps a folder for recordings in its tmp until it ends.
 */
final class FlightRecorder implements Engine {

    /**
     * The first whose JFR samples by CPU time (JEP 509). When such a recording ends, a late signal may find freed memory and crash the JVM
     * (JDK-8392187, open when this was written, and not in 25.0.3), so nobody gets it who does not ask for it.
     */
    private static final int FIRST_WITH_CPU_TIME = 25;

    /** Where a recording goes that ends by itself. With a file named it is closed then, and nothing is left of it. */
    private static final String NOWHERE = "/dev/null";

    private static final SecureRandom RANDOM = new SecureRandom();

    private final boolean cpuTime;

    /** @param cpuTime whether it samples by CPU time, and does nothing else */
    FlightRecorder(boolean cpuTime) {
        this.cpuTime = cpuTime;
    }

    @Override
    public Profiling.Engine which() {
        return cpuTime ? Profiling.Engine.CPUTIME : Profiling.Engine.JFR;
    }

    /**
     * Of the same kind at the same interval: each sees all samples once. Of another kind: they have other events. A timeline
     * samples processors and allocations too, by events that a profile of them would take for its own.
     */
    @Override
    public boolean sharedBy(Kind first, long firstInterval, Kind second, long secondInterval) {
        if (first == second) {
            return firstInterval == secondInterval;
        }
        boolean beside = first == Kind.TIMELINE || second == Kind.TIMELINE;
        return !beside || first == Kind.LOCK || second == Kind.LOCK;
    }

    @Override
    public long standardInterval(Kind kind) {
        return switch (kind) {
            case CPU -> 10_000_000;
            case LOCK -> 10_000;
            case TIMELINE -> 1_000_000;
            default -> 0;
        };
    }

    private String cpuEvent() {
        return cpuTime ? "jdk.CPUTimeSample" : "jdk.ExecutionSample";
    }

    private RecorderSettings settings(Kind kind, long interval) throws Unable {
        long millis = Math.max(1, interval / 1_000_000);
        return switch (kind) {
            case CPU -> RecorderSettings.of(cpuEvent(), cpuTime ? "throttle" : "period", millis + " ms");
            // Not ObjectAllocationSample, which leaves out what tells the truth: see BufferAllocations.
            case ALLOC ->
                RecorderSettings.of("jdk.ObjectAllocationInNewTLAB")
                        .and(RecorderSettings.of("jdk.ObjectAllocationOutsideTLAB"));
            case LOCK ->
                RecorderSettings.of("jdk.JavaMonitorEnter", "threshold", interval + " ns")
                        .and(RecorderSettings.of("jdk.ThreadPark", "threshold", interval + " ns"));
            case LIVE -> throw new Unable("it cannot tell how much is alive");
            case WALL -> throw new Unable("it samples no threads that wait");
            case THREADS, TIMELINE -> throw new IllegalArgumentException(kind + " is not sampled");
        };
    }

    @Override
    public Sampling start(LocalJvm jvm, Profiling.Request request) throws Unable, TargetError {
        if (cpuTime && (request.kind() != Kind.CPU || jvm.feature() < FIRST_WITH_CPU_TIME)) {
            throw new Unable("it samples by CPU time from JDK " + FIRST_WITH_CPU_TIME + " on, and for cpu alone");
        }
        if (request.kind() == Kind.ALLOC && request.interval().isPresent()) {
            throw new Unable("it takes no interval for allocations: it sees each buffer that a thread fills");
        }
        long interval = request.interval().orElse(standardInterval(request.kind()));
        String name = "sonde-" + HexFormat.of().toHexDigits(RANDOM.nextLong());
        Instant started = Instant.now();
        String lasting = " duration=" + (request.atMost().toSeconds() + 1) + "s filename=" + NOWHERE;
        if (request.kind() == Kind.TIMELINE) {
            TimelineSettings settings = TimelineSettings.of(jvm, interval);
            settings.start(jvm, "JFR.start name=" + name + lasting);
            return new Running(
                    jvm,
                    name,
                    request.kind(),
                    cpuEvent(),
                    interval,
                    started,
                    "JFR of JDK " + jvm.feature(),
                    settings.notices());
        }
        settings(request.kind(), interval).start(jvm, "JFR.start name=" + name + " maxsize=500M" + lasting);
        String engine = "JFR of JDK " + jvm.feature() + (cpuTime ? ", CPU time" : "");
        return new Running(jvm, name, request.kind(), cpuEvent(), interval, started, engine, notices(request.kind()));
    }

    private List<String> notices(Kind kind) {
        return switch (kind) {
            case CPU ->
                List.of(
                        cpuTime
                                ? "JFR's samples of CPU time are an experiment of the JDK's: some JVMs have crashed when a recording"
                                        + " of them ended (JDK-8392187)"
                                : "JFR samples Java code alone, and at most five threads at once");
            case ALLOC ->
                List.of("JFR sees the object with which a buffer is full: of a loop that allocates the same again and"
                        + " again that may always be the same one");
            default -> List.of();
        };
    }

    static void start(LocalJvm jvm, String command) throws Unable, TargetError {
        String answer = answer(jvm, command);
        if (!answer.contains("Started recording")) {
            throw new Unable("it says: " + firstLine(answer));
        }
    }

    private static String firstLine(String answer) {
        return answer.lines().filter(line -> !line.isBlank()).findFirst().orElse("nothing");
    }

    private static String answer(LocalJvm jvm, String command) throws TargetError {
        try (AttachReply reply = jvm.attach.jcmd(command)) {
            return reply.text(64 << 10).strip();
        } catch (IOException e) {
            throw jvm.attach.failed(e);
        }
    }

    private record Running(
            LocalJvm jvm,
            String name,
            Kind kind,
            String cpuEvent,
            long interval,
            Instant started,
            String engine,
            List<String> notices)
            implements Sampling {

        @Override
        public Profile stop(Optional<Path> keep) throws TargetError {
            Duration lasted = Duration.between(started, Instant.now());
            try (EngineFolder folder = EngineFolder.in(jvm.process)) {
                String answer = answer(jvm, "JFR.stop name=" + name + " filename=" + folder.inner("recording.jfr"));
                if (!answer.contains("Stopped recording")) {
                    throw new TargetError("JFR gave no recording: " + firstLine(answer));
                }
                Description about = Description.of(kind, started, lasted, engine, interval);
                try (FileChannel recording = folder.open("recording.jfr")) {
                    Profile profile = EngineFolder.read(recording, jvm.home, keep, copy -> switch (kind) {
                        case TIMELINE -> new Profile.Builder(about).build();
                        case CPU -> RecordingReader.read(copy, kind, cpuEvent, about);
                        default -> RecordingReader.read(copy, kind, about);
                    });
                    return profile.described(profile.description().lasting(started, lasted));
                }
            } catch (IOException e) {
                throw new TargetError("what JFR gave cannot be read: " + e.getMessage(), e);
            }
        }

        @Override
        public void discard() {
            try {
                answer(jvm, "JFR.stop name=" + name + " filename=" + NOWHERE);
            } catch (TargetError e) {
                // it has a duration
            }
        }
    }
}
