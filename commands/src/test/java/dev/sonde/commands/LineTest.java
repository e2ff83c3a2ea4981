package dev.sonde.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineTest {

    @Test
    void cuts_words_as_a_shell_does() throws Exception {
        assertThat(Line.parse("  watch  Order\tplace ").words()).containsExactly("watch", "Order", "place");
        assertThat(Line.parse("a 'b  c' \"d 'e'\" f\\ g ''").words()).containsExactly("a", "b  c", "d 'e'", "f g", "");
        assertThat(Line.parse("a \"say \\\"x\\\" \\n\"").words()).containsExactly("a", "say \"x\" \\n");
        assertThat(Line.parse("a 'b'\"c\"d").words()).containsExactly("a", "bcd");
        assertThat(Line.parse("a '\\'").words()).containsExactly("a", "\\");
        assertThat(Line.parse("watch A b --when 'name == \"Zoë 😀\"'").words())
                .last()
                .isEqualTo("name == \"Zoë 😀\"");
    }

    @Test
    void keeps_each_word_as_it_was_typed() throws Exception {
        Line line = Line.parse("print  name==\"a b\" 'c d' \"e\\\"f\" \"g\"\"h\" i\\ j ''");
        assertThat(line.typed())
                .extracting(Line.Word::typed)
                .containsExactly("print", "name==\"a b\"", "'c d'", "\"e\\\"f\"", "\"g\"\"h\"", "i\\ j", "''");
        assertThat(line.typed())
                .extracting(Line.Word::isQuoted)
                .containsExactly(false, false, true, true, false, false, true);
        assertThat(line.typed().get(3).with("x\"y").typed()).isEqualTo("\"x\\\"y\"");
        assertThat(line.with(List.of("--on", "a b")).typed())
                .extracting(Line.Word::typed)
                .endsWith("''", "--on", "'a b'");
        assertThat(Line.parse("play x -- y").with(List.of("--on")).words())
                .containsExactly("play", "x", "--on", "--", "y");
    }

    @Test
    void takes_the_target_apart() throws Exception {
        Line line = Line.parse("@shop* threads --group");
        assertThat(line.target()).isEqualTo(Optional.of(new TargetPattern("shop*")));
        assertThat(line.words()).containsExactly("threads", "--group");
        assertThat(Line.parse("@42").words()).containsExactly("select");
        assertThat(Line.parse("@'my shop' jvm").target().orElseThrow().text()).isEqualTo("my shop");
        assertThat(Line.parse("watch @a b").target()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "   ", "\t", "# a remark 'with an open quote", "  #"})
    void has_nothing_to_do(String typed) throws Exception {
        assertThat(Line.parse(typed).isEmpty()).isTrue();
    }

    @Test
    void says_where_a_line_is_wrong() {
        assertThatThrownBy(() -> Line.parse("watch 'a b"))
                .isInstanceOf(UsageError.class)
                .hasMessage("column 7: the quote ' is not closed");
        assertThatThrownBy(() -> Line.parse("a \"b\\\"")).hasMessage("column 3: the quote \" is not closed");
        assertThatThrownBy(() -> Line.parse("a b\\")).hasMessage("column 4: nothing follows the backslash");
        assertThatThrownBy(() -> Line.parse("a\0b"))
                .hasMessage("column 2: the control character U+0000 is not accepted");
        assertThatThrownBy(() -> Line.parse("ab\u001b[2J"))
                .hasMessage("column 3: the control character U+001B is not accepted");
        assertThatThrownBy(() -> Line.parse("a \ud800")).hasMessage("column 3: this is not UTF-8 text");
        assertThatThrownBy(() -> Line.parse("a \ufffd")).hasMessage("column 3: this is not UTF-8 text");
        assertThatThrownBy(() -> Line.parse("@ ps"))
                .hasMessage("nothing follows the @; @PID, @NAME or @GLOB is accepted");
        assertThatThrownBy(() -> Line.parse("watch A b --when '" + "x".repeat(1 << 20) + "'"))
                .hasMessage("the line has 1,048,595 characters; up to 65,536 are accepted");
    }

    @Test
    void survives_whatever_is_sent() {
        Random random = new Random(7);
        for (int i = 0; i < 2_000; i++) {
            StringBuilder garbage = new StringBuilder();
            for (int n = random.nextInt(60); n > 0; n--) {
                garbage.append(
                        random.nextBoolean() ? (char) random.nextInt(0x10000) : "'\"\\ @#ab".charAt(random.nextInt(8)));
            }
            try {
                Line.parse(garbage.toString());
            } catch (UsageError expected) {
                assertThat(expected).hasMessageNotContaining("\n");
            }
        }
    }

    @Test
    void tells_the_words_of_a_line_that_is_still_typed() {
        assertThat(Line.begun("wat")).containsExactly("wat");
        assertThat(Line.begun("watch ")).containsExactly("watch", "");
        assertThat(Line.begun("watch 'Ord")).containsExactly("watch", "Ord");
        assertThat(Line.begun("")).containsExactly("");
        assertThat(Line.begun("a\0")).isEqualTo(List.of());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "a b", "it's", "say \"x\"", "b\\c", "a'\"\\ ", "# no remark", "place(Order,int)"})
    void quotes_a_word_so_that_it_is_read_as_it_was(String word) throws Exception {
        assertThat(Line.parse("x " + Line.quoted(word)).words()).containsExactly("x", word);
    }
}
