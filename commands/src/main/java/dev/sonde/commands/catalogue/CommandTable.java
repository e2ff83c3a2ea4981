package dev.sonde.commands.catalogue;

import dev.sonde.commands.Catalogue;
import java.util.Locale;

/** The table of the commands in Markdown, as it stands in the README. */
public final class CommandTable {

    private CommandTable() {}

    /** The whole table, header first, each line ended. */
    public static String markdown(Catalogue catalogue) {
        StringBuilder table =
                new StringBuilder("| command | what it does | needs | for example |\n|---|---|---|---|\n");
        for (Catalogue.Entry entry : catalogue.entries()) {
            String example = entry.examples().isEmpty() ? "" : entry.examples().get(0);
            table.append("| `%s` | %s | %s | `%s` |%n"
                    .formatted(
                            entry.name(),
                            cell(entry.description()),
                            entry.needs().name().toLowerCase(Locale.ROOT),
                            cell(example))
                    .replace(System.lineSeparator(), "\n"));
        }
        return table.toString();
    }

    /** A bar would end the cell. */
    private static String cell(String text) {
        return text.replace("|", "\\|");
    }
}
