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
import org.jspecify.annotations.Nullable;

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

    /**
     * A box.
     *
     * @param start where it begins, in the unit of its total
     * @param change what it has more than before, of a difference
     */
    record Box(int level, long start, long total, String name, boolean found, Optional<Long> change) {}

    /** @param changes of a difference the tree of the signed values; else null */
    static FlameRow of(
            Chosen chosen, Flame root, @Nullable Flame changes, int type, int depth, Optional<Pattern> search) {
        ValueType value = chosen.profile().types().get(type);
        Placing placing = new Placing(depth, Math.max(1, root.total() / 1_000), search, changes != null);
        placing.place(root, changes, 0, 0);
        return new FlameRow(
                chosen.name(),
                chosen.head(),
                value.name(),
                value.unit(),
                chosen.whole(type),
                root.total(),
                search.map(pattern -> found(root, pattern)).orElse(0L),
                search.isPresent(),
                List.copyOf(placing.boxes),
                Math.max(0, placing.deepest + 1 - depth));
    }

    /** What the boxes of that name cost together; one inside another counts once. */
    static long found(Flame flame, Pattern wanted) {
        return wanted.matcher(flame.name()).find()
                ? flame.total()
                : flame.children().stream()
                        .mapToLong(child -> found(child, wanted))
                        .sum();
    }

    /** The child of that name, if there is one. */
    static @Nullable Flame named(@Nullable Flame parent, String name) {
        return parent == null
                ? null
                : parent.children().stream()
                        .filter(child -> child.name().equals(name))
                        .findFirst()
                        .orElse(null);
    }

    /** Puts boxes where they are drawn. */
    private static final class Placing {
        final List<Box> boxes = new ArrayList<>();
        int deepest;
        private final int depth;
        private final long least;
        private final Optional<Pattern> search;
        private final boolean difference;

        Placing(int depth, long least, Optional<Pattern> search, boolean difference) {
            this.depth = depth;
            this.least = least;
            this.search = search;
            this.difference = difference;
        }

        void place(Flame flame, @Nullable Flame changes, int level, long start) {
            deepest = Math.max(deepest, level);
            if (level < depth) {
                boxes.add(new Box(
                        level,
                        start,
                        flame.total(),
                        flame.name(),
                        search.isPresent() && search.get().matcher(flame.name()).find(),
                        difference ? Optional.of(changes == null ? 0 : changes.total()) : Optional.empty()));
            }
            // By name, so that the same profile is drawn the same, and neighbours can be told from run to run.
            long at = start;
            for (Flame child : flame.children().stream()
                    .sorted(Comparator.comparing(Flame::name))
                    .toList()) {
                if (child.total() >= least && boxes.size() < MOST) {
                    place(child, named(changes, child.name()), level + 1, at);
                }
                at += child.total();
            }
        }
    }

    /** Red and yellow in turn; of a difference red for what grew, green for what shrank. */
    static Style style(boolean found, boolean odd, boolean difference, long change) {
        if (difference) {
            return found ? Style.STRONG : change > 0 ? Style.BAD : change < 0 ? Style.GOOD : Style.FAINT;
        }
        return found ? Style.GOOD : odd ? Style.WARN : Style.BAD;
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
        if (boxes.stream().anyMatch(box -> box.change.isPresent())) {
            page.line(new Text()
                    .add("it is drawn as it is after; red grew, green shrank, what is gone is not there", Style.FAINT));
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
        List<FlameLine.Box> line = new ArrayList<>();
        boolean odd = false;
        for (Box box : row) {
            FlameLine.Box drawnBox = new FlameLine.Box(
                    box.start,
                    box.total,
                    box.name,
                    style(box.found, odd, box.change.isPresent(), box.change.orElse(0L)));
            if (drawnBox.to(drawn, columns) > drawnBox.from(drawn, columns)) {
                line.add(drawnBox);
                odd = !odd;
            }
        }
        return FlameLine.of(line, drawn, columns);
    }
}
