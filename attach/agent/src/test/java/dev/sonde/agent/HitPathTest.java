package dev.sonde.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sonde.testing.Await;
import dev.sonde.testing.Jdk;
import dev.sonde.testing.TargetProgram;
import dev.sonde.weave.MethodKey;
import dev.sonde.wire.Expr;
import dev.sonde.wire.Limits;
import dev.sonde.wire.ProbeCounters;
import dev.sonde.wire.ProbePlan;
import dev.sonde.wire.Site;
import dev.sonde.wire.Wire;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a hit may cost and show. */
@Timeout(300)
class HitPathTest {

    private static final String SHOP = "dev.sonde.agent.Shop";
    private static final MethodKey GRAPH = new MethodKey("graph", "(Ljava/lang/Object;)Ljava/lang/Object;");
    private static final MethodKey WRAP = new MethodKey("wrap", "([B)Ljava/nio/ByteBuffer;");
    private static final int EXITS = ProbePlan.ON_RETURN | ProbePlan.ON_THROW;
    private static final Expr ANY = Expr.ofNumber(Expr.ARG, Expr.OBJECT, 0);

    static Stream<Jdk> jdks() {
        return Jdk.all().stream();
    }

    static Stream<Jdk> jdksWithVirtualThreads() {
        return jdks().filter(jdk -> jdk.feature() >= 21);
    }

    private static TargetProgram shop(Jdk jdk) throws Exception {
        List<String> options = jdk.feature() >= 21 ? List.of("-XX:+EnableDynamicAgentLoading") : List.of();
        return TargetProgram.start(jdk, options, Shop.class);
    }

    private static Site graph(Bastion bastion) throws Exception {
        assertThat(bastion.weave(SHOP, Map.of(GRAPH, 3))).isEmpty();
        return bastion.site(3, SHOP, "graph", GRAPH.descriptor(), true);
    }

    /** Has objects hit whose classes no type tells of, until hits show them. */
    private static void meet(TargetProgram target, Bastion bastion, Site site, String graph) throws Exception {
        bastion.arm(99, ProbePlan.WATCH, ProbePlan.ON_RETURN, site, null);
        Await.until("all classes to be known", Duration.ofSeconds(30), () -> {
            bastion.hits.clear();
            target.ask("graph " + graph, "graphed");
            return !bastion.hit(0).values().toString().contains("first seen");
        });
        bastion.disarm(99);
        bastion.hits.clear();
    }

    private static Expr text(String value) {
        return Expr.ofText(Expr.CONST_STRING, Expr.OBJECT, value);
    }

