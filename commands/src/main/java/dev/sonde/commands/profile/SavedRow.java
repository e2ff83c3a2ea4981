package dev.sonde.commands.profile;

import dev.sonde.commands.Row;

/** Where a file was saved. */
record SavedRow(String file) implements Row {

    @Override
    public String type() {
        return "saved";
    }
}
