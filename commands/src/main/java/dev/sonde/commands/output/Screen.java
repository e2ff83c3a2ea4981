package dev.sonde.commands.output;

import java.time.ZoneId;
import java.util.OptionalInt;

/**
 * What the reader has in front of him.
 *
 * @param columns of the terminal; empty for a pipe, where nothing is cut or wrapped
 * @param colour whether colours may be used
 * @param zone in which times are shown
 */
public record Screen(OptionalInt columns, boolean colour, ZoneId zone) {

    private static final int NARROWEST = 20;
    private static final int WIDEST = 1_000;

    /** A terminal. What a client says of its width is clamped. */
    public static Screen terminal(int columns, boolean colour) {
        return new Screen(
                OptionalInt.of(Math.max(NARROWEST, Math.min(WIDEST, columns))), colour, ZoneId.systemDefault());
    }

    public static Screen pipe() {
        return new Screen(OptionalInt.empty(), false, ZoneId.systemDefault());
    }
}
