package dev.sonde.commands.observe;

import dev.sonde.commands.ByteSize;
import dev.sonde.commands.ProbeLimits;
import dev.sonde.commands.UsageError;
import dev.sonde.wire.Limits;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How much a probe may show and cost: what a line asks for, within what the server allows. */
final class LimitOptions {

    @Option(names = "--rate", paramLabel = "N", description = "calls shown in a second; 0 is no limit (20)")
    private Optional<Integer> rate = Optional.empty();

    @Option(names = "--depth", paramLabel = "D", description = "levels of objects shown below a value (3)")
    private Optional<Integer> depth = Optional.empty();

    @Option(names = "--max-fields", paramLabel = "N", description = "fields shown of an object (20)")
    private Optional<Integer> fields = Optional.empty();

    @Option(names = "--max-elements", paramLabel = "N", description = "elements shown of an array, list or map (100)")
    private Optional<Integer> elements = Optional.empty();

    @Option(names = "--max-chars", paramLabel = "N", description = "characters shown of a string (256)")
    private Optional<Integer> chars = Optional.empty();

    @Option(names = "--max-bytes", paramLabel = "SIZE", description = "size of one call as captured (64k)")
    private Optional<ByteSize> bytes = Optional.empty();

    @Option(
            names = "--max-time",
            paramLabel = "TIME",
            description = "how long capturing one call, or walking its condition, may take (2ms)")
    private Optional<Duration> time = Optional.empty();

    @Mixin
    private BudgetOptions budget = new BudgetOptions();

    @Option(
            names = "--to-string",
            description = "show objects as their own toString tells them: runs the application's code (grant mutate)")
    private boolean texts;

    /** Whether code of the application is to run. */
    boolean runsCode() {
        return texts;
    }

    int rate(ProbeLimits allowed) throws UsageError {
        return BudgetOptions.rate(allowed, rate, allowed.rate());
    }

    Limits limits(ProbeLimits allowed) throws UsageError {
        Limits standard = allowed.standard();
        Limits most = allowed.most();
        long asked = bytes.map(ByteSize::bytes).orElse((long) standard.bytes);
        long micros = time.map(duration -> duration.toNanos() / 1000).orElse((long) standard.micros);
        Bounds.check("--depth", depth.orElse(standard.depth), 0, most.depth);
        Bounds.check("--max-fields", fields.orElse(standard.fields), 1, most.fields);
        Bounds.check("--max-elements", elements.orElse(standard.elements), 1, most.elements);
        Bounds.check("--max-chars", chars.orElse(standard.chars), 1, most.chars);
        Bounds.check("--max-bytes", asked, 1 << 10, most.bytes);
        if (micros < 1 || micros > most.micros) {
            throw new UsageError("--max-time: is not between 1ms and " + most.micros / 1000 + "ms");
        }
        Limits shown = new Limits(
                depth.orElse(standard.depth),
                fields.orElse(standard.fields),
                elements.orElse(standard.elements),
                chars.orElse(standard.chars),
                (int) asked,
                (int) micros);
        Limits limits = budget.limits(shown, allowed, rate(allowed));
        return texts ? limits.withTexts() : limits;
    }
}
