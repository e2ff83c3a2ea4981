package dev.sonde.commands.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sonde.commands.Catalogue;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Line;
import dev.sonde.commands.Needs;
import dev.sonde.commands.UsageError;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine.Model.OptionSpec;

/** What holds for every command, and how a wrong line is refused. */
class CatalogueTest {

    private static final Commands COMMANDS = (Commands) Commands.all();

    static Stream<String> every_command() {
        return COMMANDS.entries().stream().map(Catalogue.Entry::name);
    }

    @ParameterizedTest
    @MethodSource("every_command")
    void says_what_it_does_and_what_it_needs(String name) throws Exception {
        Declaration command = COMMANDS.declaration(name);
        assertThat(command.entry().description()).isNotBlank().doesNotEndWith(".");
        assertThat(command.maker().get().getClass().getAnnotation(Needs.class)).isNotNull();
        assertThat(command.entry().synopsis()).startsWith(name);
        assertThat(command.options()).allSatisfy(option -> assertThat(String.join(" ", option.description()))
                .isNotBlank());
    }

    @ParameterizedTest
    @MethodSource("every_command")
    void has_examples_that_parse(String name) throws Exception {
        Catalogue.Entry entry = COMMANDS.find(name).orElseThrow();
        assertThat(entry.examples()).isNotEmpty();
        for (String example : entry.examples()) {
            List<String> words = Line.parse(example).words();
            assertThat(String.join(" ", words) + " ").startsWith(name + " ");
            assertThat(COMMANDS.parse(Line.parse(example)).command()).isEqualTo(entry);
        }
    }

