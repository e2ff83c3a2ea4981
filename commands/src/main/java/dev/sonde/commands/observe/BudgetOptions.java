package dev.sonde.commands.observe;

import dev.sonde.commands.ProbeLimits;
import dev.sonde.commands.UsageError;
import dev.sonde.wire.Limits;
import dev.sonde.wire.Wire;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Option;

/**
 * How much of a CPU a probe may use, and how much it leaves to the other probes on its target: what a line asks for, within what
 * the server allows.
 */
final class BudgetOptions {

    private static final int MICROS_IN_A_PERCENT = 10_000;

    @Option(
            names = "--budget",
            paramLabel = "PERCENT",
            description = "of one CPU, that the probe may use before it ends itself (1; none with --rate 0)")
    private Optional<Double> budget = Optional.empty();

    @Option(
            names = "--target-rate",
            paramLabel = "N",
            description =
                    "calls that all probes on the target show in a second, above which this one shows none (1000)")
    private Optional<Integer> targetRate = Optional.empty();

    @Option(
            names = "--target-budget",
            paramLabel = "PERCENT",
            description = "of one CPU, that all probes on the target may use before this one ends itself (2)")
    private Optional<Double> targetBudget = Optional.empty();

    /** The rate that is asked for; the standard one no higher than the server allows. */
    static int rate(ProbeLimits allowed, Optional<Integer> asked, int standard) throws UsageError {
        int most = allowed.mostRate();
        int rate = asked.orElse(most == 0 ? standard : Math.min(standard, most));
        within(allowed, rate);
        return rate;
    }

    /** The server's limits for a probe that has no options of its own for them, but a rate and this. */
    Limits limits(ProbeLimits allowed, int rate) throws UsageError {
        return limits(allowed.standard(), allowed, rate);
    }

    /** These limits with what is said here. */
    Limits limits(Limits limits, ProbeLimits allowed, int rate) throws UsageError {
        if (targetRate.isPresent()) {
            if (rate == 0) {
                throw new UsageError("--target-rate: counts calls that have a limit, and --rate 0 is none");
            }
            Bounds.check("--target-rate", targetRate.get(), 1, allowed.most().targetRate);
        }
        int together =
                targetBudget.isEmpty() ? 0 : micros("--target-budget", targetBudget.get(), allowed.most().targetMicros);
        return limits.withBudget(micros(allowed, rate)).withTarget(targetRate.orElse(0), together);
    }

    /** Who lifts the rate limit has asked for every call, and lifts the budget with it. */
    private int micros(ProbeLimits allowed, int rate) throws UsageError {
        if (budget.isEmpty()) {
            return rate == 0 ? 0 : allowed.standard().budgetMicros;
        }
        return micros("--budget", budget.get(), allowed.most().budgetMicros);
    }

    private static int micros(String option, double percent, int most) throws UsageError {
        long micros = Math.round(percent * MICROS_IN_A_PERCENT);
        if (micros < 1 || micros > most) {
            throw new UsageError(String.format(
                    Locale.ROOT,
                    "%s: is not above 0 and at most %s",
                    option,
                    BigDecimal.valueOf(most, 4).stripTrailingZeros().toPlainString()));
        }
        return (int) micros;
    }

    private static void within(ProbeLimits allowed, int rate) throws UsageError {
        if (allowed.mostRate() > 0 && (rate == 0 || rate > allowed.mostRate())) {
            throw new UsageError(String.format(
                    Locale.ROOT, "--rate: '%d' is more than this server allows, %,d", rate, allowed.mostRate()));
        }
    }

    /** What to do about a probe that ended for this reason; empty when its budget was not the reason. */
    static Optional<String> advice(String reason) {
        if (reason.startsWith(Wire.OVER_BUDGET)) {
            return Optional.of(
                    "it was taken off; to go on: a narrower --when, a lower --rate or --depth, or more --budget");
        }
        if (reason.startsWith(Wire.OVER_TARGET_BUDGET)) {
            return Optional.of("all probes on the target used that together, and this one was taken off; to go on: "
                    + "fewer probes (probes, clear), a narrower --when, a lower --rate or --depth");
        }
        return Optional.empty();
    }
}
