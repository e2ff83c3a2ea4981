package dev.sonde.commands.debug;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sonde.commands.Line;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TypedExpressionsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
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
                "name == \"acme\"; name == \"acme\"",
                "name==\"a b\" c; name==\"a b\"|c",
                "names[\"a\"] name.startsWith(\"it\\\"s\"); names[\"a\"]|name.startsWith(\"it\\\"s\")",
                "'fee * 2' \"fee * 3\"; fee * 2|fee * 3",
                "'name == \"acme\"'; name == \"acme\"",
                "text = \"from\"; text = \"from\"",
                "text = '\"from\"'; text = \"from\"",
                "\"a\" + 'b' \"c\"; \"a\" + 'b'|c",
                "a --thread=\"x y\" --depth 3; a|--thread=x y|--depth|3",
            })
    void words_with_an_operator_between_them_are_one_and_keep_their_quotes(String typed, String expressions)
            throws Exception {
        assertThat(TypedExpressions.of(Line.parse(typed).typed())).containsExactly(expressions.split("\\|", -1));
    }
}
