package dev.sonde.commands.output;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sonde.commands.Row;
import dev.sonde.jvm.Value;
import dev.sonde.testing.Await;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What reaches a terminal, a pipe and a program. */
class OutputTest {

    private static final String LONG =
            "a name that is too long for any terminal of eighty columns, and then some more of it";

    record Plain(
            String name,
            long sizeBytes,
            @Shown(keepEnd = true) String path) implements Row {
        @Override
        public String type() {
            return "plain";
        }
    }

    record Measured(
            Instant time, String name, @Shown(spare = true) long calls, long failures) implements Row {
        @Override
        public String type() {
            return "measured";
        }
    }

    record Rich(
            @Shown(json = "class") String className,
            Instant time,
            Duration costMs,
            Duration uptimeSeconds,
            Optional<String> absent,
            OptionalLong number,
            OptionalDouble nothing,
            double ratio,
            List<String> list,
            Map<String, Value> args,
            Thread.State state,
            @Shown(onlyTable = true) String hidden)
            implements Row {
        @Override
        public String type() {
            return "rich";
        }
    }

    record Said(String text) implements Prose {
        @Override
        public String type() {
            return "said";
        }

        @Override
        public void tell(Page page) {
            page.line(new Text().add("  ").add(text, Style.BAD));
        }
    }

    /** A long text behind a label, and one cut to a line. */
    record Labelled(String text) implements Prose {
        @Override
        public String type() {
            return "labelled";
        }

        @Override
        public void tell(Page page) {
            page.line(new Text().add("label ", Style.FAINT).add(text), 6);
            page.line(new Text().add("label ", Style.FAINT).add(text).cut(page.columns()));
        }
    }

