package dev.sonde.commands.observe;

import dev.sonde.commands.Context;
import dev.sonde.commands.Output;
import dev.sonde.commands.output.Humane;
import dev.sonde.jvm.Hit;
import dev.sonde.jvm.Probe;
import dev.sonde.jvm.ProbeListener;
import dev.sonde.jvm.ProbeSpec;
import dev.sonde.jvm.Target;
import dev.sonde.jvm.TargetError;
import dev.sonde.weave.ExpressionError;
import dev.sonde.wire.ProbeCounters;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One watch as it runs. The link's thread hands hits over through a bounded queue and is never kept waiting; the command's
 * own thread writes them.
 */
final class Watching implements ProbeListener {

    private static final int QUEUE = 2_048;
    private static final long LOOK_UP_MILLIS = 50;
    /** How much longer than asked we wait for the target to end the probe itself. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    private record End(String reason, ProbeCounters counters) {}

    private final Context context;
    private final Target target;
    private final Output output;
    private final BlockingQueue<Hit> hits = new ArrayBlockingQueue<>(QUEUE);
    private final AtomicLong notTaken = new AtomicLong();
    private long shown;
    private volatile @Nullable End end;

    Watching(Context context, Target target) {
        this.context = context;
        this.target = target;
        this.output = context.output();
    }

    @Override
    public void hit(Hit hit) {
        if (!hits.offer(hit)) {
            notTaken.incrementAndGet();
        }
    }

    @Override
    public void notice(String text) {
        output.notice(text);
    }

    @Override
    public void ended(String reason, ProbeCounters counters) {
        end = new End(reason, counters);
    }

    void run(ProbeSpec spec) throws TargetError, ExpressionError, InterruptedException {
        Probe probe = Arming.arm(context, target, spec, this);
        try {
            follow(probe, spec);
            summarise(probe);
        } finally {
            probe.close();
        }
    }

    private void follow(Probe probe, ProbeSpec spec) throws InterruptedException {
        long most = spec.lifetime().orElse(Duration.ofDays(365)).plus(GRACE).toNanos();
        long started = System.nanoTime();
        while (!context.cancel().cancelled() && System.nanoTime() - started < most) {
            // Asked before the queue is looked into: hits that came before the end are still shown.
            boolean over = end != null || probe.ended();
            Hit hit = hits.poll(over ? 0 : LOOK_UP_MILLIS, TimeUnit.MILLISECONDS);
            if (hit != null) {
                shown++;
                output.row(HitRow.of(hit, spec.captures()));
            } else if (over) {
                return;
            }
        }
    }

    private void summarise(Probe probe) throws TargetError {
        End over = end;
        if (over != null) {
            Arming.throwIfGone(probe);
            say(over.reason, List.of(over.counters));
        } else {
            Map<String, ProbeCounters> now = probe.counters();
            say("", new ArrayList<>(now.values()));
        }
    }

    private void say(String reason, List<ProbeCounters> counters) {
        long limited = counters.stream().mapToLong(c -> c.limited).sum();
        long dropped = counters.stream().mapToLong(c -> c.dropped).sum() + notTaken.get();
        long errors = counters.stream().mapToLong(c -> c.errors).sum();
        StringBuilder summary = new StringBuilder(reason.isEmpty() ? "" : reason + ": ")
                .append(Humane.count(shown))
                .append(shown == 1 ? " call shown" : " calls shown");
        add(summary, limited, "over the rate limit");
        add(summary, dropped, "dropped");
        add(summary, errors, "errors in expressions");
        output.notice(summary.toString());
    }

    private static void add(StringBuilder summary, long count, String what) {
        if (count > 0) {
            summary.append(", ").append(Humane.count(count)).append(' ').append(what);
        }
    }
}
