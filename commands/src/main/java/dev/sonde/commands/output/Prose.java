package dev.sonde.commands.output;

import dev.sonde.commands.Row;

/** A row that a person reads as lines of its own and not as a line of a table: a hit, a stack. Printed at once. */
public interface Prose extends Row {

    void tell(Page page);
}
