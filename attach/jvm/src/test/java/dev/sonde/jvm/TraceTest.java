package dev.sonde.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sonde.testing.Await;
import dev.sonde.testing.Jdk;
import dev.sonde.testing.TargetProgram;
import dev.sonde.wire.Limits;
import dev.sonde.wire.ProbeCounters;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Call trees of real JVMs. */
final class TraceTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String KITCHEN = "dev.sonde.jvm.Kitchen";

    private final LocalHost host;

    TraceTest(@TempDir Path home) throws Exception {
        host = LocalHost.open(home);
    }

    static List<Jdk> jdks() {
        return Jdk.all();
    }

    static Stream<Jdk> withVirtualThreads() {
        return Jdk.all().stream().filter(jdk -> jdk.feature() >= 21);
    }

    @AfterEach
    void close() {
        host.close();
    }

    private static final class Heard implements ProbeListener {
        final List<Hit> hits = new CopyOnWriteArrayList<>();
        final List<String> ends = new CopyOnWriteArrayList<>();
        final List<ProbeCounters> counters = new CopyOnWriteArrayList<>();

        @Override
        public void hit(Hit hit) {
            hits.add(hit);
        }

        @Override
        public void notice(String text) {}

        @Override
        public void ended(String reason, ProbeCounters last) {
            counters.add(last);
            ends.add(reason);
        }

        CallTree tree() throws Exception {
            Await.until("a tree", SOON, () -> !hits.isEmpty());
            return hits.get(0).tree().orElseThrow();
        }
    }

    private Target open(TargetProgram target) throws TargetError {
        return host.open(target.pid(), "session");
    }

    private static ProbeSpec trace(String method, int depth, int hits) {
        return trace(method, Optional.empty(), depth, 500, hits, new ProbeSpec.Follow(List.of(), List.of(), 500));
    }

    private static ProbeSpec trace(
            String method, Optional<String> condition, int depth, int nodes, int hits, ProbeSpec.Follow follow) {
        return new ProbeSpec(
                ProbeSpec.Kind.TRACE,
                KITCHEN,
                List.of(method),
                List.of(),
                condition,
                Set.of(),
                hits,
                1000,
                Optional.of(Duration.ofMinutes(5)),
                new Limits(3, 20, 100, 256, 64 << 10, 5_000_000).withTree(depth, nodes),
                Optional.empty(),
                false,
                follow);
    }

    /** {@code count(int) x3 [count(int) x2]}: methods, calls and what is below. */
    private static String shape(CallTree.Node node) {
        List<String> below = new ArrayList<>();
        node.children().forEach(child -> below.add(shape(child)));
        String name = node.className().substring(node.className().lastIndexOf('$') + 1);
        name = name.substring(name.lastIndexOf('.') + 1) + "."
                + node.method().substring(0, node.method().indexOf('('));
        return name
                + (node.calls() == 1 ? "" : " x" + node.calls())
                + (node.failures() > 0 ? " !" + node.failures() : "")
                + (below.isEmpty() ? "" : " " + below);
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void shows_the_calls_below_one_call_folded_and_across_an_interface(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Kitchen.class)) {
            Target handle = open(target);
            Heard heard = new Heard();
            Probe probe = handle.arm(trace("cook", 3, 1), heard);
            target.ask("loop", "SAID loop");
            CallTree tree = heard.tree();
            System.out.println(probe.summary() + " " + tree);
            assertThat(tree.whole()).isTrue();
            assertThat(shape(tree.root()))
                    .isEqualTo("Kitchen.cook [Boiler.prepare [Boiler.heat [Boiler.stir x3]], Kitchen.season x2,"
                            + " Kitchen.lambda$cook$1 x2 [Kitchen.plate x2]]");
            CallTree.Node root = tree.root();
            assertThat(root.totalNanos()).isPositive();
            assertThat(root.children().stream()
                            .mapToLong(CallTree.Node::totalNanos)
                            .sum())
                    .isEqualTo(root.totalNanos() - root.selfNanos());
            assertThat(tree.hooksNanos()).isPositive();
            Await.until("its end", SOON, () -> !heard.ends.isEmpty());
            assertThat(heard.hits).hasSize(1);
            assertThat(probe.summary().get(0)).contains("methods were followed");
            System.out.println(probe.summary());
        }
    }
}
