package dev.sonde.commands.observe;

import dev.sonde.commands.Cancel;
import dev.sonde.commands.Output;
import dev.sonde.jvm.Hit;
import dev.sonde.jvm.ProbeListener;
import dev.sonde.wire.ProbeCounters;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * What passes from a link's thread to the thread of one command: hits and notices, through a bounded queue. The link serves
 * other sessions too, so it never waits, and never writes to an output, whose reader may be slow. What does not fit is
 * counted.
 */
final class Handover implements ProbeListener {

    private static final int ROOM = 2_048;
    private static final long LOOK_UP_MILLIS = 50;

    /** How a probe ended. */
    record End(String reason, ProbeCounters counters) {}

    private final Cancel cancel;
    private final Output output;
    private final Consumer<Hit> hits;
    private final BlockingQueue<Runnable> said = new ArrayBlockingQueue<>(ROOM);
    private final AtomicLong dropped = new AtomicLong();
    private volatile Optional<End> end = Optional.empty();

    /**
     * For one probe of one line.
     *
     * @param hits is given each hit, on the command's thread
     */
    Handover(Cancel cancel, Output output, Consumer<Hit> hits) {
        this.cancel = cancel;
        this.output = output;
        this.hits = hits;
    }

    @Override
    public void hit(Hit hit) {
        offer(() -> hits.accept(hit));
    }

    @Override
    public void notice(String text) {
        offer(() -> output.notice(text));
    }

    @Override
    public void ended(String reason, ProbeCounters counters) {
        end = Optional.of(new End(reason, counters));
    }

    private void offer(Runnable telling) {
        if (!said.offer(telling)) {
            dropped.incrementAndGet();
        }
    }

    /** Empty while the probe is in place. */
    Optional<End> end() {
        return end;
    }

    /** Hits and notices that did not fit. */
    long dropped() {
        return dropped.get();
    }

    /** Tells what comes, until the time is over, the probe has ended and all of it was told, or the line is cancelled. */
    void attend(Duration time) throws InterruptedException {
        long started = System.nanoTime();
        while (!cancel.cancelled()) {
            // Asked before the queue is looked into: what came before the end is still told.
            boolean over = end.isPresent();
            long left = time.toMillis() - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started);
            Runnable telling = said.poll(over ? 0 : Math.min(left, LOOK_UP_MILLIS), TimeUnit.MILLISECONDS);
            if (telling != null) {
                telling.run();
            }
            if (left <= 0 || (over && telling == null)) {
                return;
            }
        }
    }
}
