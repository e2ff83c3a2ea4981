package dev.sonde.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sonde.testing.Await;
import dev.sonde.testing.Jdk;
import dev.sonde.testing.TargetProgram;
import dev.sonde.wire.Limits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** That a service goes on though somebody stops its threads: who is stopped, how many, and what becomes of the others. */
final class GuardTest extends StopTest {

    GuardTest(@TempDir Path home) throws Exception {
        super(home);
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void a_breakpoint_that_held_up_others_stops_nobody_until_it_is_enabled(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Junction.class)) {
            target.say("hot");
            Target handle = host.open(target.pid(), "ann/s1");
            Probe probe = handle.arm(line("reserve"), settling(), standing);
            Stop stop = standing.stop(1);
            assertThat(stop.callsBefore().orElse(0)).isPositive();
            Stop.End end = standing.end(stop);
            assertThat(end.cause()).isEqualTo(Stop.Cause.LET_GO);
            assertThat(end.why()).contains("threads waited for what it holds: hot-");
            Await.until("it says so", Standing.SOON, () -> !standing.notices.isEmpty());
            long reserved = reserved(target);
            Await.until("the calls run on", Standing.SOON, () -> reserved(target) > reserved + 2_000);
            Await.until("it says so", Standing.SOON, () -> !standing.notices.isEmpty());
            assertThat(standing.stops).hasSize(1);
            assertThat(probe.enabled()).isFalse();
            assertThat(standing.notices)
                    .containsExactly("breakpoint " + probe.id() + " is disabled: it held up others; enable "
                            + probe.id() + " has it stop threads again");
            // Whatever else has it armed again, it stays disabled.
            probe.change(Optional.of("number >= 0"), probe.enabled());
            long then = reserved(target);
            Await.until("the calls run on", Standing.SOON, () -> reserved(target) > then + 100);
            assertThat(standing.stops).hasSize(1);
            probe.change(Optional.empty(), true);
            standing.end(standing.stop(2));
            assertThat(probe.ended()).isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void one_of_once_stops_one_thread_and_is_gone_though_nobody_sends_it_on(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Junction.class)) {
            Target handle = host.open(target.pid(), "ann/s1");
            handle.arm(at("pass"), of(Parking.Hits.EVERY, "*", false, true).within(Duration.ofMillis(300)), standing);
            target.say("loop a");
            assertThat(standing.end(standing.stop(1)).cause()).isEqualTo(Stop.Cause.LAPSED);
            Await.until("it is gone", Standing.SOON, () -> !standing.ends.isEmpty());
            assertThat(standing.ends).containsExactly("removed");
            assertThat(handle.probes()).isEmpty();
            target.say("hot");
            Standing inside = new Standing();
            handle.arm(line("reserve"), of(Parking.Hits.EVERY, "*", false, true), inside);
            assertThat(inside.end(inside.stop(1)).cause()).isEqualTo(Stop.Cause.LET_GO);
            long reserved = reserved(target);
            Await.until("the calls run on", Standing.SOON, () -> reserved(target) > reserved + 1_000);
            assertThat(inside.stops).hasSize(1);
            assertThat(standing.stops).hasSize(1);
            // It is stepped from one that stops once, which is there until the thread has gone on for good.
            Standing stepped = new Standing();
            handle.arm(line("walk"), of(Parking.Hits.EVERY, "*", false, true), stepped);
            target.say("walk w");
            stepped.stop(1).resume(Stop.Way.NEXT, 1, 0);
            stepped.stop(2).resume(Stop.Way.STEP_OUT, 1, 0);
            assertThat(stepped.stop(3).outcome(Limits.DEFAULT)).contains(new Value.Whole(3));
            assertThat(stepped.ends).isEmpty();
            stepped.stops.get(2).resume(Stop.Way.CONTINUE, 1, 0);
            Await.until("it is gone", Standing.SOON, () -> !stepped.ends.isEmpty());
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void no_second_thread_stands_when_nobody_asked_for_the_first(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Junction.class)) {
            Target handle = host.open(target.pid(), "ann/s1");
            Probe probe = handle.arm(at("pass"), Standing.longest(Duration.ofSeconds(3)), standing);
            target.say("loop a");
            Stop first = standing.stop(1);
            first.extend(Duration.ofMillis(100));
            assertThat(standing.end(first).cause()).isEqualTo(Stop.Cause.LAPSED);
            // Somebody had asked for the first; for the second nobody does.
            assertThat(standing.end(standing.stop(2)).cause()).isEqualTo(Stop.Cause.LAPSED);
            Await.until("it says so", Standing.SOON, () -> !standing.notices.isEmpty());
            assertThat(standing.notices.get(0)).contains("is disabled: nobody asked for the thread that it stopped");
            long passes = passes(target);
            Await.until("the calls run on", Standing.SOON, () -> passes(target) > passes + 200);
            assertThat(standing.stops).hasSize(2);
            probe.change(Optional.empty(), true);
            standing.stop(3);
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void who_waits_for_a_monitor_or_a_lock_is_told_and_frees_the_thread(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Junction.class)) {
            Target handle = host.open(target.pid(), "ann/s1");
            for (String lock : List.of("held", "locked")) {
                Standing there = new Standing();
                Probe probe = handle.arm(at("pass"), PATIENT, there);
                target.say(lock + " " + lock + "-a");
                Stop stop = there.stop(1);
                target.say(lock + " " + lock + "-b");
                Stop.End end = there.end(stop);
                assertThat(end.cause()).as(lock).isEqualTo(Stop.Cause.LET_GO);
                assertThat(end.why()).contains("waited for longer than 2000 ms by " + lock + "-b");
                assertThat(there.waiting).contains(lock + "-b");
                target.awaitLine(lock.toUpperCase(java.util.Locale.ROOT) + " " + lock + "-b", Standing.SOON);
                probe.close();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void stops_at_the_hits_and_threads_that_are_asked_for(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Junction.class)) {
            Target handle = host.open(target.pid(), "ann/s1");
            assertThat(stopped(target, handle, of(Parking.Hits.parse(">=3"), "*", false, false)))
                    .containsExactly("3", "4", "5", "6");
            assertThat(stopped(target, handle, of(Parking.Hits.parse("==2"), "*", false, false)))
                    .containsExactly("2");
            assertThat(stopped(target, handle, of(Parking.Hits.parse("%3"), "*", false, false)))
                    .containsExactly("3", "6");
            assertThat(stopped(target, handle, of(Parking.Hits.EVERY, "other-*", false, false)))
                    .isEmpty();
            assertThat(stopped(target, handle, of(Parking.Hits.EVERY, "pa*-?4", false, false)))
                    .containsExactly("4");
            // What is counted are hits of these threads.
            assertThat(stopped(target, handle, of(Parking.Hits.parse("==1"), "*5", false, false)))
                    .containsExactly("5");
        }
    }

