package dev.sonde.weave.source;

import java.util.List;
import java.util.OptionalInt;

/** The source of a class, line by line, each with its line in the class file, which is the one that stack traces tell. */
public record SourceText(List<Line> lines) {

    /**
     * One line of text.
     *
     * @param number the line number that the class file has for it; empty where it has none: a brace, a declaration
     */
    public record Line(OptionalInt number, String text) {}

    public SourceText {
        lines = List.copyOf(lines);
    }

    /** A source file as it was compiled: its lines are those of the class file. */
    public static SourceText ofFile(String text) {
        List<String> all = text.lines().toList();
        List<Line> lines = new java.util.ArrayList<>(all.size());
        for (int i = 0; i < all.size(); i++) {
            lines.add(new Line(OptionalInt.of(i + 1), all.get(i)));
        }
        return new SourceText(lines);
    }

    /** Some of the lines, from the first of the given indices to the second, both included. */
    public SourceText between(int first, int last) {
        return new SourceText(lines.subList(Math.max(0, first), Math.min(lines.size(), last + 1)));
    }
}
