package dev.sonde.commands.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sonde.commands.FakeContext;
import dev.sonde.commands.FakeTarget;
import dev.sonde.commands.Line;
import dev.sonde.jvm.LoadedClass;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompletionTest {

    private final FakeContext context = Samples.context();
    private final FakeTarget target = (FakeTarget) context.target.orElseThrow();
    private final Completion completion = new Completion(Commands.all(), Duration.ofSeconds(30));

    CompletionTest() {
        for (String name : List.of(
                "shop.OrderService", "shop.Order", "shop.OrderLine", "java.util.Ordinary", "shop.Order$$Lambda")) {
            target.classes.add(new LoadedClass(target.classes.size(), name, "app", false, true, false));
        }
        target.methods.put(
                "shop.OrderService", List.of("place(Order, int)", "place(Order)", "price(Order)", "<init>()"));
        target.names.put("", List.of("order"));
        target.names.put("order.", List.of("customer", "lines"));
        target.names.put("order.lines[0].", List.of("sku"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "thr | threads",
                "c | count continue condition classes clear",
                "@or | @orders",
                "@42 | @4242",
                "@orders wa | watch",
                "@orders | @orders",
                "threads --st | --state",
                "threads --state bl | blocked",
                "threads --state=bl | --state=blocked",
                "threads --state blocked --s | ''",
                "threads --interval 5 | 5s 5m",
                "help wat | watch",
                "play slow-m | slow-method",
                "guard sto | stop",
                "guard show or | orders",
                "play sh | show",
                "play show dead | deadlock",
                "play slow-method m | method=",
                "play slow-method class=Order me | method=",
                "play slow-method class=OrderS | class=OrderService",
                "play slow-method class=OrderService method=pr | method=price",
                "play slow-method time=1 | time=10s time=1s time=1h",
                "play nope m | ''",
                "play health --on ord | orders",
                "play baseline sa | save",
                "play baseline set | settle=",
                "play baseline save x --win | --windows --window",
                "play baseline save --no | --no-profile",
                "watch OrderS | OrderService",
                "watch 'OrderS | OrderService",
                "watch Or | Order OrderLine OrderService Ordinary",
                "watch shop.Order | shop.Order shop.OrderLine shop.OrderService",
                "watch OrderService pl | place(Order) place(Order,int)",
                "watch OrderService pr | price",
                "watch --depth 2 OrderService pr | price",
                "watch OrderService price res | result",
                "watch OrderService price ord | order",
                "watch OrderService price 'order.cu | order.customer",
                "watch OrderService price order.lines[0]. | order.lines[0].sku",
                "watch OrderService price --when 'cost > 1 && size(order.cu | 'cost > 1 && size(order.customer'",
                "watch OrderService price --when=ord | --when=order",
                "watch OrderService price order.x | ''",
                "watch OrderService price 'order.lines.exists(l, l. | ''",
                "count OrderService price --when ord | order",
                "watch OrderService price --when 'cost > 5 && th | 'cost > 5 && this,cost > 5 && thread'",
                "nonsense --d | ''",
                "watch -- -x | ''",
                "source OrderService pr | price",
                "methods OrderS | OrderService",
                "instances Order --when th | ''",
                "fields OrderService co | ''",
                "exit now | ''",
            })
    void goes_on_with(String typed, String expected) {
        String separator = expected.contains("cost > ") ? "," : " ";
        List<String> values = completion.complete(Line.begun(typed), context, any -> true).stream()
                .map(Completion.Candidate::value)
                .toList();
        assertThat(values)
                .containsExactlyInAnyOrderElementsOf(
                        expected.isEmpty() ? List.of() : List.of(expected.split(separator)));
    }

    @Test
    void offers_commands_and_targets_to_begin_with() {
        assertThat(completion.complete(Line.begun(""), context, any -> true))
                .extracting(Completion.Candidate::value)
                .contains("watch", "@orders", "@4242")
                .doesNotContain("@1");
    }

    @Test
    void puts_the_classes_of_the_application_first() {
        assertThat(completion.complete(List.of("watch", "Or"), context, any -> true))
                .extracting(Completion.Candidate::description)
                .containsExactly("shop.Order", "shop.OrderLine", "shop.OrderService", "java.util.Ordinary");
    }

    @Test
    void loads_no_agent_where_that_may_not_be() {
        assertThat(completion.complete(List.of("watch", "Or"), context, any -> false))
                .isEmpty();
    }

    @Test
    void a_long_expression_is_left_alone() {
        assertThat(completion.complete(
                        List.of("watch", "OrderService", "price", "a.".repeat(40_000)), context, any -> true))
                .isEmpty();
    }

    @Test
    void loads_no_agent_where_that_would_be_seen() {
        target.warning = Optional.of("four lines");
        assertThat(completion.complete(List.of("watch", "Or"), context, any -> true))
                .isEmpty();
    }
}