    private static void arm(
            Bastion bastion, int id, int perSecond, int budget, Limits limits, Site site, @Nullable Expr condition)
            throws Exception {
        bastion.arm(new ProbePlan(
                id,
                ProbePlan.WATCH,
                EXITS,
                0,
                perSecond,
                0,
                budget,
                limits,
                List.of(new ProbePlan.Armed(site, condition, false, List.of()))));
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void what_is_over_the_rate_is_counted_and_the_next_second_shows_again(Jdk jdk) throws Exception {
        try (TargetProgram target = shop(jdk);
                Bastion bastion = Bastion.attach(target.pid())) {
            arm(bastion, 1, 2, 0, Bastion.LIMITS, graph(bastion), null);
            Await.until("hits of four seconds", Duration.ofSeconds(60), () -> {
                target.ask("flood 200", "flooded");
                return bastion.hits.size() > 6;
            });
            ProbeCounters counters = bastion.disarm(1);
            assertThat(counters.limited).isGreaterThan(1000);
            assertThat(counters.hits).isEqualTo(counters.reported + counters.limited + counters.dropped);
            assertThat(bastion.hits.stream().mapToLong(HitSeen::lost).sum())
                    .isPositive()
                    .isLessThanOrEqualTo(counters.limited + counters.dropped);
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void a_condition_that_is_too_dear_trips_and_one_second_of_captures_does_not(Jdk jdk) throws Exception {
        try (TargetProgram target = shop(jdk);
                Bastion bastion = Bastion.attach(target.pid())) {
            Site graph = graph(bastion);
            Limits limits = new Limits(3, 20, 100, 256, 64 << 10, 2_000);
            Expr walked = Expr.ofNumber(
                    Expr.EXISTS,
                    Expr.BOOL,
                    0,
                    ANY,
                    Expr.of(Expr.EQ, Expr.BOOL, Expr.ofNumber(Expr.ITER, Expr.OBJECT, 0), text("no")));
            arm(bastion, 1, 20, 1_000, limits, graph, walked);
            arm(bastion, 2, 20, 10_000, limits, graph, null);
            target.ask("flood 3000", "flooded");
            Await.until(
                    "its end", Duration.ofSeconds(20), () -> !bastion.ended().isEmpty());
            assertThat(bastion.ended())
                    .singleElement()
                    .asString()
                    .matches("1: over its budget: \\d+ ms of CPU in [0-9.]+ s, where 0.1 % of one CPU is allowed");
            assertThat(bastion.disarm(2).reported).isPositive();
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void a_condition_that_walks_too_long_is_stopped_and_counted_as_an_error(Jdk jdk) throws Exception {
        try (TargetProgram target = shop(jdk);
                Bastion bastion = Bastion.attach(target.pid())) {
            Expr walked = Expr.ofNumber(
                    Expr.EXISTS,
                    Expr.BOOL,
                    0,
                    ANY,
                    Expr.of(Expr.EQ, Expr.BOOL, Expr.ofNumber(Expr.ITER, Expr.OBJECT, 0), text("no")));
            // One microsecond: a thousand elements take longer on every machine.
            arm(bastion, 1, 0, 0, new Limits(3, 20, 100, 256, 64 << 10, 1), graph(bastion), walked);
            target.ask("graph list", "graphed");
            Await.until("it is told", Duration.ofSeconds(60), () -> !bastion.notices.isEmpty());
            assertThat(bastion.notices).containsExactly("1: more time than a hit may take");
            ProbeCounters counters = bastion.disarm(1);
            assertThat(counters.errors).isEqualTo(1);
            assertThat(counters.reported).isZero();
        }
    }

    /** Captures are not made fewer to keep within a budget: who set it wants to know. */
    @ParameterizedTest
    @MethodSource("jdks")
    void captures_that_are_too_dear_trip_and_are_taken_off(Jdk jdk) throws Exception {
        try (TargetProgram target = shop(jdk);
                Bastion bastion = Bastion.attach(target.pid())) {
            Site graph = graph(bastion);
            arm(bastion, 1, 0, 1_000, Bastion.LIMITS, graph, null);
            arm(bastion, 2, 1_000, 1_000, Bastion.LIMITS, graph, null);
            Await.until("their ends", Duration.ofSeconds(60), () -> {
                target.ask("flood 50", "flooded");
                return bastion.ended().size() == 2;
            });
            assertThat(bastion.ended())
                    .allMatch(end -> end.contains(": over its budget: ") && end.contains(" 0.1 % of one CPU"));
            assertThatThrownBy(() -> bastion.disarm(2)).hasMessage("probe 2 is not armed");
            int shown = bastion.hits.size();
            target.ask("graph deep", "graphed");
            bastion.find(SHOP);
            assertThat(bastion.hits).hasSize(shown);
        }
    }

    @Test
    void one_slow_hit_is_within_a_budget_and_one_in_each_second_is_not() {
        Budget budget = new Budget(10_000);
        assertThat(budget.spend(40_000_000)).isTrue();
        budget.leak();
        assertThat(budget.spend(19_000_000)).isTrue();
        budget.leak();
        assertThat(budget.spend(19_000_000)).isFalse();
        assertThat(budget.used()).startsWith("78 ms of CPU in ").endsWith(" s, where 1.0 % of one CPU is allowed");
        assertThat(new Budget(0).spend(Long.MAX_VALUE)).isTrue();
    }

    @Test
    void a_probe_that_leaves_room_for_others_gives_way_first() {
        Rate shown = new Rate(3);
        long now = 5_000_000_000L;
        assertThat(shown.take(now, 1)).isTrue();
        assertThat(shown.take(now, 1)).isFalse();
        assertThat(shown.take(now, 0)).isTrue();
        assertThat(shown.take(now, 0)).isTrue();
        assertThat(shown.take(now, 0)).isFalse();

        Budget all = new Budget(20_000);
        LiveProbe first = new LiveProbe(planned(Limits.DEFAULT.withTarget(0, 10_000)), new Rate(0), all);
        LiveProbe other = new LiveProbe(planned(Limits.DEFAULT), new Rate(0), all);
        int seconds = 0;
        while (first.overBudget() == null && seconds < 20) {
            for (int i = 0; i < 10; i++) {
                other.spend(1_500_000); // 15 ms in each second
            }
            all.leak();
            first.tick(seconds, true);
            other.tick(seconds, true);
            seconds++;
        }
        assertThat(seconds).isEqualTo(9);
        assertThat(first.overBudget())
                .startsWith(Wire.OVER_TARGET_BUDGET)
                .endsWith(", where 1.0 % of one CPU is allowed");
        assertThat(other.overBudget()).isNull();
    }

    private static ProbePlan planned(Limits limits) {
        return new ProbePlan(1, ProbePlan.WATCH, 0, 0, 0, 0, 1_000_000, limits, List.of());
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void masks_what_a_computed_key_reads_and_the_value_of_a_pair(Jdk jdk) throws Exception {
        try (TargetProgram target = shop(jdk);
                Bastion bastion = Bastion.attach(target.pid())) {
            Site graph = graph(bastion);
            meet(target, bastion, graph, "nut");
            Expr extras = Expr.ofText(Expr.MEMBER, Expr.OBJECT, "extras", ANY);
            Expr computed =
                    Expr.of(Expr.INDEX, Expr.OBJECT, extras, Expr.of(Expr.ADD, Expr.OBJECT, text("API-"), text("KEY")));
            Expr gold =
                    Expr.ofText(Expr.MEMBER, Expr.OBJECT, "gold", Expr.ofText(Expr.MEMBER, Expr.OBJECT, "vault", ANY));
            Expr copied =
                    Expr.of(Expr.ADD, Expr.OBJECT, text("> "), Expr.ofText(Expr.MEMBER, Expr.OBJECT, "password", ANY));
            Expr known = Expr.of(Expr.EQ, Expr.BOOL, computed, text("x"));
            bastion.arm(1, ProbePlan.WATCH, ProbePlan.ON_RETURN, graph, null, computed, gold, copied, known, extras);
            target.ask("graph nut", "graphed");
            assertThat(bastion.hit(0).values())
                    .startsWith("masked String", "masked String", "masked String", "false")
                    .element(4)
                    .asString()
                    .contains("masked String")
                    .doesNotContain("secret");
            bastion.disarm(1);
            meet(target, bastion, graph, "pairs");
            bastion.arm(2, ProbePlan.WATCH, ProbePlan.ON_RETURN, graph, null);
            target.ask("graph pairs", "graphed");
            assertThat(bastion.hit(0).values().get(0))
                    .contains(
                            "value=masked String",
                            "'--password',masked String,'--port','80'",
                            "name='Proxy-Password'",
                            "key='plain',value=masked String")
                    .doesNotContain("'secret'");
            bastion.disarm(2);
            Expr line = Expr.of(Expr.INDEX, Expr.OBJECT, ANY, Expr.ofNumber(Expr.CONST_LONG, Expr.LONG, 1));
            Expr yes = Expr.ofNumber(Expr.CONST_LONG, Expr.BOOL, 1);
            Expr it = Expr.ofNumber(Expr.ITER, Expr.OBJECT, 0);
            Expr result = Expr.of(Expr.RESULT, Expr.OBJECT);
            Site secret = new Site(3, graph.classId, graph.className, "graph", graph.descriptor, true, Site.RESULT_BIT);
            bastion.hits.clear();
            bastion.arm(
                    3,
                    ProbePlan.WATCH,
                    ProbePlan.ON_RETURN,
                    secret,
                    null,
                    Expr.ofNumber(Expr.FILTER, Expr.OBJECT, 0, line, yes),
                    Expr.ofNumber(Expr.MAP, Expr.OBJECT, 0, line, yes, it),
                    Expr.ofText(Expr.CALL, Expr.OBJECT, "join", line, text(" ")),
                    Expr.of(Expr.ADD, Expr.OBJECT, line, Expr.of(Expr.LIST, Expr.OBJECT)),
                    Expr.ofNumber(Expr.EXISTS, Expr.BOOL, 0, line, Expr.of(Expr.EQ, Expr.BOOL, it, text("80"))),
                    result);
            bastion.arm(4, ProbePlan.WATCH, ProbePlan.ON_RETURN, secret, null);
            target.ask("graph pairs", "graphed");
            assertThat(bastion.hit(0).values())
                    .containsExactly(
                            "masked ArrayList",
                            "masked ArrayList",
                            "masked String",
                            "masked ArrayList",
                            "true",
                            "masked Object;");
            assertThat(bastion.hit(1).values()).element(1).isEqualTo("masked Object;");
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void walks_no_empty_room_and_counts_no_queue_to_its_end(Jdk jdk) throws Exception {
        try (TargetProgram target = shop(jdk);
                Bastion bastion = Bastion.attach(target.pid())) {
            bastion.arm(1, ProbePlan.WATCH, ProbePlan.ON_RETURN, graph(bastion), null);
            target.ask("graph emptied", "graphed");
            assertThat(bastion.hit(0).values().get(0)).isEqualTo("{}+1");
            target.ask("graph queue", "graphed");
            assertThat(bastion.hit(1).values().get(0)).startsWith("[0,1,2,").endsWith("]+9900");
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void calls_toString_only_when_that_was_asked_for(Jdk jdk) throws Exception {
        try (TargetProgram target = shop(jdk);
                Bastion bastion = Bastion.attach(target.pid())) {
            Expr trap = Expr.ofText(Expr.MEMBER, Expr.OBJECT, "trap", ANY);
            Site graph = graph(bastion);
            meet(target, bastion, graph, "nut");
            bastion.arm(1, ProbePlan.WATCH, ProbePlan.ON_RETURN, graph, null, trap);
            target.ask("graph nut", "graphed");
            assertThat(bastion.hit(0).values()).containsExactly("Shop$Trap(inside=7)");
            bastion.disarm(1);
            bastion.arm(new ProbePlan(
                    2,
                    ProbePlan.WATCH,
                    ProbePlan.ON_RETURN,
                    0,
                    0,
                    0,
                    0,
                    Bastion.LIMITS.withTexts(),
                    List.of(new ProbePlan.Armed(graph, null, false, List.of(trap)))));
            target.ask("graph nut", "TRAP toString");
            assertThat(bastion.hit(1).values()).containsExactly("'x7'");
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void what_our_own_thread_calls_is_no_hit(Jdk jdk) throws Exception {
        try (TargetProgram target = shop(jdk);
                Bastion bastion = Bastion.attach(target.pid())) {
            assertThat(bastion.weave("java.nio.ByteBuffer", Map.of(WRAP, 7))).isEmpty();
            Site site = bastion.site(7, "java.nio.ByteBuffer", "wrap", WRAP.descriptor(), true);
            bastion.arm(1, ProbePlan.WATCH, EXITS, site, null);
            bastion.arm(2, ProbePlan.COUNT, EXITS, site, null);
            for (int i = 0; i < 20; i++) {
                bastion.find("nothing.like.It");
            }
            assertThat(bastion.counters(1).hits).isZero();
            assertThat(bastion.counters(2).hits).isZero();
            assertThat(bastion.hits).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("jdksWithVirtualThreads")
    void a_hundred_thousand_virtual_threads_leave_nothing_of_ours(Jdk jdk) throws Exception {
        try (TargetProgram target = shop(jdk);
                Bastion bastion = Bastion.attach(target.pid())) {
            Site graph = graph(bastion);
            bastion.arm(1, ProbePlan.COUNT, EXITS, graph, null);
            arm(bastion, 2, 20, 0, Bastion.LIMITS, graph, null);
            Expr never = Expr.of(Expr.EQ, Expr.BOOL, ANY, text("no"));
            arm(bastion, 3, 20, 0, Bastion.LIMITS, graph, never);
            target.ask("virtual 1000", "virtual");
            long before = ours(jdk, target);
            target.ask("virtual 100000", "virtual");
            assertThat(bastion.counters(1).hits).isEqualTo(101_000);
            // They are all alive still.
            assertThat(ours(jdk, target)).isLessThan(before + 1_000);
        }
    }

    /** Instances of our classes that are reachable. */
    private static long ours(Jdk jdk, TargetProgram target) throws Exception {
        List<String> command =
                List.of(jdk.home().resolve("bin/jcmd").toString(), String.valueOf(target.pid()), "GC.class_histogram");
        Process jcmd = new ProcessBuilder(command).redirectErrorStream(true).start();
        String histogram = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(histogram).contains("dev.sonde.agent.Counter");
        return histogram
                .lines()
                .filter(line -> line.contains(" dev.sonde.") && !line.contains("Shop"))
                .mapToLong(line -> Long.parseLong(line.trim().split("\\s+", 3)[1]))
                .sum();
    }
}
