package dev.sonde.commands.play;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sonde.commands.Cancel;
import dev.sonde.commands.Catalogue;
import dev.sonde.commands.FakeContext;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Input;
import dev.sonde.commands.Line;
import dev.sonde.commands.UsageError;
import dev.sonde.commands.catalogue.Commands;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is wrong with a playbook is told with its place, all of it, and before anything runs. */
final class PlaybookCheckTest {

    private static final Catalogue COMMANDS = Commands.all();
    static final Path SHIPPED = Path.of("..", "scripts", "playbooks");

    static CheckedPlaybook check(String text, String... given) throws UsageError, PlaybookError {
        return Checker.check(COMMANDS, PlaybookReader.read("book.yaml", text), List.of(given));
    }

    /** @param text {@code |} ends a line, and two blanks begin a step */
    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "steps: [] ~ 1:8: steps: a list of steps is expected, each after a dash",
                "name: x ~ 1:1: steps: is missing",
                "name: X Y|steps:|- line: ps ~ 1:7: name: has small letters, digits and dashes",
                "name: x|steps: 3 ~ 2:8: steps: a list of steps is expected, each after a dash",
                "name: x|step:|- line: ps ~ 2:1: no key is called step; near: steps",
                "name: x|steps:|- lien: ps ~ 3:3: no key is called lien; near: line",
                "name: x|steps:|- line: ps|  line: ps ~ 4:3: line: is there twice",
                "name: x|steps:|- line: 'ps ~ 3:12: not YAML: found unexpected end of stream",
                "name: x|steps:|- line: jvm|  let: {a: 1}|  say: 'x'|  expect: true ? true : false ~ 6:23: not YAML: a value with a colon and a blank in it is put into quotes, or below >-",
                "name: x|steps:|- line: thraeds ~ 3:9: no command is called thraeds; near: threads",
                "name: x|steps:|- line: threads --dpeth 3 ~ 3:9: threads: no option is called --dpeth; near: --depth",
                "name: x|steps:|- line: threads --depth many ~ 3:9: threads: --depth: 'many' is not a count such as 16",
                "name: x|steps:|- line: play health ~ 3:9: play: is no step of a playbook",
                "name: x|steps:|- line: exit ~ 3:9: exit: is no step of a playbook",
                "name: x|steps:|- line: jvm|  expect: rows.all(r, r.hepUsedBytes > 0) ~ 4:25: no field is called hepUsedBytes; near: heapUsedBytes, usedBytes",
                "name: x|steps:|- line: jvm|  expect: size(row) > 0 ~ 4:16: nothing is called row; near: rows",
                "name: x|steps:|- line: jvm|  expect: sizes(rows) > 0 ~ 4:16: no function is called sizes; there are by, class_of",
                "name: x|steps:|- line: jvm|  expect: size(rows) ~ 4:11: expect: is a whole number, and not true or false",
                "name: x|steps:|- line: jvm|  expect: rows[0].name > 3 ~ 4:24: '>' does not go with string, int",
                "name: x|steps:|- line: jvm|  expect: size(rows) > ~ 4:23: it ends where more is needed",
                "name: x|steps:|- line: jvm|  say: there are ${size(rows} ~ 4:29: it ends where more is needed",
                "name: x|steps:|- line: jvm|  say: there are ${size(rows) ~ 4:18: the ${ is not closed by a }",
                "name: x|steps:|- expect: later.exit == 0|- name: later|  line: ps ~ 3:11: nothing is called later; there are target",
                "name: x|steps:|- name: one|  line: ps|- name: one|  line: ps ~ 5:9: the step one has the name of something before it",
                "name: x|steps:|- name: rows|  line: ps ~ 3:9: the step rows has a name that means something else already",
                "name: x|steps:|- name: a-b|  line: ps ~ 3:9: name: has letters, digits and underscores, and begins with no digit",
                "name: x|steps:|- line: ps|  repeat: often ~ 4:11: repeat: 'often' is not a count from 1 to 10,000",
                "name: x|steps:|- line: ps|  every: 5s ~ 4:10: every: stands with repeat",
                "name: x|steps:|- line: ps|  timeout: long ~ 4:12: timeout: 'long' is not a duration such as 500ms, 30s, 5m or 1h",
                "name: x|steps:|- line: ps|  on-fail: explode ~ 4:12: on-fail: 'explode' is not one of stop, continue, goto STEP",
                "name: x|steps:|- line: ps|  on-fail: goto end ~ 4:17: on-fail: no step after this one is called end",
                "name: x|steps:|- say: x|  sure: maybe ~ 4:9: sure: 'maybe' is not one of certain, likely, perhaps",
                "name: x|steps:|- name: nothing ~ 3:3: a step has one of line, parallel, expect, let, say, ask",
                "name: x|steps:|- foreach: 3|  line: ps ~ 3:12: foreach: is a whole number, and not a list",
                "name: x|steps:|- parallel:|  - {name: a, line: ps}|  - {name: b, expect: a.exit == 0} ~ 5:23: nothing is called a; there are target",
                "name: x|inputs: {slow: {type: real}}|steps:|- line: ps ~ 2:23: 'real' is not one of text, count, number, flag, duration",
                "name: x|inputs: {slow: {type: count, default: x}}|steps:|- line: ps ~ 2:39: 'x' is not a count such as 16",
                "name: x|steps:|- line: >-|    threads|    --depth x ~ 4:5: threads: --depth: 'x' is not a count such as 16",
                "name: x|steps:|- line: jvm|  expect: >-|    size(rows) > 0|    && rows[0].pdi > 0 ~ 6:16: no field is called pdi; near: pid",
            })
    void says_where_a_playbook_is_wrong(String text, String message) {
        assertThatThrownBy(() -> check(text.replace("|", "\n")))
                .isInstanceOf(PlaybookError.class)
                .hasMessageStartingWith("book.yaml:" + message);
    }

    @Test
    void tells_all_that_is_wrong_in_the_order_of_the_file() {
        assertThatThrownBy(() -> check("name: x\nsteps:\n- line: thraeds\n- line: jvm\n  expect: foo\n"))
                .isInstanceOfSatisfying(PlaybookError.class, e -> assertThat(e.problems())
                        .extracting(problem -> problem.at().toString())
                        .containsExactly("3:9", "5:11"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "slow=x ~ slow: 'x' is not a number such as 1.5",
                "slwo=1 ~ x has no input called slwo; near: slow",
                "slow ~ slow: no value is given; slow=1 would be one",
                "'' ~ x needs slow=…: how slow",
            })
    void refuses_inputs_that_do_not_fit(String given, String message) {
        String text = "name: x\ninputs: {slow: {type: number, about: how slow}}\nsteps:\n- line: ps\n";
        assertThatThrownBy(() -> check(text, given.isEmpty() ? new String[0] : new String[] {given}))
                .isInstanceOf(UsageError.class)
                .hasMessage(message);
    }

    @Test
    void knows_the_highest_grant_of_its_steps_before_it_runs() throws Exception {
        assertThat(check("name: x\nsteps:\n- line: jvm\n").needs()).isEqualTo(Grant.OBSERVE);
        assertThat(check("name: x\nsteps:\n- line: jvm\n- parallel:\n  - line: watch A b --to-string\n  - line: jvm\n")
                        .needs())
                .isEqualTo(Grant.MUTATE);
    }

    @Test
    void parses_a_line_with_the_values_that_it_will_have() throws Exception {
        String text = "name: x\ninputs: {time: {default: 3s}}\nsteps:\n- line: count A b --for ${time}\n";
        assertThatCode(() -> check(text, "time=5s")).doesNotThrowAnyException();
        assertThatThrownBy(() -> check(text, "time=soon"))
                .hasMessage("book.yaml:4:9: count: --for: 'soon' is not a duration such as 500ms, 30s, 5m or 1h");
    }

    static Stream<String> shipped() {
        return Library.SHIPPED.stream();
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void nothing_is_wrong_with_what_ships(String name) throws Exception {
        String text = Files.readString(SHIPPED.resolve(name + ".yaml"));
        CheckedPlaybook playbook = Checker.check(COMMANDS, PlaybookReader.read(name, text));
        assertThat(playbook.written().name()).isEqualTo(name);
        assertThat(playbook.written().about()).isNotBlank().doesNotEndWith(".");
        assertThat(text).as("its use and a sample stand first").startsWith("# ").contains("#   $ ");
        assertThat(Library.shipped(name)).isPresent();
    }

    @Test
    void the_list_of_what_ships_is_the_folder() throws Exception {
        try (Stream<Path> files = Files.list(SHIPPED)) {
            assertThat(files.map(file -> file.getFileName().toString())
                            .filter(file -> file.endsWith(".yaml"))
                            .map(file -> file.replace(".yaml", "")))
                    .containsExactlyInAnyOrderElementsOf(Library.SHIPPED);
        }
    }

    @Test
    void the_schema_for_editors_knows_the_same_keys() throws Exception {
        JsonNode schema = new ObjectMapper()
                .readTree(SHIPPED.resolve("playbook.schema.json").toFile());
        assertThat(names(schema.path("properties"))).containsExactlyInAnyOrderElementsOf(PlaybookReader.KEYS);
        assertThat(names(schema.path("$defs").path("step").path("properties")))
                .containsExactlyInAnyOrderElementsOf(PlaybookReader.STEP_KEYS);
        assertThat(names(schema.path("$defs").path("input").path("properties")))
                .containsExactlyInAnyOrderElementsOf(PlaybookReader.INPUT_KEYS);
    }

    private static Iterable<String> names(JsonNode node) {
        return node::fieldNames;
    }

    @Test
    void what_play_new_writes_is_sound() throws Exception {
        assertThatCode(() -> check(PlayNewCommand.SKELETON.replace("NAME", "mine")))
                .doesNotThrowAnyException();
    }

    /** Pieces of a sound playbook, each of which is made wrong in a way of its own. */
    private static final String SOUND = """
            name: sound
            inputs:
              least: {type: count, default: 3}
            steps:
              - name: dump
                line: threads --depth 4
                let: {busy: "rows.filter(r, has(r.cpuPercent) && r.cpuPercent > 50.0)"}
              - name: few
                when: size(busy) > 0
                expect: size(busy) < least
                say: "${size(busy)} threads are busy"
                sure: likely
                on-fail: continue
              - line: jvm
                repeat: 2
                every: 1s
                timeout: 30s
            held: "${size(busy)} busy"
            """;

    /** What no place in that text can bear. */
    private static final List<String> POISON = List.of(
            "\t@",
            "{{",
            "]]",
            "'",
            "\u0000",
            "&a *b",
            "? :",
            "- - x: [",
            "${",
            ": :",
            "!!js x",
            "\\ \"",
            "}} >",
            "*nobody");

    @Test
    void refuses_five_hundred_malformed_ones_each_with_a_place() throws Exception {
        assertThatCode(() -> check(SOUND)).doesNotThrowAnyException();
        Random random = new Random(42);
        int refused = 0;
        for (int i = 0; refused < 500; i++) {
            assertThat(i).as("mutants that are wrong").isLessThan(3_000);
            String mutant = mutant(random);
            try {
                check(mutant);
            } catch (PlaybookError e) {
                refused++;
                assertThatThrownBy(() -> played(mutant))
                        .as(mutant)
                        .isInstanceOf(UsageError.class)
                        .hasMessageStartingWith("input:" + e.problems().get(0).at() + ": ");
                assertThat(e.problems()).as(mutant).isNotEmpty().allSatisfy(problem -> {
                    assertThat(problem.at().line())
                            .isBetween(1, mutant.lines().toList().size() + 2);
                    assertThat(problem.at().column()).isPositive();
                    assertThat(problem.text()).isNotBlank().doesNotContain("Exception", "dev.cel", "org.yaml");
                });
            }
        }
    }

    /** As it is played from the standard input, where no line can run. */
    private static void played(String text) throws Exception {
        FakeContext context = new FakeContext();
        context.input = new Input() {
            @Override
            public boolean person() {
                return false;
            }

            @Override
            public boolean yes(Cancel cancel) {
                return false;
            }

            @Override
            public String all(int mostBytes) {
                return text;
            }
        };
        COMMANDS.parse(Line.of("play", "-", "--on", "*")).body().run(context);
    }

    private static String mutant(Random random) {
        List<String> lines = new java.util.ArrayList<>(SOUND.lines().toList());
        int at = random.nextInt(lines.size());
        String line = lines.get(at);
        switch (random.nextInt(5)) {
            case 0 -> lines.remove(at);
            case 1 -> lines.set(at, line + POISON.get(random.nextInt(POISON.size())));
            case 2 -> {
                int cut = random.nextInt(line.length() + 1);
                lines.set(at, line.substring(0, cut) + POISON.get(random.nextInt(POISON.size())) + line.substring(cut));
            }
            case 3 -> lines.set(at, line.substring(0, random.nextInt(line.length() + 1)));
            default -> {
                int cut = random.nextInt(line.length());
                lines.set(at, line.substring(0, cut) + (char) ('a' + random.nextInt(26)) + line.substring(cut + 1));
            }
        }
        return String.join("\n", lines) + "\n";
    }
}
