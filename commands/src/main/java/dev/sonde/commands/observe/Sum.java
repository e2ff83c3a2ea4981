package dev.sonde.commands.observe;

import dev.sonde.commands.Output;
import dev.sonde.commands.output.Humane;
import dev.sonde.wire.ProbeCounters;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToLongFunction;

/** What a probe's line says at its end: why it ended, what was shown, and what was not. */
final class Sum {

    private Sum() {}

    /**
     * Says it.
     *
     * @param reason empty when the reader knows it
     * @param one what a hit was, in the singular
     * @param done what was done to them
     * @param notTaken hits that came and were not handed on
     */
    static void up(
            Output output,
            String reason,
            long shown,
            String one,
            String done,
            Collection<ProbeCounters> counters,
            long notTaken) {
        Map<String, Long> counts = new LinkedHashMap<>();
        counts.put(done, shown);
        counts.put("limited", of(counters, c -> c.limited));
        counts.put("dropped", of(counters, c -> c.dropped) + notTaken);
        counts.put("errors", of(counters, c -> c.errors));
        StringBuilder text = new StringBuilder(reason.isEmpty() ? "" : reason + ": ")
                .append(Humane.count(shown))
                .append(' ')
                .append(one)
                .append(shown == 1 ? " " : "s ")
                .append(done);
        add(text, counts.getOrDefault("limited", 0L), "over the rate limit");
        add(text, counts.getOrDefault("dropped", 0L), "dropped");
        long errors = counts.getOrDefault("errors", 0L);
        add(text, errors, errors == 1 ? "error in an expression" : "errors in expressions");
        output.notice(text.toString(), counts);
        BudgetOptions.advice(reason).ifPresent(output::notice);
    }

    private static long of(Collection<ProbeCounters> counters, ToLongFunction<ProbeCounters> which) {
        return counters.stream().mapToLong(which).sum();
    }

    private static void add(StringBuilder text, long count, String what) {
        if (count > 0) {
            text.append(", ").append(Humane.count(count)).append(' ').append(what);
        }
    }
}
