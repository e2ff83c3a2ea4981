package dev.sonde.commands.output;

import java.util.ArrayList;
import java.util.List;

/** One line being put together from pieces. What is added is made safe here, so a caller may add what a target said. */
public final class Text {

    private record Piece(String safe, Style style) {}

    private final List<Piece> pieces = new ArrayList<>();

    public static Text of(String untrusted) {
        return new Text().add(untrusted);
    }

    public Text add(String untrusted) {
        return add(untrusted, Style.PLAIN);
    }

    public Text add(String untrusted, Style style) {
        if (!untrusted.isEmpty()) {
            pieces.add(new Piece(SafeText.of(untrusted), style));
        }
        return this;
    }

    public Text add(Text other) {
        pieces.addAll(other.pieces);
        return this;
    }

    /** In columns of a terminal. */
    public int width() {
        return pieces.stream().mapToInt(piece -> SafeText.width(piece.safe)).sum();
    }

    /** This in at most so many columns; what was cut away is marked by {@code …}. */
    public Text cut(int columns) {
        if (width() <= columns) {
            return this;
        }
        Text cut = new Text();
        int room = columns - 1;
        for (Piece piece : pieces) {
            int fitting = SafeText.fitting(piece.safe, room);
            cut.pieces.add(new Piece(piece.safe.substring(0, fitting), piece.style));
            if (fitting < piece.safe.length()) {
                break;
            }
            room -= SafeText.width(piece.safe);
        }
        return cut.add("…", Style.FAINT);
    }

    /** Without style. */
    public String plain() {
        return render(false);
    }

    boolean isEmpty() {
        return pieces.isEmpty();
    }

    /** As it is sent, on one line. */
    public String render(boolean colour) {
        StringBuilder line = new StringBuilder();
        pieces.forEach(piece -> line.append(piece.style.paint(piece.safe, colour)));
        return line.toString();
    }

    /** In as many lines of at most {@code columns} as it needs, those after the first indented. Breaks at blanks if it can. */
    List<Text> wrap(int columns, int indent) {
        List<Text> lines = new ArrayList<>();
        Text line = new Text();
        int room = columns;
        for (Piece piece : pieces) {
            String rest = piece.safe;
            while (SafeText.width(rest) > room) {
                int fitting = SafeText.fitting(rest, room);
                int blank = rest.lastIndexOf(' ', fitting);
                boolean atBlank = blank > 0 && blank >= fitting / 2;
                // A piece that would fit a line of its own is not torn for the sake of the one before it.
                boolean keepWhole = !atBlank && room < columns - indent && SafeText.width(rest) <= columns - indent;
                int end = keepWhole ? 0 : atBlank ? blank : Math.max(fitting, line.isEmpty() ? 1 : 0);
                line.pieces.add(new Piece(rest.substring(0, end), piece.style));
                lines.add(line);
                line = new Text();
                line.pieces.add(new Piece(" ".repeat(indent), Style.PLAIN));
                rest = rest.substring(end).stripLeading();
                room = columns - indent;
            }
            line.pieces.add(new Piece(rest, piece.style));
            room -= SafeText.width(rest);
        }
        lines.add(line);
        return lines;
    }

    @Override
    public String toString() {
        return render(false);
    }
}
