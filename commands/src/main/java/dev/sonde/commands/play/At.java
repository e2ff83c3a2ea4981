package dev.sonde.commands.play;

/** A place in a file; line and column from 1. */
public record At(int line, int column) {

    static final At START = new At(1, 1);

    @Override
    public String toString() {
        return line + ":" + column;
    }
}
