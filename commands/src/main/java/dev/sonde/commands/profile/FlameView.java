package dev.sonde.commands.profile;

import dev.sonde.commands.FullScreen;
import dev.sonde.commands.output.Style;
import dev.sonde.commands.output.Text;
import dev.sonde.profile.Amounts;
import dev.sonde.profile.Flame;
import dev.sonde.profile.ValueType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * A flame graph that a person moves about in: which box fills the width, which one is looked at, what is sought. It turns keys into
 * lines and knows no terminal.
 */
final class FlameView {

    private static final int HEAD = 3;
    private static final int FOOT = 1;
    private static final int LONGEST_SEARCH = 500;
    private static final String KEYS = "q leaves  arrows move  enter zooms  u out  esc all  / seeks  n next";

    /** A box of the tree, whose children are made when they are looked at. */
    private static final class Node {
        final Flame flame;
        final @Nullable Node parent;
        /** What it has more than before, of a difference. */
        final long change;

        private final @Nullable Flame changes;
        private @Nullable List<Node> children;

        Node(Flame flame, @Nullable Flame changes, @Nullable Node parent) {
            this.flame = flame;
            this.changes = changes;
            this.change = changes == null ? 0 : changes.total();
            this.parent = parent;
        }

        List<Node> children() {
            List<Node> made = children;
            if (made == null) {
                made = flame.children().stream()
                        .sorted(Comparator.comparing(Flame::name))
                        .map(child -> new Node(child, FlameRow.named(changes, child.name()), this))
                        .toList();
                children = made;
            }
            return made;
        }

        int depth() {
            int depth = 0;
            for (Node up = parent; up != null; up = up.parent) {
                depth++;
            }
            return depth;
        }

        boolean isBelow(Node other) {
            for (Node up = this; up != null; up = up.parent) {
                if (up == other) {
                    return true;
                }
            }
            return false;
        }
    }

    /** Where a box is drawn. */
    private record Place(Node node, long start) {}

    private final String about;
    private final ValueType value;
    private final long whole;
    private final boolean difference;
    private final Node root;

    private Node zoomed;
    private Node selected;
    private int scrolled;
    private Optional<Pattern> sought;
    private @Nullable StringBuilder typing;
    private String complaint = "";

    // As it was drawn last: what keys move over.
    private int columns = 80;
    private int boxRows = 20;

    /**
     * A view of all.
     *
     * @param changes of a difference the tree of the signed values; else null
     * @param whole what a hundred per cent are
     */
    FlameView(
            String about, Flame root, @Nullable Flame changes, ValueType value, long whole, Optional<Pattern> sought) {
        this.about = about;
        this.value = value;
        this.whole = whole;
        this.difference = changes != null;
        this.root = new Node(root, changes, null);
        this.zoomed = this.root;
        this.selected = this.root;
        this.sought = sought;
    }

    /** Does what the key says; whether the person stays. */
    boolean press(FullScreen.Key key) {
        complaint = "";
        if (typing != null) {
            type(key, typing);
            return true;
        }
        switch (key.name()) {
            case UP -> select(selected == zoomed ? selected : selected.parent);
            case DOWN -> select(widestChild());
            case LEFT -> select(neighbour(-1));
            case RIGHT -> select(neighbour(1));
            case PAGE_UP -> scrolled = Math.max(0, scrolled - boxRows);
            case PAGE_DOWN -> scrolled = Math.min(Math.max(0, levels().size() - boxRows), scrolled + boxRows);
            case ENTER -> zoom(selected);
            case BACKSPACE -> out();
            case HOME -> zoom(root);
            case END -> select(deepest());
            case ESCAPE -> {
                if (sought.isPresent()) {
                    sought = Optional.empty();
                } else {
                    zoom(root);
                }
            }
            case CHARACTER -> {
                return character(key.text());
            }
        }
        return true;
    }

