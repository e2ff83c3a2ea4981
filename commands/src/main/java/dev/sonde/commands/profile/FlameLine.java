package dev.sonde.commands.profile;

import dev.sonde.commands.output.SafeText;
import dev.sonde.commands.output.Style;
import dev.sonde.commands.output.Text;
import java.util.List;

/** One level of a flame graph as a line of a terminal: boxes as wide as they cost, those that are too narrow left out. */
final class FlameLine {

    /**
     * A box.
     *
     * @param start where it begins, from the left edge, in the unit of its total
     */
    record Box(long start, long total, String name, Style style) {

        int from(long drawn, int columns) {
            return (int) Math.round((double) start / drawn * columns);
        }

        int to(long drawn, int columns) {
            return (int) Math.round((double) (start + total) / drawn * columns);
        }
    }

    private FlameLine() {}

    /**
     * The line.
     *
     * @param boxes from the left to the right
     * @param drawn what the whole width stands for
     */
    static Text of(List<Box> boxes, long drawn, int columns) {
        Text line = new Text();
        int at = 0;
        for (Box box : boxes) {
            int from = box.from(drawn, columns);
            int to = box.to(drawn, columns);
            if (to <= from || from < at) {
                continue;
            }
            line.add(" ".repeat(from - at));
            line.add("▏" + fitting(simple(SafeText.of(box.name)), to - from - 1), box.style);
            at = to;
        }
        return line;
    }

    /** A name in exactly that many columns. */
    private static String fitting(String name, int room) {
        if (room < 3) {
            return " ".repeat(room);
        }
        int width = SafeText.width(name);
        if (width <= room) {
            return name + " ".repeat(room - width);
        }
        String cut = name.substring(0, SafeText.fitting(name, room - 1));
        return cut + "…" + " ".repeat(room - 1 - SafeText.width(cut));
    }

    /** {@code OrderService.place} of {@code shop.OrderService.place}. */
    private static String simple(String name) {
        int blank = name.indexOf(' ');
        String method = blank < 0 ? name : name.substring(0, blank);
        int last = method.lastIndexOf('.');
        int before = last < 0 ? -1 : method.lastIndexOf('.', last - 1);
        return method.substring(before + 1) + (blank < 0 ? "" : name.substring(blank));
    }
}
