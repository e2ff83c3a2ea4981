package dev.sonde.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sonde.pitfalls.Pitfalls;
import dev.sonde.testing.Await;
import dev.sonde.testing.Jdk;
import dev.sonde.testing.TargetProgram;
import dev.sonde.weave.MethodKey;
import dev.sonde.wire.Expr;
import dev.sonde.wire.ProbePlan;
import dev.sonde.wire.Site;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Values and moments that a hit must get through without harm. */
@Timeout(300)
class PitfallsTest {

    private static final String PITFALLS = "dev.sonde.pitfalls.Pitfalls";
    private static final MethodKey TAKE = new MethodKey("take", "(Ljava/lang/Object;)Ljava/lang/Object;");
    private static final MethodKey DOWN = new MethodKey("down", "(I)I");
    private static final Expr ANY = Expr.ofNumber(Expr.ARG, Expr.OBJECT, 0);

    static Stream<Jdk> jdks() {
        return Jdk.all().stream();
    }

    private static TargetProgram pitfalls(Jdk jdk) throws Exception {
        List<String> options = jdk.feature() >= 21 ? List.of("-XX:+EnableDynamicAgentLoading") : List.of();
        return TargetProgram.start(jdk, options, Pitfalls.class);
    }

    private static Site take(Bastion bastion) throws Exception {
        assertThat(bastion.weave(PITFALLS, Map.of(TAKE, 1))).isEmpty();
        return bastion.site(1, PITFALLS, "take", TAKE.descriptor(), true);
    }

    private static Expr text(String value) {
        return Expr.ofText(Expr.CONST_STRING, Expr.OBJECT, value);
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void a_capture_takes_no_lock_of_an_error_and_runs_no_code_behind_a_view(Jdk jdk) throws Exception {
        try (TargetProgram target = pitfalls(jdk);
                Bastion bastion = Bastion.attach(target.pid())) {
            bastion.arm(1, ProbePlan.WATCH, ProbePlan.ON_ENTRY, take(bastion), null);
            target.ask("locked", "did");
            assertThat(bastion.hit(0).values().get(0)).isEqualTo("RuntimeException('x' at, null)");
            target.ask("plain", "did");
            assertThat(bastion.hit(1).values().get(0)).isEqualTo("[['k'],['k'],[1],['k'],[1],['a','b']]");
            target.ask("views", "did");
            bastion.hit(2);
            assertThat(target.output()).noneMatch(line -> line.startsWith("TRAP"));
            bastion.bye();
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void an_expression_over_a_large_text_allocates_little(Jdk jdk) throws Exception {
        try (TargetProgram target = pitfalls(jdk);
                Bastion bastion = Bastion.attach(target.pid())) {
            Site take = take(bastion);
            Expr longer = Expr.of(Expr.ADD, Expr.OBJECT, ANY, text("!"));
            Expr joined = Expr.ofText(Expr.CALL, Expr.OBJECT, "join", Expr.of(Expr.LIST, Expr.OBJECT, ANY), text(","));
            Expr number = Expr.ofText(Expr.CALL, Expr.LONG, "int", ANY);
            bastion.arm(1, ProbePlan.WATCH, ProbePlan.ON_ENTRY, take, null, longer, joined, number);
            target.ask("large 10", "did");
            assertThat(bastion.hit(0).values()).startsWith("'xxxxxxxxxx!'", "'xxxxxxxxxx'");
            String answer = target.ask("large 16777216", "did");
            assertThat(bastion.hit(1).values())
                    .containsExactly(
                            "error: a text of more than 65536 characters",
                            "error: a text of more than 65536 characters",
                            "error: not an integer");
            assertThat(Integer.parseInt(answer.substring("did large ".length())))
                    .as("KiB")
                    .isLessThan(4096);
            bastion.bye();
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void depth_counts_every_frame(Jdk jdk) throws Exception {
        try (TargetProgram target = pitfalls(jdk);
                Bastion bastion = Bastion.attach(target.pid())) {
            bastion.arm(1, ProbePlan.WATCH, ProbePlan.ON_ENTRY, take(bastion), null, Expr.of(Expr.DEPTH, Expr.LONG));
            for (int levels : new int[] {0, 3_000}) {
                target.ask("deep " + levels, "did");
            }
            assertThat(bastion.hit(0).values()).containsExactly("3"); // main, deep, take
            assertThat(bastion.hit(1).values()).containsExactly("3003");
            bastion.bye();
        }
    }

    /** Else the JDK says on stderr that classes could not be transformed: those that the JVM has loaded to link a hook. */
    @ParameterizedTest
    @MethodSource("jdks")
    void nothing_is_printed_where_a_hook_is_first_reached_with_no_stack_left(Jdk jdk) throws Exception {
        try (TargetProgram target = pitfalls(jdk);
                Bastion bastion = Bastion.attach(target.pid())) {
            assertThat(bastion.weave(PITFALLS, Map.of(DOWN, 2))).isEmpty();
            Site down = bastion.site(2, PITFALLS, "down", DOWN.descriptor(), true);
            bastion.arm(1, ProbePlan.WATCH, ProbePlan.ON_RETURN | ProbePlan.ON_THROW, down, null);
            target.ask("overflow", "did");
            bastion.bye();
            assertThat(target.output()).containsExactly("READY", "did overflow");
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void an_interrupted_agent_clears_its_status(Jdk jdk) throws Exception {
        try (TargetProgram target = pitfalls(jdk);
                Bastion bastion = Bastion.attach(target.pid())) {
            target.ask("interrupt", "did");
            Await.until("its status", Duration.ofSeconds(30), () -> target.ask("status", "did")
                    .equals("did status false"));
            bastion.bye();
        }
    }
}
