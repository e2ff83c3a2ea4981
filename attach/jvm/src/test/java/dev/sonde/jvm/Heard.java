package dev.sonde.jvm;

import dev.sonde.testing.Await;
import dev.sonde.wire.Limits;
import dev.sonde.wire.ProbeCounters;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What a probe's listener was told. */
class Heard implements ProbeListener {

    /**
     * What takes its time on a busy machine is neither cut nor taken off: what the machine gives to others meanwhile looks as if the
     * probe had used it.
     */
    static final Limits PATIENT = new Limits(3, 20, 100, 256, 64 << 10, 5_000_000).withBudget(0);

    final List<Hit> hits = new CopyOnWriteArrayList<>();
    final List<String> notices = new CopyOnWriteArrayList<>();
    final List<String> ends = new CopyOnWriteArrayList<>();
    /** As it ended. */
    final List<ProbeCounters> counters = new CopyOnWriteArrayList<>();

    @Override
    public void hit(Hit hit) {
        hits.add(hit);
    }

    @Override
    public void notice(String text) {
        notices.add(text);
    }

    @Override
    public void ended(String reason, ProbeCounters last) {
        counters.add(last);
        ends.add(reason);
    }

    /** The first call tree. */
    CallTree tree() throws Exception {
        Await.until("a tree", Duration.ofSeconds(60), () -> !hits.isEmpty());
        return hits.get(0).tree().orElseThrow();
    }

    List<CallTree> trees() {
        return hits.stream().map(hit -> hit.tree().orElseThrow()).toList();
    }
}
