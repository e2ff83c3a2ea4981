package dev.sonde.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sonde.testing.Await;
import dev.sonde.testing.Jdk;
import dev.sonde.testing.TargetProgram;
import dev.sonde.wire.Limits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Threads that stand at a breakpoint, and what sends them on. */
final class BreakpointTest extends StopTest {

    BreakpointTest(@TempDir Path home) throws Exception {
        super(home);
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void one_thread_stands_and_the_others_pass_by(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Junction.class)) {
            Target handle = host.open(target.pid(), "ann/s1");
            Probe probe = handle.arm(at("pass"), PATIENT, standing);
            target.say("pass first");
            Stop stop = standing.stop(1);
            assertThat(stop.thread()).isEqualTo("first");
            assertThat(stop.className()).isEqualTo(JUNCTION);
            assertThat(stop.method()).isEqualTo("pass(String, int)");
            assertThat(stop.stack().get(0).method()).isEqualTo("pass");
            assertThat(stop.left()).isPositive();
            assertThat(handle.stops()).hasSize(1);
            // Whoever comes meanwhile is counted and goes on.
            assertThat(target.ask("pass second", "PASSED")).isEqualTo("PASSED second 42");
            assertThat(standing.stops).hasSize(1);
            assertThat(stop.values(List.of("name", "number"), Limits.DEFAULT))
                    .containsEntry("name", new Value.Text("first", 5))
                    .containsEntry("number", new Value.Whole(21));
            assertThat(stop.evaluate(List.of("number * 2 + name.size()", "thread", "PASSES"), Limits.DEFAULT))
                    .containsExactly(new Value.Whole(47), new Value.Text("first", 5), new Value.Whole(1));
            stop.resume(Stop.Way.CONTINUE, 1, 0);
            assertThat(target.awaitLine("PASSED first", Standing.SOON)).isEqualTo("PASSED first 42");
            assertThat(standing.end(stop).cause()).isEqualTo(Stop.Cause.RESUMED);
            assertThat(handle.stops()).isEmpty();
            assertThatThrownBy(() -> stop.resume(Stop.Way.CONTINUE, 1, 0))
                    .isInstanceOf(TargetError.class)
                    .hasMessageContaining("does not stand any more");
            assertThat(probe.counters().values()).allMatch(counters -> counters.limited == 1);
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void a_thread_goes_on_when_its_time_is_over_with_its_interrupt_status_and_its_permit(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Junction.class)) {
            Target handle = host.open(target.pid(), "ann/s1");
            // Nobody asks for those who stand, so each has a breakpoint of its own.
            Probe first = handle.arm(at("pass"), Standing.longest(Duration.ofMillis(300)), standing);
            target.say("interrupted a");
            Stop stop = standing.stop(1);
            assertThat(stop.interrupted()).isTrue();
            assertThat(target.awaitLine("PASSED", Standing.SOON)).isEqualTo("PASSED a 42 true");
            assertThat(standing.end(stop).cause()).isEqualTo(Stop.Cause.LAPSED);
            first.close();
            Probe second = handle.arm(at("pass"), Standing.longest(Duration.ofMillis(300)), standing);
            target.say("permit b");
            assertThat(target.awaitLine("PARKED", Standing.SOON)).isEqualTo("PARKED b");
            second.close();
            handle.arm(at("pass"), Standing.longest(Duration.ofSeconds(20)), standing);
            target.say("pass c");
            Stop extended = standing.stop(3);
            extended.extend(Duration.ofSeconds(30));
            Stop.End ended;
            assertThat(extended.left()).isGreaterThan(Duration.ofSeconds(12));
            extended.resume(Stop.Way.CONTINUE, 1, 0);
            ended = standing.end(extended);
            assertThat(ended.cause()).isEqualTo(Stop.Cause.RESUMED);
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void a_breakpoint_does_not_meet_itself_in_what_a_stop_runs(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Junction.class)) {
            target.ask("jdk first", "COUNTED");
            Target handle = host.open(target.pid(), "ann/s1");
            Optional<String> mine = Optional.of("thread == 'mine'");
            handle.arm(Standing.at("java.util.concurrent.locks.LockSupport", "unpark", mine), PATIENT, standing);
            handle.arm(
                    Standing.at("java.util.stream.StreamSupport", "stream(Spliterator, boolean)", mine),
                    PATIENT,
                    standing);
            target.say("jdk mine");
            standing.stop(1).resume(Stop.Way.CONTINUE, 1, 0);
            standing.stop(2).resume(Stop.Way.CONTINUE, 1, 0);
            target.awaitLine("COUNTED mine", Standing.SOON);
            standing.end(standing.stop(2));
            assertThat(standing.stops)
                    .extracting(Stop::method)
                    .containsExactly("unpark(Thread)", "stream(Spliterator, boolean)");
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void the_end_of_a_session_sends_its_threads_on(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Junction.class)) {
            Target handle = host.open(target.pid(), "ann/s1");
            Target other = host.open(target.pid(), "bob/s2");
            handle.arm(at("pass"), PATIENT, standing);
            Standing bobs = new Standing();
            other.arm(at("pass").withCondition(Optional.of("name == 'two'")), PATIENT, bobs);
            target.say("pass one");
            standing.stop(1);
            target.say("pass two");
            Stop ofBob = bobs.stop(1);
            assertThat(other.stops()).hasSize(2);
            handle.close();
            assertThat(target.awaitLine("PASSED", Standing.SOON)).isEqualTo("PASSED one 42");
            // The thread is on its way before the bastion knows.
            Await.until("only bob's is left", Standing.SOON, () -> other.stops().equals(List.of(ofBob)));
            ofBob.resume(Stop.Way.CONTINUE, 1, 0);
            assertThat(target.awaitLine("PASSED two", Standing.SOON)).isEqualTo("PASSED two 42");
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void a_thread_that_stands_is_stepped_though_its_breakpoint_is_gone(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Junction.class)) {
            Target handle = host.open(target.pid(), "ann/s1");
            Probe probe = handle.arm(line("walk"), PATIENT, standing);
            target.say("walk two");
            Stop first = standing.stop(1);
            probe.close();
            assertThat(handle.probes()).isEmpty();
            first.resume(Stop.Way.NEXT, 1, 0);
            Stop next = standing.stop(2);
            assertThat(next.line().orElseThrow()).isEqualTo(first.line().orElseThrow() + 1);
            next.resume(Stop.Way.STEP_OUT, 1, 0);
            assertThat(standing.stop(3).outcome(Limits.DEFAULT)).contains(new Value.Whole(7));
            standing.stops.get(2).resume(Stop.Way.CONTINUE, 1, 0);
            assertThat(target.awaitLine("WALKED", Standing.SOON)).isEqualTo("WALKED two 7");
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void a_frame_that_was_there_before_its_method_had_hooks_is_not_taken_for_its_next_call(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Junction.class)) {
            Target handle = host.open(target.pid(), "ann/s1");
            handle.arm(line("pass").withCondition(Optional.of("number == 1")), PATIENT, standing);
            target.say("held-twice a");
            Stop stop = standing.stop(1);
            handle.arm(line("held:+1").withCondition(Optional.of("number > 100")), PATIENT, standing);
            stop.resume(Stop.Way.STEP_OUT, 1, 0);
            Stop out = standing.stop(2);
            assertThat(out.outcome(Limits.DEFAULT)).contains(new Value.Whole(2));
            out.resume(Stop.Way.NEXT, 1, 0);
            assertThat(target.awaitLine("HELD", Standing.SOON)).isEqualTo("HELD a 2 4");
            Await.until("it ran on", Standing.SOON, () -> out.end()
                    .filter(end -> end.cause() == Stop.Cause.RAN_ON)
                    .isPresent());
            assertThat(out.end().orElseThrow().why()).contains("Junction.held was entered before it had hooks");
            assertThat(standing.stops).hasSize(2);
        }
    }
}
