package dev.sonde.commands.output;

/** Where finished lines go: the standard output or error of one line's caller. Bounded by whoever gives it; never blocks for long. */
@FunctionalInterface
public interface Sink {

    /** One line, without its end. Holds nothing that a terminal would obey but the colours we put there. */
    void line(String text);
}
