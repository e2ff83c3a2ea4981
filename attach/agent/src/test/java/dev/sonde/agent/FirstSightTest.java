package dev.sonde.agent;

import static org.assertj.core.api.Assertions.assertThat;

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

/** Objects of classes that no hit has met before. */
@Timeout(300)
class FirstSightTest {

    private static final String OFFICE = "dev.sonde.agent.Post$Office";
    private static final int EXITS = ProbePlan.ON_RETURN | ProbePlan.ON_THROW;
    private static final MethodKey SEND = new MethodKey("send", "(Ldev/sonde/agent/Post$Parcel;)Ljava/lang/Object;");
    private static final MethodKey TAKE = new MethodKey("take", "(Ljava/lang/Object;)Ljava/lang/Object;");

    private static Expr field(int op, String name, Expr... of) {
        return new Expr(op, Expr.LONG, 0, name, "dev.sonde.agent.Post$Parcel", "I", List.of(of));
    }

    static Stream<Jdk> jdks() {
        return Jdk.all().stream();
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void are_shown_at_once_where_a_type_tells_of_them_and_no_thread_asks_for_their_fields_a_loader_that_locks(Jdk jdk)
            throws Exception {
        List<String> options = jdk.feature() >= 21 ? List.of("-XX:+EnableDynamicAgentLoading") : List.of();
        try (TargetProgram target = TargetProgram.start(jdk, options, Post.class);
                Bastion bastion = Bastion.attach(target.pid())) {
            assertThat(bastion.weave(OFFICE, Map.of(SEND, 1, TAKE, 2))).isEmpty();
            Site send = bastion.site(1, OFFICE, "send", SEND.descriptor(), true);
            Site take = bastion.site(2, OFFICE, "take", TAKE.descriptor(), true);
            Expr number = field(Expr.FIELD, "number", Expr.ofNumber(Expr.ARG, Expr.OBJECT, 0));
            Expr positive = Expr.of(Expr.GT, Expr.BOOL, number, Expr.ofNumber(Expr.CONST_LONG, Expr.LONG, 0));
            Expr sent = field(Expr.STATIC_FIELD, "sent");
            Expr first = Expr.of(Expr.EQ, Expr.BOOL, sent, Expr.ofNumber(Expr.CONST_LONG, Expr.LONG, 1));
            bastion.arm(3, ProbePlan.COUNT, EXITS, send, Expr.of(Expr.AND, Expr.BOOL, positive, first), sent);
            bastion.arm(1, ProbePlan.WATCH, ProbePlan.ON_RETURN, send, null);
            bastion.arm(2, ProbePlan.WATCH, ProbePlan.ON_RETURN, take, null);
            target.ask("send", "sent");
            assertThat(bastion.hit(0).values().get(0)).isEqualTo("Post$Parcel(number=1,stamp=null)");
            target.ask("take", "taken");
            assertThat(bastion.hit(1).values().get(0)).isEqualTo("cut Post$Letter: first seen");
            Await.until("the fields of a letter", Duration.ofSeconds(30), () -> {
                bastion.hits.clear();
                target.ask("take", "taken");
                return bastion.hit(0).values().get(0).equals("Post$Letter(text='hello',seal=null)");
            });
            assertThat(target.ask("who", "asked")).contains("Letter by main").doesNotContain("Seal", "Stamp");
            target.ask("send", "sent");
            assertThat(bastion.disarm(3).hits).isEqualTo(1);
            bastion.bye();
        }
    }
}
