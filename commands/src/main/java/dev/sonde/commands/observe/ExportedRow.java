package dev.sonde.commands.observe;

import dev.sonde.commands.Row;
import dev.sonde.commands.output.Shown;

/** A file that was written on the bastion. */
record ExportedRow(@Shown(keepEnd = true) String file, int records) implements Row {

    @Override
    public String type() {
        return "export";
    }
}
