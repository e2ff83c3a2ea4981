package dev.sonde.commands.observe;

import dev.sonde.commands.Context;
import dev.sonde.commands.Output;
import dev.sonde.jvm.Hit;
import dev.sonde.jvm.Probe;
import dev.sonde.jvm.ProbeListener;
import dev.sonde.jvm.ProbeSpec;
import dev.sonde.jvm.Target;
import dev.sonde.jvm.TargetError;
import dev.sonde.weave.ExpressionError;
import dev.sonde.wire.ProbeCounters;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** One count as it runs: reads the counters every so often, and shows what came in between. */
final class Counting implements ProbeListener {

    private final Context context;
    private final Target target;
    private final Output output;
    private volatile String endedBecause = "the probe ended";

    Counting(Context context, Target target) {
        this.context = context;
        this.target = target;
        this.output = context.output();
    }

    @Override
    public void hit(Hit hit) {
        // A count reports nothing but numbers.
    }

    @Override
    public void notice(String text) {
        output.notice(text);
    }

    @Override
    public void ended(String reason, ProbeCounters counters) {
        if (!reason.isEmpty()) {
            endedBecause = reason;
        }
    }

    void run(ProbeSpec spec, Duration every, Duration lifetime)
            throws TargetError, ExpressionError, InterruptedException {
        Probe probe = Arming.arm(context, target, spec, this);
        try {
            long started = System.nanoTime();
            long readAt = started;
            Map<String, ProbeCounters> before = Map.of();
            boolean over = false;
            while (!over) {
                Duration left = lifetime.minusNanos(System.nanoTime() - started);
                over = context.cancel().await(min(every, left)) || probe.ended() || left.compareTo(every) <= 0;
                if (probe.ended()) {
                    Arming.throwIfGone(probe);
                    output.notice(endedBecause);
                    return;
                }
                long now = System.nanoTime();
                Map<String, ProbeCounters> counters = probe.counters();
                show(counters, before, Duration.ofNanos(now - readAt));
                before = counters;
                readAt = now;
            }
        } finally {
            probe.close();
        }
    }

    private static Duration min(Duration a, Duration b) {
        Duration least = a.compareTo(b) < 0 ? a : b;
        return least.isNegative() ? Duration.ZERO : least;
    }

    private void show(Map<String, ProbeCounters> now, Map<String, ProbeCounters> before, Duration interval) {
        Instant time = Instant.now();
        now.forEach((site, counters) -> output.row(
                CountRow.of(time, site, interval, Window.between(Window.orZero(before.get(site)), counters))));
    }
}
