package dev.sonde.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sonde.testing.Await;
import dev.sonde.testing.Jdk;
import dev.sonde.testing.TargetProgram;
import dev.sonde.wire.Limits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Sessions of two users on one method of a real JVM: beside each other, and one coming as the other goes. */
@Timeout(300)
final class SharedMethodTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    private final LocalHost host;

    SharedMethodTest(@TempDir Path home) throws Exception {
        host = LocalHost.open(home);
    }

    static List<Jdk> jdks() {
        return Jdk.all();
    }

    @AfterEach
    void close() {
        host.close();
    }

    private static List<Value> seen(Heard heard) {
        return heard.hits.stream().map(hit -> hit.values().get(0)).toList();
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void each_sees_its_own_and_the_last_one_leaves_the_original_code(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Patient.class)) {
            for (boolean firstEndsFirst : new boolean[] {true, false}) {
                Heard few = new Heard();
                Heard many = new Heard();
                Target one = host.open(target.pid(), "one");
                Target two = host.open(target.pid(), "two");
                one.arm(watch("count", "count < 5"), few);
                two.arm(watch("count * 10", "count >= 5"), many);
                for (int count = 3; count < 8; count++) {
                    target.ask("place tea " + count, "PLACED");
                }
                Await.until("all hits", SOON, () -> few.hits.size() == 2 && many.hits.size() == 3);
                assertThat(seen(few)).containsExactly(new Value.Whole(3), new Value.Whole(4));
                assertThat(seen(many)).containsExactly(new Value.Whole(50), new Value.Whole(60), new Value.Whole(70));

                (firstEndsFirst ? one : two).close();
                Target left = firstEndsFirst ? two : one;
                Heard stays = firstEndsFirst ? many : few;
                Heard gone = firstEndsFirst ? few : many;
                int before = stays.hits.size();
                target.ask("place tea 1", "PLACED");
                target.ask("place tea 9", "PLACED");
                Await.until("the other goes on", SOON, () -> stays.hits.size() == before + 1);
                assertThat(gone.ends).containsExactly("removed");
                assertThat(gone.hits).hasSize(firstEndsFirst ? 2 : 3);
                assertThat(stays.ends).isEmpty();
                assertThat(woven(left)).isTrue();
                Target third = host.open(target.pid(), "three");
                left.close();
                assertThat(stays.ends).containsExactly("removed");
                assertThat(woven(third)).isFalse();
                third.close();
            }
        }
    }

    /** Who opens a target as the last handle on it goes waits until the agent has left, and then loads it again. */
    @ParameterizedTest
    @MethodSource("jdks")
    void a_session_that_comes_as_the_last_one_goes_finds_a_target_that_works(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Patient.class)) {
            Target before = host.open(target.pid(), "0");
            before.arm(watch("count", "true"), new Heard());
            for (int round = 1; round <= 8; round++) {
                Target leaving = before;
                CompletableFuture<Void> closing = CompletableFuture.runAsync(leaving::close);
                Target coming = host.open(target.pid(), String.valueOf(round));
                Heard heard = new Heard();
                coming.arm(watch("count", "true"), heard);
                target.ask("place tea " + round, "PLACED");
                int count = round;
                Await.until("the hit of round " + round + "; it ended: " + heard.ends, SOON, () -> seen(heard)
                        .contains(new Value.Whole(count)));
                closing.get(60, TimeUnit.SECONDS);
                assertThat(heard.ends).isEmpty();
                assertThat(coming.probes()).hasSize(1);
                before = coming;
            }
            before.close();
        }
    }

    private static boolean woven(Target target) throws TargetError {
        return target.classes("Patient", 10).stream().anyMatch(LoadedClass::woven);
    }

    private static ProbeSpec watch(String expression, String condition) {
        return ProbeSpec.of(ProbeSpec.Kind.WATCH, "Patient", "place")
                .withCaptures(List.of(expression))
                .withCondition(Optional.of(condition))
                .withLimits(Limits.DEFAULT.withBudget(0));
    }
}
