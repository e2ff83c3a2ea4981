package dev.sonde.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sonde.jvm.Profiling.Engine;
import dev.sonde.jvm.Profiling.Run;
import dev.sonde.profile.Kind;
import dev.sonde.profile.Profile;
import dev.sonde.profile.Sample;
import dev.sonde.testing.Jdk;
import dev.sonde.testing.TargetProgram;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What each engine says of a program that has {@linkplain Scales weighed itself}: each share within three points. Of few samples,
 * on a machine that others keep busy, chance alone is off by more: then within five of its standard deviations.
 */
final class AccuracyTest {

    private static final Logger LOG = Logger.getLogger(AccuracyTest.class.getName());

    /** As small as with many threads: JFR tells of each buffer, and of few chance alone tells. */
    private static final long BUFFER = 128 << 10;

    private static final KnownCosts SCALES = new KnownCosts(Scales.class);

    private static final List<String> OPTIONS = Stream.concat(
                    SCALES.keptApart("*").stream(),
                    Stream.of("-XX:TLABSize=" + BUFFER, "-XX:-ResizeTLAB", "-Xms256m", "-Xmx256m"))
            .toList();

    private final LocalHost host;

    AccuracyTest(@TempDir Path home) throws Exception {
        host = LocalHost.open(home);
    }

    static List<Jdk> jdks() {
        return Jdk.all();
    }

    @AfterEach
    void close() {
        host.close();
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void finds_each_share_within_three_points(Jdk jdk) throws Exception {
        try (TargetProgram program = TargetProgram.start(jdk, OPTIONS, Scales.class)) {
            Profiling profiling = host.open(program.pid(), "ada/1").profiling();
            program.ask("cpu 300", "DONE"); // compiled, and of its own speed

            Run cpuByJfr = profiling.start(KnownCosts.request(Kind.CPU, Engine.JFR, 1_000_000));
            Run cpuByAsync = profiling.start(KnownCosts.request(Kind.CPU, Engine.ASYNC, 500_000));
            long[] cpu = weighed(program, "cpu 2000");
            compare(cpuByJfr.stop(), cpu, "hot", "warm", "tepid");
            compare(cpuByAsync.stop(), cpu, "hot", "warm", "tepid");

            Run allocByJfr = profiling.start(KnownCosts.request(Kind.ALLOC, Engine.JFR));
            long[] alloc = weighed(program, "alloc 1000");
            compare(allocByJfr.stop(), alloc, "large", "medium", "small");
            Run allocByAsync = profiling.start(KnownCosts.request(Kind.ALLOC, Engine.ASYNC, BUFFER));
            alloc = weighed(program, "alloc 1000");
            compare(allocByAsync.stop(), alloc, "large", "medium", "small");

            Run lockByJfr = profiling.start(KnownCosts.request(Kind.LOCK, Engine.JFR));
            Run lockByAsync = profiling.start(KnownCosts.request(Kind.LOCK, Engine.ASYNC));
            long[] lock = weighed(program, "lock 40");
            compareExact(lockByJfr.stop(), lock);
            compareExact(lockByAsync.stop(), lock);

            Run live = profiling.start(KnownCosts.request(Kind.LIVE, Engine.ASYNC, 32 << 10));
            long[] leak = weighed(program, "leak 20");
            Profile alive = live.stop();
            long found = alive.samples().stream()
                    .filter(sample ->
                            Scales.Leaf.class.getName().equals(sample.labels().get(Sample.OBJECT)))
                    .mapToLong(sample -> sample.value(1))
                    .sum();
            LOG.info(jdk + " leak: " + found + " of " + leak[0]);
            assertThat(100.0 * found / leak[0])
                    .as("per cent of the leak, of its class")
                    .isBetween(80.0, 120.0);
        }
    }

    private static long[] weighed(TargetProgram program, String line) throws Exception {
        String[] words = program.ask(line, "DONE").split(" ", -1);
        return new long[] {Long.parseLong(words[1]), Long.parseLong(words[2]), Long.parseLong(words[3])};
    }

    private static void compareExact(Profile profile, long[] weighed) {
        compare(profile, weighed, "waitLong", "waitMedium", "waitShort");
    }

    private static void compare(Profile profile, long[] weighed, String... methods) {
        long[] found = new long[methods.length];
        long[] samples = new long[methods.length];
        for (int i = 0; i < methods.length; i++) {
            found[i] = SCALES.cum(profile, 1, methods[i]);
            // Of allocations the count is that of the objects that the samples stand for: one of them is a buffer.
            samples[i] = profile.description().kind().equals(Kind.ALLOC.word())
                    ? found[i] / BUFFER
                    : SCALES.cum(profile, 0, methods[i]);
        }
        String what =
                profile.description().kind() + " by " + profile.description().engine();
        assertThat(sum(samples)).as(what).isGreaterThan(30);
        for (int i = 0; i < methods.length; i++) {
            double should = 100.0 * weighed[i] / sum(weighed);
            double is = 100.0 * found[i] / Math.max(1, sum(found));
            double chance = 100 * Math.sqrt(should / 100 * (1 - should / 100) / Math.max(1, sum(samples)));
            LOG.info(String.format("%s: %s %.1f, is %.1f, of %d", what, methods[i], should, is, sum(samples)));
            assertThat(is)
                    .as(what + ": " + methods[i] + " of " + sum(samples) + " samples")
                    .isBetween(should - Math.max(3, 5 * chance), should + Math.max(3, 5 * chance));
        }
    }

    private static long sum(long[] values) {
        return java.util.Arrays.stream(values).sum();
    }
}
