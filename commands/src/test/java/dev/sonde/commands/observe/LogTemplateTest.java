package dev.sonde.commands.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sonde.commands.UsageError;
import dev.sonde.jvm.Value;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LogTemplateTest {

    @Test
    void puts_what_expressions_give_between_texts() throws Exception {
        LogTemplate template = LogTemplate.parse("order {order.id} of {name} {{took}} {m['}'].x}");
        assertThat(template.expressions()).containsExactly("order.id", "name", "m['}'].x");
        assertThat(template.line(List.of(new Value.Whole(7), new Value.Text("Zoë", 3), new Value.Null()))
                        .toString())
                .isEqualTo("order 7 of Zoë {took} null");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "left {left | --log: column 6: '{' is not closed; one of the text itself is doubled: {{",
                "left }     | --log: column 6: '}' closes nothing; one of the text itself is doubled: }}",
                "a { }      | --log: column 3: there is no expression in the braces",
            })
    void says_where_a_template_is_wrong(String template, String why) {
        assertThatThrownBy(() -> LogTemplate.parse(template))
                .isInstanceOf(UsageError.class)
                .hasMessage(why);
    }
}
