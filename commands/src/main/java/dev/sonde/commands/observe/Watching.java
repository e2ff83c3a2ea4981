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
import java.util.function.Consumer;

/** One watch, or what is like one, as it runs: hands on its hits as they come, and sums up at the end. */
final class Watching {

    /** How much longer than asked we wait for the target to end the probe itself. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    /** How long the end is waited for of a probe that the agent has ended. */
    private static final Duration LATE = Duration.ofSeconds(30);

    private final Context context;
    private final Target target;
    private final Output output;
    private final ProbeSpec spec;
    private final Consumer<Hit> hits;
    private final String done;
    private long shown;

    Watching(Context context, Target target, ProbeSpec spec, Consumer<Hit> hits) {
        this(context, target, spec, hits, "shown");
    }

    /**
     * Gives the hits of one probe to whoever wants them.
     *
     * @param done what is done to them, in the sum
     */
    Watching(Context context, Target target, ProbeSpec spec, Consumer<Hit> hits, String done) {
        this.context = context;
        this.target = target;
        this.output = context.output();
        this.spec = spec;
        this.hits = hits;
        this.done = done;
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
        // The end of a call that was shown as it began is no further one.
        shown += hit.call().isPresent() && hit.event() != ProbeSpec.Event.ENTRY ? 0 : 1;
        hits.accept(hit);
    }

    private void sumUp(String reason, Collection<ProbeCounters> counters, long notTaken) {
        // That it ended because all asked for are there, the reader sees.
        boolean complete = spec.hits() > 0 && shown >= spec.hits();
        String one = spec.kind() == ProbeSpec.Kind.SNAP ? "hit" : "call";
        Sum.up(output, complete ? "" : reason, shown, one, done, counters, notTaken);
    }
}
