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
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a hit tells besides its values: who calls, for which request, and what the call changed. */
final class CallsTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

    private final LocalHost host;
    private final Heard heard = new Heard();
    private final List<Hit> hits = heard.hits;

    CallsTest(@TempDir Path home) throws Exception {
        host = LocalHost.open(home);
    }

    static List<Jdk> jdks() {
        return Jdk.all();
    }

    @AfterEach
    void close() {
        host.close();
    }

    // ---- who calls

    @ParameterizedTest
    @MethodSource("jdks")
    void tells_who_calls_without_our_own_frames(Jdk jdk) throws Exception {
        try (TargetProgram target = courier(jdk);
                Target handle = host.open(target.pid(), "session")) {
            handle.arm(spec(ProbeSpec.Kind.STACK, "deliver", 50, Optional.empty(), Set.of()), heard);
            target.ask("deliver 1", "DONE");
            Hit hit = hit(0);
            assertThat(hit.stack())
                    .extracting(frame -> frame.className() + "." + frame.method())
                    .containsExactly(
                            "dev.sonde.jvm.Courier.deliver",
                            "dev.sonde.jvm.Courier.fromTheDepot",
                            "dev.sonde.jvm.Courier.main");
            assertThat(hit.stack().get(0).file()).contains("Courier.java");
            // of main, which was running while its class was woven, the JVM knows no lines any more
            assertThat(hit.stack().subList(0, 2)).allMatch(frame -> frame.line() > 0);
            assertThat(hit.stackDepth()).isEqualTo(OptionalInt.of(3));
            assertThat(hit.event()).isEqualTo(ProbeSpec.Event.ENTRY);
            assertThat(hit.args()).isEmpty();
            assertThat(hit.values()).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void takes_no_more_frames_than_were_asked_for(Jdk jdk) throws Exception {
        try (TargetProgram target = courier(jdk);
                Target handle = host.open(target.pid(), "session")) {
            Optional<String> slow = Optional.of("cost >= 0.0");
            handle.arm(spec(ProbeSpec.Kind.STACK, "deliver", 10, slow, Set.of()), heard);
            target.ask("deep 1000", "DONE");
            Hit hit = hit(0);
            assertThat(hit.stack()).hasSize(10).last().asString().contains(".deep(Courier.java:");
            assertThat(hit.stackDepth()).isEmpty();
            // a condition on the cost is only known when the call ends
            assertThat(hit.event()).isEqualTo(ProbeSpec.Event.RETURN);
        }
    }

    // ---- what changed

    @ParameterizedTest
    @MethodSource("jdks")
    void tells_of_a_call_again_when_its_arguments_have_changed(Jdk jdk) throws Exception {
        try (TargetProgram target = courier(jdk);
                Target handle = host.open(target.pid(), "session")) {
            handle.arm(entries("deliver"), heard);
            handle.arm(entries("look"), heard);
            handle.arm(entries("lose"), heard);
            target.ask("deliver 1", "DONE");
            Await.until("both", SOON, () -> hits.size() == 2);
            Hit entry = hits.get(0);
            Hit end = hits.get(1);
            assertThat(entry.event()).isEqualTo(ProbeSpec.Event.ENTRY);
            assertThat(end.event()).isEqualTo(ProbeSpec.Event.RETURN);
            assertThat(entry.call()).isPresent().isEqualTo(end.call());
            assertThat(entry.changed()).isFalse();
            assertThat(end.changed()).isTrue();
            assertThat(field(entry, "status")).isEqualTo(new Value.Text("NEW", 3));
            assertThat(field(end, "status")).isEqualTo(new Value.Text("DELIVERED", 9));
            target.ask("look", "DONE");
            Await.until("both", SOON, () -> hits.size() == 4);
            assertThat(hits.get(3).changed()).isFalse();
            assertThat(hits.get(3).args()).isEmpty();
            target.ask("lose", "LOST");
            Await.until("both", SOON, () -> hits.size() == 6);
            assertThat(hits.get(5).event()).isEqualTo(ProbeSpec.Event.THROW);
            assertThat(hits.get(5).changed()).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void pairs_calls_within_calls_and_on_many_threads(Jdk jdk) throws Exception {
        try (TargetProgram target = courier(jdk);
                Target handle = host.open(target.pid(), "session")) {
            Probe probe = handle.arm(entries("nest"), heard);
            target.ask("many 8", "DONE");
            Await.until("all", SOON, () -> hits.size() == 64);
            for (Hit end : hits) {
                if (end.event() == ProbeSpec.Event.ENTRY) {
                    continue;
                }
                Hit entry = hits.stream()
                        .filter(hit -> hit.event() == ProbeSpec.Event.ENTRY
                                && hit.call().equals(end.call()))
                        .findFirst()
                        .orElseThrow();
                assertThat(end.threadId()).isEqualTo(entry.threadId());
                assertThat(field(end, "id")).isEqualTo(field(entry, "id"));
                int before = ((Value.Elements) field(entry, "stamps")).size();
                // each call puts one stamp on, and so does each within it: four in all, whatever the level
                assertThat(((Value.Elements) field(end, "stamps")).size()).isEqualTo(4);
                assertThat(before).isLessThan(4);
            }
            assertThat(probe.counters().values().iterator().next().hits).isEqualTo(32);
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void is_not_confused_by_a_constructor_that_never_ends(Jdk jdk) throws Exception {
        try (TargetProgram target = courier(jdk);
                Target handle = host.open(target.pid(), "session")) {
            target.ask("refuse good", "DONE");
            ProbeSpec spec = ProbeSpec.of(ProbeSpec.Kind.WATCH, "Courier$Sealed", "<init>(String)")
                    .withEvents(Set.of(ProbeSpec.Event.ENTRY))
                    .withHits(3);
            handle.arm(spec, heard);
            target.ask("refuse bad", "REFUSED");
            target.ask("refuse good", "DONE");
            target.ask("refuse bad2", "REFUSED");
            Await.until(
                    "three",
                    SOON,
                    () -> hits.stream()
                                    .filter(hit -> hit.event() == ProbeSpec.Event.ENTRY)
                                    .count()
                            == 3);
            // its three hits are shown, and the ends that never come are not waited for
            Await.until("the end", SOON, () -> !heard.ends.isEmpty());
            assertThat(hits)
                    .filteredOn(hit -> hit.event() == ProbeSpec.Event.RETURN)
                    .singleElement()
                    .extracting(Hit::call)
                    .isEqualTo(hits.stream()
                            .filter(hit -> hit.args().contains(new Value.Text("good", 4)))
                            .findFirst()
                            .orElseThrow()
                            .call());
        }
    }

    // ---- for which request

    @ParameterizedTest
    @MethodSource("jdks")
    void shows_the_request_whichever_library_carries_it(Jdk jdk) throws Exception {
        try (TargetProgram target = courier(jdk);
                Target handle = host.open(target.pid(), "session")) {
            handle.arm(spec(ProbeSpec.Kind.WATCH, "deliver", 0, Optional.empty(), Set.of()), heard);
            target.ask("deliver 1", "DONE");
            assertThat(hit(0).context()).isEmpty();
            // each library loads only now
            assertThat(target.ask("mdc requestId r-17", "MDC")).isEqualTo("MDC true");
            until(target, hit -> "r-17".equals(hit.context().get("requestId")));
            target.ask("mdc password hunter2", "MDC");
            until(target, hit -> "••••".equals(hit.context().get("password")));
            target.ask("log4j tenant acme", "DONE");
            until(target, hit -> "acme".equals(hit.context().get("tenant")));
            target.ask("otel " + TRACE + " b7ad6b7169203331", "DONE");
            Hit otel = until(target, hit -> TRACE.equals(hit.context().get("traceId")));
            assertThat(otel.context()).containsEntry("spanId", "b7ad6b7169203331");
            String started = target.ask("sdk", "TRACE").substring("TRACE ".length());
            until(target, hit -> started.equals(hit.context().get("traceId")));
            target.ask("brave 0 463ac35c9f6413ad", "DONE");
            until(target, hit -> hit.context().containsValue("463ac35c9f6413ad"));
            target.ask("brave 1 463ac35c9f6413ad", "DONE");
            Hit brave = until(target, hit -> hit.context().containsValue("0000000000000001463ac35c9f6413ad"));
            assertThat(brave.context()).containsValue("000000000000002b").containsEntry("requestId", "r-17");
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void keeps_only_the_calls_of_one_request(Jdk jdk) throws Exception {
        try (TargetProgram target = courier(jdk);
                Target handle = host.open(target.pid(), "session")) {
            Optional<String> large = Optional.of("parcel.id > 1");
            ProbeSpec all = spec(ProbeSpec.Kind.WATCH, "deliver", 0, large, Set.of());
            handle.arm(all.ofRequest(Optional.of(TRACE)), heard);
            Probe mdc = handle.arm(all.ofRequest(Optional.of("r-2")), heard);
            assertThat(mdc.notices()).anyMatch(notice -> notice.startsWith("nothing that keeps a trace context"));
            target.ask("mdc requestId r-1", "MDC");
            target.ask("mdc traceparent 00-" + TRACE + "-b7ad6b7169203331-01", "MDC");
            Await.until("the traceparent is seen", SOON, () -> {
                target.ask("deliver 1", "DONE");
                target.ask("deliver 2", "DONE");
                return !hits.isEmpty();
            });
            assertThat(hits).allMatch(hit -> field(hit, "id").equals(new Value.Whole(2)));
            target.ask("mdc traceparent none", "MDC");
            target.ask("mdc password r-2", "MDC");
            target.ask("deliver 3", "DONE");
            target.ask("mdc requestId r-2", "MDC");
            target.ask("deliver 4", "DONE");
            Await.until("the other request", SOON, () -> hits.stream()
                    .anyMatch(hit -> field(hit, "id").equals(new Value.Whole(4))));
            assertThat(hits).noneMatch(hit -> field(hit, "id").equals(new Value.Whole(3)));
            // calls that met what the library keeps for the first time are dropped: it is not known whose they are
            assertThat(mdc.counters().values())
                    .allMatch(counters -> counters.hits - counters.dropped == 1 && counters.errors == 0);
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void knows_the_request_of_a_virtual_thread(Jdk jdk) throws Exception {
        if (jdk.feature() < 21) {
            return;
        }
        try (TargetProgram target = courier(jdk);
                Target handle = host.open(target.pid(), "session")) {
            target.ask("mdc requestId of-main", "MDC");
            handle.arm(spec(ProbeSpec.Kind.WATCH, "deliver", 20, Optional.empty(), Set.of()), heard);
            target.ask("virtual v-1", "DONE");
            Hit hit = hit(0);
            assertThat(hit.context()).containsEntry("requestId", "v-1");
            assertThat(hit.stack())
                    .extracting(CallerFrame::method)
                    .startsWith("deliver", "fromTheDepot")
                    .doesNotContain("main");
        }
    }

    // ---- pieces

    private interface Wanted {
        boolean is(Hit hit);
    }

    /** A library that has just loaded is found a moment later. */
    private Hit until(TargetProgram target, Wanted wanted) throws Exception {
        Await.until("such a context, and not only " + hits, SOON, () -> {
            target.ask("deliver 1", "DONE");
            return hits.stream().anyMatch(wanted::is);
        });
        return hits.stream().filter(wanted::is).findFirst().orElseThrow();
    }

    private Hit hit(int index) throws Exception {
        Await.until("a hit", SOON, () -> hits.size() > index);
        return hits.get(index);
    }

    private static Value field(Hit hit, String name) {
        return ((Value.Fields) hit.args().get(0))
                .fields().stream()
                        .filter(field -> field.getKey().equals(name))
                        .findFirst()
                        .orElseThrow()
                        .getValue();
    }

    private static TargetProgram courier(Jdk jdk) throws Exception {
        return TargetProgram.start(
                jdk,
                List.of(
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Courier.class.getName()));
    }

    private static ProbeSpec entries(String method) {
        return spec(ProbeSpec.Kind.WATCH, method, 0, Optional.empty(), Set.of(ProbeSpec.Event.ENTRY));
    }

    private static ProbeSpec spec(
            ProbeSpec.Kind kind, String method, int frames, Optional<String> condition, Set<ProbeSpec.Event> events) {
        return ProbeSpec.of(kind, "Courier", method)
                .withCondition(condition)
                .withEvents(events)
                .withLimits(Limits.DEFAULT.withFrames(frames));
    }
}
