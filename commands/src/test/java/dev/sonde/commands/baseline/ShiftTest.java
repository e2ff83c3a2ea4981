package dev.sonde.commands.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The interval around a change, against tables, and against what it promises. */
final class ShiftTest {

    /** Hollander and Wolfe's permeability data of the chorioamnion (Nonparametric Statistical Methods, table 4.1). */
    @Test
    void is_what_the_book_has() {
        double[] term = {0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46};
        double[] before = {1.15, 0.88, 0.90, 0.74, 1.21};
        Shift shift = Shift.between(before, term, 0.95);
        assertThat(shift.estimate()).isCloseTo(0.305, within(1e-9));
        assertThat(shift.low()).isCloseTo(-0.15, within(1e-9));
        assertThat(shift.high()).isCloseTo(0.76, within(1e-9));
    }

    @Test
    void needs_enough_for_its_confidence() {
        assertThat(Shift.fewest(0.95)).isEqualTo(4);
        assertThat(Shift.fewest(0.99)).isEqualTo(5);
        assertThat(Shift.fewest(0.999)).isEqualTo(7);
        assertThatThrownBy(() -> Shift.between(new double[4], new double[4], 0.99))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void holds_what_it_promises_whatever_the_spread() {
        Random random = new Random(11);
        int missed = 0;
        for (int i = 0; i < 2_000; i++) {
            // Skewed, with one in ten far out: as times are.
            double[] first =
                    IntStream.range(0, 8).mapToDouble(each -> latency(random)).toArray();
            double[] second = IntStream.range(0, 8)
                    .mapToDouble(each -> 2 * latency(random))
                    .toArray();
            Shift shift = Shift.relative(first, second, 0.95);
            missed += shift.low() > 1 || shift.high() < 1 ? 1 : 0;
        }
        assertThat(missed).isLessThan(120);
    }

    private static double latency(Random random) {
        return Math.exp(random.nextGaussian() * 0.2) * (random.nextInt(10) == 0 ? 20 : 1);
    }

    @Test
    void one_that_stands_apart_moves_nothing() {
        double[] first = {4, 4.1, 4.2, 4, 4.1, 90};
        double[] second = {8, 8.2, 8.1, 8, 8.3, 8.2};
        Shift shift = Shift.relative(first, second, 0.9);
        assertThat(shift.low()).isGreaterThan(0.85);
        assertThat(shift.estimate()).isCloseTo(1.0, within(0.05));
    }

    @Test
    void shares_are_certain_only_with_many_samples() {
        assertThat(Shift.ofShares(10, 100, 15, 100, 0.99).low()).isNegative();
        Shift many = Shift.ofShares(1_000, 10_000, 1_500, 10_000, 0.99);
        assertThat(many.low()).isBetween(0.035, 0.045);
        assertThat(many.high()).isBetween(0.055, 0.065);
        // Newcombe (1998), table II, example a: 56/70 and 48/80, 95 %.
        Shift newcombe = Shift.ofShares(48, 80, 56, 70, 0.95);
        assertThat(newcombe.low()).isCloseTo(0.0524, within(0.0005));
        assertThat(newcombe.high()).isCloseTo(0.3339, within(0.0005));
    }
}
