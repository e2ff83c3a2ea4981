package dev.sonde.commands.observe;

import dev.sonde.commands.Context;
import dev.sonde.commands.Output;
import dev.sonde.commands.Row;
import dev.sonde.jvm.Probe;
import dev.sonde.jvm.ProbeSpec;
import dev.sonde.jvm.Target;
import dev.sonde.jvm.TargetError;
import dev.sonde.weave.ExpressionError;
import dev.sonde.wire.ProbeCounters;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** One count as it runs: reads the counters every so often, and shows what came in between. */
final class Counting {

    private final Context context;
    private final Target target;
    private final Output output;

    Counting(Context context, Target target) {
        this.context = context;
        this.target = target;
        this.output = context.output();
    }

    /** What is made of two readings of a site's counters. */
    interface Telling {
        Row row(Instant time, String site, Duration interval, ProbeCounters before, ProbeCounters now);
    }

    void run(ProbeSpec spec, Duration every, Duration lifetime)
            throws TargetError, ExpressionError, InterruptedException {
        run(
                spec,
                every,
                lifetime,
                (time, site, interval, before, now) -> CountRow.of(time, site, interval, Window.between(before, now)));
    }

    void run(ProbeSpec spec, Duration every, Duration lifetime, Telling telling)
            throws TargetError, ExpressionError, InterruptedException {
        // A count reports nothing but numbers, so there are no hits.
        Handover handover = new Handover(context.cancel(), output, hit -> {});
        try (Probe probe = Arming.arm(context, target, spec, handover)) {
            long started = System.nanoTime();
            long readAt = started;
            Map<String, ProbeCounters> before = Map.of();
            boolean last = false;
            while (!last) {
                Duration left = lifetime.minusNanos(System.nanoTime() - started);
                // A remainder too short to tell anything is added to the interval before it.
                last = left.compareTo(every.plus(every.dividedBy(4))) <= 0;
                handover.attend(last ? left : every);
                if (handover.end().isPresent()) {
                    Arming.throwIfGone(probe);
                    String reason = handover.end().get().reason();
                    output.notice(reason);
                    BudgetOptions.advice(reason).ifPresent(output::notice);
                    return;
                }
                last |= context.cancel().cancelled();
                long now = System.nanoTime();
                Map<String, ProbeCounters> counters = probe.counters();
                show(counters, before, Duration.ofNanos(now - readAt), telling);
                before = counters;
                readAt = now;
            }
        }
    }

    private void show(
            Map<String, ProbeCounters> now, Map<String, ProbeCounters> before, Duration interval, Telling telling) {
        Instant time = Instant.now();
        now.forEach((site, counters) ->
                output.row(telling.row(time, site, interval, Window.orZero(before.get(site)), counters)));
    }
}
