package dev.sonde.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sonde.testing.Await;
import dev.sonde.testing.Jdk;
import dev.sonde.testing.TargetProgram;
import dev.sonde.weave.MethodKey;
import dev.sonde.wire.ProbePlan;
import dev.sonde.wire.Site;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The link is lost while something of a probe is under way. */
@Timeout(300)
class LostLinkTest {

    private static final String OFFICE = "dev.sonde.agent.Post$Office";
    private static final MethodKey SORT = new MethodKey("sort", "(I)I");

    static Stream<Jdk> jdks() {
        return Jdk.all().stream();
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void in_the_middle_of_a_call_tree_the_calls_end_as_they_would_and_the_target_is_healed(Jdk jdk) throws Exception {
        List<String> options = jdk.feature() >= 21 ? List.of("-XX:+EnableDynamicAgentLoading") : List.of();
        try (TargetProgram target = TargetProgram.start(jdk, options, Post.class)) {
            try (Bastion bastion = Bastion.attach(target.pid())) {
                assertThat(bastion.weave(OFFICE, Map.of(SORT, 1))).isEmpty();
                Site site = bastion.site(1, OFFICE, "sort", SORT.descriptor(), true);
                bastion.arm(new ProbePlan(
                        1,
                        ProbePlan.TRACE,
                        ProbePlan.ON_RETURN | ProbePlan.ON_THROW,
                        0,
                        0,
                        0,
                        0,
                        Bastion.LIMITS.withTree(5, 100),
                        List.of(new ProbePlan.Armed(site, null, false, List.of()))));
                target.ask("sort", "sorting");
            }
            Await.until("the agent's end", Duration.ofSeconds(60), () -> target.ask("threads", "threads")
                    .equals("threads false"));
            assertThat(target.ask("go", "sorted")).isEqualTo("sorted 3");
            assertThat(target.output()).noneMatch(line -> line.startsWith("failed"));
            // and so do those that begin now
            assertThat(target.ask("sort", "sorted")).isEqualTo("sorted 3");
        }
    }
}
