package dev.sonde.shell;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sonde.commands.catalogue.CommandTable;
import dev.sonde.commands.catalogue.Commands;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What the README says of the commands is what they declare. */
final class ReadmeTest {

    private static final Path README = Path.of("..", "README.md");
    private static final String BEGIN = "<!-- commands -->\n";
    private static final String END = "<!-- /commands -->";

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
}
