package dev.sonde.commands.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sonde.commands.FakeContext;
import dev.sonde.commands.FakeTarget;
import dev.sonde.commands.Line;
import dev.sonde.commands.catalogue.Commands;
import dev.sonde.jvm.CallerFrame;
import dev.sonde.jvm.Hit;
import dev.sonde.jvm.HitCondition;
import dev.sonde.jvm.ProbeSpec;
import dev.sonde.jvm.TargetError;
import dev.sonde.jvm.Value;
import dev.sonde.weave.ExpressionError;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is kept of calls, what may be asked of it, and what happens when there is no room. */
class RecordingTest {

    private final FakeTarget target = new FakeTarget();
    private final FakeContext context = new FakeContext();

    @Test
    void lets_go_of_the_oldest_and_counts_them() throws Exception {
        for (int i = 0; i < 5; i++) {
            context.recordings.add(target.id(), "orders", call(i, "NEW"), 3);
        }
        run("record list");
        assertThat(context.rows).extracting(row -> ((RecordedRow) row).number()).containsExactly(3L, 4L, 5L);
        assertThat(context.notices).containsExactly("2 older ones are gone: they made room");
    }

    @Test
    void says_that_nothing_was_saved_when_the_disk_is_full() throws Exception {
        context.recordings.add(target.id(), "orders", call(1, "NEW"), 10);
        assertThatThrownBy(() -> run("record export calls"))
                .isInstanceOf(TargetError.class)
                .hasMessage("nothing was saved: no space left on device; the records are still here");
        assertThat(context.recordings.all()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "order.id == 7 | true",
                "order.id > 7.5 | false",
                "args[0].status == 'NEW' && quantity * 2 == 14 | true",
                "order.lines.size() == 120 | true",
                "order.lines.exists(l, l.sku == 'X-1') | true",
                "order.lines[0].sku.startsWith('X') | true",
                "order.tags['a'] == 1 | true",
                "has(order.nothing) | false",
                "order.lines.map(l, l.sku).join('+') == 'X-1' | true",
                "order.status.matches('N.W') | true",
                "'GOLD' == order.tier | true",
                "cost >= 41 && cost < 42 | true",
                "error == null && result | true",
                "thread == 'order-1' | true",
                "order.card == 'x' | false",
                "quantity in [1, 7] | true",
                "(quantity > 3 ? 'many' : 'few') == 'many' | true",
                "quantity / 0 == 1 | false",
            })
    void asks_recorded_calls_in_the_language_of_watch(String condition, boolean answer) throws Exception {
        assertThat(new HitCondition(condition).test(call(7, "NEW"))).isEqualTo(answer);
    }

    @Test
    void refuses_a_wrong_name_as_watch_does() {
        assertThatThrownBy(() -> new HitCondition("quantty > 1").test(call(1, "NEW")))
                .isInstanceOfSatisfying(
                        ExpressionError.class, e -> assertThat(e.near()).contains("quantity"));
    }

    @Test
    void tells_what_differs_field_by_field() throws Exception {
        context.recordings.add(target.id(), "orders", call(1, "NEW"), 10);
        context.recordings.add(target.id(), "orders", call(2, "PAID"), 10);
        run("record diff 1 2");
        assertThat(((RecordedDifference) context.rows.get(0)).changes())
                .extracting(Change::path)
                .containsExactly("order.id", "order.status", "quantity");
    }

    @Test
    void folds_no_more_stacks_than_there_is_room_for_and_says_so() {
        Folding folding = new Folding(10);
        for (int i = 0; i < 100; i++) {
            folding.add(stack(i % 10));
        }
        StackTree tree = folding.tree(false);
        assertThat(tree.calls()).isEqualTo(100);
        assertThat(tree.stacks()).hasSize(5).allMatch(stack -> stack.count() == 10);
        assertThat(tree.notKept()).isEqualTo(50);
    }

    private void run(String line) throws Exception {
        Commands.all().parse(Line.parse(line)).body().run(context);
    }

    private static Hit stack(int line) {
        Hit hit = call(1, "NEW");
        return new Hit(
                1,
                ProbeSpec.Event.ENTRY,
                hit.time(),
                OptionalLong.empty(),
                1,
                "t",
                "a.B",
                "c()",
                List.of(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                List.of(),
                0,
                new Hit.More(
                        Optional.empty(),
                        Map.of(),
                        List.of(
                                new CallerFrame("a.B", "c", Optional.empty(), 1),
                                new CallerFrame("a.B", "d", Optional.of("B.java"), line + 1)),
                        OptionalInt.of(2),
                        OptionalLong.empty(),
                        false,
                        Optional.empty()));
    }

    private static Hit call(long id, String status) {
        Value line = new Value.Fields("shop.OrderLine", 1, List.of(Map.entry("sku", new Value.Text("X-1", 3))));
        Value order = new Value.Fields(
                "shop.Order",
                6,
                List.of(
                        Map.entry("id", new Value.Whole(id)),
                        Map.entry("status", new Value.Text(status, status.length())),
                        Map.entry("tier", new Value.EnumConstant("shop.Tier", "GOLD")),
                        Map.entry("card", new Value.Masked("java.lang.String")),
                        Map.entry("lines", new Value.Elements("java.util.ArrayList", 120, List.of(line))),
                        Map.entry(
                                "tags",
                                new Value.Entries(
                                        "java.util.HashMap",
                                        1,
                                        List.of(Map.entry(new Value.Text("a", 1), new Value.Whole(1)))))));
        return new Hit(
                1,
                ProbeSpec.Event.RETURN,
                Instant.EPOCH,
                OptionalLong.of(41_234_567),
                21,
                "order-1",
                "shop.OrderService",
                "place(Order, int)",
                List.of("order", "quantity"),
                Optional.empty(),
                List.of(order, new Value.Whole(id)),
                Optional.of(new Value.Bool(true)),
                List.of(),
                0,
                Hit.More.NOTHING);
    }
}
