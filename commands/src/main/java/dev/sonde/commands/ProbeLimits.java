package dev.sonde.commands;

import dev.sonde.jvm.Parking;
import dev.sonde.jvm.Safeguards;
import dev.sonde.wire.Limits;

/**
 * What a probe may cost when its line says nothing of it, and the most that a line may ask for. The server's settings.
 *
 * @param rate calls shown in a second
 * @param mostRate 0 stands for any number, and for no limit
 * @param parking whom a breakpoint may stop, and for how long
 */
public record ProbeLimits(Limits standard, Limits most, int rate, int mostRate, Parking parking) {

    /** With what holds for breakpoints where nothing is set. */
    public ProbeLimits(Limits standard, Limits most, int rate, int mostRate) {
        this(standard, most, rate, mostRate, Parking.STANDARD);
    }

    /** What holds where nothing is set. */
    public static final ProbeLimits STANDARD = new ProbeLimits(
            Limits.DEFAULT,
            // What the agent holds of all hits together is 1 MiB: a larger hit would always be dropped.
            new Limits(32, 10_000, 100_000, 1_000_000, 512 << 10, 1_000_000)
                    .withBudget(1_000_000)
                    .withTarget(Safeguards.STANDARD.hitsPerSecond(), Safeguards.STANDARD.budgetMicros()),
            20,
            0);
}
