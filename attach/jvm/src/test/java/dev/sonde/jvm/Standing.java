package dev.sonde.jvm;

import dev.sonde.testing.Await;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** What a breakpoint's listener was told, and how tests wait for it. */
final class Standing extends Heard implements StopListener {

    static final Duration SOON = Duration.ofSeconds(60);

    final List<Stop> stops = new CopyOnWriteArrayList<>();
    final List<Stop> released = new CopyOnWriteArrayList<>();
    final List<String> waiting = new CopyOnWriteArrayList<>();

    @Override
    public void stopped(Stop stop) {
        stops.add(stop);
    }

    @Override
    public void released(Stop stop) {
        released.add(stop);
    }

    @Override
    public void waiting(Stop stop, List<String> names, int count) {
        waiting.addAll(names);
    }

    Stop stop(int number) throws Exception {
        Await.until("stop " + number, SOON, () -> stops.size() >= number);
        return stops.get(number - 1);
    }

    Stop.End end(Stop stop) throws Exception {
        Await.until("the end of a stop", SOON, () -> released.contains(stop));
        return stop.end().orElseThrow();
    }

    static ProbeSpec at(String type, String method, Optional<String> condition) {
        return ProbeSpec.of(ProbeSpec.Kind.BREAK, type, method)
                .withCondition(condition)
                .withRate(20);
    }

    static Parking longest(Duration time) {
        return Parking.STANDARD.within(time);
    }
}
