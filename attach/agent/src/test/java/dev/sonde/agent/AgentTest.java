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
import dev.sonde.wire.WireWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The agent in real JVMs, asked over a real socket, with hooks by the real weaver. */
@Timeout(300)
class AgentTest {

    private static final String SHOP = "dev.sonde.agent.Shop";
    private static final String ORDER = SHOP + "$Order";
    private static final MethodKey HOT = new MethodKey("hot", "(J)J");
    private static final MethodKey PLACE = new MethodKey("place", "(Ldev/sonde/agent/Shop$Order;ID)Ljava/lang/String;");
    private static final MethodKey GRAPH = new MethodKey("graph", "(Ljava/lang/Object;)Ljava/lang/Object;");
    private static final MethodKey WHERE = new MethodKey("where", "()I");
    private static final Map<MethodKey, Integer> ALL = Map.of(HOT, 1, PLACE, 2, GRAPH, 3, WHERE, 4);
    private static final Expr ARG0 = Expr.ofNumber(Expr.ARG, Expr.LONG, 0);
    private static final Expr ORDER_ARG = Expr.ofNumber(Expr.ARG, Expr.OBJECT, 0);

    static Stream<Jdk> jdks() {
        return Jdk.all().stream();
    }

    private static TargetProgram shop(Jdk jdk) throws Exception {
        // Else the JVM prints the warning of JEP 451, which is not ours to stop.
        List<String> options = jdk.feature() >= 21 ? List.of("-XX:+EnableDynamicAgentLoading") : List.of();
        return TargetProgram.start(jdk, options, Shop.class);
    }

    private static Expr number(long value) {
        return Expr.ofNumber(Expr.CONST_LONG, Expr.LONG, value);
    }

    private static Expr text(String value) {
        return Expr.ofText(Expr.CONST_STRING, Expr.OBJECT, value);
    }

    private static Expr compare(int op, Expr a, Expr b) {
        return Expr.of(op, Expr.BOOL, a, b);
    }

    private static Expr field(Expr of, String name, String desc, int kind) {
        return new Expr(Expr.FIELD, kind, 0, name, ORDER, desc, List.of(of));
    }

    private static Site hot(Bastion bastion) throws Exception {
        return bastion.site(1, SHOP, "hot", HOT.descriptor(), true);
    }

    private static Site place(Bastion bastion) throws Exception {
        return bastion.site(2, SHOP, "place", PLACE.descriptor(), false);
    }

    private static Site graph(Bastion bastion) throws Exception {
        return bastion.site(3, SHOP, "graph", GRAPH.descriptor(), true);
    }

    private static ProbePlan plan(
            int id,
            int kind,
            int when,
            int hits,
            int perSecond,
            int lease,
            int budget,
            Site site,
            @Nullable Expr condition) {
        return new ProbePlan(
                id,
                kind,
                when,
                hits,
                perSecond,
                lease,
                budget,
                Bastion.LIMITS,
                List.of(new ProbePlan.Armed(site, condition, false, List.of())));
    }

    private static final int EXITS = ProbePlan.ON_RETURN | ProbePlan.ON_THROW;

