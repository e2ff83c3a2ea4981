package dev.sonde.commands.catalogue;

import dev.sonde.commands.guard.Channel;
import dev.sonde.commands.guard.Fired;
import dev.sonde.commands.guard.Guard;
import dev.sonde.commands.guard.Guards;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/** A guard that has found something, and one that may not watch. */
final class SampleGuards implements Guards {

    private static final String THREADS = "threads.total > 500 for 2m";
    private static final String HEAP = "heap.oldAfterGc grows > 1%/min for 10m";

    @Override
    public Set<Channel> channels() {
        return Set.of(Channel.WEBHOOK);
    }

    @Override
    public void set(Guard guard) {}

    @Override
    public List<Kept> all() {
        return List.of(
                new Kept(
                        "orders",
                        "",
                        Samples.NOW,
                        false,
                        Optional.empty(),
                        List.of(
                                standing("threads", THREADS, State.COOLING, "for 58m12s", 523, "523", 1),
                                standing(
                                        "heap",
                                        HEAP,
                                        State.QUIET,
                                        "seen for 3m10s of 10m00s",
                                        1 << 28,
                                        "256 MiB +0.2%/min",
                                        0)),
                        List.of(fired()),
                        Optional.empty()),
                new Kept(
                        "shop",
                        "",
                        Samples.NOW,
                        false,
                        Optional.of("its key SHA256:abc is not listed any more, or has run out"),
                        List.of(new Standing(
                                "",
                                "",
                                Optional.empty(),
                                Optional.empty(),
                                State.REFUSED,
                                "",
                                OptionalDouble.empty(),
                                "",
                                0,
                                Optional.empty())),
                        List.of(),
                        Optional.empty()));
    }

    private static Standing standing(
            String rule, String when, State state, String detail, double value, String shown, long fired) {
        return new Standing(
                rule,
                when,
                Optional.of("4242"),
                Optional.of("orders"),
                state,
                detail,
                OptionalDouble.of(value),
                shown,
                fired,
                fired == 0 ? Optional.empty() : Optional.of(Samples.NOW));
    }

    private static Fired fired() {
        return new Fired(
                1,
                Samples.NOW,
                "orders",
                "threads",
                THREADS,
                "ada",
                "4242",
                "orders",
                OptionalDouble.of(523),
                "523",
                Duration.ofSeconds(125),
                Optional.of("play thread-leak"),
                Optional.of("failed"),
                List.of(new Fired.Found(
                        "the number of threads only grows: 523, 531, 540, 548 in 4 counts. 480 of them have the same stack, at "
                                + Samples.EVIL,
                        Optional.of("likely"),
                        Optional.of("who starts them: stack java.lang.Thread start --group --for 20s"))),
                Optional.empty(),
                Optional.empty(),
                Optional.of("1.html"),
                Map.of("webhook", "told", "syslog", "not told: 100 others wait for it"));
    }

    @Override
    public void stop(String name) {}

    @Override
    public void forget(String name) {}

    @Override
    public List<String> report(String name, String file) {
        return List.of("<html>");
    }
}
