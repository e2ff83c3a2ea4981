package dev.sonde.commands.play;

import java.util.List;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.nodes.ScalarNode;

/** A text of a file, which knows where in the file each of its characters stands. */
public final class Written {

    private final String text;
    private final At start;
    private final int indent;
    private final List<String> lines;

    /**
     * @param indent columns that do not count before each line after the first
     * @param lines as they stand in the file, the first from its start on; folding them made blanks of their ends
     */
    private Written(String text, At start, int indent, List<String> lines) {
        this.text = text;
        this.start = start;
        this.indent = indent;
        this.lines = lines;
    }

    /** @param file the lines of the file */
    static Written of(ScalarNode node, List<String> file) {
        int line = node.getStartMark().getLine();
        int column = node.getStartMark().getColumn();
        int last = Math.min(node.getEndMark().getLine(), file.size() - 1);
        ScalarStyle style = node.getScalarStyle();
        if (style == ScalarStyle.LITERAL || style == ScalarStyle.FOLDED) {
            int first = Math.min(line + 1, file.size() - 1);
            int indent = indent(file.get(first));
            return new Written(node.getValue(), new At(first + 1, indent + 1), indent, file.subList(first, last + 1));
        }
        int quote = style == ScalarStyle.PLAIN ? 0 : 1;
        return new Written(
                node.getValue(), new At(line + 1, column + 1 + quote), 0, file.subList(line, Math.max(line, last) + 1));
    }

    /** One that stands in no file. */
    static Written of(String text) {
        return new Written(text, At.START, 0, List.of(text));
    }

    private static int indent(String line) {
        return line.length() - line.stripLeading().length();
    }

    public String text() {
        return text;
    }

    public At at() {
        return start;
    }

    /**
     * Where one of its characters stands.
     *
     * @param offset into the text, from 0
     */
    public At at(int offset) {
        int rest = Math.max(0, offset);
        for (int i = 0; i < lines.size(); i++) {
            int before = i == 0 && indent == 0 ? start.column() - 1 : indent > 0 ? indent : indent(lines.get(i));
            int length = Math.max(0, lines.get(i).length() - before);
            if (rest <= length || i == lines.size() - 1) {
                return new At(start.line() + i, before + 1 + rest);
            }
            rest -= length + 1;
        }
        return start;
    }

    /** A part of it. */
    public Written part(int from, int to) {
        At at = at(from);
        return lines.size() == 1 || !text.substring(from, to).contains("\n")
                ? new Written(
                        text.substring(from, to),
                        at,
                        0,
                        List.of(" ".repeat(at.column() - 1) + text.substring(from, to)))
                : new Written(
                        text.substring(from, to), at, indent, lines.subList(at.line() - start.line(), lines.size()));
    }

    /** Another text of the same length in its place. */
    public Written saying(String other) {
        return new Written(other, start, indent, lines);
    }

    @Override
    public String toString() {
        return text;
    }
}
