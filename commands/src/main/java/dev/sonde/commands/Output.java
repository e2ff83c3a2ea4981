package dev.sonde.commands;

import java.util.Map;

/** Where a command's rows go. A command does not know who reads them: a terminal, a pipe, a playbook. Thread-safe. */
public interface Output {

    /**
     * Hands over one row. Never blocks for longer than a bounded queue takes to say that it is full; a row that does not fit
     * is dropped and counted, and the reader is told.
     */
    void row(Row row);

    /** A sentence for the person, apart from the data: progress, a warning. */
    void notice(String text);

    /**
     * A notice for the person that has numbers for a program.
     *
     * @param counts by the names that they have in JSON
     */
    default void notice(String text, Map<String, Long> counts) {
        notice(text);
    }

    /** What goes on just now: shown to a person at a terminal until the next line, and to nobody else. */
    default void progress(String text) {}
}
