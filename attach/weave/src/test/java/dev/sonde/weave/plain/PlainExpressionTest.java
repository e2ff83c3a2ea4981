package dev.sonde.weave.plain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sonde.weave.ExpressionError;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What no value of an expression may be: so large that the server has no memory left for others. */
final class PlainExpressionTest {

    private static final PlainType LIST = new PlainType.Several(PlainType.Simple.ANY);

    private static final PlainFunction JOINED = new PlainFunction(
            "joined",
            List.of(LIST),
            PlainType.Simple.TEXT,
            values -> String.join("", Collections.nCopies(((List<?>) values.get(0)).size(), "x")));

    private static PlainExpression of(String text, String name, PlainType type) throws ExpressionError {
        return PlainExpression.compile(text, Map.of(name, type), List.of(JOINED));
    }

    @Test
    void a_text_that_doubles_again_and_again_is_refused_before_it_fills_the_memory() throws Exception {
        PlainExpression twice = of("a + a", "a", PlainType.Simple.TEXT);
        assertThatThrownBy(() -> {
                    Object text = "0123456789";
                    for (int i = 0; i < 40; i++) {
                        text = String.valueOf(twice.evaluate(Map.of("a", text)));
                    }
                })
                .isInstanceOf(ExpressionError.class)
                .hasMessageContaining("more than 32768 characters is too long");
    }

    @Test
    void so_is_a_list() throws Exception {
        PlainExpression twice = of("a + a", "a", LIST);
        assertThatThrownBy(() -> {
                    Object list = List.of(1L, 2L, 3L);
                    for (int i = 0; i < 40; i++) {
                        list = List.copyOf((List<?>) twice.evaluate(Map.of("a", list)));
                    }
                })
                .isInstanceOf(ExpressionError.class)
                .hasMessageContaining("there is too much in its value");
    }

    @Test
    void and_what_is_given_to_a_function() throws Exception {
        List<String> many = Collections.nCopies(100_000, "x".repeat(1_000));
        assertThatThrownBy(() -> of("joined(a)", "a", LIST).evaluate(Map.of("a", many)))
                .hasMessageContaining("there is too much in its value");
        assertThat(of("joined(a)", "a", LIST).evaluate(Map.of("a", many.subList(0, 3))))
                .isEqualTo("xxx");
    }
}
