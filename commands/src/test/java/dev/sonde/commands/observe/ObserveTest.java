package dev.sonde.commands.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sonde.commands.Catalogue.Invocation;
import dev.sonde.commands.FakeContext;
import dev.sonde.commands.FakeTarget;
import dev.sonde.commands.FakeTarget.FakeProbe;
import dev.sonde.commands.Line;
import dev.sonde.commands.catalogue.Commands;
import dev.sonde.jvm.Hit;
import dev.sonde.jvm.ProbeSpec;
import dev.sonde.jvm.TargetGone;
import dev.sonde.jvm.Value;
import dev.sonde.testing.Await;
import dev.sonde.wire.Buckets;
import dev.sonde.wire.ProbeCounters;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How watch and count behave from the first call to the last, and when things end before they should. */
@Timeout(60)
class ObserveTest {

    private static final String SITE = "shop.OrderService.place(Order, int)";

    private final FakeContext context = new FakeContext();
    private final FakeTarget target = new FakeTarget();

    @BeforeEach
    void choose() {
        context.target = Optional.of(target);
    }

    @Test
    void asks_for_what_was_typed() throws Exception {
        CompletableFuture<Void> line = start(
                "watch Order* 'place(Order,int)' order.id 'quantity * 2' --when 'cost > 5'"
                        + " -n 7 --for 30s --throw --entry --depth 5 --max-chars 9 --max-bytes 8k --rate 3 --loader app --pending");
        FakeProbe probe = armed();
        ProbeSpec spec = probe.spec();
        assertThat(spec.kind()).isEqualTo(ProbeSpec.Kind.WATCH);
        assertThat(spec.classGlob()).isEqualTo("Order*");
        assertThat(spec.methods()).containsExactly("place(Order,int)");
        assertThat(spec.captures()).containsExactly("order.id", "quantity * 2");
        assertThat(spec.condition()).contains("cost > 5");
        assertThat(spec.events()).isEqualTo(Set.of(ProbeSpec.Event.THROW, ProbeSpec.Event.ENTRY));
        assertThat(spec.hits()).isEqualTo(7);
        assertThat(spec.hitsPerSecond()).isEqualTo(3);
        assertThat(spec.lifetime()).contains(Duration.ofSeconds(30));
        assertThat(spec.limits().depth).isEqualTo(5);
        assertThat(spec.limits().chars).isEqualTo(9);
        assertThat(spec.limits().bytes).isEqualTo(8 << 10);
        assertThat(spec.loader()).contains("app");
        assertThat(spec.pending()).isTrue();
        probe.end("", counters(0, 0));
        line.get();
    }

    @Test
    void shows_each_hit_and_sums_up() throws Exception {
        CompletableFuture<Void> line = start("watch OrderService place");
        FakeProbe probe = armed();
        probe.listener.hit(hit(List.of()));
        probe.listener.hit(hit(List.of()));
        probe.end("2 calls were asked for", counters(9, 4));
        line.get();
        assertThat(context.rows).hasSize(2);
        assertThat(context.notices)
                .containsExactly("on " + SITE, "2 calls were asked for: 2 calls shown, 4 over the rate limit");
        assertThat(probe.closed).isTrue();
    }

    @Test
    void gives_the_values_of_expressions_under_their_text() throws Exception {
        CompletableFuture<Void> line = start("watch OrderService place order.id order.id");
        FakeProbe probe = armed();
        probe.listener.hit(hit(List.of(new Value.Whole(1), new Value.Whole(2))));
        probe.end("", counters(1, 0));
        line.get();
        HitRow row = (HitRow) context.rows.get(0);
        assertThat(row.args()).isEmpty();
        assertThat(row.values().orElseThrow().keySet()).containsExactly("order.id", "order.id#2");
    }

    @Test
    void ends_at_once_when_cancelled_and_removes_its_probe() throws Exception {
        for (String typed : List.of("watch OrderService place", "count OrderService place")) {
            FakeContext fresh = new FakeContext();
            fresh.target = context.target;
            int before = target.probes.size();
            CompletableFuture<Void> line = start(fresh, typed);
            Await.until("a probe", Duration.ofSeconds(30), () -> target.probes.size() > before);
            fresh.cancel.pull();
            line.get(60, TimeUnit.SECONDS);
            assertThat(armed().closed).as(typed).isTrue();
        }
    }

    @Test
    void says_that_the_target_is_gone() throws Exception {
        for (String typed : List.of("watch OrderService place", "count OrderService place --every 100ms")) {
            target.gone = false;
            int before = target.probes.size();
            CompletableFuture<Void> line = start(typed);
            Await.until("a probe", Duration.ofSeconds(30), () -> target.probes.size() > before);
            FakeProbe probe = armed();
            target.gone = true;
            probe.end("the target is gone", counters(0, 0));
            assertThatThrownBy(line::get).isInstanceOf(ExecutionException.class).hasCauseInstanceOf(TargetGone.class);
            assertThat(probe.closed).isTrue();
        }
    }

