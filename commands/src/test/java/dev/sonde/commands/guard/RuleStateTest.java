package dev.sonde.commands.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sonde.commands.FakeContext;
import dev.sonde.commands.catalogue.Commands;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** When a rule is true for long enough, by what its looks saw. */
final class RuleStateTest {

    private static final double HEAP = 1_000;

    private static RuleState state(String when) throws Exception {
        return new RuleState(GuardReader.read(
                        "guard.yaml",
                        "name: x\non: y\nevery: 10s\nrules:\n- when: '" + when + "'\n",
                        new FakeContext(),
                        Commands.all(),
                        Set.of())
                .rules()
                .get(0));
    }

    private static Map<String, Object> values(double number) {
        return new HashMap<>(Map.of(
                "threads",
                Map.of("total", number),
                "heap",
                Map.of("oldAfterGc", number, "max", HEAP),
                "files",
                Map.of("open", number)));
    }

    /** Looks every ten seconds; gives the seconds at which the rule had been true for long enough. */
    private static List<Integer> due(RuleState state, int seconds, DoubleUnaryOperator number) {
        List<Integer> due = new ArrayList<>();
        for (int second = 0; second <= seconds; second += 10) {
            if (state.look(values(number.applyAsDouble(second)), second * 1_000_000_000L)) {
                due.add(second);
            }
        }
        return due;
    }

    @Test
    void one_look_is_enough_where_no_time_is_named() throws Exception {
        assertThat(due(state("threads.total > 500"), 30, second -> second >= 20 ? 501 : 500))
                .containsExactly(20, 30);
    }

    @Test
    void is_true_at_every_look_for_as_long_as_it_says() throws Exception {
        assertThat(due(state("threads.total > 500 for 30s"), 60, second -> 501)).containsExactly(30, 40, 50, 60);
        assertThat(due(state("threads.total > 500 for 30s"), 80, second -> second == 20 ? 499 : 501))
                .containsExactly(60, 70, 80);
    }

    @Test
    void a_value_that_is_missing_is_unknown_and_begins_anew() throws Exception {
        RuleState state = state("threads.total > 500 for 10s");
        assertThat(state.look(values(501), 0)).isFalse();
        assertThat(state.look(Map.of("threads", Map.of()), 5_000_000_000L)).isFalse();
        assertThat(state.state()).isEqualTo(Guards.State.UNKNOWN);
        assertThat(state.detail()).startsWith("cannot be told: ");
        assertThat(state.look(values(501), 10_000_000_000L)).isFalse();
        assertThat(state.look(values(501), 20_000_000_000L)).isTrue();
    }

    @Test
    void growth_is_seen_over_the_whole_time_and_not_before() throws Exception {
        assertThat(due(state("heap.oldAfterGc grows > 1%/min for 10m"), 700, second -> 100 + second * 0.2))
                .startsWith(600);
        assertThat(due(state("files.open grows > 5/min for 5m"), 400, second -> 100 + second * 0.2))
                .startsWith(300);
    }

    @Test
    void growth_in_per_cent_of_the_heap_is_of_its_limit() throws Exception {
        // 0.5 % of the limit a minute, which is 5 % of what there was at first.
        assertThat(due(state("heap.oldAfterGc grows > 1%/min for 10m"), 1_200, second -> 100 + second / 60 * 5))
                .isEmpty();
        assertThat(due(state("files.open grows > 4%/min for 10m"), 700, second -> 100 + second / 60 * 5))
                .isNotEmpty();
    }

    @Test
    void what_rises_and_falls_does_not_grow() throws Exception {
        Random random = new Random(3);
        assertThat(due(state("heap.oldAfterGc grows > 1%/min for 5m"), 3_600, second -> 300 + second % 120))
                .isEmpty();
        assertThat(due(state("heap.oldAfterGc grows > 1%/min for 5m"), 3_600, second -> 300 + random.nextInt(200)))
                .isEmpty();
        assertThat(due(state("heap.oldAfterGc grows > 1%/min for 5m"), 3_600, second -> second < 60 ? 10 : 400))
                .as("a cache that is filled once")
                .hasSizeLessThan(3);
    }

    @Test
    void growth_under_noise_is_seen() throws Exception {
        Random random = new Random(3);
        assertThat(due(
                        state("heap.oldAfterGc grows > 1%/min for 10m"),
                        1_200,
                        second -> 100 + second * 0.4 + random.nextInt(60)))
                .isNotEmpty();
    }

    @Test
    void long_windows_keep_few_looks() {
        Growth growth = new Growth(1, false, java.time.Duration.ofHours(24));
        List<Growth.Look> looks = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            looks = growth.kept(looks, new Growth.Look(i * 10, i));
        }
        assertThat(looks).hasSizeLessThanOrEqualTo(240);
        assertThat(growth.complete(looks)).isTrue();
        assertThat(growth.rate(looks, java.util.OptionalDouble.empty())).isBetween(0.099, 0.101);
    }

    @Test
    void a_count_of_several_methods_adds_calls_and_takes_the_slowest() {
        Map<String, Double> values = CountOf.values(List.of(
                Map.of("calls", 10L, "callsPerSecond", 1.0, "failures", 1L, "meanMs", 2.0, "p99Ms", 5.0),
                Map.of("calls", 30L, "callsPerSecond", 3.0, "failures", 0L, "meanMs", 6.0, "p99Ms", 4.0)));
        assertThat(values)
                .containsEntry("calls", 40.0)
                .containsEntry("p99", 5.0)
                .containsEntry("mean", 5.0);
        assertThat(CountOf.values(List.of())).containsEntry("p99", 0.0);
    }
}
