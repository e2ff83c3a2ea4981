package dev.sonde.commands.debug;

import dev.sonde.commands.Row;

/** A line that is run whenever a breakpoint has stopped a thread. */
record OnRow(int breakpoint, String line) implements Row {

    @Override
    public String type() {
        return "on";
    }
}