    private boolean character(String typed) {
        switch (typed) {
            case "q", "Q", "\u0004" -> {
                return false;
            }
            case "/" -> typing = new StringBuilder();
            case "n" -> next(1);
            case "N" -> next(-1);
            case "u" -> out();
            case "h" -> select(neighbour(-1));
            case "l" -> select(neighbour(1));
            case "k" -> select(selected == zoomed ? selected : selected.parent);
            case "j" -> select(widestChild());
            default -> complaint = KEYS;
        }
        return true;
    }

    private void type(FullScreen.Key key, StringBuilder text) {
        switch (key.name()) {
            case ENTER -> {
                typing = null;
                seek(text.toString());
            }
            case ESCAPE -> typing = null;
            case BACKSPACE -> {
                if (text.length() == 0) {
                    typing = null;
                } else {
                    text.setLength(text.length() - 1);
                }
            }
            case CHARACTER -> {
                if (text.length() < LONGEST_SEARCH) {
                    text.append(key.text());
                }
            }
            default -> {
                // it moves nothing while something is typed
            }
        }
    }

    private void seek(String typed) {
        if (typed.isEmpty()) {
            sought = Optional.empty();
            return;
        }
        try {
            sought = Optional.of(Pattern.compile(typed));
            next(1);
        } catch (PatternSyntaxException e) {
            complaint = "'" + typed + "' is not a regular expression: " + e.getDescription();
        }
    }

    /** Selects the next box that is found, in the order in which they are drawn, and shows it where it is too narrow. */
    private void next(int step) {
        if (sought.isEmpty()) {
            complaint = "nothing is sought; / seeks";
            return;
        }
        List<Node> found = new ArrayList<>();
        collect(root, sought.get(), found);
        if (found.isEmpty()) {
            complaint = "nothing is called like " + sought.get();
            return;
        }
        int at = found.indexOf(selected);
        Node to = at >= 0
                ? found.get(Math.floorMod(at + step, found.size()))
                : found.stream()
                        .max(Comparator.comparingLong(node -> node.flame.total()))
                        .orElseThrow();
        if (!to.isBelow(zoomed)) {
            zoomed = root;
        }
        if (levels().stream().flatMap(List::stream).noneMatch(place -> place.node == to)) {
            zoomed = to.parent == null ? root : to.parent;
        }
        select(to);
    }

    private static void collect(Node node, Pattern wanted, List<Node> into) {
        if (wanted.matcher(node.flame.name()).find()) {
            into.add(node);
        }
        node.children().forEach(child -> collect(child, wanted, into));
    }

    private void zoom(Node to) {
        zoomed = to;
        scrolled = 0;
        if (!selected.isBelow(zoomed)) {
            selected = zoomed;
        }
    }

    private void out() {
        if (zoomed.parent != null) {
            zoom(zoomed.parent);
        }
    }

    private void select(@Nullable Node node) {
        if (node != null) {
            selected = node;
            int level = node.depth() - zoomed.depth();
            scrolled = Math.max(Math.min(scrolled, level), level - boxRows + 1);
        }
    }

    private @Nullable Node widestChild() {
        return selected.children().stream()
                .filter(child -> isDrawn(child))
                .max(Comparator.comparingLong(child -> child.flame.total()))
                .orElse(null);
    }

    private Node deepest() {
        List<List<Place>> levels = levels();
        return levels.get(levels.size() - 1).get(0).node;
    }

    private boolean isDrawn(Node node) {
        return levels().stream().flatMap(List::stream).anyMatch(place -> place.node == node);
    }

    private @Nullable Node neighbour(int step) {
        for (List<Place> level : levels()) {
            for (int i = 0; i < level.size(); i++) {
                if (level.get(i).node == selected) {
                    return i + step < 0 || i + step >= level.size() ? null : level.get(i + step).node;
                }
            }
        }
        return null;
    }