    /** Six threads pass, one after the other; gives the numbers of those that were stopped. */
    private static List<String> stopped(TargetProgram target, Target handle, Parking parking) throws Exception {
        Standing there = new Standing();
        Probe probe = handle.arm(at("pass"), parking, there);
        List<String> stopped = new ArrayList<>();
        for (int i = 1; i <= 6; i++) {
            String name = "pass-" + probe.id() + i;
            int before = there.stops.size();
            target.say("pass " + name);
            Await.until(
                    name + " stands or has passed",
                    Standing.SOON,
                    () -> there.stops.size() > before || target.output().contains("PASSED " + name + " 42"));
            if (there.stops.size() > before) {
                Stop stop = there.stops.get(before);
                stopped.add(stop.thread().substring(stop.thread().length() - 1));
                stop.resume(Stop.Way.CONTINUE, 1, 0);
                target.awaitLine("PASSED " + name + " ", Standing.SOON);
                there.end(stop);
            }
        }
        probe.close();
        return stopped;
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void of_two_users_one_has_the_thread_after_the_other_and_nobody_steps_what_another_steps(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Junction.class)) {
            Target ann = host.open(target.pid(), "ann/s1");
            Target bob = host.open(target.pid(), "bob/s2");
            Standing bobs = new Standing();
            Probe anns = ann.arm(line("walk"), PATIENT, standing);
            Probe his = bob.arm(line("walk"), PATIENT, bobs);
            target.say("walk one");
            Stop first = standing.stop(1);
            assertThat(first.breakpoint()).isEqualTo(anns.id());
            assertThat(bobs.stops).isEmpty();
            // While she steps it, it is hers: he is told that it passed by.
            first.resume(Stop.Way.NEXT, 1, 0);
            Stop next = standing.stop(2);
            assertThat(next.line().orElseThrow()).isEqualTo(first.line().orElseThrow() + 1);
            next.resume(Stop.Way.CONTINUE, 1, 0);
            assertThat(target.awaitLine("WALKED one", Standing.SOON)).isEqualTo("WALKED one 7");
            assertThat(bobs.stops).isEmpty();
            assertThat(his.counters().values()).allMatch(counters -> counters.limited == 1);
            // One that she sends on comes to his breakpoint at the same line, and stops once for each.
            target.say("walk two");
            Stop hers = standing.stop(3);
            assertThat(bobs.stops).isEmpty();
            hers.resume(Stop.Way.CONTINUE, 1, 0);
            Stop his1 = bobs.stop(1);
            assertThat(his1.breakpoint()).isEqualTo(his.id());
            assertThat(his1.thread()).isEqualTo("two");
            assertThat(his1.line()).isEqualTo(hers.line());
            his1.resume(Stop.Way.CONTINUE, 1, 0);
            assertThat(target.awaitLine("WALKED two", Standing.SOON)).isEqualTo("WALKED two 7");
            assertThat(standing.stops).hasSize(3);
            // The end of one session takes nothing from the other.
            ann.close();
            target.say("walk six");
            bobs.stop(2).resume(Stop.Way.CONTINUE, 1, 0);
            assertThat(target.awaitLine("WALKED six", Standing.SOON)).isEqualTo("WALKED six 7");
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void another_thread_that_comes_in_the_middle_of_a_step_changes_nothing_for_it(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Junction.class)) {
            Target handle = host.open(target.pid(), "ann/s1");
            Probe probe = handle.arm(line("walk"), PATIENT, standing);
            target.say("walk one");
            Stop first = standing.stop(1);
            first.resume(Stop.Way.NEXT, 1, 0);
            Stop second = standing.stop(2);
            target.say("walk other");
            // One thread for one session: the other is counted and goes by.
            assertThat(target.awaitLine("WALKED other", Standing.SOON)).isEqualTo("WALKED other 11");
            assertThat(probe.counters().values()).anyMatch(counters -> counters.limited == 1);
            second.resume(Stop.Way.NEXT, 1, 0);
            assertThat(standing.stop(3).thread()).isEqualTo("one");
            standing.stops.get(2).resume(Stop.Way.CONTINUE, 1, 0);
            target.awaitLine("WALKED one", Standing.SOON);
            probe.close();
            // Where a session may have two, both stand, and each is stepped by itself.
            Standing both = new Standing();
            Parking two = new Parking(
                    2, 4, Duration.ofSeconds(60), 3, Duration.ofSeconds(2), Duration.ZERO, Parking.Choice.ANYBODY);
            handle.arm(line("walk"), two, both);
            target.say("walk red");
            Stop red = both.stop(1);
            red.resume(Stop.Way.NEXT, 1, 0);
            Stop red2 = both.stop(2);
            target.say("walk green");
            Stop green = both.stop(3);
            assertThat(green.thread()).isEqualTo("green");
            assertThat(green.stepped()).isFalse();
            red2.resume(Stop.Way.NEXT, 1, 0);
            Stop red3 = both.stop(4);
            assertThat(red3.thread()).isEqualTo("red");
            assertThat(red3.line().orElseThrow()).isEqualTo(red.line().orElseThrow() + 2);
            assertThat(green.end()).isEmpty();
            green.resume(Stop.Way.NEXT, 1, 0);
            assertThat(both.stop(5).thread()).isEqualTo("green");
            both.stops.get(4).resume(Stop.Way.CONTINUE, 1, 0);
            red3.resume(Stop.Way.CONTINUE, 1, 0);
            target.awaitLine("WALKED red", Standing.SOON);
            target.awaitLine("WALKED green", Standing.SOON);
            assertThat(both.stops).hasSize(5);
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void a_condition_that_is_false_on_the_stepped_thread_is_no_stop_of_that_breakpoint(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Junction.class)) {
            Target handle = host.open(target.pid(), "ann/s1");
            Probe first = handle.arm(line("walk"), PATIENT, standing);
            Probe never = handle.arm(line("walk:+1").withCondition(Optional.of("first > 100")), PATIENT, standing);
            Probe always = handle.arm(line("walk:+2").withCondition(Optional.of("first < 100")), PATIENT, standing);
            target.say("walk one");
            Stop stop = standing.stop(1);
            stop.resume(Stop.Way.NEXT, 1, 0);
            Stop stepped = standing.stop(2);
            assertThat(stepped.line().orElseThrow()).isEqualTo(stop.line().orElseThrow() + 1);
            assertThat(stepped.stepped()).isTrue();
            assertThat(stepped.breakpoint()).isEqualTo(first.id());
            stepped.resume(Stop.Way.NEXT, 1, 0);
            Stop there = standing.stop(3);
            // A step that comes to a breakpoint is a stop of it, and only one.
            assertThat(there.breakpoint()).isEqualTo(always.id());
            assertThat(there.stepped()).isFalse();
            there.resume(Stop.Way.CONTINUE, 1, 0);
            assertThat(target.awaitLine("WALKED one", Standing.SOON)).isEqualTo("WALKED one 7");
            assertThat(standing.stops).hasSize(3);
            assertThat(never.counters().values()).allMatch(counters -> counters.hits == 0);
            // Nor does it stop one that is sent over it.
            target.say("walk two");
            standing.stop(4).resume(Stop.Way.STEP_OUT, 1, 0);
            assertThat(standing.stop(5).breakpoint()).isEqualTo(always.id());
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void four_stand_in_a_target_whoever_stopped_them(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Junction.class)) {
            List<Stop> stops = new ArrayList<>();
            List<Target> sessions = new ArrayList<>();
            for (int i = 1; i <= 5; i++) {
                Target session = host.open(target.pid(), "user/s" + i);
                sessions.add(session);
                Standing there = new Standing();
                Probe probe =
                        session.arm(at("pass").withCondition(Optional.of("name == 'u" + i + "'")), PATIENT, there);
                target.say("pass u" + i);
                if (i < 5) {
                    stops.add(there.stop(1));
                } else {
                    assertThat(target.awaitLine("PASSED u5", Standing.SOON)).isEqualTo("PASSED u5 42");
                    assertThat(there.stops).isEmpty();
                    assertThat(probe.counters().values()).allMatch(counters -> counters.limited == 1);
                }
            }
            assertThat(sessions.get(0).stops()).hasSize(4);
            for (Target each : sessions) {
                each.close();
            }
            for (int i = 1; i <= 4; i++) {
                target.awaitLine("PASSED u" + i + " ", Standing.SOON);
            }
            Await.until("it is told", Standing.SOON, () -> stops.stream()
                    .allMatch(stop -> stop.end().isPresent()));
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void whom_the_jvm_lives_on_or_many_wait_for_is_not_stopped_and_told_instead(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Junction.class)) {
            Target handle = host.open(target.pid(), "ann/s1");
            Probe probe = handle.arm(at("pass"), PATIENT, standing);
            refused(target, "finalize x", "FINALIZED", "it is a thread of the JVM's own");
            refused(target, "system Signal-Dispatcher", "SYSTEM", "it is a thread of the JVM's own");
            refused(target, "load loading", "LOADED", "a class is being loaded");
            refused(target, "init initialising", "INIT", "is being initialised");
            refused(target, "serve serving", "LOOPED", "it is an event loop");
            assertThat(standing.stops).isEmpty();
            assertThat(standing.hits).hasSize(5);
            probe.close();
            // By force an event loop is, and the JVM's own threads are not.
            handle.arm(at("pass"), of(Parking.Hits.EVERY, "*", true, false), standing);
            target.say("serve forced");
            standing.stop(1).resume(Stop.Way.CONTINUE, 1, 0);
            refused(target, "system forced", "SYSTEM", "it is a thread of the JVM's own");
            assertThat(standing.stops).hasSize(1);
        }
    }

    static List<Jdk> jdksWithVirtualThreads() {
        return Jdk.all().stream().filter(jdk -> jdk.feature() >= 21).toList();
    }

    /** Where monitors pin no more as they did before 24, they are told to. */
    @ParameterizedTest
    @MethodSource("jdksWithVirtualThreads")
    void a_virtual_thread_is_stopped_unless_its_carrier_would_stand_with_it(Jdk jdk) throws Exception {
        List<String> options = new ArrayList<>(List.of("-Djdk.reflect.useNativeAccessorOnly=true"));
        if (jdk.feature() == 24 || jdk.feature() == 25) {
            options.add("-XX:LockingMode=1");
        }
        try (TargetProgram target = TargetProgram.start(jdk, options, Junction.class)) {
            Target handle = host.open(target.pid(), "ann/s1");
            Probe probe = handle.arm(at("pass"), PATIENT, standing);
            target.say("virtual free");
            standing.stop(1).resume(Stop.Way.CONTINUE, 1, 0);
            target.awaitLine("PASSED free", Standing.SOON);
            if (jdk.feature() <= 25) {
                refused(target, "virtual-held a", "HELD", "virtual thread, because it holds a monitor; --force");
            }
            refused(target, "virtual-native b", "PASSED", "because native code called it, jdk.internal.reflect.");
            if (jdk.feature() >= 22) {
                refused(
                        target,
                        "virtual-foreign c",
                        "PASSED",
                        "native code called it, jdk.internal.foreign.abi.Upcall");
            }
            assertThat(standing.stops).hasSize(1);
            probe.close();
            handle.arm(at("pass"), of(Parking.Hits.EVERY, "*", true, false), standing);
            target.say("virtual-native forced");
            standing.stop(2).resume(Stop.Way.CONTINUE, 1, 0);
            target.awaitLine("PASSED forced", Standing.SOON);
        }
    }

    private void refused(TargetProgram target, String line, String answer, String why) throws Exception {
        int before = standing.hits.size();
        assertThat(target.ask(line, answer)).contains("42".substring(0, line.startsWith("init") ? 0 : 2));
        Await.until("a snapshot instead", Standing.SOON, () -> standing.hits.size() > before);
        Await.until("the reason " + why, Standing.SOON, () -> standing.notices.stream()
                .anyMatch(notice -> notice.contains(why)));
        standing.notices.clear();
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void tells_how_often_the_method_is_called_before_and_meanwhile(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Junction.class)) {
            Target handle = host.open(target.pid(), "ann/s1");
            target.say("loop a");
            target.say("loop b");
            handle.arm(line("pass"), settling(), standing);
            Stop stop = standing.stop(1);
            assertThat(stop.callsBefore().orElse(0)).isBetween(1.0, 1e6);
            // The other one passes by.
            Await.until("calls", Standing.SOON, () -> stop.callsMeanwhile().orElse(0) > 0);
            stop.resume(Stop.Way.CONTINUE, 1, 0);
            standing.end(stop);
            assertThat(stop.callsMeanwhile()).isPresent();
            standing.stop(2);
        }
    }

    private static long reserved(TargetProgram target) throws Exception {
        return Long.parseLong(target.ask("reserved", "RESERVED").substring(9));
    }

    private static long passes(TargetProgram target) throws Exception {
        return Long.parseLong(target.ask("passes", "PASSES").substring(7));
    }

    private static Parking of(Parking.Hits hits, String threads, boolean force, boolean once) {
        return PATIENT.with(new Parking.Choice(hits, threads, force, once, false));
    }

    private static Parking settling() {
        Parking standard = PATIENT;
        return new Parking(
                standard.mostOfSession(),
                standard.mostOfTarget(),
                standard.longest(),
                standard.mostWaiting(),
                standard.longestWait(),
                Duration.ofMillis(400),
                standard.choice());
    }
}