    @ParameterizedTest
    @MethodSource("every_command")
    void takes_json_and_help(String name) throws Exception {
        Catalogue.Invocation help = COMMANDS.parse(Line.of(name, "--help"));
        assertThat(help.help()).isTrue();
        Catalogue.Invocation both = COMMANDS.parse(Line.of(name, "--json", "--help"));
        assertThat(both.json()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("every_command")
    void names_its_options_in_kebab_case(String name) throws Exception {
        assertThat(COMMANDS.declaration(name).options().stream()
                        .map(OptionSpec::names)
                        .flatMap(Arrays::stream))
                .allMatch(option -> option.matches("--[a-z]+(-[a-z]+)*|-[a-z]"));
    }

    @ParameterizedTest
    @MethodSource("every_command")
    void has_help_that_fits_the_terminal(String name) throws Exception {
        for (int columns : new int[] {40, 80, 200}) {
            assertThat(COMMANDS.help(name, columns).lines()).allSatisfy(line -> assertThat(line.length())
                    .as("%d columns: %s", columns, line)
                    .isLessThanOrEqualTo(columns));
        }
        assertThat(COMMANDS.help(name, 80)).contains("Needs the grant").contains("Exit codes");
    }

    @ParameterizedTest
    @MethodSource("every_command")
    void starts_each_line_with_a_fresh_instance(String name) throws Exception {
        assertThat(COMMANDS.parse(Line.of(name, "--help")).body())
                .isNotSameAs(COMMANDS.parse(Line.of(name, "--help")).body());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "threads --depth x | threads: --depth: 'x' is not a count such as 16",
                "threads --depth -1 | threads: --depth: '-1' is not a count such as 16",
                "threads --depth | threads: --depth: D is missing",
                "threads --state asleep | threads: --state: 'asleep' is not one of new, runnable, blocked, waiting, timed_waiting, terminated",
                "threads --interval 5 | threads: --interval: '5' is not a duration such as 500ms, 30s, 5m or 1h",
                "threads --group --blocked | threads: either --group or --blocked is accepted",
                "threads a b | threads: 'b' is one word too many",
                "threads --dpeth 3 | threads: no option is called --dpeth; near: --depth",
                "thread | no command is called thread; near: threads",
                "frobnicate | no command is called frobnicate; help lists them",
                "watch A | watch: METHOD is missing, as in watch OrderService place -n 3",
                "watch | watch: CLASS is missing, as in watch OrderService place -n 3",
                "watch A b --when | watch: --when: COND is missing",
                "watch A b --when --json | watch: --when: COND is missing",
                "watch A b --max-bytes lots | watch: --max-bytes: 'lots' is not a size such as 4096, 64k or 1m",
                "watch A b --depth 99 | watch: --depth: '99' is not between 0 and 32",
                "watch A b -n 0 | watch: -n: '0' is not a count from 1 on",
                "watch A b -n 2 -n 3 | watch: -n: is given twice",
                "watch A b --when c > 1 | watch: '>' alone is no expression; one with blanks in it stands in quotes: 'quantity > 1'",
                "watch A b --for 0s | watch: --for: '0s' is not between 1ms and 30d",
                "watch A b --entry=maybe | watch: --entry: takes no value",
                "clear | clear: either IDs or --all is accepted",
                "clear 1 --all | clear: either IDs or --all is accepted",
                "classes | classes: CLASS is missing, as in classes '*Order*'",
                "classes A -n 0 | classes: -n: '0' is not between 1 and 100,000",
                "source A b --decompile --source-path src | source: either --decompile or --source-path is accepted",
                "fields A --depth 99 | fields: --depth: '99' is not between 0 and 32",
                "instances A -n 0 | instances: -n: '0' is not between 1 and 10,000",
                "instances A --max-pause 1h | instances: --max-pause: is not between 1ms and 10m",
                "profile cpu --trace-id 4711 | profile: --trace-id: an engine samples stacks, and knows neither requests nor variables: of its samples only the thread is known (--thread). watch, trace and stack look at the calls of one request",
                "profile live --thread main | profile: --thread: of what is alive nobody knows the thread any more; alloc tells it",
                "top ../etc | top: '../etc' is not the number of a profile such as 7, not two such as 3..7, not the name of a file among your recordings on the server, and not - for the standard input",
                "diff | diff: the profile before is missing, as in diff 3 7",
                "diff --base 1 2 3 | diff: either --base and the one after, or the one before and the one after are accepted",
                "export 7 --format svg | export: --format: 'svg' is not one of pprof, collapsed, jfr, html, speedscope, json, perfetto",
                "heap dump | heap dump: FILE is missing, as in heap dump before-restart --live",
                "web --port 70000 | web: --port: '70000' is not between 1 and 65,535",
                "count A | count: METHOD is missing, as in count OrderService place --every 1s --for 3s",
            })
    void refuses_a_wrong_line_in_words_that_help(String line, String message) {
        assertThatThrownBy(() -> COMMANDS.parse(Line.parse(line)))
                .isInstanceOf(UsageError.class)
                .hasMessage(message);
    }

    @Test
    void reads_no_files_and_no_environment_for_a_login() throws Exception {
        assertThat(COMMANDS.parse(Line.of("watch", "@/etc/passwd", "${sys:user.home}", "${env:PATH}"))
                        .command()
                        .name())
                .isEqualTo("watch");
        assertThatThrownBy(() -> COMMANDS.parse(Line.of("threads", "--depth", "@/etc/hostname")))
                .hasMessage("threads: --depth: '@/etc/hostname' is not a count such as 16");
    }

    @Test
    void takes_expressions_that_start_with_a_dash_after_two_dashes() throws Exception {
        assertThat(COMMANDS.parse(Line.of("watch", "A", "b", "--", "-quantity")).json())
                .isFalse();
    }

    @Test
    void understands_what_fingers_know_from_elsewhere() throws Exception {
        assertThat(COMMANDS.parse(Line.of("quit")).command().name()).isEqualTo("exit");
        assertThat(COMMANDS.parse(Line.of("?", "watch")).command().name()).isEqualTo("help");
        assertThat(COMMANDS.parse(Line.of("b", "OrderService.place")).command().name())
                .isEqualTo("break");
        assertThat(COMMANDS.parse(Line.of("bt")).command().name()).isEqualTo("stack");
        assertThat(COMMANDS.parse(Line.of("info", "locals")).command().name()).isEqualTo("locals");
        assertThat(COMMANDS.find("logout")).isPresent();
        assertThat(COMMANDS.parse(Line.of("play", "baseline", "save", "orders", "OrderService.place"))
                        .command()
                        .name())
                .isEqualTo("baseline save");
        assertThat(COMMANDS.parse(Line.of("play", "baseline", "name=orders"))
                        .command()
                        .name())
                .isEqualTo("play");
        assertThat(COMMANDS.entries()).extracting(Catalogue.Entry::name).doesNotContain("quit", "?", "logout");
    }

    @Test
    void knows_which_grant_is_needed() {
        assertThat(COMMANDS.find("watch").orElseThrow().needs()).isEqualTo(Grant.INSTRUMENT);
        assertThat(COMMANDS.find("threads").orElseThrow().needs()).isEqualTo(Grant.OBSERVE);
        // It stops the whole JVM for a while.
        assertThat(COMMANDS.find("instances").orElseThrow().needs()).isEqualTo(Grant.SUSPEND);
        // They load the agent.
        assertThat(COMMANDS.find("classes").orElseThrow().needs()).isEqualTo(Grant.INSTRUMENT);
        assertThat(COMMANDS.find("threads").orElseThrow().wantsTarget()).isTrue();
        assertThat(COMMANDS.find("ps").orElseThrow().wantsTarget()).isFalse();
    }

    @Test
    void writes_the_table_for_the_readme() {
        assertThat(CommandTable.markdown(COMMANDS))
                .startsWith("| command | what it does | needs | for example |\n|---|---|---|---|\n| `ps` | ")
                .endsWith("|\n");
    }
}