    private final List<String> out = Collections.synchronizedList(new ArrayList<>());
    private final List<String> err = Collections.synchronizedList(new ArrayList<>());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u001b[31m",
                "\u009b31m",
                "a\rb",
                "a\nb",
                "a\tb",
                "\u0000",
                "\u007f",
                "\u202eabc",
                "\u2066x\u2069",
                "\u200f",
                "\u2028",
                "\u2029",
                "\ufeff",
                "\ud800",
                "\udc00\ud800",
                "\u00ad",
                "\u061c",
                "\ufffe",
                "\ufff9",
                "\udb40\udc41"
            })
    void shows_escaped_what_a_terminal_would_obey_or_nobody_would_see(String evil) {
        String safe = SafeText.of("x" + evil + "y");
        assertThat(safe).contains("\\").matches("[\\x20-\\x7e]+");
        assertThat(SafeText.of(safe)).isEqualTo(safe);
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "Zoë", "東京", "😀", "👩‍👧", "שלום", "e\u0301", "a\\b"})
    void leaves_text_of_all_languages_alone(String text) {
        assertThat(SafeText.of(text)).isSameAs(text);
    }

    @ParameterizedTest
    @CsvSource({"abc, 3", "東京, 4", "e\u0301, 1", "😀, 2", "Zoë, 3", "'', 0", "한글, 4"})
    void knows_how_wide_text_is(String text, int width) {
        assertThat(SafeText.width(text)).isEqualTo(width);
    }

    @Test
    void lets_nothing_through_whatever_a_target_says() throws Exception {
        Random random = new Random(11);
        ObjectMapper mapper = new ObjectMapper();
        for (int i = 0; i < 1_000; i++) {
            String garbage = garbage(random);
            PeopleOutput people = people(40 + random.nextInt(100));
            people.row(new Plain(garbage, 1, garbage));
            people.row(new Said(garbage));
            people.notice(garbage);
            people.error(garbage);
            people.close();
            JsonOutput json = new JsonOutput(out::add, err::add, Optional.of(garbage), ZoneOffset.UTC);
            json.row(new Plain(garbage, 1, garbage));
            json.notice(garbage);
            JsonNode node = mapper.readTree(out.get(out.size() - 1));
            assertThat(node.get("name").asText()).isEqualTo(garbage);
        }
        for (List<String> lines : List.of(out, err)) {
            assertThat(lines).allSatisfy(line -> assertThat(SafeText.of(line)).isEqualTo(line));
        }
    }

    private static String garbage(Random random) {
        StringBuilder garbage = new StringBuilder();
        for (int n = random.nextInt(100); n > 0; n--) {
            garbage.append(
                    switch (random.nextInt(4)) {
                        case 0 -> (char) random.nextInt(0x10000);
                        case 1 -> (char) random.nextInt(0xa0);
                        case 2 -> (char) (0x2000 + random.nextInt(0x70));
                        default -> (char) ('a' + random.nextInt(26));
                    });
        }
        return garbage.toString();
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 40, 80, 200, 5_000})
    void fits_tables_and_prose_into_a_terminal(int columns) {
        PeopleOutput people = people(columns);
        people.row(new Plain(LONG, 123_456_789, "/a/" + LONG));
        people.row(new Plain("東京".repeat(30), 1, ""));
        people.row(new Said(LONG + "東京".repeat(40) + "x".repeat(300)));
        people.notice(LONG);
        people.close();
        assertThat(out).allSatisfy(line -> assertThat(SafeText.width(line)).isLessThanOrEqualTo(columns));
        assertThat(err).allSatisfy(line -> assertThat(SafeText.width(line)).isLessThanOrEqualTo(columns));
    }

    @Test
    void cuts_nothing_in_a_pipe() {
        PeopleOutput people = new PeopleOutput(out::add, err::add, Screen.pipe());
        people.row(new Plain(LONG, 5, "/a/" + LONG));
        people.row(new Said(LONG + LONG));
        people.notice(LONG + LONG);
        people.close();
        assertThat(out)
                .containsExactly(
                        "NAME" + " ".repeat(LONG.length() - 4) + "  SIZE  PATH",
                        LONG + "   5 B  /a/" + LONG,
                        "  " + LONG + LONG);
        assertThat(err).containsExactly(LONG + LONG);
    }

    @Test
    void keeps_the_end_of_what_differs_there() {
        PeopleOutput people = people(40);
        people.row(new Plain("short", 5, "/very/long/path/that/does/not/fit/Order.java"));
        people.close();
        assertThat(out.get(1)).contains("…").endsWith("/Order.java");
    }

    @Test
    void colours_only_where_it_may() {
        Said said = new Said("red");
        people(80).row(said);
        new PeopleOutput(out::add, err::add, Screen.pipe()).row(said);
        new PeopleOutput(out::add, err::add, Screen.terminal(80, true)).row(said);
        assertThat(out).containsExactly("  red", "  red", "  \u001b[31mred\u001b[0m");
    }

    @Test
    void writes_a_table_that_is_not_complete_after_a_second() throws Exception {
        PeopleOutput people = people(80);
        people.row(new Plain("a", 1, "b"));
        Await.until("the row", Duration.ofSeconds(30), () -> out.size() == 2);
        people.row(new Plain("a longer name", 1, "b"));
        people.close();
        assertThat(out).hasSize(3);
    }

    @Test
    void shows_an_id_as_it_is_typed_and_a_count_as_it_is_read() {
        record Numbered(long id, OptionalLong count) implements Row {
            @Override
            public String type() {
                return "numbered";
            }
        }
        assertThat(new Table(Screen.pipe()).lines(List.of(new Numbered(5227, OptionalLong.of(5227)))))
                .containsExactly("  ID  COUNT", "5227  5,227");
    }

    @Test
    void shows_a_column_as_soon_as_it_has_something() {
        record Maybe(String name, Optional<String> note) implements Row {
            @Override
            public String type() {
                return "maybe";
            }
        }
        Table table = new Table(Screen.pipe());
        assertThat(table.lines(List.of(new Maybe("a", Optional.empty())))).containsExactly("NAME", "a");
        assertThat(table.lines(List.of(new Maybe("b", Optional.of("x"))))).containsExactly("NAME  NOTE", "b     x");
        assertThat(table.lines(List.of(new Maybe("c", Optional.empty())))).containsExactly("c");
    }

    @Test
    void labels_the_lines_of_several_targets() {
        Screen narrow = new Screen(OptionalInt.of(40), false, ZoneOffset.UTC);
        PeopleOutput people = new PeopleOutput(out::add, err::add, narrow, "4242 orders");
        people.row(new Said(LONG));
        assertThat(out).hasSizeGreaterThan(2).allSatisfy(line -> {
            assertThat(line).startsWith("4242 orders │ ");
            assertThat(SafeText.width(line)).isLessThanOrEqualTo(40);
        });
    }

    @Test
    void gives_programs_plain_numbers_times_with_their_zone_and_no_empty_fields() {
        Map<String, Value> args = Map.of("x", new Value.Real(Double.NEGATIVE_INFINITY));
        new JsonOutput(out::add, err::add, Optional.of("4242"), ZoneId.of("Asia/Kolkata"))
                .row(new Rich(
                        "shop.Order",
                        Instant.parse("2026-03-01T09:30:00.125999Z"),
                        Duration.ofNanos(41_234_567),
                        Duration.ofMillis(1_500),
                        Optional.empty(),
                        OptionalLong.of(Long.MAX_VALUE),
                        OptionalDouble.empty(),
                        Double.NaN,
                        List.of("a", "b"),
                        args,
                        Thread.State.TIMED_WAITING,
                        "no"));
        assertThat(out)
                .containsExactly("{\"type\":\"rich\",\"target\":\"4242\",\"class\":\"shop.Order\","
                        + "\"time\":\"2026-03-01T15:00:00.125+05:30\",\"costMs\":41.234567,\"uptimeSeconds\":1.5,"
                        + "\"number\":9223372036854775807,\"ratio\":\"NaN\",\"list\":[\"a\",\"b\"],"
                        + "\"args\":{\"x\":\"-Infinity\"},\"state\":\"timed_waiting\"}");
    }

    @Test
    void says_notices_and_errors_on_the_other_stream() {
        JsonOutput json = new JsonOutput(out::add, err::add, Optional.empty(), ZoneOffset.UTC);
        json.notice("look");
        json.error("no");
        assertThat(out).isEmpty();
        assertThat(err)
                .containsExactly("{\"type\":\"notice\",\"text\":\"look\"}", "{\"type\":\"error\",\"text\":\"no\"}");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 ns",
        "999, 999 ns",
        "1000, 1.00 µs",
        "41234567, 41.2 ms",
        "999400000, 999 ms",
        "3500000000, 3.50 s",
        "72000000000, 1m12s"
    })
    void rounds_times(long nanos, String shown) {
        assertThat(Humane.nanos(nanos)).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 B",
        "900, 900 B",
        "1023, 1.00 KiB",
        "1024, 1.00 KiB",
        "181403648, 173 MiB",
        "9223372036854775807, 8.00 EiB"
    })
    void rounds_sizes(long bytes, String shown) {
        assertThat(Humane.bytes(bytes)).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource({
        "shop.Order$Line, Order.Line",
        "[Ljava.lang.String;, String[]",
        "[[I, int[][]",
        "shop.Main$$Lambda$14, Main$$Lambda$14",
        "shop.Main$1, Main$1",
        "Plain, Plain",
    })
    void shortens_class_names(String name, String shown) {
        assertThat(ValueText.simple(name)).isEqualTo(shown);
    }

    private PeopleOutput people(int columns) {
        return new PeopleOutput(out::add, err::add, Screen.terminal(columns, false));
    }

    @Test
    void leaves_out_what_can_be_spared_before_a_number_or_a_time_is_cut() {
        Instant time = Instant.parse("2020-01-02T03:04:05Z");
        for (int columns : new int[] {80, 43}) {
            PeopleOutput narrow =
                    new PeopleOutput(out::add, err::add, new Screen(OptionalInt.of(columns), false, ZoneOffset.UTC));
            narrow.row(new Measured(time, "a name of some length", 12, 3));
            narrow.close();
        }
        assertThat(out)
                .containsExactly(
                        "TIME                 NAME                   CALLS  FAILURES",
                        "2020-01-02 03:04:05  a name of some length     12         3",
                        "TIME                 NAME          FAILURES",
                        "2020-01-02 03:04:05  a name of s…         3");
    }

    @Test
    void wraps_behind_a_label_or_cuts_where_a_line_is_enough() {
        PeopleOutput narrow =
                new PeopleOutput(out::add, err::add, new Screen(OptionalInt.of(20), false, ZoneOffset.UTC));
        narrow.row(new Labelled("one two three four"));
        narrow.close();
        assertThat(out).containsExactly("label one two three", "      four", "label one two three…");
    }
}
