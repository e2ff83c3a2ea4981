package dev.sonde.shell.invariants;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sonde.shell.invariants.Bastion.Live;
import dev.sonde.shell.invariants.Bastion.Result;
import dev.sonde.testing.Await;
import dev.sonde.testing.Jdk;
import dev.sonde.testing.TargetProgram;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A real {@code ssh} that SIGSTOP holds, while 50,000 calls a second are watched without a limit: nothing piles up, neither
 * in the server nor in the target; what is lost is counted; and the application goes on. {@code scripts/bench} holds it for
 * a minute, and measures.
 */
final class HeldReaderTest {

    /** As many calls as go by in ten seconds: some 100 MB of rows. */
    private static final long WHILE_HELD = 500_000;

    private static final Pattern SUMMARY = Pattern.compile("([\\d,]+) calls shown(?:, ([\\d,]+) dropped)?");

    static List<Jdk> jdks() {
        return Jdk.all();
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void a_client_that_sigstop_holds_costs_neither_the_server_nor_the_target(Jdk jdk) throws Exception {
        try (Bastion bastion = Bastion.start();
                TargetProgram mill = TargetProgram.start(jdk, Mill.class)) {
            Live held = bastion.live("@" + mill.pid() + " watch Mill grind --rate 0 --json");
            held.awaitLines(1_000);
            held.signal("STOP");
            long ofServer = liveBytes(Jdk.current(), bastion.pid());
            long ofTarget = liveBytes(jdk, mill.pid());
            try {
                long before = calls(mill);
                Await.until("the mill turns", Duration.ofMinutes(2), () -> calls(mill) > before + WHILE_HELD);
                assertThat(liveBytes(Jdk.current(), bastion.pid()) - ofServer)
                        .as("bytes that the server holds more than before")
                        .isLessThan(16 << 20);
                assertThat(liveBytes(jdk, mill.pid()) - ofTarget)
                        .as("bytes that the target holds more than before")
                        .isLessThan(2 << 20);
                Result other = bastion.ssh("@" + mill.pid() + " count Mill grind --every 1s --for 1s");
                assertThat(other.exit()).as(other.err()).isZero();
                // The client is held, and who holds the probe can still be seen, and the probe be taken away.
                assertThat(bastion.ssh("clear --all").out()).contains("ops/");
            } finally {
                held.signal("CONT");
            }
            Result end = held.await();
            Matcher summary = SUMMARY.matcher(end.err());
            assertThat(summary.find()).as(end.err()).isTrue();
            assertThat(summary.group(2)).as("what was dropped: " + end.err()).isNotNull();
            assertThat(number(summary.group(2))).isGreaterThan(WHILE_HELD / 2);
            assertThat(end.out().lines().filter(row -> row.startsWith("{\"type\":\"hit\"")))
                    .as("rows that were shown, and those that are told as lost")
                    .hasSizeLessThanOrEqualTo((int) number(summary.group(1)));
        }
    }

    private static long number(String shown) {
        return Long.parseLong(shown.replace(",", ""));
    }

    /** After a collection; as the JVM itself counts them. */
    private static long liveBytes(Jdk jdk, long pid) throws Exception {
        String histogram = Bastion.run(
                List.of(jdk.home().resolve("bin/jcmd").toString(), Long.toString(pid), "GC.class_histogram"));
        Matcher total = Pattern.compile("(?m)^Total +\\d+ +(\\d+)").matcher(histogram);
        assertThat(total.find()).as(histogram).isTrue();
        return Long.parseLong(total.group(1));
    }

    private static long calls(TargetProgram mill) throws Exception {
        return Long.parseLong(mill.ask("calls", "CALLS ").split(" ", 2)[1]);
    }
}
