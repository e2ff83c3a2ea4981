package dev.sonde.commands.play;

import dev.sonde.commands.output.ValueText;
import dev.sonde.profile.Amounts;
import dev.sonde.profile.By;
import dev.sonde.profile.Flame;
import dev.sonde.profile.Profile;
import dev.sonde.profile.ValueType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.PriorityQueue;

/**
 * A profile as a flame graph in SVG, for a page that needs nothing besides itself: each method a box as wide as it costs, below
 * its caller. It is whole without a script; with one its boxes can be zoomed to.
 */
final class FlameDrawing {

    private static final int WIDTH = 1_200;
    private static final int ROW = 18;
    /** Narrower boxes are no more than a line. */
    private static final double NARROWEST = 0.5;
    /** What a browser draws at once; the costliest are taken. */
    private static final int MOST = 4_000;

    private record Box(Flame flame, int level, double from, double width) {}

    private final List<String> lines = new ArrayList<>();

    private FlameDrawing() {}

    /** The lines of the drawing; a sentence where there is nothing to draw. */
    static List<String> lines(Profile profile) {
        FlameDrawing drawing = new FlameDrawing();
        int type = profile.description().standardType();
        Flame root = Flame.of(profile, type, By.METHOD, false);
        if (root.total() <= 0) {
            return List.of("<p>it has no samples to draw</p>");
        }
        drawing.draw(root, profile.types().get(type));
        return drawing.lines;
    }

    private void draw(Flame root, ValueType type) {
        List<Box> boxes = boxes(root);
        int levels = boxes.stream().mapToInt(Box::level).max().orElse(0) + 1;
        lines.add("<svg class=\"flame\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + WIDTH + " "
                + levels * ROW + "\" role=\"img\" aria-label=\"flame graph\">");
        Amounts amounts = Amounts.of(type, root.total());
        for (Box box : boxes) {
            String name = box.flame.name();
            String cost = amounts.text(box.flame.total()) + ", "
                    + Amounts.percent(box.flame.total(), root.total()).strip();
            lines.add(String.format(
                    Locale.ROOT,
                    "<svg x=\"%.2f\" y=\"%d\" width=\"%.2f\" height=\"%d\"><title>%s %s</title>"
                            + "<rect width=\"100%%\" height=\"100%%\" rx=\"1\" fill=\"%s\"/><text x=\"3\" y=\"12\">%s</text></svg>",
                    box.from,
                    box.level * ROW,
                    Math.max(NARROWEST, box.width - 1),
                    ROW - 1,
                    Markup.of(name),
                    Markup.of(cost),
                    colour(box),
                    box.width < 20 ? "" : Markup.of(label(name))));
        }
        lines.add("</svg>");
    }

    private static List<Box> boxes(Flame root) {
        List<Box> boxes = new ArrayList<>();
        PriorityQueue<Box> waiting = new PriorityQueue<>(Comparator.comparingDouble((Box box) -> -box.width));
        waiting.add(new Box(root, 0, 0, WIDTH));
        while (!waiting.isEmpty() && boxes.size() < MOST) {
            Box box = waiting.remove();
            boxes.add(box);
            double from = box.from;
            // By name, so that two drawings of one program can be compared.
            for (Flame child : box.flame.children().stream()
                    .sorted(Comparator.comparing(Flame::name))
                    .toList()) {
                double width = (double) child.total() / root.total() * WIDTH;
                if (width >= NARROWEST) {
                    waiting.add(new Box(child, box.level + 1, from, width));
                }
                from += width;
            }
        }
        return boxes;
    }

    /** {@code OrderService.place} of {@code shop.OrderService.place}. */
    private static String label(String name) {
        int dot = name.lastIndexOf('.');
        return dot < 0 ? name : ValueText.simple(name.substring(0, dot)) + name.substring(dot);
    }

    /** The same for the same package, everywhere and always. */
    private static String colour(Box box) {
        if (box.level == 0) {
            return "#dcd8d0";
        }
        String name = box.flame.name();
        int method = name.lastIndexOf('.');
        int type = method < 0 ? -1 : name.lastIndexOf('.', method - 1);
        int hue = Math.floorMod((type < 0 ? "" : name.substring(0, type)).hashCode(), 43);
        return "hsl(" + (12 + hue) + " 78% " + (68 + hue / 6) + "%)";
    }
}