    @ParameterizedTest
    @MethodSource("jdks")
    void counts_calls_and_takes_conditions_on_primitives(Jdk jdk) throws Exception {
        try (TargetProgram target = shop(jdk);
                Bastion bastion = Bastion.attach(target.pid())) {
            assertThat(bastion.weave(SHOP, ALL)).isEmpty();
            bastion.arm(1, ProbePlan.COUNT, EXITS, hot(bastion), null);
            bastion.arm(2, ProbePlan.COUNT, EXITS, hot(bastion), compare(Expr.GE, ARG0, number(90)));
            Expr modulo = Expr.of(Expr.MOD, Expr.LONG, ARG0, number(10));
            bastion.arm(3, ProbePlan.WATCH, ProbePlan.ON_RETURN, hot(bastion), compare(Expr.EQ, modulo, number(3)));
            assertThat(target.ask("hot 100", "hot")).isEqualTo("hot " + (99 * 50 * 31 + 700));
            ProbeCounters all = bastion.disarm(1);
            assertThat(all.hits).isEqualTo(100);
            assertThat(Arrays.stream(all.buckets).sum()).isEqualTo(100);
            assertThat(all.nanos).isGreaterThan(0);
            assertThat(all.maxNanos).isGreaterThan(0);
            assertThat(bastion.counters(2).hits).isEqualTo(10);
            HitSeen hit = bastion.hit(9);
            assertThat(hit.values()).containsExactly("93", String.valueOf(93 * 31 + 7));
            assertThat(hit.self()).isEqualTo("-");
            assertThat(hit.costNanos()).isGreaterThanOrEqualTo(0);
            assertThat(hit.thread()).isEqualTo("main");
            assertThat(bastion.hits).hasSize(10);
            bastion.bye();
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void captures_arguments_fields_results_and_errors_without_running_the_application(Jdk jdk) throws Exception {
        try (TargetProgram target = shop(jdk);
                Bastion bastion = Bastion.attach(target.pid())) {
            bastion.weave(SHOP, ALL);
            target.ask("place warm 1", "placed");
            bastion.arm(1, ProbePlan.WATCH, ProbePlan.ON_ENTRY | EXITS, place(bastion), null);
            target.ask("place nut 2", "placed");
            HitSeen entry = bastion.hit(0);
            assertThat(entry.event()).isEqualTo(ProbePlan.ON_ENTRY);
            assertThat(entry.self()).isEqualTo("Shop(served=1)");
            assertThat(entry.values().get(0))
                    .isEqualTo("Shop$Order(sku='nut',quantity=1,kind=Shop$Kind.GIFT,password=masked String,"
                            + "vault=masked Shop$Vault,lines=['a','b','c'],extras={'API-KEY'=masked String,"
                            + "'note'=[1,2]},self=cut Shop$Order: cycle,trap=Shop$Trap(inside=7))");
            assertThat(entry.values().subList(1, 4)).containsExactly("2", "1.5", "-");
            HitSeen exit = bastion.hit(1);
            assertThat(exit.event()).isEqualTo(ProbePlan.ON_RETURN);
            assertThat(exit.values().get(3)).isEqualTo("'nutx2'");
            assertThat(target.ask("place bolt -1", "placed")).contains("IllegalArgumentException: quantity -1");
            HitSeen thrown = bastion.hit(3);
            assertThat(thrown.event()).isEqualTo(ProbePlan.ON_THROW);
            assertThat(thrown.values().get(3)).isEqualTo("IllegalArgumentException('quantity -1' at, null)");
            bastion.bye();
            assertThat(target.output()).noneMatch(line -> line.startsWith("TRAP"));
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void cuts_what_is_too_deep_too_long_and_too_many_and_says_so(Jdk jdk) throws Exception {
        try (TargetProgram target = shop(jdk);
                Bastion bastion = Bastion.attach(target.pid())) {
            bastion.weave(SHOP, ALL);
            bastion.arm(1, ProbePlan.WATCH, ProbePlan.ON_ENTRY, graph(bastion), null);
            String[] names = {"deep", "long", "list", "values", "maps", "huge"};
            for (String name : names) {
                target.ask("graph " + name, "graphed");
            }
            assertThat(bastion.hit(0).values().get(0)).isEqualTo("[[[[[]+1]]]]");
            assertThat(bastion.hit(1).values().get(0)).isEqualTo("'" + "x".repeat(256) + "'+745");
            assertThat(bastion.hit(2).values().get(0)).startsWith("[0,1,2,").endsWith(",99]+900");
            assertThat(bastion.hit(3).values().get(0))
                    .isEqualTo(
                            "['1970-01-01T00:00:00Z','1.50','00000000-0000-0001-0000-000000000002',"
                                    + "'1970-01-01T00:00:00Z','java.lang.String','c',Shop$Kind.GIFT,5,Optional(value='o'),'a:b']");
            assertThat(bastion.hit(4).values().get(0)).isEqualTo("{Shop$Kind.PLAIN=[1]}");
            assertThat(bastion.hit(5).values().get(0)).contains("+").hasSizeLessThan(70_000);
            bastion.bye();
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void evaluates_conditions_on_objects_and_counts_their_errors(Jdk jdk) throws Exception {
        try (TargetProgram target = shop(jdk);
                Bastion bastion = Bastion.attach(target.pid())) {
            bastion.weave(SHOP, ALL);
            // loads Order: fields of a class that is not loaded are found at each hit, with other words for errors
            target.ask("place warm 1", "placed");
            Site place = place(bastion);
            Expr sku = field(ORDER_ARG, "sku", "Ljava/lang/String;", Expr.OBJECT);
            Expr quantity = field(ORDER_ARG, "quantity", "I", Expr.LONG);
            Expr kind = field(ORDER_ARG, "kind", "Ldev/sonde/agent/Shop$Kind;", Expr.OBJECT);
            Expr lines = field(ORDER_ARG, "lines", "Ljava/util/List;", Expr.OBJECT);
            Expr line = Expr.ofNumber(Expr.ITER, Expr.OBJECT, 0);
            Expr[] conditions = {
                Expr.of(Expr.AND, Expr.BOOL, compare(Expr.EQ, sku, text("nut")), compare(Expr.EQ, quantity, number(1))),
                compare(Expr.EQ, kind, text("GIFT")),
                Expr.ofNumber(Expr.EXISTS, Expr.BOOL, 0, lines, compare(Expr.EQ, line, text("b"))),
                Expr.ofText(Expr.CALL, Expr.BOOL, "startsWith", sku, text("nu")),
                Expr.ofText(Expr.CALL, Expr.BOOL, "matches", sku, text("n.t")),
                compare(Expr.GT, Expr.of(Expr.SIZE, Expr.LONG, lines), number(2)),
                compare(Expr.EQ, Expr.of(Expr.RESULT, Expr.OBJECT), text("nutx5")),
                compare(Expr.GE, Expr.of(Expr.COST, Expr.DOUBLE), number(0)),
                compare(Expr.EQ, Expr.ofText(Expr.MEMBER, Expr.OBJECT, "quantity", ORDER_ARG), number(1)),
                compare(Expr.LT, Expr.ofNumber(Expr.ARG, Expr.DOUBLE, 2), number(2)),
                compare(Expr.EQ, Expr.of(Expr.THREAD, Expr.OBJECT), text("main")),
            };
            for (int i = 0; i < conditions.length; i++) {
                bastion.arm(100 + i, ProbePlan.WATCH, ProbePlan.ON_RETURN, place, conditions[i], sku);
            }
            target.ask("place nut 5", "placed");
            bastion.hit(conditions.length - 1);
            assertThat(bastion.hits).allMatch(hit -> hit.values().equals(List.of("'nut'")));
            assertThat(bastion.notices).isEmpty();
            // null: whatever reads a field of it fails, is counted, and the application sees nothing of it
            assertThat(target.ask("place null 1", "placed")).isEqualTo("placed none");
            assertThat(bastion.counters(100).errors).isEqualTo(1);
            assertThat(bastion.counters(101).errors).isEqualTo(1);
            assertThat(bastion.counters(102).errors).isEqualTo(1);
            assertThat(bastion.counters(106).errors).isZero();
            Await.until(
                    "the first errors are told",
                    Duration.ofSeconds(20),
                    () -> bastion.notices.contains("100: null has no field 'sku'"));
            bastion.bye();
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void what_a_normal_return_lacks_is_no_error_and_what_is_captured_by_a_secret_name_is_masked(Jdk jdk)
            throws Exception {
        try (TargetProgram target = shop(jdk);
                Bastion bastion = Bastion.attach(target.pid())) {
            bastion.weave(SHOP, ALL);
            target.ask("place warm 1", "placed");
            Site place = place(bastion);
            Expr error = Expr.of(Expr.ERROR, Expr.OBJECT);
            Expr message = Expr.ofText(Expr.MEMBER, Expr.OBJECT, "detailMessage", error);
            Expr type = Expr.ofText(Expr.CALL, Expr.OBJECT, "className", error);
            Expr password = field(ORDER_ARG, "password", "Ljava/lang/String;", Expr.OBJECT);
            Expr extras = field(ORDER_ARG, "extras", "Ljava/util/Map;", Expr.OBJECT);
            Expr key = Expr.of(Expr.INDEX, Expr.OBJECT, extras, text("API-KEY"));
            Expr says = compare(Expr.EQ, message, text("quantity -1"));
            Expr either = Expr.of(Expr.OR, Expr.BOOL, compare(Expr.EQ, error, Expr.of(Expr.NULL, Expr.OBJECT)), says);
            bastion.arm(1, ProbePlan.WATCH, EXITS, place, says, message, password, key);
            bastion.arm(2, ProbePlan.WATCH, EXITS, place, either, type);
            bastion.arm(3, ProbePlan.COUNT, EXITS, place, Expr.of(Expr.AND, Expr.BOOL, either, says), type);
            target.ask("place nut 5", "placed");
            target.ask("place nut -1", "placed");
            bastion.hit(2);
            assertThat(bastion.hits.stream().filter(hit -> hit.probe() == 1).map(HitSeen::values))
                    .containsExactly(List.of("'quantity -1'", "masked String", "masked String"));
            assertThat(bastion.hits.stream().filter(hit -> hit.probe() == 2).map(HitSeen::values))
                    .containsExactly(List.of("null"), List.of("'java.lang.IllegalArgumentException'"));
            assertThat(bastion.counters(3).hits).isEqualTo(1);
            for (int probe = 1; probe <= 3; probe++) {
                assertThat(bastion.counters(probe).errors).as("probe " + probe).isZero();
            }
            bastion.bye();
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void ends_a_catastrophic_pattern(Jdk jdk) throws Exception {
        try (TargetProgram target = shop(jdk);
                Bastion bastion = Bastion.attach(target.pid())) {
            bastion.weave(SHOP, ALL);
            Expr pattern =
                    Expr.ofText(Expr.CALL, Expr.BOOL, "matches", text("a".repeat(40) + "!"), text("^.*.*.*.*.*.*.*b$"));
            bastion.arm(1, ProbePlan.WATCH, ProbePlan.ON_ENTRY, graph(bastion), pattern);
            target.ask("graph x", "graphed");
            assertThat(bastion.counters(1).errors).isEqualTo(1);
            // repeats for ever and looks at no character; put together at run time, so that no compiler sees it
            Expr hidden = Expr.of(Expr.ADD, Expr.OBJECT, text("(?x)(?:^){20 00"), text("00 0000}"));
            Expr nothing = Expr.ofText(Expr.CALL, Expr.BOOL, "matches", text("a"), hidden);
            bastion.arm(2, ProbePlan.WATCH, ProbePlan.ON_ENTRY, graph(bastion), nothing);
            target.ask("graph x", "graphed");
            assertThat(bastion.counters(2).errors).isEqualTo(1);
            bastion.bye();
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void weaves_classes_of_the_jdk_but_none_that_a_hook_runs_on(Jdk jdk) throws Exception {
        try (TargetProgram target = shop(jdk);
                Bastion bastion = Bastion.attach(target.pid())) {
            MethodKey nextLine = new MethodKey("nextLine", "()Ljava/lang/String;");
            assertThat(bastion.weave("java.util.Scanner", Map.of(nextLine, 10))).isEmpty();
            Site site = bastion.site(10, "java.util.Scanner", "nextLine", nextLine.descriptor(), false);
            bastion.arm(1, ProbePlan.COUNT, EXITS, site, null);
            target.ask("list", "got");
            target.ask("list", "got");
            assertThat(bastion.counters(1).hits).isPositive();
            for (String refused : List.of("java.lang.String", "java.util.ArrayList", "java.util.HashMap")) {
                assertThat(bastion.weave(refused, Map.of(new MethodKey("size", "()I"), 13)))
                        .contains("the hooks themselves");
            }
            bastion.bye();
            assertThat(target.ask("list", "got")).isEqualTo("got twov");
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void limits_hits_and_ends_probes_by_themselves(Jdk jdk) throws Exception {
        try (TargetProgram target = shop(jdk);
                Bastion bastion = Bastion.attach(target.pid())) {
            bastion.weave(SHOP, ALL);
            Site graph = graph(bastion);
            bastion.arm(plan(1, ProbePlan.WATCH, ProbePlan.ON_ENTRY, 3, 0, 0, 0, graph, null));
            bastion.arm(plan(2, ProbePlan.WATCH, ProbePlan.ON_RETURN, 0, 10, 0, 0, graph, null));
            bastion.arm(plan(3, ProbePlan.WATCH, ProbePlan.ON_RETURN, 0, 0, 100, 0, hot(bastion), null));
            bastion.arm(plan(4, ProbePlan.WATCH, ProbePlan.ON_ENTRY, 0, 0, 0, 200, graph, null));
            target.ask("flood 1500", "flooded");
            Await.until(
                    "three ended of " + bastion.ended(),
                    Duration.ofSeconds(20),
                    () -> bastion.ended().size() == 3);
            assertThat(bastion.ended())
                    .contains("1: its 3 hits are used up", "3: its time is over")
                    .anyMatch(end ->
                            end.startsWith("4: over its budget: ") && end.endsWith(" 0.02 % of one CPU is allowed"));
            assertThat(bastion.hits.stream().filter(hit -> hit.probe() == 1)).hasSize(3);
            ProbeCounters limited = bastion.disarm(2);
            assertThat(limited.reported).isBetween(10L, 200L);
            assertThat(limited.limited).isPositive();
            assertThat(limited.hits).isEqualTo(limited.reported + limited.limited + limited.dropped);
            assertThatThrownBy(() -> bastion.disarm(1)).hasMessage("probe 1 is not armed");
            bastion.bye();
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void drops_and_counts_rather_than_holding_the_application(Jdk jdk) throws Exception {
        try (TargetProgram target = shop(jdk);
                Bastion bastion = Bastion.attach(target.pid())) {
            bastion.weave(SHOP, ALL);
            bastion.arm(1, ProbePlan.WATCH, ProbePlan.ON_ENTRY, graph(bastion), null);
            target.ask("flood 1000", "flooded");
            ProbeCounters counters = bastion.disarm(1);
            assertThat(counters.reported).isPositive();
            // what a slow reader left on the ring is neither yet
            assertThat(counters.hits - counters.reported - counters.dropped).isBetween(0L, 4096L);
            bastion.bye();
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void tells_of_classes_that_load(Jdk jdk) throws Exception {
        try (TargetProgram target = shop(jdk);
                Bastion bastion = Bastion.attach(target.pid())) {
            bastion.request(Wire.AWAIT_CLASSES, new WireWriter(64).strings(List.of("Late", "no.such.*")));
            target.ask("load", "loaded");
            Await.until(
                    "Late is told of", Duration.ofSeconds(20), () -> bastion.loaded.equals(List.of(SHOP + "$Late")));
            assertThat(bastion.find(SHOP + "*")).anyMatch(entry -> entry.name.endsWith("Late"));
            bastion.bye();
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void says_why_a_class_cannot_be_changed_and_leaves_the_others_changed(Jdk jdk) throws Exception {
        try (TargetProgram target = shop(jdk);
                Bastion bastion = Bastion.attach(target.pid())) {
            String before = target.ask("where", "at");
            bastion.breaks = true;
            assertThat(bastion.weave(SHOP, ALL)).matches("[A-Za-z]+Error.*");
            assertThat(target.ask("where", "at")).isEqualTo(before);
            bastion.breaks = false;
            assertThat(bastion.weave(SHOP, ALL)).isEmpty();
            assertThat(target.ask("where", "at")).isNotEqualTo(before);
            bastion.bye();
            assertThat(target.ask("where", "at")).isEqualTo(before);
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void heals_the_target_when_the_bastion_is_gone_and_leaves_nothing(Jdk jdk) throws Exception {
        try (TargetProgram target = shop(jdk)) {
            String before = target.ask("where", "at");
            for (String end : List.of("close", "silence", "garbage", "bye")) {
                int silence = end.equals("silence") ? 500 : 60_000;
                Bastion bastion = Bastion.attach(target.pid(), Bastion.TOKEN, silence, 0, end.equals("garbage"));
                bastion.weave(SHOP, ALL);
                bastion.arm(1, ProbePlan.WATCH, ProbePlan.ON_ENTRY, place(bastion), null);
                bastion.arm(2, ProbePlan.COUNT, EXITS, hot(bastion), null);
                target.ask("hot 100", "hot");
                target.ask("place a 1", "placed");
                assertThat(target.ask("where", "at")).isNotEqualTo(before);
                switch (end) {
                    case "close" -> bastion.close();
                    case "garbage" -> bastion.raw(new byte[] {-1, -1, -1, -1, 5, 5, 5, 5, 5, 5});
                    case "bye" -> bastion.bye();
                    default -> {}
                }
                Await.until(
                        "no thread of ours after " + end, Duration.ofSeconds(20), () -> target.ask("threads", "threads")
                                .equals("threads false"));
                bastion.close();
                assertThat(target.ask("where", "at")).as(end).isEqualTo(before);
                assertGone(jdk, target);
            }
            assertThat(target.output()).allMatch(line -> line.matches("(READY|at|hot|placed|threads) ?.*"));
        }
    }

    /** After the collection that the histogram makes, no instance of ours is left, and no file of ours is open. */
    private static void assertGone(Jdk jdk, TargetProgram target) throws Exception {
        Await.until("nothing of ours is reachable", Duration.ofSeconds(30), () -> ours(jdk, target)
                .isEmpty());
        assertThat(openFiles(target)).noneMatch(file -> file.contains("agent.jar") || file.contains("eventpoll"));
    }

    private static List<String> ours(Jdk jdk, TargetProgram target) throws Exception {
        String all = jcmd(jdk, target, "GC.class_histogram");
        assertThat(all).contains("java.lang.String");
        return all.lines()
                .filter(line -> line.contains("dev.sonde.") && !line.contains("Shop"))
                .toList();
    }

    private static String jcmd(Jdk jdk, TargetProgram target, String command) throws Exception {
        Process jcmd = new ProcessBuilder(
                        jdk.home().resolve("bin/jcmd").toString(), String.valueOf(target.pid()), command)
                .redirectErrorStream(true)
                .start();
        return new String(jcmd.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    }

    private static List<String> openFiles(TargetProgram target) throws Exception {
        try (Stream<Path> files = Files.list(Path.of("/proc/" + target.pid() + "/fd"))) {
            return files.map(file -> {
                        try {
                            return Files.readSymbolicLink(file).toString();
                        } catch (java.io.IOException closed) {
                            return "";
                        }
                    })
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void refuses_a_bastion_that_does_not_know_the_secret(Jdk jdk) throws Exception {
        try (TargetProgram target = shop(jdk);
                Bastion bastion = Bastion.attach(target.pid(), "another", 60_000, 0, false)) {
            Await.until("the agent leaves", Duration.ofSeconds(20), bastion::isEnded);
            Await.until("its thread too", Duration.ofSeconds(20), () -> target.ask("threads", "threads")
                    .equals("threads false"));
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void two_bastions_watch_one_method(Jdk jdk) throws Exception {
        try (TargetProgram target = shop(jdk);
                Bastion one = Bastion.attach(target.pid());
                Bastion two = Bastion.attach(target.pid())) {
            assertThat(one.weave(SHOP, ALL)).isEmpty();
            assertThat(two.weave(SHOP, ALL)).isEmpty();
            one.arm(1, ProbePlan.COUNT, EXITS, hot(one), null);
            two.arm(1, ProbePlan.COUNT, EXITS, hot(two), null);
            target.ask("hot 10", "hot");
            assertThat(one.counters(1).hits).isEqualTo(10);
            assertThat(two.counters(1).hits).isEqualTo(10);
            // the bytes that two had woven were made of one's: whenever these change, it weaves again
            assertThat(one.weave(SHOP, Map.of(HOT, 1, GRAPH, 3))).isEmpty();
            awaitCounting(target, two);
            assertThat(one.weave(SHOP, ALL)).isEmpty();
            awaitCounting(target, two);
            assertThat(two.ended()).isEmpty();
            two.breaks = true;
            one.bye();
            Await.until(
                    "the end of two's probe",
                    Duration.ofSeconds(20),
                    () -> two.ended().size() == 1);
            assertThat(two.ended().get(0)).startsWith("1: " + SHOP + " was changed by another agent: ");
            two.bye();
        }
    }

    private static void awaitCounting(TargetProgram target, Bastion bastion) throws Exception {
        Await.until("its hooks", Duration.ofSeconds(20), () -> {
            long before = bastion.counters(1).hits;
            target.ask("hot 10", "hot");
            return bastion.counters(1).hits == before + 10;
        });
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void a_hundred_attachments_grow_nothing(Jdk jdk) throws Exception {
        try (TargetProgram target = shop(jdk)) {
            int classes = 0;
            int files = 0;
            long metaspace = 0;
            for (int i = 0; i < 100; i++) {
                try (Bastion bastion = Bastion.attach(target.pid())) {
                    bastion.weave(SHOP, ALL);
                    bastion.arm(1, ProbePlan.COUNT, EXITS, hot(bastion), null);
                    target.ask("hot 10", "hot");
                    assertThat(bastion.counters(1).hits).isEqualTo(10);
                    bastion.bye();
                }
                if (i == 19) {
                    classes = classes(jdk, target);
                    files = openFiles(target).size();
                    metaspace = metaspace(jdk, target);
                }
            }
            int before = classes;
            Await.until(
                    "no more classes than " + before,
                    Duration.ofSeconds(30),
                    () -> classes(jdk, target) <= before + 10);
            assertThat(openFiles(target).size()).isLessThanOrEqualTo(files);
            // One agent that stayed would be as much as this alone.
            long used = metaspace;
            Await.until(
                    "no more metaspace than " + used + " KiB",
                    Duration.ofSeconds(30),
                    () -> metaspace(jdk, target) <= used + 1024);
            assertGone(jdk, target);
        }
    }

    /**
     * Classes that are there after a collection. Not the JVM's own count of them: that goes up by one with each
     * retransformation, for the class that it parses and throws away, and never down again.
     */
    private static int classes(Jdk jdk, TargetProgram target) throws Exception {
        target.ask("collect", "collected");
        return (int) jcmd(jdk, target, "VM.class_hierarchy").lines().count();
    }

    /** In KiB, used after a collection. */
    private static long metaspace(Jdk jdk, TargetProgram target) throws Exception {
        target.ask("collect", "collected");
        Matcher used = Pattern.compile("Both: +(\\d+)[.,]?\\d* KB used")
                .matcher(jcmd(jdk, target, "VM.metaspace basic scale=K"));
        assertThat(used.find()).as("a line on metaspace").isTrue();
        return Long.parseLong(used.group(1));
    }
}
