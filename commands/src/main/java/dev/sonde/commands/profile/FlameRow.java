package dev.sonde.commands.profile;

import dev.sonde.commands.output.Page;
import dev.sonde.commands.output.Prose;
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

/** A profile as boxes. Programs get each box with its level and where it begins. */
record FlameRow(
        String profile,
        String about,
        String value,
        String unit,
        long whole,
        long drawn,
        long found,
        boolean searched,
        List<Box> boxes,
        int deeperLevels)
        implements Prose {

    private static final int PIPE = 120;
    private static final int MOST = 5_000;

    /** @param start where it begins, in the unit of its total */
    record Box(int level, long start, long total, String name, boolean found) {}

    static FlameRow of(Chosen chosen, Flame root, int type, int depth, Optional<Pattern> search) {
        ValueType value = chosen.profile().types().get(type);
        List<Box> boxes = new ArrayList<>();
        int[] deepest = new int[1];
        place(root, 0, 0, depth, Math.max(1, root.total() / 1_000), search, boxes, deepest);
        return new FlameRow(
                chosen.name(),
                chosen.head(),
                value.name(),
                value.unit(),
                chosen.whole(type),
                root.total(),
                search.map(pattern -> found(root, pattern)).orElse(0L),
                search.isPresent(),
                List.copyOf(boxes),
                Math.max(0, deepest[0] + 1 - depth));
    }

    /** What the boxes of that name cost together; one inside another counts once. */
    private static long found(Flame flame, Pattern wanted) {
        return wanted.matcher(flame.name()).find()
                ? flame.total()
                : flame.children().stream()
                        .mapToLong(child -> found(child, wanted))
                        .sum();
    }

    private static void place(
            Flame flame,
            int level,
            long start,
            int depth,
            long least,
            Optional<Pattern> search,
            List<Box> into,
            int[] deepest) {
        deepest[0] = Math.max(deepest[0], level);
        if (level < depth) {
            into.add(new Box(
                    level,
                    start,
                    flame.total(),
                    flame.name(),
                    search.isPresent() && search.get().matcher(flame.name()).find()));
        }
        // By name, so that the same profile is drawn the same, and neighbours can be told from run to run.
        long at = start;
        for (Flame child : flame.children().stream()
                .sorted(Comparator.comparing(Flame::name))
                .toList()) {
            if (child.total() >= least && into.size() < MOST) {
                place(child, level + 1, at, depth, least, search, into, deepest);
            }
            at += child.total();
        }
    }

    @Override
    public String type() {
        return "flame";
    }

    @Override
    public void tell(Page page) {
        int columns = Math.min(page.columns(), page.columns() == Integer.MAX_VALUE ? PIPE : 400);
        Amounts amounts = Amounts.of(new ValueType(value, unit), drawn);
        page.line(new Text().add(about, Style.STRONG));
        page.line(new Text()
                .add(
                        "the width is " + amounts.text(drawn) + ", "
                                + Amounts.percent(drawn, whole).strip() + " of all",
                        Style.FAINT));
        int levels = boxes.stream().mapToInt(Box::level).max().orElse(0);
        for (int level = 0; level <= levels; level++) {
            int row = level;
            page.line(line(boxes.stream().filter(box -> box.level == row).toList(), columns));
        }
        if (deeperLevels > 0) {
            page.line(new Text().add(deeperLevels + " rows more; --depth or --zoom shows them", Style.FAINT));
        }
        if (searched) {
            page.line("found: " + amounts.text(found) + ", "
                    + Amounts.percent(found, whole).strip());
        }
    }

    private Text line(List<Box> row, int columns) {
        Text line = new Text();
        int at = 0;
        boolean odd = false;
        for (Box box : row) {
            int from = (int) Math.round((double) box.start / drawn * columns);
            int to = (int) Math.round((double) (box.start + box.total) / drawn * columns);
            if (to <= from || from < at) {
                continue; // narrower than a column
            }
            line.add(" ".repeat(from - at));
            String simple = simple(box.name);
            int room = to - from - 1;
            String name = room < 3 ? "" : simple.length() <= room ? simple : simple.substring(0, room - 1) + "…";
            String text = "▏" + name + " ".repeat(Math.max(0, room - name.length()));
            line.add(text, box.found ? Style.GOOD : odd ? Style.WARN : Style.BAD);
            odd = !odd;
            at = to;
        }
        return line;
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
