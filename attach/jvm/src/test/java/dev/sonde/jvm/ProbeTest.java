package dev.sonde.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sonde.testing.Await;
import dev.sonde.testing.Jdk;
import dev.sonde.testing.TargetProgram;
import dev.sonde.weave.ExpressionError;
import dev.sonde.wire.ProbeCounters;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Probes on real JVMs, with the real agent and the real weaver. */
final class ProbeTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    private final LocalHost host;
    private final Heard heard = new Heard();

    ProbeTest(@TempDir Path home) throws Exception {
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
    void shows_arguments_result_and_cost_of_a_call_and_leaves_nothing(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Patient.class)) {
            Target handle = open(target);
            assertThat(handle.warning().isPresent()).isEqualTo(jdk.feature() >= 21);
            assertThat(handle.attached()).isFalse();
            Probe probe = handle.arm(watch("Patient", "place"), heard);
            assertThat(handle.attached()).isTrue();
            assertThat(handle.warning()).isEmpty();
            assertThat(probe.sites()).containsExactly("dev.sonde.jvm.Patient.place(String, int)");
            assertThat(target.ask("place tea 3", "PLACED")).isEqualTo("PLACED tea x 3");
            Hit hit = firstHit();
            assertThat(hit.className()).isEqualTo("dev.sonde.jvm.Patient");
            assertThat(hit.method()).isEqualTo("place(String, int)");
            assertThat(hit.names()).containsExactly("item", "count");
            assertThat(hit.args()).containsExactly(new Value.Text("tea", 3), new Value.Whole(3));
            assertThat(hit.outcome()).contains(new Value.Text("tea x 3", 7));
            assertThat(hit.event()).isEqualTo(ProbeSpec.Event.RETURN);
            assertThat(hit.costNanos().orElseThrow()).isPositive();
            assertThat(hit.thread()).isEqualTo("main");
            assertThat(hit.self()).isEmpty();
            assertThat(hit.probe()).isEqualTo(probe.id());
            assertThat(probe.counters()).containsOnlyKeys("dev.sonde.jvm.Patient.place(String, int)");
            assertThat(probe.counters().values()).allMatch(counters -> counters.hits == 1);
            assertThat(handle.classes("Patient", 10)).anyMatch(LoadedClass::woven);
            probe.close();
            assertThat(probe.ended()).isTrue();
            assertThat(heard.ends).containsExactly("removed");
            assertThat(handle.classes("Patient", 10)).noneMatch(LoadedClass::woven);
            target.ask("place tea 4", "PLACED");
            assertThat(heard.hits).hasSize(1);
            handle.close();
            Await.until("the agent's thread ends", SOON, () -> threadsOf(target).stream()
                    .noneMatch(thread -> thread.name().contains("sonde")));
            try (Stream<Path> open = Files.list(Path.of("/proc/" + target.pid() + "/fd"))) {
                assertThat(open.map(ProbeTest::link))
                        .noneMatch(file -> file.contains("sonde") || file.contains("agent-"));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void a_condition_and_expressions_choose_what_is_shown(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Patient.class)) {
            Target handle = open(target);
            ProbeSpec spec = spec(
                    "dev.sonde.jvm.Patient",
                    List.of("place(String, int)"),
                    List.of("item + \"!\"", "count * 2", "result.size()"),
                    Optional.of("count > 5 && result.startsWith(\"tea\")"));
            handle.arm(spec, heard);
            target.ask("place tea 3", "PLACED");
            target.ask("place mud 7", "PLACED");
            target.ask("place tea 7", "PLACED");
            Hit hit = firstHit();
            assertThat(hit.values())
                    .containsExactly(new Value.Text("tea!", 4), new Value.Whole(14), new Value.Whole(7));
            assertThat(hit.args()).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void what_is_wrong_is_said_before_anything_is_touched(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Patient.class)) {
            target.ask("child a", "CHILD");
            target.ask("load Square", "DONE");
            Target handle = open(target);
            assertThatThrownBy(() ->
                            handle.arm(spec("Patient", List.of("place"), List.of("cuont"), Optional.empty()), heard))
                    .isInstanceOfSatisfying(
                            ExpressionError.class, e -> assertThat(e.near()).contains("count"));
            assertThatThrownBy(() -> handle.arm(watch("Pateint", "place"), heard))
                    .isInstanceOf(TargetError.class)
                    .hasMessageContaining("'Pateint'")
                    .hasMessageContaining("near: Patient")
                    .hasMessageContaining("--pending");
            assertThatThrownBy(() -> handle.arm(watch("Patient", "plaec"), heard))
                    .hasMessageContaining("no method 'plaec'; near: place");
            assertThatThrownBy(() -> handle.arm(watch("Patient", "place(int)"), heard))
                    .hasMessageContaining("there is place(String, int)");
            assertThatThrownBy(() -> handle.arm(watch("Patient$Shape", "area"), heard))
                    .hasMessageContaining("is abstract and has no code")
                    .hasMessageContaining("Patient$Square");
            assertThatThrownBy(() -> handle.arm(watch("Patient", "outside"), heard))
                    .hasMessageContaining("is native");
            assertThatThrownBy(() -> handle.arm(
                            ProbeSpec.of(ProbeSpec.Kind.VALUE, "Patient", "unlock")
                                    .withCaptures(List.of("token + count")),
                            heard))
                    .isInstanceOf(ExpressionError.class)
                    .hasMessage("'token' is masked, and its numbers would tell it");
            assertThatThrownBy(() -> handle.arm(watch("Patient", "((("), heard)).isInstanceOf(TargetError.class);
            assertThat(handle.probes()).isEmpty();
            assertThat(handle.classes("*Patient*", 50)).noneMatch(LoadedClass::woven);
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void an_inherited_method_is_found_where_it_is_declared(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Patient.class)) {
            target.ask("child a", "CHILD");
            Target handle = open(target);
            Probe probe = handle.arm(watch("Patient$Child", "work"), heard);
            assertThat(probe.sites()).containsExactly("dev.sonde.jvm.Patient$Base.work(String)");
            assertThat(probe.notices()).anyMatch(notice -> notice.contains("inherits work(String) from"));
            target.ask("child you", "CHILD");
            assertThat(firstHit().outcome()).contains(new Value.Text("hello you", 9));
            assertThat(firstHit().self().orElseThrow()).isInstanceOf(Value.Fields.class);
        }
    }

    /** What is typed, the methods it means, and what they give. */
    private static final List<List<String>> KINDS = List.of(
            List.of("Kinds", "over", "Kinds.over(int) Kinds.over(String)", "2|a!"),
            List.of("Kinds", "over(String)", "Kinds.over(String)", "a!"),
            List.of("Kinds", "new", "Kinds.<init>(String)", ""),
            List.of("Kinds", "hidden", "Kinds.hidden()", "k?"),
            List.of("Kinds", "larger", "Kinds.larger(Comparable, Comparable)", "c"),
            List.of("Kinds", "lambda$twice*", "Kinds.lambda$twice$0(String)", "dd"),
            List.of("Kinds$Greeting", "greet", "Kinds$Greeting.greet()", "hello e"),
            List.of("Kinds$Guest", "greet", "Kinds$Greeting.greet()", "hello e"));

    @ParameterizedTest
    @MethodSource("jdks")
    void overloads_constructors_private_generic_and_default_methods_and_lambdas_are_seen(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Kinds.class)) {
            target.ask("once, so that all is loaded", "WENT");
            Target handle = open(target);
            for (List<String> kind : KINDS) {
                Heard there = new Heard();
                Probe probe = handle.arm(watch(kind.get(0), kind.get(1)), there);
                assertThat(String.join(" ", probe.sites()).replace("dev.sonde.jvm.", ""))
                        .isEqualTo(kind.get(2));
                target.ask("again", "WENT");
                Await.until(
                        kind.get(2),
                        SOON,
                        () -> there.hits.size() == probe.sites().size());
                assertThat(there.hits.stream()
                                .flatMap(hit -> hit.outcome().stream())
                                .map(ProbeTest::text)
                                .collect(Collectors.joining("|")))
                        .as(kind.get(2))
                        .isEqualTo(kind.get(3));
                probe.close();
            }
        }
    }

    private static String text(Value value) {
        return value instanceof Value.Text text ? text.text() : String.valueOf(((Value.Whole) value).value());
    }

    /** The twins' loaders give no class files either. */
    @ParameterizedTest
    @MethodSource("jdks")
    void a_class_in_several_loaders_is_asked_for_and_chosen(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Patient.class)) {
            target.ask("twins", "DONE");
            Target handle = open(target);
            List<String> loaders = handle.classes("Patient$Later", 10).stream()
                    .map(LoadedClass::loader)
                    .toList();
            assertThat(loaders).hasSize(2).allMatch(loader -> loader.startsWith("Twin#"));
            assertThatThrownBy(() -> handle.arm(watch("Patient$Later", "work"), heard))
                    .hasMessageContaining("is loaded by 2 loaders; choose one with --loader: Twin#");
            assertThatThrownBy(() -> handle.arm(inLoader("app"), heard)).hasMessageContaining("no loader 'app' has");
            Probe probe = handle.arm(inLoader(loaders.get(0)), heard);
            assertThat(probe.sites()).containsExactly("dev.sonde.jvm.Patient$Later.work(int)");
            assertThat(handle.classes("Patient$Later", 10))
                    .filteredOn(LoadedClass::woven)
                    .hasSize(1);
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void a_glob_may_span_classes_and_methods(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Patient.class)) {
            target.ask("child a", "CHILD");
            target.ask("load Later", "DONE");
            Target handle = open(target);
            Probe probe = handle.arm(watch("dev.sonde.jvm.Patient*", "w*"), heard);
            assertThat(probe.sites())
                    .containsExactlyInAnyOrder(
                            "dev.sonde.jvm.Patient$Base.work(String)", "dev.sonde.jvm.Patient$Later.work(int)");
            target.ask("child you", "CHILD");
            target.ask("load Later", "DONE");
            Await.until("all hits", SOON, () -> heard.hits.size() == 3);
            ProbeSpec wide = watch("*", "*");
            assertThatThrownBy(() -> handle.arm(wide, heard)).hasMessageContaining("at most 500");
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void jvms_without_unix_sockets_call_back_over_loopback(Jdk jdk, @TempDir Path other) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Patient.class)) {
            LocalProcesses.Jvm jvm = new LocalProcesses().jvm(target.pid());
            Links links = new Links(other, Safeguards.STANDARD);
            Link link = links.attach(jvm, new AttachPoint(target.pid(), jvm.startTicks), 11);
            assertThat(link.hello().feature()).isEqualTo(jdk.feature());
            assertThat(new TargetClasses(link).find("Patient", 5, 0).entries()).hasSize(1);
            link.bye(SOON);
            links.close(List.of());
            assertThat(link.open()).isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void what_a_killed_server_left_is_swept_up(Jdk jdk) throws Exception {
        Path left = Files.createDirectory(Path.of("/tmp/sonde-" + String.format("%016x", System.nanoTime())));
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(left.resolve("link")));
        }
        try (TargetProgram target = TargetProgram.start(jdk, Patient.class)) {
            open(target).classes("Patient", 1);
            assertThat(left).doesNotExist();
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void a_class_of_the_jdk_can_be_watched(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Patient.class)) {
            Target handle = open(target);
            handle.arm(spec("java.util.Scanner", List.of("nextLine"), List.of("result"), Optional.empty()), heard);
            target.ask("load Later", "DONE");
            target.ask("calls", "CALLS");
            Await.until("the line is seen", SOON, () -> heard.hits.stream()
                    .anyMatch(hit -> hit.values().equals(List.of(new Value.Text("calls", 5)))));
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void a_class_that_is_not_loaded_is_waited_for(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Patient.class)) {
            Target handle = open(target);
            ProbeSpec spec = watch("Patient$Later", "work").withPending(true);
            Probe probe = handle.arm(spec, heard);
            assertThat(probe.sites()).isEmpty();
            assertThat(probe.counters()).isEmpty();
            target.ask("load Later", "DONE");
            Await.until("it arms", SOON, () -> !probe.sites().isEmpty());
            Await.until("it says so", SOON, () -> heard.notices.stream().anyMatch(n -> n.contains("has loaded")));
            target.ask("load Later", "DONE");
            assertThat(firstHit().className()).isEqualTo("dev.sonde.jvm.Patient$Later");
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void an_exception_is_shown_and_counted(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Patient.class)) {
            Target handle = open(target);
            Probe count = handle.arm(count("Patient", "refuse"), new Heard());
            handle.arm(watch("Patient", "refuse"), heard);
            target.ask("throw because", "THROWN");
            Hit hit = firstHit();
            assertThat(hit.event()).isEqualTo(ProbeSpec.Event.THROW);
            assertThat(hit.outcome().orElseThrow())
                    .isInstanceOfSatisfying(Value.Thrown.class, thrown -> assertThat(thrown.message())
                            .contains("because"));
            ProbeCounters counters = count.counters().values().iterator().next();
            assertThat(counters.hits).isEqualTo(1);
            assertThat(counters.failures).isEqualTo(1);
            assertThat(handle.probes()).hasSize(2);
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void a_probe_that_is_used_up_ends_and_its_class_is_restored(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Patient.class)) {
            Target handle = open(target);
            ProbeSpec one = spec("Patient", List.of("place"), List.of(), Optional.empty(), 1);
            Probe probe = handle.arm(one, heard);
            target.ask("place tea 1", "PLACED");
            target.ask("place tea 2", "PLACED");
            Await.until("it ends", SOON, () -> !heard.ends.isEmpty());
            assertThat(probe.ended()).isTrue();
            assertThat(heard.hits).hasSize(1);
            Await.until("restored", SOON, () -> handle.classes("Patient", 10).stream()
                    .noneMatch(LoadedClass::woven));
            assertThat(handle.probes()).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void sessions_share_a_link_and_each_removes_only_its_own(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Patient.class)) {
            Heard other = new Heard();
            Target first = host.open(target.pid(), "first");
            Target second = host.open(target.pid(), "second");
            first.arm(watch("Patient", "place"), heard);
            second.arm(watch("Patient", "place"), other);
            assertThat(first.probes()).extracting(Probe::owner).containsExactlyInAnyOrder("first", "second");
            first.close();
            assertThat(heard.ends).containsExactly("removed");
            assertThat(second.attached()).isTrue();
            target.ask("place tea 1", "PLACED");
            Await.until("a hit", SOON, () -> !other.hits.isEmpty());
            assertThat(heard.hits).isEmpty();
            assertThatThrownBy(() -> first.report()).isInstanceOf(TargetError.class);
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void threads_inside_the_method_are_named(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Patient.class)) {
            target.ask("loop", "DONE");
            Await.until(
                    "it is inside", SOON, () -> !target.ask("calls", "CALLS").equals("CALLS 0"));
            Target handle = open(target);
            Probe probe = handle.arm(watch("Patient", "loop"), heard);
            assertThat(probe.notices()).anyMatch(n -> n.contains("1 thread is inside dev.sonde.jvm.Patient.loop"));
            if (jdk.feature() < 23) {
                assertThat(probe.notices()).anyMatch(notice -> notice.contains("compile all its code anew"));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void a_target_that_ends_tells_each_listener_once(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Patient.class)) {
            Target handle = open(target);
            Probe probe = handle.arm(watch("Patient", "place"), heard);
            target.kill();
            Await.until("the end is told", SOON, () -> !heard.ends.isEmpty());
            assertThat(heard.ends).containsExactly("process " + target.pid() + " has ended");
            assertThat(probe.ended()).isTrue();
            assertThatThrownBy(probe::counters).isInstanceOf(TargetGone.class);
            assertThatThrownBy(() -> handle.classes("*", 1)).isInstanceOf(TargetGone.class);
            handle.close();
            assertThat(heard.ends).hasSize(1);
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void a_pause_of_the_target_is_told_and_its_probes_go_on(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Patient.class)) {
            Target handle = open(target);
            Probe probe = handle.arm(watch("Patient", "place"), heard);
            signal("STOP", target.pid());
            // Longer than the agent would wait for us.
            Await.until("the pause is told", SOON, () -> heard.notices.stream()
                    .anyMatch(notice -> notice.matches("the target has not answered for \\d+ s: it is stopped")));
            signal("CONT", target.pid());
            assertThat(target.ask("place tea 2", "PLACED")).isEqualTo("PLACED tea x 2");
            Await.until("a hit", SOON, () -> !heard.hits.isEmpty());
            assertThat(heard.hits.get(0).args()).contains(new Value.Whole(2));
            assertThat(heard.notices).anyMatch(notice -> notice.startsWith("the target answers again, after "));
            assertThat(probe.ended()).isFalse();
            assertThat(heard.ends).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void closing_the_host_takes_every_agent_out(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Patient.class)) {
            Target handle = open(target);
            handle.arm(watch("Patient", "place"), heard);
            host.close();
            assertThat(heard.ends).containsExactly("detached");
            Await.until("the agent's thread ends", SOON, () -> threadsOf(target).stream()
                    .noneMatch(thread -> thread.name().contains("sonde")));
            assertThat(target.ask("place tea 1", "PLACED")).isEqualTo("PLACED tea x 1");
            assertThatThrownBy(() -> host.open(target.pid(), "late")).hasMessageContaining("shutting down");
        }
    }

    private static List<ThreadReport.JvmThread> threadsOf(TargetProgram target) throws Exception {
        LocalProcesses.Jvm jvm = new LocalProcesses().jvm(target.pid());
        return ThreadReader.read(
                        jvm, new AttachPoint(target.pid(), jvm.startTicks), new ThreadQuery(Duration.ZERO, false))
                .threads();
    }

    private static String link(Path file) {
        try {
            return Files.readSymbolicLink(file).toString();
        } catch (java.io.IOException e) {
            return "";
        }
    }

    private Hit firstHit() throws Exception {
        Await.until("a hit", SOON, () -> !heard.hits.isEmpty());
        return heard.hits.get(0);
    }

    private Target open(TargetProgram target) throws TargetError {
        return host.open(target.pid(), "session");
    }

    private static ProbeSpec watch(String type, String method) {
        return spec(type, List.of(method), List.of(), Optional.empty());
    }

    private static ProbeSpec inLoader(String name) {
        return watch("Patient$Later", "work").withLoader(Optional.of(name));
    }

    private static ProbeSpec count(String type, String method) {
        return ProbeSpec.of(ProbeSpec.Kind.COUNT, type, method);
    }

    private static ProbeSpec spec(
            String type, List<String> methods, List<String> captures, Optional<String> condition) {
        return spec(type, methods, captures, condition, 0);
    }

    private static ProbeSpec spec(
            String type, List<String> methods, List<String> captures, Optional<String> condition, int hits) {
        return ProbeSpec.of(ProbeSpec.Kind.WATCH, type, methods.toArray(String[]::new))
                .withCaptures(captures)
                .withCondition(condition)
                .withHits(hits);
    }

    private static void signal(String name, long pid) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(pid))
                        .start()
                        .waitFor())
                .isZero();
    }
}
