package dev.sonde.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sonde.testing.Await;
import dev.sonde.testing.Jdk;
import dev.sonde.testing.TargetProgram;
import dev.sonde.weave.MethodKey;
import dev.sonde.wire.Expr;
import dev.sonde.wire.ProbeCounters;
import dev.sonde.wire.ProbePlan;
import dev.sonde.wire.Site;
import dev.sonde.wire.Wire;
import dev.sonde.wire.WireReader;
import dev.sonde.wire.WireWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Probes that are armed again, and requests that fail. */
@Timeout(300)
class ArmingTest {

    private static final String SHOP = "dev.sonde.agent.Shop";
    private static final MethodKey HOT = new MethodKey("hot", "(J)J");
    private static final String ORDER = SHOP + "$Order";
    private static final MethodKey NEW = new MethodKey("<init>", "(Ljava/lang/String;ILdev/sonde/agent/Shop$Kind;)V");
    private static final MethodKey GRAPH = new MethodKey("graph", "(Ljava/lang/Object;)Ljava/lang/Object;");
    private static final Map<MethodKey, Integer> BOTH = Map.of(HOT, 1, GRAPH, 3);
    private static final int EXITS = ProbePlan.ON_RETURN | ProbePlan.ON_THROW;

    static Stream<Jdk> jdks() {
        return Jdk.all().stream();
    }

    private static TargetProgram shop(Jdk jdk, String... options) throws Exception {
        List<String> all = new ArrayList<>(List.of(options));
        if (jdk.feature() >= 21) {
            all.add("-XX:+EnableDynamicAgentLoading");
        }
        return TargetProgram.start(jdk, all, Shop.class);
    }

    private static Site hot(Bastion bastion) throws Exception {
        return bastion.site(1, SHOP, "hot", HOT.descriptor(), true);
    }

    private static Site graph(Bastion bastion) throws Exception {
        return bastion.site(3, SHOP, "graph", GRAPH.descriptor(), true);
    }

    private static ProbePlan.Armed on(Site site, @Nullable Expr condition) {
        return new ProbePlan.Armed(site, condition, false, List.of());
    }

    private static ProbePlan plan(int id, int kind, int when, int hits, int lease, ProbePlan.Armed... sites) {
        return new ProbePlan(id, kind, when, hits, 0, lease, 0, Bastion.LIMITS, List.of(sites));
    }

    private static Expr from(long least) {
        return Expr.of(
                Expr.GE,
                Expr.BOOL,
                Expr.ofNumber(Expr.ARG, Expr.LONG, 0),
                Expr.ofNumber(Expr.CONST_LONG, Expr.LONG, least));
    }

