package dev.sonde.shell.invariants;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sonde.shell.invariants.Bastion.Live;
import dev.sonde.shell.invariants.Bastion.Result;
import dev.sonde.testing.Await;
import dev.sonde.testing.Jdk;
import dev.sonde.testing.TargetProgram;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Real {@code ssh} clients that SIGSTOP holds for a minute, while 50,000 calls a second are watched without a limit: nothing piles up,
 * neither in the server nor in the targets; what is lost is counted; and the applications go on. {@code scripts/bench} measures.
 */
final class HeldReaderTest {

    /** In it 3,000,000 calls go by where nobody else needs the processors: some 600 MB of rows. */
    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** As many go by at least. */
    private static final long WHILE_HELD = 500_000;

    private static final Pattern SUMMARY = Pattern.compile("([\\d,]+) calls shown(?:, ([\\d,]+) dropped)?");

    /** A client that is held, and what it watches. */
    private record Held(Jdk jdk, TargetProgram mill, Live client) {

        static Held start(Bastion bastion, Jdk jdk) throws Exception {
            TargetProgram mill = TargetProgram.start(jdk, Mill.class);
            try {
                Live client = bastion.live("@" + mill.pid() + " watch Mill grind --rate 0 --json");
                client.awaitLines(1_000);
                client.signal("STOP");
                return new Held(jdk, mill, client);
            } catch (Throwable e) {
                mill.close();
                throw e;
            }
        }

        long calls() throws Exception {
            return Long.parseLong(mill.ask("calls", "CALLS ").split(" ", 2)[1]);
        }

        long liveBytes() throws Exception {
            return HeldReaderTest.liveBytes(jdk, mill.pid());
        }
    }

    /** All JDKs side by side, because a minute is long. */
    @Test
    void a_client_that_sigstop_holds_for_a_minute_costs_neither_the_server_nor_the_target() throws Exception {
        List<Held> all = new ArrayList<>();
        try (Bastion bastion = Bastion.start()) {
            try {
                for (Jdk jdk : Jdk.all()) {
                    all.add(Held.start(bastion, jdk));
                }
                hold(bastion, all);
            } finally {
                for (Held held : all) {
                    held.client.signal("CONT");
                }
            }
            assertThat(bastion.ssh("clear --all").out()).contains("ops/");
            for (Held held : all) {
                tellsWhatIsLost(held.client.await());
            }
        } finally {
            for (Held held : all) {
                held.mill.close();
            }
        }
    }

    private static void hold(Bastion bastion, List<Held> all) throws Exception {
        long ofServer = liveBytes(Jdk.current(), bastion.pid());
        List<Long> ofTargets = new ArrayList<>();
        List<Long> until = new ArrayList<>();
        for (Held held : all) {
            ofTargets.add(held.liveBytes());
            until.add(held.calls() + WHILE_HELD);
        }
        long held = System.nanoTime();
        for (int i = 0; i < all.size(); i++) {
            Held one = all.get(i);
            long calls = until.get(i);
            Await.until(
                    "a minute is over, and the mill has turned",
                    Duration.ofMinutes(5),
                    () -> System.nanoTime() - held > MINUTE.toNanos() && one.calls() > calls);
        }
        assertThat(liveBytes(Jdk.current(), bastion.pid()) - ofServer)
                .as("bytes that the server holds more than before")
                .isLessThan(16 << 20);
        for (int i = 0; i < all.size(); i++) {
            assertThat(all.get(i).liveBytes() - ofTargets.get(i))
                    .as("bytes that the target holds more than before")
                    .isLessThan(2 << 20);
            Result other = bastion.ssh("@" + all.get(i).mill.pid() + " count Mill grind --every 1s --for 1s");
            assertThat(other.exit()).as(other.err()).isZero();
        }
        // Who holds the probes can still be seen.
        assertThat(bastion.ssh("probes --json").lines()).hasSize(all.size());
    }

    private static void tellsWhatIsLost(Result end) {
        Matcher summary = SUMMARY.matcher(end.err());
        assertThat(summary.find()).as(end.err()).isTrue();
        assertThat(summary.group(2)).as("what was dropped: " + end.err()).isNotNull();
        assertThat(number(summary.group(2))).isGreaterThan(WHILE_HELD / 2);
        assertThat(end.out().lines().filter(row -> row.startsWith("{\"type\":\"hit\"")))
                .as("rows that were shown, and those that are told as lost")
                .hasSizeLessThanOrEqualTo((int) number(summary.group(1)));
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
}
