package dev.sonde.commands.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sonde.commands.FakeContext;
import dev.sonde.commands.FakeTarget;
import dev.sonde.commands.Line;
import dev.sonde.commands.ProbeLimits;
import dev.sonde.commands.UsageError;
import dev.sonde.commands.catalogue.Commands;
import dev.sonde.jvm.ProbeSpec;
import dev.sonde.wire.Limits;
import dev.sonde.wire.Wire;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a line may ask for of its probe, within what the server allows. */
@Timeout(60)
class LimitsTest {

    private static final ProbeLimits STRICT = new ProbeLimits(
            new Limits(2, 5, 6, 7, 8_192, 1_000).withBudget(5_000),
            new Limits(4, 10, 12, 14, 16_384, 2_000).withBudget(20_000),
            3,
            10);

    private ProbeSpec armed(ProbeLimits allowed, String typed) throws Exception {
        FakeContext context = new FakeContext();
        FakeTarget target = new FakeTarget();
        context.target = Optional.of(target);
        context.limits = allowed;
        context.cancel.pull();
        Commands.all().parse(Line.parse(typed)).body().run(context);
        return target.last().orElseThrow().spec();
    }

    @ParameterizedTest
    @ValueSource(strings = {"watch", "stack", "record", "trace"})
    void what_the_server_sets_holds_for_each_command(String command) throws Exception {
        String line = command + " OrderService place";
        ProbeSpec plain = armed(ProbeLimits.STANDARD, line);
        assertThat(plain.limits().budgetMicros).isEqualTo(10_000);
        assertThat(plain.hitsPerSecond()).isPositive();
        ProbeSpec all = armed(ProbeLimits.STANDARD, line + " --rate 0");
        assertThat(all.hitsPerSecond()).isZero();
        assertThat(all.limits().budgetMicros).isZero();
        assertThat(armed(ProbeLimits.STANDARD, line + " --rate 0 --budget 2.5").limits().budgetMicros)
                .isEqualTo(25_000);

        ProbeSpec strict = armed(STRICT, line);
        assertThat(strict.hitsPerSecond()).isBetween(1, 10);
        assertThat(strict.limits().budgetMicros).isEqualTo(5_000);
        assertThat(strict.limits().fields).isEqualTo(5);
        assertThat(strict.limits().depth).isEqualTo(2);
        for (String beyond : new String[] {" --rate 0", " --rate 11", " --budget 2.1", " --budget 0"}) {
            assertThatThrownBy(() -> armed(STRICT, line + beyond))
                    .as(line + beyond)
                    .isInstanceOf(UsageError.class);
        }
        assertThat(armed(STRICT, line + " --rate 10 --budget 2").limits().budgetMicros)
                .isEqualTo(20_000);
    }

    @Test
    void each_limit_has_a_most() throws Exception {
        String line = "watch OrderService place";
        Limits asked = armed(
                        STRICT,
                        line
                                + " --depth 4 --max-fields 10 --max-elements 12 --max-chars 14 --max-bytes 16k --max-time 2ms")
                .limits();
        assertThat(asked.depth).isEqualTo(4);
        assertThat(asked.fields).isEqualTo(10);
        assertThat(asked.elements).isEqualTo(12);
        assertThat(asked.chars).isEqualTo(14);
        assertThat(asked.bytes).isEqualTo(16_384);
        assertThat(asked.micros).isEqualTo(2_000);
        for (String beyond : new String[] {
            " --depth 5",
            " --max-fields 11",
            " --max-elements 13",
            " --max-chars 15",
            " --max-bytes 17k",
            " --max-time 3ms"
        }) {
            assertThatThrownBy(() -> armed(STRICT, line + beyond)).as(beyond).isInstanceOf(UsageError.class);
        }
        assertThatThrownBy(() -> armed(STRICT, "record OrderService place --depth 5"))
                .isInstanceOf(UsageError.class);
    }

    @Test
    void what_to_do_about_a_budget_is_said_and_of_other_ends_nothing() {
        assertThat(BudgetOption.advice(Wire.OVER_BUDGET + "60 ms").orElseThrow())
                .contains("--budget", "--when");
        assertThat(BudgetOption.advice(Wire.OVER_TARGET_BUDGET + "60 ms").orElseThrow())
                .contains("clear", "--when")
                .doesNotContain("--budget");
        assertThat(BudgetOption.advice("its time is over")).isEmpty();
    }
}
