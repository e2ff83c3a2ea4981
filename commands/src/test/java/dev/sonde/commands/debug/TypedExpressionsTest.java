package dev.sonde.commands.debug;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TypedExpressionsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "fee * 2; fee * 2",
                "fee*2; fee*2",
                "a b; a|b",
                "a + b c; a + b|c",
                "n > 3 && text == null; n > 3 && text == null",
                "n > 3 ? a : b c; n > 3 ? a : b|c",
                "x in list; x in list",
                "a -b; a|-b",
                "- 1; - 1",
                "a +; a +",
            })
    void words_with_an_operator_between_them_are_one(String typed, String expressions) {
        assertThat(TypedExpressions.of(List.of(typed.split(" ", -1)))).containsExactly(expressions.split("\\|", -1));
    }
}
