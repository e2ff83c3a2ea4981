package dev.sonde.timeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sonde.jvm.LocalHost;
import dev.sonde.jvm.Profiling.Engine;
import dev.sonde.jvm.Profiling.Request;
import dev.sonde.jvm.Profiling.Run;
import dev.sonde.jvm.Target;
import dev.sonde.jvm.TargetError;
import dev.sonde.profile.Description;
import dev.sonde.profile.Kind;
import dev.sonde.profile.Profile;
import dev.sonde.profile.Sample;
import dev.sonde.testing.Jdk;
import dev.sonde.testing.TargetProgram;
import dev.sonde.timeline.Timeline.Pauses;
import dev.sonde.timeline.Timeline.Sum;
import dev.sonde.timeline.Timeline.ThreadTime;
import dev.sonde.timeline.TimelineReader.Reach;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Timelines of a program whose waits are known. */
final class TimelineTest {

    /** A wait is measured inside of what its thread measures; the steps of clocks apart. */
    private static final long SLACK = 10_000_000;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path home;

    static List<Jdk> jdks() {
        return Jdk.all();
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void tells_each_wait_with_its_length_and_who_held_it_up(Jdk jdk) throws Exception {
        try (LocalHost host = LocalHost.open(Files.createDirectory(home.resolve("host")));
                TargetProgram program = TargetProgram.start(jdk, Waits.class)) {
            Target hers = host.open(program.pid(), "ada/1");
            Target his = host.open(program.pid(), "bob/2");
            Path recording = home.resolve("waits.jfr");
            Profile counted;
            try (Run run = hers.profiling().start(request(Kind.TIMELINE, OptionalLong.empty()))) {
                // Other events disturb nobody; samples of processors would be in both.
                his.profiling().start(request(Kind.LOCK, OptionalLong.empty())).close();
                assertThatThrownBy(() -> his.profiling().start(request(Kind.CPU, OptionalLong.empty())))
                        .isInstanceOf(TargetError.class)
                        .hasMessageContaining("ada/1 takes a timeline here with it");
                program.ask("wait", "DONE");
                program.ask("crowd", "DONE");
                counted = run.stop(recording);
            }
            Description about = counted.description();
            WaitingTime profile = new WaitingTime(about);
            TimelineSums sums = new TimelineSums(any -> true, 100, profile::add);
            Reach reach = TimelineReader.read(recording, sums);
            counted.samples()
                    .forEach(sample -> sums.runnable(sample).ifPresent(lane -> profile.runnable(lane, sample)));
            Timeline timeline = sums.sum(reach);
            tellsWaits(timeline, took(program), jdk);
            tellsTheJvm(timeline);
            tellsWhoWasRunnable(timeline, profile.profile());
            profilesWaits(profile.profile());
            isWhatPerfettoReads(recording, about, program.pid());
            told(recording, "thrower");
            cutOff(recording);

            // Nothing is left: no recording, no file, no descriptor, not a word.
            assertThat(hers.profiling().runs()).isEmpty();
            assertThat(leftovers(program.pid())).isEmpty();
            assertThat(program.output()).noneMatch(line -> line.contains("jfr") || line.contains("JFR"));
        }
    }

    private static Request request(Kind kind, OptionalLong interval) {
        return new Request(kind, Optional.of(Engine.JFR), Duration.ofMinutes(1), interval);
    }

    /** What the waiting threads themselves measured. */
    private static Map<String, Long> took(TargetProgram program) {
        Map<String, Long> took = new HashMap<>();
        for (String line : program.output()) {
            String[] words = line.split(" ", -1);
            if (words.length == 2) {
                took.put(words[0], Long.parseLong(words[1]));
            }
        }
        return took;
    }

    private static void tellsWaits(Timeline timeline, Map<String, Long> took, Jdk jdk) {
        Span blocked = longest(timeline, "blocked", State.BLOCKED);
        assertThat(blocked.what()).isEqualTo("java.lang.Object");
        assertThat(blocked.by()).contains("holder");
        Span parked = longest(timeline, "parked", State.PARKED);
        assertThat(parked.what()).isEqualTo("java.lang.Class");
        Span waiting = longest(timeline, "waiting", State.WAITING);
        assertThat(waiting.by()).contains("notifier");
        Span socket = longest(timeline, "socket", State.SOCKET);
        assertThat(socket.what()).startsWith("read localhost:");
        assertThat(socket.bytes()).isEqualTo(1);
        Map<Span, Long> least = Map.of(
                blocked,
                300L,
                parked,
                200L,
                waiting,
                450L,
                socket,
                200L,
                longest(timeline, "sleeping", State.SLEEPING),
                250L);
        least.forEach((span, millis) -> assertThat(span.nanos())
                .as(span.lane().name())
                .isBetween(
                        millis * 1_000_000 - SLACK,
                        took.getOrDefault(span.lane().name(), 0L) + SLACK));
        assertThat(blocked.stack()).anyMatch(frame -> frame.className().equals(Waits.class.getName()));

        // One that is not over when the recording is, and that it has no event of.
        Span prisoner = longest(timeline, "prisoner", State.BLOCKED);
        assertThat(prisoner.open()).isTrue();
        assertThat(prisoner.by()).contains("jailer");
        assertThat(prisoner.nanos()).isGreaterThan(timeline.nanos() * 8 / 10);
        assertThat(timeline.waits().get(0)).isEqualTo(prisoner);
        assertThat(timeline.waits().get(timeline.waits().size() - 1).open()).isTrue(); // the jailer just stands there

        if (jdk.feature() >= 21) {
            // Shorter than it slept: it parks for what is left of that when it gets there.
            assertThat(timeline.pinned()).anyMatch(sum -> sum.longest() >= 40_000_000);
            assertThat(timeline.virtualStarted()).isGreaterThanOrEqualTo(2);
            assertThat(timeline.waits())
                    .filteredOn(span -> span.lane().kind() == Lane.Kind.VIRTUAL)
                    .extracting(Span::state)
                    .containsOnly(State.SLEEPING)
                    .hasSize(3);
        }
    }

    private static Span longest(Timeline timeline, String thread, State state) {
        return timeline.waits().stream()
                .filter(span -> span.lane().name().equals(thread) && span.state() == state)
                .max(Comparator.comparingLong(Span::nanos))
                .orElseThrow(() -> new AssertionError(thread + " is not " + state + " in " + timeline.waits()));
    }

    private static void tellsTheJvm(Timeline timeline) {
        assertThat(timeline.pauses()).extracting(Pauses::cause).contains("System.gc()");
        assertThat(timeline.allPauses().p99())
                .isBetween(1L, timeline.allPauses().longest());
        assertThat(timeline.safepoints())
                .extracting(Sum::what)
                .anyMatch(what -> what.contains("Collect") || what.contains("GC"));
        assertThat(timeline.thrown())
                .filteredOn(sum -> sum.what().matches("java.lang.(ArithmeticException|UnknownError)"))
                .extracting(Sum::count)
                .containsExactly(5L, 3L);
        assertThat(timeline.threads())
                .filteredOn(time -> time.lane().name().equals("prisoner"))
                .allMatch(time -> time.rest() < timeline.nanos() / 5);
        assertThat(timeline.allocated().bytes()).isPresent();
        assertThat(timeline.cut()).isEmpty();
        assertThat(timeline.lostBytes()).isZero();
    }

    /** Of three that compute on one processor two are runnable, whoever else runs here; where a quota holds them up, fewer. */
    private static void tellsWhoWasRunnable(Timeline timeline, Profile waits) {
        List<ThreadTime> crowd = timeline.threads().stream()
                .filter(time -> time.lane().name().startsWith("crowd-"))
                .toList();
        long runnable = crowd.stream()
                .mapToLong(time -> time.waited().getOrDefault(State.RUNNABLE, 0L))
                .sum();
        assertThat(crowd).isNotEmpty();
        assertThat(runnable).as("of " + crowd).isGreaterThan(Waits.CROWDED / 2);
        assertThat(waits.samples())
                .filteredOn(sample ->
                        sample.labels().getOrDefault(Sample.THREAD, "").startsWith("crowd-"))
                .filteredOn(sample -> "runnable".equals(sample.labels().get(Sample.STATE)))
                .hasSize(crowd.size());
    }

    private static void profilesWaits(Profile waits) {
        assertThat(waits.types()).isEqualTo(Kind.TIMELINE.types());
        assertThat(waits.samples())
                .anyMatch(sample -> "holder".equals(sample.labels().get(Sample.HOLDER))
                        && "blocked".equals(sample.labels().get(Sample.STATE))
                        && "java.lang.Object".equals(sample.labels().get(Sample.LOCK)));
    }

    private static void told(Path recording, String thread) throws IOException {
        TimelineSums sums = new TimelineSums(thread::equals, 10, span -> {});
        Timeline timeline = sums.sum(TimelineReader.read(recording, sums));
        assertThat(timeline.threads()).allMatch(time -> time.lane().name().equals(thread));
    }

    private static void isWhatPerfettoReads(Path recording, Description about, long pid) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PerfettoFile.write(recording, about, out);
        TraceEvents.check(out.toByteArray(), pid);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("\"heldBy\":\"holder\"", "\"notifiedBy\":\"notifier\"", "\"notOver\":true");
    }

