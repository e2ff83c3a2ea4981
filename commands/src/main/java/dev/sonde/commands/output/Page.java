package dev.sonde.commands.output;

import java.time.ZoneId;

/** Where a row that is more than a line of a table writes itself. */
public interface Page {

    /** One line; wrapped below its own indentation where a terminal is too narrow, never in a pipe. */
    void line(Text text);

    /** The same, what is wrapped standing below the given column: for a text behind a label. */
    void line(Text text, int indent);

    /** The columns there are; very many in a pipe. */
    int columns();

    /** In which times are shown. */
    ZoneId zone();

    default void line(String untrusted) {
        line(Text.of(untrusted));
    }
}