    /** Calls that each site has counted, by its number. */
    private static Map<Integer, Long> counted(Bastion bastion, int probe) throws Exception {
        WireReader reply = bastion.request(Wire.COUNTERS, new WireWriter(4).i4(probe));
        Map<Integer, Long> counted = new java.util.TreeMap<>();
        for (int left = reply.i4(); left > 0; left--) {
            counted.put(reply.i4(), ProbeCounters.read(reply).hits);
        }
        return counted;
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void a_probe_that_grows_goes_on_counting(Jdk jdk) throws Exception {
        try (TargetProgram target = shop(jdk);
                Bastion bastion = Bastion.attach(target.pid())) {
            assertThat(bastion.weave(SHOP, BOTH)).isEmpty();
            Site hot = hot(bastion);
            Site graph = graph(bastion);
            bastion.arm(plan(1, ProbePlan.COUNT, EXITS, 0, 0, on(hot, from(90))));
            target.ask("hot 100", "hot");
            assertThat(counted(bastion, 1)).isEqualTo(Map.of(1, 10L));

            bastion.arm(plan(1, ProbePlan.COUNT, EXITS, 0, 0, on(hot, from(90)), on(graph, null)));
            assertThat(counted(bastion, 1)).isEqualTo(Map.of(1, 10L, 3, 0L));
            target.ask("hot 100", "hot");
            target.ask("graph list", "graphed");
            assertThat(counted(bastion, 1)).isEqualTo(Map.of(1, 20L, 3, 1L));

            bastion.arm(plan(1, ProbePlan.COUNT, EXITS, 0, 0, on(hot, from(50)), on(graph, null)));
            target.ask("hot 100", "hot");
            assertThat(counted(bastion, 1)).isEqualTo(Map.of(1, 70L, 3, 1L));

            bastion.arm(plan(1, ProbePlan.COUNT, EXITS, 0, 0, on(graph, null)));
            target.ask("hot 100", "hot");
            target.ask("graph list", "graphed");
            assertThat(counted(bastion, 1)).isEqualTo(Map.of(3, 2L));
            assertThatThrownBy(() -> bastion.arm(plan(1, ProbePlan.WATCH, EXITS, 0, 0, on(graph, null))))
                    .hasMessage("probe 1 cannot become one of another kind");
            assertThat(bastion.disarm(1).hits).isEqualTo(2);
            bastion.bye();
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void a_new_plan_has_the_hits_that_are_left(Jdk jdk) throws Exception {
        try (TargetProgram target = shop(jdk);
                Bastion bastion = Bastion.attach(target.pid())) {
            assertThat(bastion.weave(SHOP, BOTH)).isEmpty();
            Site hot = hot(bastion);
            Site graph = graph(bastion);
            bastion.arm(plan(1, ProbePlan.WATCH, ProbePlan.ON_RETURN, 5, 0, on(hot, null)));
            target.ask("hot 3", "hot");
            bastion.hit(2);
            bastion.arm(plan(1, ProbePlan.WATCH, ProbePlan.ON_RETURN, 5, 0, on(hot, null), on(graph, null)));
            target.ask("hot 1", "hot");
            target.ask("graph list", "graphed");
            target.ask("hot 3", "hot");
            Await.until(
                    "its end", Duration.ofSeconds(30), () -> !bastion.ended().isEmpty());
            assertThat(bastion.ended()).containsExactly("1: its 5 hits are used up");
            assertThat(bastion.hits).hasSize(5);
            bastion.bye();
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void a_new_plan_does_not_renew_the_lease(Jdk jdk) throws Exception {
        try (TargetProgram target = shop(jdk);
                Bastion bastion = Bastion.attach(target.pid())) {
            assertThat(bastion.weave(SHOP, BOTH)).isEmpty();
            Site hot = hot(bastion);
            // Armed again all the time, it would never end if each gave it a second more.
            Await.until("its end", Duration.ofSeconds(60), () -> {
                if (bastion.ended().isEmpty()) {
                    bastion.arm(plan(1, ProbePlan.COUNT, EXITS, 0, 1_000, on(hot, null)));
                }
                return !bastion.ended().isEmpty();
            });
            assertThat(bastion.ended().get(0)).isEqualTo("1: its time is over");
            bastion.bye();
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void a_request_that_fails_is_refused_and_the_agent_goes_on(Jdk jdk) throws Exception {
        try (TargetProgram target = shop(jdk, "-Xmx40m", "-XX:+UseSerialGC");
                Bastion bastion = Bastion.attach(target.pid())) {
            assertThat(bastion.weave(SHOP, BOTH)).isEmpty();
            bastion.arm(plan(1, ProbePlan.COUNT, EXITS, 0, 0, on(hot(bastion), null)));

            WireWriter noPlan = new WireWriter(16).i4(2);
            assertThatThrownBy(() -> bastion.request(Wire.ARM, noPlan))
                    .hasMessageContaining("the agent failed at it: dev.sonde.wire.WireException");

            // As many sites as there are bytes: no plan, but there could be, and room for so many there is not.
            WireWriter tooMuch = new WireWriter(6 << 20);
            tooMuch.i4(2).u1(ProbePlan.COUNT).u1(EXITS).i4(0).i4(0).i4(0).i4(0);
            Bastion.LIMITS.write(tooMuch);
            tooMuch.i4(6 << 20).raw(new byte[6 << 20], 0, 6 << 20);
            assertThatThrownBy(() -> bastion.request(Wire.ARM, tooMuch))
                    .hasMessageContaining("the agent failed at it: java.lang.OutOfMemoryError");

            target.ask("hot 10", "hot");
            assertThat(counted(bastion, 1)).isEqualTo(Map.of(1, 10L));
            bastion.bye();
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void sites_are_forgotten_when_nothing_is_woven(Jdk jdk) throws Exception {
        try (TargetProgram target = shop(jdk);
                Bastion bastion = Bastion.attach(target.pid())) {
            for (int round = 0; round < 20; round++) {
                int id = 1_000 + round;
                assertThat(bastion.weave(SHOP, Map.of(HOT, id))).isEmpty();
                Site hot = bastion.site(id, SHOP, "hot", HOT.descriptor(), true);
                bastion.arm(plan(round, ProbePlan.COUNT, EXITS, 0, 0, on(hot, null)));
                target.ask("hot 10", "hot");
                assertThat(bastion.disarm(round).hits).isEqualTo(10);
                assertThat(bastion.weave(SHOP, Map.of())).isEmpty();
            }
            // The warm-up has two of its own, which may not be collected yet.
            assertThat(sites(jdk, target)).isLessThanOrEqualTo(8);
            bastion.bye();
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void sites_of_an_unwoven_class_are_forgotten_while_a_probe_stands_on_another(Jdk jdk) throws Exception {
        try (TargetProgram target = shop(jdk);
                Bastion bastion = Bastion.attach(target.pid())) {
            target.ask("place first 1", "placed");
            assertThat(bastion.weave(ORDER, Map.of(NEW, 1))).isEmpty();
            Site order = bastion.site(1, ORDER, "<init>", NEW.descriptor(), false);
            bastion.arm(plan(1, ProbePlan.COUNT, EXITS, 0, 0, on(order, null)));
            for (int round = 0; round < 100; round++) {
                assertThat(bastion.weave(SHOP, Map.of(HOT, 1_000 + round))).isEmpty();
                target.ask("hot 1", "hot");
                assertThat(bastion.weave(SHOP, Map.of())).isEmpty();
            }
            sites(jdk, target); // collects the old code
            assertThat(bastion.weave(SHOP, Map.of())).isEmpty();
            assertThat(sites(jdk, target)).isLessThanOrEqualTo(8);
            target.ask("place second 1", "placed");
            assertThat(counted(bastion, 1)).isEqualTo(Map.of(1, 1L));
            bastion.bye();
        }
    }

    /** How many sites are left after a collection. */
    private static long sites(Jdk jdk, TargetProgram target) throws Exception {
        Process jcmd = new ProcessBuilder(
                        jdk.home().resolve("bin/jcmd").toString(), String.valueOf(target.pid()), "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        String histogram = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(histogram).contains("java.lang.String");
        return histogram
                .lines()
                .filter(line -> line.endsWith("dev.sonde.agent.SiteHooks"))
                .mapToLong(line -> Long.parseLong(line.strip().split(" +", -1)[1]))
                .sum();
    }
}