    /** The boxes that are a column wide, level by level. */
    private List<List<Place>> levels() {
        List<List<Place>> levels = new ArrayList<>();
        List<Place> level = List.of(new Place(zoomed, 0));
        while (!level.isEmpty()) {
            levels.add(level);
            List<Place> below = new ArrayList<>();
            for (Place place : level) {
                long at = place.start;
                for (Node child : place.node.children()) {
                    FlameLine.Box box = new FlameLine.Box(at, child.flame.total(), "", Style.PLAIN);
                    if (box.to(zoomed.flame.total(), columns) > box.from(zoomed.flame.total(), columns)) {
                        below.add(new Place(child, at));
                    }
                    at += child.flame.total();
                }
            }
            level = below;
        }
        return levels;
    }

    /** What a terminal of that size shows. */
    List<Text> lines(int wide, int high) {
        columns = wide;
        boxRows = Math.max(1, high - HEAD - FOOT);
        List<List<Place>> levels = levels();
        scrolled = Math.max(0, Math.min(scrolled, levels.size() - 1));
        List<Text> lines = new ArrayList<>();
        lines.add(new Text().add(about, Style.STRONG));
        lines.add(told(selected));
        lines.add(path());
        for (int row = scrolled; row < Math.min(levels.size(), scrolled + boxRows); row++) {
            lines.add(line(levels.get(row), row));
        }
        while (lines.size() < high - FOOT) {
            lines.add(new Text());
        }
        lines.add(foot(levels.size()));
        return lines.subList(0, Math.min(lines.size(), high));
    }

    private Text line(List<Place> level, int row) {
        List<FlameLine.Box> boxes = new ArrayList<>();
        boolean odd = row % 2 == 0;
        for (Place place : level) {
            boxes.add(new FlameLine.Box(
                    place.start, place.node.flame.total(), place.node.flame.name(), style(place.node, odd)));
            odd = !odd;
        }
        return FlameLine.of(boxes, zoomed.flame.total(), columns);
    }

    private Style style(Node node, boolean odd) {
        if (node == selected) {
            return Style.SELECTED;
        }
        boolean found =
                sought.isPresent() && sought.get().matcher(node.flame.name()).find();
        return FlameRow.style(found, odd, difference, node.change);
    }

    /** {@code OrderService.place  1.20s 53.06%, 40ms 1.77% in itself}. */
    private Text told(Node node) {
        long total = node.flame.total();
        Amounts amounts = Amounts.of(value, total);
        Text told = new Text()
                .add(node.flame.name(), Style.STRONG)
                .add("  " + amounts.text(total) + " "
                        + Amounts.percent(total, whole).strip());
        if (difference) {
            told.add(", " + (node.change > 0 ? "+" : "")
                    + Amounts.of(value, node.change).text(node.change) + " since before");
        } else if (node.flame.self() > 0) {
            long self = node.flame.self();
            told.add(", " + Amounts.of(value, self).text(self) + " "
                    + Amounts.percent(self, whole).strip() + " in itself");
        }
        return told;
    }

    private Text path() {
        if (zoomed == root) {
            return new Text()
                    .add("the width is " + Amounts.of(value, root.flame.total()).text(root.flame.total()), Style.FAINT);
        }
        List<String> names = new ArrayList<>();
        for (Node up = zoomed; up.parent != null; up = up.parent) {
            names.add(0, up.flame.name());
        }
        String path = String.join(" › ", names);
        int room = Math.max(10, columns - 4);
        return new Text()
                .add(
                        "in " + (path.length() > room ? "…" + path.substring(path.length() - room + 1) : path),
                        Style.FAINT);
    }

    private Text foot(int levels) {
        if (typing != null) {
            return new Text().add("/" + typing).add("▏", Style.SELECTED);
        }
        if (!complaint.isEmpty()) {
            return new Text().add(complaint, Style.WARN);
        }
        Text foot = new Text();
        if (sought.isPresent()) {
            long found = FlameRow.found(root.flame, sought.get());
            foot.add(
                    "/" + sought.get() + " " + Amounts.of(value, found).text(found) + " "
                            + Amounts.percent(found, whole).strip() + "  ",
                    Style.GOOD);
        }
        int below = levels - scrolled - boxRows;
        if (below > 0) {
            foot.add(below + " rows below  ", Style.FAINT);
        }
        return foot.add(KEYS, Style.FAINT);
    }
}
