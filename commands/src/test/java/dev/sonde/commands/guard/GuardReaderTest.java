package dev.sonde.commands.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sonde.commands.Catalogue;
import dev.sonde.commands.FakeContext;
import dev.sonde.commands.Grant;
import dev.sonde.commands.catalogue.Commands;
import dev.sonde.commands.play.PlaybookError;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong with a guard is told with its place, all of it, and before it watches anything. */
final class GuardReaderTest {

    private static final Catalogue COMMANDS = Commands.all();
    private static final Path SHIPPED = Path.of("..", "scripts", "guards");

    private static Guard read(String text) throws PlaybookError {
        return GuardReader.read("guard.yaml", text, new FakeContext(), COMMANDS, Set.of(Channel.WEBHOOK));
    }

    private static Guard rule(String when) throws PlaybookError {
        return read("name: x\non: orders\nrules:\n- when: '" + when + "'\n");
    }

    /** @param text {@code |} ends a line */
    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "'' ~ 1:1: a guard is 'key: value' lines: name, about, on, every, tell, rules",
                "name: x|on: y ~ 1:1: rules: is missing",
                "name: x|rules: [{when: threads.total > 5}] ~ 1:1: on: is missing",
                "name: X Y|on: y|rules: [{when: threads.total > 5}] ~ 1:7: name: has up to 40 small letters, digits and dashes",
                "name: ../x|on: y|rules: [{when: threads.total > 5}] ~ 1:7: name: has up to 40 small letters",
                "name: x|on: '@y'|rules: [{when: threads.total > 5}] ~ 2:6: on: a pid, a name or a glob is expected, without the @",
                "name: x|on: y|rules: 3 ~ 3:8: rules: a list of rules is expected, each after a dash",
                "name: x|on: y|evry: 5s|rules: [{when: threads.total > 5}] ~ 3:1: no key is called evry; near: every",
                "name: x|on: y|every: 5|rules: [{when: threads.total > 5}] ~ 3:8: every: '5' is not a duration from 1s to 1h",
                "name: x|on: y|tell: pager|rules: [{when: threads.total > 5}] ~ 3:7: tell: 'pager' is not one of webhook, command, syslog, nobody",
                "name: x|on: y|tell: [webhook, syslog]|rules: [{when: threads.total > 5}] ~ 3:17: tell: the server's owner has set no syslog; guard-syslog in sonde.yaml does",
                "name: x|on: y|rules:|- play: health ~ 4:3: when: is missing",
                "name: x|on: y|rules:|- when: threads.total > 5|  play: helath ~ 5:9: no playbook is called helath; near: health",
                "name: x|on: y|rules:|- when: threads.total > 5|  play: thread-leak times=x ~ 5:9: times: 'x' is not a count such as 16",
                "name: x|on: y|rules:|- when: threads.total > 5|  play: health --on '*' ~ 5:9: --on, --dry-run and --report are not for a guard",
                "name: x|on: y|rules:|- when: threads.total > 5|  play: slow-method ~ 5:9: slow-method needs class=…",
                "name: x|on: y|rules:|- when: threads.total > 5|  cool-down: 1s ~ 5:14: cool-down: '1s' is not a duration from 10s to 720h",
                "name: x|on: y|rules:|- {name: a, when: threads.total > 5}|- {name: a, when: threads.total > 5} ~ 5:10: name: another rule is called a",
            })
    void says_where_a_guard_is_wrong(String text, String message) {
        assertThatThrownBy(() -> read(text.replace("|", "\n")))
                .isInstanceOf(PlaybookError.class)
                .hasMessageStartingWith("guard.yaml:" + message);
    }

    /** The condition begins at 4:10. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "threads.totl > 5 ~ 4:18: no field is called totl; near: total",
                "thread.total > 5 ~ 4:10: nothing is called thread; near: threads",
                "threads.total > ~ 4:25: it ends where more is needed",
                "threads.total ~ 4:10: when: is a number, and not true or false",
                "threads.total > 5 for ever ~ 4:32: for: 'ever' is not a duration up to 24h, such as 30s, 2m or 1h",
                "threads.total > 5 for 9d ~ 4:32: for: '9d' is not a duration up to 24h",
                "heap.used grows for 5m ~ 4:25: grows: a rate is expected, as in 'heap.oldAfterGc grows > 1%/min for 10m'",
                "heap.used grows > 5 for 5m ~ 4:25: grows: a rate is expected",
                "heap.used grows > 5/min ~ 4:33: grows: a time is expected behind it",
                "heap.used grows > 5/min for 10s ~ 4:10: for: is shorter than three looks, one every 10s",
                "heap.usd grows > 5/min for 10m ~ 4:15: no field is called usd; near: used",
                "heap.used > 5 grows > 5/min for 10m ~ 4:10: grows: stands behind a number",
                "count(Shop.place.p99 > 5 ~ 4:10: the count( is not closed by a )",
                "count(place).p99 > 5 ~ 4:16: count: a class and a method are expected, such as count(Shop.place)",
                "count(Shop.place).p98 > 5 ~ 4:28: no field is called p98; near: p90, p99",
                "count(Shop.place) > 5 ~ 4:28: '>' does not go with object, int",
            })
    void says_where_a_condition_is_wrong(String when, String message) {
        assertThatThrownBy(() -> rule(when))
                .isInstanceOf(PlaybookError.class)
                .hasMessageStartingWith("guard.yaml:" + message);
    }

    @Test
    void reads_the_words_around_an_expression() throws Exception {
        Condition simple = rule("threads.total > 500 for 2m").rules().get(0).condition();
        assertThat(simple.holds()).isEqualTo(Duration.ofMinutes(2));
        assertThat(simple.valueText()).isEqualTo("threads.total");
        Condition growth =
                rule("heap.oldAfterGc grows > 1%/min for 10m").rules().get(0).condition();
        assertThat(growth.growth()).contains(new Growth(1 / 60.0, true, Duration.ofMinutes(10)));
        Condition count = rule("count(Shop.place(Order, int)).p99 > 200 && threads.total > 3")
                .rules()
                .get(0)
                .condition();
        assertThat(count.counts()).containsExactly(new CountOf("count_1", "Shop", "place(Order, int)"));
        assertThat(count.value()).isEmpty();
        assertThat(count.holds()).isZero();
    }

    @Test
    void needs_what_its_playbooks_and_counts_need() throws Exception {
        assertThat(rule("threads.total > 5").needs()).isEqualTo(Grant.OBSERVE);
        assertThat(rule("count(Shop.place).p99 > 5").needs()).isEqualTo(Grant.INSTRUMENT);
        assertThat(read("name: x\non: y\nrules:\n- {when: threads.total > 5, play: exceptions}\n")
                        .needs())
                .isEqualTo(Grant.INSTRUMENT);
    }

    @Test
    void nothing_is_wrong_with_what_ships() throws Exception {
        List<String> names = new ArrayList<>();
        try (Stream<Path> files = Files.list(SHIPPED)) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".yaml")).toList()) {
                String name = file.getFileName().toString().replace(".yaml", "");
                names.add(name);
                String text = Files.readString(file);
                assertThat(read(text).name()).isEqualTo(name);
                assertThat(text).as("its use stands first").startsWith("# ").contains("#   $ ");
                assertThat(GuardCommand.shipped(name)).isEqualTo(text);
            }
        }
        assertThat(names).containsExactlyInAnyOrderElementsOf(GuardCommand.SHIPPED);
    }

    @Test
    void the_schema_for_editors_knows_the_same_keys() throws Exception {
        JsonNode schema =
                new ObjectMapper().readTree(SHIPPED.resolve("guard.schema.json").toFile());
        assertThat(names(schema.path("properties"))).containsExactlyInAnyOrderElementsOf(GuardReader.KEYS);
        assertThat(names(schema.path("$defs").path("rule").path("properties")))
                .containsExactlyInAnyOrderElementsOf(GuardReader.RULE_KEYS);
        String when = schema.path("$defs")
                .path("rule")
                .path("properties")
                .path("when")
                .path("description")
                .asText();
        for (Gauge gauge : Gauge.values()) {
            assertThat(when).contains(gauge.typed());
        }
    }

    private static List<String> names(JsonNode node) {
        List<String> names = new ArrayList<>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }

    /** Whatever stands in a guard, it is refused with a place, or is one. */
    @Test
    void no_text_breaks_it() throws Exception {
        String whole = Files.readString(SHIPPED.resolve("leaks.yaml"));
        String[] words = (whole + " grows for count( ) > % / {{ }} [ ] ' \" : - & * ! | \u0000 \u202e")
                .split("(?<=\\W)|(?=\\W)", -1);
        Random random = new Random(7);
        for (int i = 0; i < 150; i++) {
            List<String> mixed = new ArrayList<>(Arrays.asList(whole.split("(?<=\\W)|(?=\\W)")));
            for (int j = 0; j <= random.nextInt(4); j++) {
                mixed.set(random.nextInt(mixed.size()), words[random.nextInt(words.length)]);
            }
            try {
                assertThat(read(String.join("", mixed)).rules()).isNotEmpty();
            } catch (PlaybookError e) {
                assertThat(e.problems()).isNotEmpty().allSatisfy(problem -> {
                    assertThat(problem.at().line()).isPositive();
                    assertThat(problem.at().column()).isPositive();
                });
            }
        }
    }
}