    @Test
    void never_keeps_the_link_waiting_for_a_slow_reader() throws Exception {
        context.output = new SlowOutput(context.output, context.cancel);
        CompletableFuture<Void> line = start("watch OrderService place");
        FakeProbe probe = armed();
        for (int i = 0; i < 10_000; i++) {
            probe.listener.hit(hit(List.of()));
        }
        probe.end("", counters(10_000, 0));
        context.cancel.pull();
        line.get();
        assertThat(context.notices).last().asString().contains(" dropped");
    }

    @Test
    void warns_before_the_agent_is_loaded() throws Exception {
        target.warning = Optional.of("it will print four lines");
        CompletableFuture<Void> line = start("count OrderService place");
        armed();
        context.cancel.pull();
        line.get();
        assertThat(context.notices).containsExactly("it will print four lines", "on " + SITE);
    }

    @Test
    void tells_the_cost_of_each_interval_apart() {
        long[] first = new long[Buckets.COUNT];
        first[Buckets.of(90_000_000)] = 1;
        first[Buckets.of(1_000)] = 99;
        long[] second = first.clone();
        second[Buckets.of(2_000)] += 90;
        second[Buckets.of(50_000)] += 10;
        ProbeCounters before = new ProbeCounters(100, 1, 0, 0, 0, 0, 90_099_000, 90_000_000, first);
        ProbeCounters after = new ProbeCounters(200, 4, 0, 0, 0, 0, 90_099_000 + 680_000, 90_000_000, second);
        Window whole = Window.between(Window.orZero(null), before);
        assertThat(whole.calls()).isEqualTo(100);
        assertThat(whole.max()).hasValue(90_000_000);
        Window window = Window.between(before, after);
        assertThat(window.calls()).isEqualTo(100);
        assertThat(window.failures()).isEqualTo(3);
        assertThat(window.mean()).hasValue(6_800);
        assertThat(window.p50().orElseThrow()).isBetween(1_900L, 2_300L);
        assertThat(window.p90().orElseThrow()).isBetween(1_900L, 2_300L);
        assertThat(window.p99().orElseThrow()).isBetween(48_000L, 58_000L);
        assertThat(window.max().orElseThrow()).isBetween(50_000L, 58_000L);
        assertThat(Window.between(after, after).p50()).isEmpty();
    }

    @Test
    void shows_a_line_for_each_interval() throws Exception {
        CompletableFuture<Void> line = start("count OrderService place --every 100ms");
        FakeProbe probe = armed();
        long[] buckets = new long[Buckets.COUNT];
        buckets[Buckets.of(5_000)] = 10;
        probe.counters = Map.of(SITE, new ProbeCounters(10, 2, 0, 0, 0, 0, 50_000, 5_100, buckets));
        Await.until("ten calls, and a line after them", Duration.ofSeconds(30), () -> {
            List<CountRow> rows = counted();
            return rows.size() > 1
                    && rows.stream().mapToLong(CountRow::calls).sum() == 10
                    && rows.get(rows.size() - 1).calls() == 0;
        });
        context.cancel.pull();
        line.get();
        assertThat(counted().stream().mapToLong(CountRow::failures).sum()).isEqualTo(2);
        assertThat(probe.spec().kind()).isEqualTo(ProbeSpec.Kind.COUNT);
        assertThat(probe.closed).isTrue();
    }

    private List<CountRow> counted() {
        synchronized (context.rows) {
            return context.rows.stream().map(CountRow.class::cast).toList();
        }
    }

    private record SlowOutput(dev.sonde.commands.Output inner, dev.sonde.commands.Cancel until)
            implements dev.sonde.commands.Output {
        @Override
        public void row(dev.sonde.commands.Row row) {
            until.await(Duration.ofSeconds(30));
        }

        @Override
        public void notice(String text) {
            inner.notice(text);
        }
    }

    private static Hit hit(List<Value> values) {
        boolean plain = values.isEmpty();
        return new Hit(
                1,
                ProbeSpec.Event.RETURN,
                Instant.EPOCH,
                OptionalLong.of(1_000),
                1,
                "main",
                "shop.OrderService",
                "place(Order, int)",
                plain ? List.of("order", "quantity") : List.of(),
                Optional.empty(),
                plain ? List.of(new Value.Null(), new Value.Whole(3)) : List.of(),
                plain ? Optional.of(new Value.Bool(true)) : Optional.empty(),
                values,
                0,
                Hit.More.NOTHING);
    }

    private static ProbeCounters counters(long hits, long limited) {
        return new ProbeCounters(hits, 0, hits - limited, limited, 0, 0, 0, 0, new long[0]);
    }

    private FakeProbe armed() throws Exception {
        Await.until("a probe", Duration.ofSeconds(30), () -> target.last().isPresent());
        return target.last().orElseThrow();
    }

    private CompletableFuture<Void> start(String typed) throws Exception {
        return start(context, typed);
    }

    private static CompletableFuture<Void> start(FakeContext context, String typed) throws Exception {
        Invocation invocation = Commands.all().parse(Line.parse(typed));
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread runner = new Thread(() -> {
            try {
                invocation.body().run(context);
                done.complete(null);
            } catch (Throwable t) {
                done.completeExceptionally(t);
            }
        });
        runner.setDaemon(true);
        runner.start();
        return done;
    }
}
