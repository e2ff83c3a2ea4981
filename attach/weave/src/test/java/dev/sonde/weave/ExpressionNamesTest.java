package dev.sonde.weave;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sonde.wire.ProbePlan;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpressionNamesTest {

    private static final ClassSource CLASSES = name -> {
        try (InputStream in =
                ExpressionNamesTest.class.getClassLoader().getResourceAsStream(name.replace('.', '/') + ".class")) {
            return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    };

    @Test
    void an_expression_begins_with_a_parameter_or_a_static_field() {
        assertThat(after("")).containsExactly("order", "quantity", "note", "LIMIT", "instance");
    }

    @ParameterizedTest
    @CsvSource({
        "order., total",
        "order., customer",
        "order.customer., gold",
        "order.customer., name",
        "order.lines[0]., sku",
        "order.array[0]., sku",
        "order.byKey[\"x\"]., amount",
        "order.gift., value",
        "order.gift.value., sku",
        "order.getTotal()., ''",
        "args[0]., total",
        "args[0].lines[0]., price",
        "this., vat",
        "instance., count",
        "error., detailMessage",
    })
    void behind_a_dot_stands_what_can_be_read_of_the_object(String chain, String one) {
        assertThat(after(chain)).as(chain).contains(one.isEmpty() ? new String[0] : new String[] {one});
    }

    @ParameterizedTest
    @CsvSource({
        "nonsense.",
        "order.nonsense.",
        "quantity.",
        "order.lines.",
        "order.anything.",
        "args.",
        "args[7].",
        "args[99999999999].",
        "order..",
        ".",
        "result.",
        "order.customer.box.held.",
        "(.",
    })
    void nothing_is_made_up_where_the_type_is_not_known(String chain) {
        assertThat(after(chain)).as(chain).isEmpty();
    }

    @Test
    void endless_chains_end() {
        assertThat(after("this.".repeat(10_000))).isEmpty();
    }

    private static List<String> after(String chain) {
        ClassModel shop =
                ClassModel.parse(CLASSES.classFile(Shop.class.getName()).orElseThrow());
        MethodKey place = MethodPattern.parse("place").matching(shop).get(0).key();
        return ExpressionNames.after(chain, new Scope(shop, place, CLASSES, ProbePlan.ON_RETURN));
    }
}
