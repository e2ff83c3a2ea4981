package dev.sonde.commands.observe;

import dev.sonde.commands.Context;
import dev.sonde.commands.Output;
import dev.sonde.jvm.Hit;
import dev.sonde.jvm.Probe;
import dev.sonde.jvm.ProbeSpec;
import dev.sonde.jvm.Target;
import dev.sonde.jvm.TargetError;
import dev.sonde.weave.ExpressionError;
import dev.sonde.wire.ProbeCounters;
import java.time.Duration;
import java.util.Collection;
import java.util.List;

/** One trace as it runs: writes its trees as they come, and says at the end what was followed. */
final class Tracing {

    /** How much longer than asked we wait for the target to end the probe itself. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    /** How long the end is waited for of a probe that the agent has ended. */
    private static final Duration LATE = Duration.ofSeconds(30);

    private final Context context;
    private final Target target;
    private final Output output;
    private final ProbeSpec spec;
    private long shown;

    Tracing(Context context, Target target, ProbeSpec spec) {
        this.context = context;
        this.target = target;
        this.output = context.output();
        this.spec = spec;
    }

    void run() throws TargetError, ExpressionError, InterruptedException {
        Handover handover = new Handover(context.cancel(), output, this::show);
        try (Probe probe = Arming.arm(context, target, spec, handover)) {
            handover.attend(spec.lifetime().orElse(Duration.ofDays(365)).plus(GRACE));
            if (handover.end().isEmpty() && !context.cancel().cancelled() && Arming.isEnded(probe)) {
                handover.attend(LATE);
            }
            if (handover.end().isPresent()) {
                Arming.throwIfGone(probe);
                Handover.End end = handover.end().get();
                sumUp(end.reason(), List.of(end.counters()), handover.dropped());
            } else {
                String reason = context.cancel().cancelled() ? "" : "its time is over";
                sumUp(reason, probe.counters().values(), handover.dropped());
            }
            probe.summary().forEach(output::notice);
        }
    }

    private void show(Hit hit) {
        if (hit.tree().isPresent()) {
            shown++;
            output.row(TraceRow.of(hit, hit.tree().get()));
        }
    }

    private void sumUp(String reason, Collection<ProbeCounters> counters, long notTaken) {
        // That it ended because all asked for are there, the reader sees.
        boolean complete = spec.hits() > 0 && shown >= spec.hits();
        Sum.up(output, complete ? "" : reason, shown, "call", "shown", counters, notTaken);
    }
}
