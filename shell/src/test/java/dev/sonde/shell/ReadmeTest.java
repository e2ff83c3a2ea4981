package dev.sonde.shell;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sonde.commands.catalogue.CommandTable;
import dev.sonde.commands.catalogue.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the README says of the commands is what they declare. */
final class ReadmeTest {

    private static final Path README = Path.of("..", "README.md");
    private static final String BEGIN = "<!-- commands -->\n";
    private static final String END = "<!-- /commands -->";

    private static final List<String> MODULES =
            List.of("attach/wire", "attach/agent", "attach/weave", "attach/jvm", "commands", "shell", "scripts/demo");

    /** {@code mvn test -pl shell -am -Dtest=ReadmeTest -Dsurefire.failIfNoSpecifiedTests=false -Dreadme.write} writes it. */
    @Test
    void the_table_of_commands_is_the_one_that_they_declare() throws Exception {
        String readme = Files.readString(README);
        int begin = readme.indexOf(BEGIN) + BEGIN.length();
        int end = readme.indexOf(END);
        String table = CommandTable.markdown(Commands.all());
        if (System.getProperty("readme.write") != null) {
            Files.writeString(README, readme.substring(0, begin) + table + readme.substring(end));
            return;
        }
        assertThat(readme.substring(begin, end))
                .as("the table in the README; -Dreadme.write writes it")
                .isEqualTo(table);
    }

    @Test
    void the_ten_steps_name_classes_and_methods_that_there_are() throws Exception {
        String readme = Files.readString(README);
        String steps =
                readme.substring(readme.indexOf("### One line, in ten steps"), readme.indexOf("### Adding a command"));
        Map<String, Path> sources = sources();
        Matcher named =
                Pattern.compile("`(?:[a-z/…]+/)?([A-Z]\\w+)(?:\\.(\\w+))?`").matcher(steps);
        int count = 0;
        while (named.find()) {
            assertThat(sources).containsKey(named.group(1));
            if (named.group(2) != null) {
                assertThat(sources.get(named.group(1))).content().contains(" " + named.group(2) + "(");
            }
            count++;
        }
        assertThat(count).isGreaterThan(20);
    }

    @Test
    void the_command_that_it_shows_is_the_one_that_there_is() throws Exception {
        String readme = Files.readString(README);
        int begin = readme.indexOf("/** {@code jvm}");
        String command = readme.substring(begin, readme.indexOf("```", begin));
        assertThat(sources().get("JvmCommand")).content().endsWith(command);
    }

    /** Sources by the name of their class. */
    private static Map<String, Path> sources() throws IOException {
        Map<String, Path> sources = new HashMap<>();
        for (String module : MODULES) {
            try (Stream<Path> files = Files.walk(Path.of("..", module, "src", "main", "java"))) {
                files.filter(file -> file.toString().endsWith(".java"))
                        .forEach(file ->
                                sources.put(file.getFileName().toString().replace(".java", ""), file));
            }
        }
        return sources;
    }
}
