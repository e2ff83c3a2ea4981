package dev.sonde.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sonde.testing.Await;
import dev.sonde.testing.Jdk;
import dev.sonde.testing.TargetProgram;
import dev.sonde.wire.ProbeCounters;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Call trees of real JVMs. */
final class TraceTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String KITCHEN = "dev.sonde.jvm.Kitchen";

    private final LocalHost host;

    TraceTest(@TempDir Path home) throws Exception {
        host = LocalHost.open(home);
    }

    static List<Jdk> jdks() {
        return Jdk.all();
    }

    static Stream<Jdk> withVirtualThreads() {
        return Jdk.all().stream().filter(jdk -> jdk.feature() >= 21);
    }

    @AfterEach
    void close() {
        host.close();
    }

    private Target open(TargetProgram target) throws TargetError {
        return host.open(target.pid(), "session");
    }

    private static ProbeSpec trace(String method, int depth, int hits) {
        return trace(method, Optional.empty(), depth, 500, hits, new ProbeSpec.Follow(List.of(), List.of(), 500));
    }

    private static ProbeSpec trace(
            String method, Optional<String> condition, int depth, int nodes, int hits, ProbeSpec.Follow follow) {
        return ProbeSpec.of(ProbeSpec.Kind.TRACE, KITCHEN, method)
                .withCondition(condition)
                .withHits(hits)
                .withRate(1000)
                .withLifetime(Duration.ofMinutes(5))
                .withLimits(Heard.PATIENT.withTree(depth, nodes))
                .following(follow);
    }

    /** {@code count(int) x3 [count(int) x2]}: methods, calls and what is below. */
    private static String shape(CallTree.Node node) {
        List<String> below = new ArrayList<>();
        node.children().forEach(child -> below.add(shape(child)));
        String name = node.className().substring(node.className().lastIndexOf('$') + 1);
        name = name.substring(name.lastIndexOf('.') + 1) + "."
                + node.method().substring(0, node.method().indexOf('('));
        return name
                + (node.calls() == 1 ? "" : " x" + node.calls())
                + (node.failures() > 0 ? " !" + node.failures() : "")
                + (below.isEmpty() ? "" : " " + below);
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void shows_the_calls_below_one_call_folded_and_across_an_interface(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Kitchen.class)) {
            Target handle = open(target);
            Heard heard = new Heard();
            Probe probe = handle.arm(trace("cook", 3, 1), heard);
            target.ask("loop", "SAID loop");
            CallTree tree = heard.tree();
            assertThat(tree.whole()).isTrue();
            assertThat(shape(tree.root()))
                    .isEqualTo("Kitchen.cook [Boiler.prepare [Boiler.heat [Boiler.stir x3]], Kitchen.season x2,"
                            + " Kitchen.lambda$cook$1 x2 [Kitchen.plate x2]]");
            CallTree.Node root = tree.root();
            assertThat(root.totalNanos()).isPositive();
            assertThat(root.children().stream()
                            .mapToLong(CallTree.Node::totalNanos)
                            .sum())
                    .isEqualTo(root.totalNanos() - root.selfNanos());
            assertThat(tree.hooksNanos()).isPositive();
            Await.until("its end", SOON, () -> !heard.ends.isEmpty());
            assertThat(heard.hits).hasSize(1);
            assertThat(probe.summary().get(0)).contains("methods were followed");
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void recursion_is_a_branch_and_what_is_deeper_than_asked_for_is_counted(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Kitchen.class)) {
            Target handle = open(target);
            Heard heard = new Heard();
            handle.arm(trace("count", 2, 0), heard);
            target.ask("count 6", "SAID count");
            CallTree tree = heard.tree();
            assertThat(shape(tree.root())).isEqualTo("Kitchen.count [Kitchen.count x2 [Kitchen.count x4]]");
            // 25 calls in all, of which 7 have nodes.
            assertThat(tree.root().children().get(0).children().get(0).lost()).isEqualTo(18);
            assertThat(heard.hits).hasSize(1);
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void an_exception_is_marked_where_it_passed(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Kitchen.class)) {
            Target handle = open(target);
            Heard heard = new Heard();
            settle(handle.arm(trace("serve", 3, 0), heard), target, "serve clean", 4);
            heard.hits.clear();
            target.ask("serve dirty", "SAID serve");
            CallTree tree = heard.tree();
            assertThat(shape(tree.root()))
                    .isEqualTo("Kitchen.serve !1 [Kitchen.carry !1 [Kitchen.check, Kitchen.pour !1]]");
            assertThat(tree.error().orElseThrow())
                    .isInstanceOfSatisfying(Value.Thrown.class, thrown -> assertThat(thrown.message())
                            .contains("spilled on dirty"));
            heard.hits.clear();
            target.ask("serve odd", "SAID serve");
            assertThat(shape(heard.tree().root())).isEqualTo("Kitchen.serve [Kitchen.carry [Kitchen.check !1]]");
            assertThat(heard.tree().error()).isEmpty();
        }
    }

    /** A constructor whose super() throws has no exit hook: what comes after stands where it should all the same. */
    @ParameterizedTest
    @MethodSource("jdks")
    void a_call_whose_end_nobody_sees_does_not_shift_the_tree(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Kitchen.class)) {
            Target handle = open(target);
            Heard heard = new Heard();
            settle(handle.arm(trace("build", 2, 0), heard), target, "build iron", 4);
            heard.hits.clear();
            target.ask("build glass", "SAID build");
            target.ask("build iron", "SAID build");
            Await.until("both", SOON, () -> heard.hits.size() == 2);
            assertThat(shape(heard.hits.get(1).tree().orElseThrow().root()))
                    .isEqualTo("Kitchen.build [Lid.<init> [Pot.<init>], Kitchen.season]");
            assertThat(shape(heard.tree().root())).startsWith("Kitchen.build !1 [Lid.<init> !1 [");
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void only_trees_that_satisfy_a_condition_on_the_cost_leave_the_target(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Kitchen.class)) {
            Target handle = open(target);
            Heard heard = new Heard();
            Probe probe = handle.arm(when("nap", "cost > 1"), heard);
            Probe never = handle.arm(when("cook", "cost > 60000"), new Heard());
            target.ask("cook soup", "SAID cook");
            target.ask("nap", "SAID nap");
            assertThat(shape(heard.tree().root())).isEqualTo("Kitchen.nap [Kitchen.season x2]");
            assertThat(heard.tree().root().totalNanos()).isGreaterThan(1_000_000);
            assertThat(probe.counters().values()).allMatch(counters -> counters.reported == 1);
            assertThat(never.counters().values()).allMatch(counters -> counters.reported == 0 && counters.dropped == 0);
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void a_condition_that_is_false_on_entry_begins_no_tree(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Kitchen.class)) {
            Target handle = open(target);
            Heard heard = new Heard();
            Probe probe = handle.arm(when("cook", "dish == 'fish'"), heard);
            target.ask("cook soup", "SAID cook");
            target.ask("cook fish", "SAID cook");
            assertThat(shape(heard.tree().root())).startsWith("Kitchen.cook [Fryer.prepare, ");
            assertThat(probe.counters().values()).allMatch(counters -> counters.hits == 1);
        }
    }

    private static ProbeSpec when(String method, String condition) {
        return trace(method, Optional.of(condition), 1, 500, 0, new ProbeSpec.Follow(List.of(), List.of(), 500));
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void classes_are_left_out_and_a_full_tree_says_so(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Kitchen.class)) {
            Target handle = open(target);
            Heard skipping = new Heard();
            handle.arm(trace("cook", Optional.empty(), 3, 500, 1, follow(List.of(), List.of("*Boiler"))), skipping);
            Heard into = new Heard();
            handle.arm(
                    trace("cook", Optional.empty(), 1, 500, 1, follow(List.of("*.Kitchen$Boiler"), List.of())), into);
            Heard small = new Heard();
            handle.arm(trace("cook", Optional.empty(), 1, 2, 1, follow(List.of(), List.of())), small);
            target.ask("loop", "SAID loop");
            assertThat(shape(skipping.tree().root()))
                    .isEqualTo("Kitchen.cook [Kitchen.season x2, Kitchen.lambda$cook$1 x2 [Kitchen.plate x2]]");
            assertThat(shape(into.tree().root())).isEqualTo("Kitchen.cook [Boiler.prepare]");
            assertThat(shape(small.tree().root())).isEqualTo("Kitchen.cook [Boiler.prepare]");
            assertThat(small.tree().root().lost()).isEqualTo(4);
        }
    }

    private static ProbeSpec.Follow follow(List<String> into, List<String> skip) {
        return new ProbeSpec.Follow(into, skip, 500);
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void says_when_it_may_follow_no_more_methods(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Kitchen.class)) {
            Heard heard = new Heard();
            Probe probe = open(target)
                    .arm(
                            trace("cook", Optional.empty(), 3, 500, 1, new ProbeSpec.Follow(List.of(), List.of(), 3)),
                            heard);
            target.ask("loop", "SAID loop");
            assertThat(heard.tree().root().children()).hasSizeLessThanOrEqualTo(2);
            assertThat(probe.summary().get(0)).contains("3 methods were followed", "--methods");
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void a_class_that_loads_later_is_met(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Kitchen.class)) {
            Heard heard = new Heard();
            open(target).arm(trace("later", 2, 0), heard);
            Await.until("the pudding and what it calls", SOON, () -> {
                target.ask("later", "SAID later");
                return heard.hits.stream()
                        .anyMatch(hit -> shape(hit.tree().orElseThrow().root())
                                .equals("Kitchen.later [Pudding.bake [Pudding.cool]]"));
            });
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void eight_threads_have_each_their_own_tree(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Kitchen.class)) {
            Heard heard = new Heard();
            Probe probe = open(target).arm(trace("cook", 3, 0), heard);
            settle(probe, target, "cook soup", 8);
            int before = heard.hits.size();
            long taken = taken(probe);
            target.ask("threads 8 20", "SAID threads");
            Await.until("every call is told of", SOON, () -> heard.hits.size() - before == taken(probe) - taken);
            assertThat(taken(probe) - taken).isBetween(1L, 160L);
            assertThat(heard.hits.subList(before, heard.hits.size()))
                    .isNotEmpty()
                    .allSatisfy(hit -> assertThat(shape(hit.tree().orElseThrow().root()))
                            .isEqualTo("Kitchen.cook [Boiler.prepare [Boiler.heat [Boiler.stir x3]],"
                                    + " Kitchen.season x2, Kitchen.lambda$cook$1 x2 [Kitchen.plate x2]]"));
        }
    }

    /** Calls that became a tree. */
    private static long taken(Probe probe) throws Exception {
        ProbeCounters counters = probe.counters().values().iterator().next();
        return counters.hits - counters.limited - counters.dropped;
    }

    @ParameterizedTest
    @MethodSource("withVirtualThreads")
    void a_virtual_thread_keeps_its_tree_when_it_changes_its_carrier(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Kitchen.class)) {
            Heard heard = new Heard();
            open(target).arm(trace("nap", 1, 0), heard);
            target.ask("virtual 30", "SAID virtual");
            Await.until("trees", SOON, () -> heard.hits.size() > 10);
            assertThat(heard.hits)
                    .allSatisfy(hit -> assertThat(shape(hit.tree().orElseThrow().root()))
                            .isEqualTo("Kitchen.nap [Kitchen.season x2]"));
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void two_sessions_trace_over_the_same_methods_and_end_in_any_order(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Kitchen.class)) {
            target.ask("loop", "SAID loop");
            Target one = open(target);
            Target other = open(target);
            Heard cooking = new Heard();
            Heard preparing = new Heard();
            Probe first = one.arm(trace("cook", 1, 0), cooking);
            Probe second = other.arm(trace("cook", 3, 0), preparing);
            Await.until("both see trees", SOON, () -> preparing.hits.size() > 2 && cooking.hits.size() > 2);
            assertThat(shape(preparing.tree().root())).contains("Boiler.stir x3");
            assertThat(shape(cooking.tree().root()))
                    .isEqualTo("Kitchen.cook [Boiler.prepare, Kitchen.season x2, Kitchen.lambda$cook$1 x2]");
            first.close();
            int before = preparing.hits.size();
            Await.until("the other goes on", SOON, () -> preparing.hits.size() > before + 2);
            assertThat(shape(preparing.hits.get(before + 2).tree().orElseThrow().root()))
                    .contains("Boiler.stir x3");
            second.close();
            assertThat(one.classes("Kitchen*", 20)).noneMatch(LoadedClass::woven);
        }
    }

    /** A call that never returns, and one that returns when nobody listens any more. */
    @ParameterizedTest
    @MethodSource("jdks")
    void an_open_call_does_no_harm_when_the_trace_ends(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Kitchen.class)) {
            Target handle = open(target);
            Heard heard = new Heard();
            Probe probe = handle.arm(trace("hang", 1, 0), heard);
            target.ask("hang", "SAID hang");
            Await.until("the call is followed", SOON, () -> followed(probe) == 2);
            handle.close();
            assertThat(heard.ends).hasSize(1);
            Target again = open(target);
            Heard after = new Heard();
            again.arm(trace("cook", 3, 1), after);
            target.ask("loop", "SAID loop");
            assertThat(shape(after.tree().root())).contains("Boiler.stir x3");
        }
    }

    private static int followed(Probe probe) {
        String told = probe.summary().get(0);
        return Integer.parseInt(told.substring(0, told.indexOf(' ')));
    }

    /** Lets a trace find all that it will follow. */
    private static void settle(Probe probe, TargetProgram target, String line, int followed) throws Exception {
        Await.until("the calls are followed", SOON, () -> {
            target.ask(line, "SAID " + line.substring(0, line.indexOf(' ')));
            return followed(probe) >= followed;
        });
        Heard heard = (Heard) ((ArmedProbe) probe).listener;
        Await.until("a whole tree", SOON, () -> {
            int before = heard.hits.size();
            target.ask(line, "SAID " + line.substring(0, line.indexOf(' ')));
            return heard.hits.size() > before
                    && heard.hits
                            .get(heard.hits.size() - 1)
                            .tree()
                            .orElseThrow()
                            .whole();
        });
        // What is still on its way belongs to the lines above.
        probe.counters();
    }
}