    /** Wherever a recording ends: a sentence, and what stands before. */
    private void cutOff(Path recording) throws IOException {
        byte[] whole = Files.readAllBytes(recording);
        Path damaged = home.resolve("damaged.jfr");
        for (int part = 0; part < 16; part++) {
            Files.write(damaged, Arrays.copyOf(whole, whole.length * part / 16));
            harmless(damaged);
            byte[] scratched = whole.clone();
            for (int i = 0; i < 64; i++) {
                scratched[(whole.length * part / 16 + i * 7) % whole.length] = (byte) 0xff;
            }
            Files.write(damaged, scratched);
            harmless(damaged);
        }
    }

    private static void harmless(Path damaged) {
        TimelineSums sums = new TimelineSums(any -> true, 10, span -> {});
        try {
            assertThat(sums.sum(TimelineReader.read(damaged, sums)).nanos()).isNotNegative();
        } catch (IOException e) {
            assertThat(e).hasMessageStartingWith("it is no recording, or damaged");
        }
    }

    @Test
    void what_is_no_recording_is_said_to_be_none() throws Exception {
        Path text = Files.writeString(home.resolve("text"), "once upon a time");
        assertThatThrownBy(() -> TimelineReader.read(text, span -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("it is no recording, or damaged");
    }

    private static List<String> leftovers(long pid) throws IOException {
        try (Stream<Path> tmp = Files.list(Path.of("/tmp"));
                Stream<Path> open = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            return Stream.concat(
                            tmp.map(file -> file.getFileName().toString())
                                    .filter(name -> name.startsWith(".sonde-engine-"
                                            + ProcessHandle.current().pid() + "-")),
                            open.map(TimelineTest::target)
                                    .filter(name -> name.contains("sonde-engine") || name.endsWith(".jfr")))
                    .toList();
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return "";
        }
    }
}
