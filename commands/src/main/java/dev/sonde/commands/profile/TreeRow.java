package dev.sonde.commands.profile;

import dev.sonde.commands.output.Page;
import dev.sonde.commands.output.Prose;
import dev.sonde.commands.output.Style;
import dev.sonde.commands.output.Text;
import dev.sonde.profile.Amounts;
import dev.sonde.profile.Flame;
import dev.sonde.profile.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** A profile as a tree. Programs get it as a list in which each node names its parent. */
record TreeRow(String profile, String about, String value, String unit, long whole, List<Node> nodes) implements Prose {

    private static final int MOST = 2_000;

    /**
     * One call in one place.
     *
     * @param id its place in the list
     * @param parent the id of its caller; empty for the root
     * @param skipped how many calls below it are too small to be listed
     */
    record Node(
            int id,
            OptionalInt parent,
            int level,
            String name,
            long total,
            long self,
            double totalPercent,
            int skipped,
            long skippedTotal) {}

    static TreeRow of(Chosen chosen, Flame root, int type, double leastPercent) {
        long whole = Math.abs(chosen.whole(type));
        ValueType value = chosen.profile().types().get(type);
        List<Node> nodes = new ArrayList<>();
        flatten(root, OptionalInt.empty(), 0, whole, Math.max(1, whole * leastPercent / 100), nodes);
        return new TreeRow(chosen.name(), chosen.head(), value.name(), value.unit(), whole, List.copyOf(nodes));
    }

    private static void flatten(Flame flame, OptionalInt parent, int level, long whole, double least, List<Node> into) {
        int id = into.size();
        List<Flame> small = flame.children().stream()
                .filter(child -> Math.abs(child.total()) < least)
                .toList();
        into.add(new Node(
                id,
                parent,
                level,
                flame.name(),
                flame.total(),
                flame.self(),
                TopRow.percent(flame.total(), whole),
                small.size(),
                small.stream().mapToLong(Flame::total).sum()));
        for (Flame child : flame.children()) {
            if (Math.abs(child.total()) >= least && into.size() < MOST) {
                flatten(child, OptionalInt.of(id), level + 1, whole, least, into);
            }
        }
    }

    @Override
    public String type() {
        return "tree";
    }

    @Override
    public void tell(Page page) {
        ValueType kind = new ValueType(value, unit);
        Amounts amounts = Amounts.of(kind, nodes.stream().map(Node::total).toList(), whole);
        page.line(new Text().add(about, Style.STRONG));
        page.line(new Text().add("     total   total%       self", Style.FAINT));
        lines(page, amounts, nodes.get(0), "", "");
    }

    private void lines(Page page, Amounts amounts, Node first, String firstLead, String firstBelow) {
        Node node = first;
        String lead = firstLead;
        String below = firstBelow;
        while (true) {
            Node current = node;
            Text line = new Text()
                    .add(TopRow.right(amounts.text(node.total), 10), node.totalPercent >= 10 ? Style.WARN : Style.PLAIN)
                    .add("  " + Amounts.percent(node.total, whole), Style.FAINT)
                    .add(" " + TopRow.right(node.self == 0 ? "" : amounts.text(node.self), 10), Style.FAINT)
                    .add("  " + lead, Style.FAINT);
            int room = Math.max(12, page.columns() - line.width());
            page.line(line.add(Names.fitting(node.name, room)), 31);
            List<Node> children = nodes.stream()
                    .filter(each -> each.parent.isPresent() && each.parent.getAsInt() == current.id)
                    .toList();
            if (children.isEmpty() && node.skipped == 0) {
                return;
            }
            // A chain of single calls stays in its column: stacks are deep, and terminals are narrow.
            if (children.size() == 1 && node.skipped == 0) {
                node = children.get(0);
                lead = below;
                continue;
            }
            for (int i = 0; i < children.size(); i++) {
                boolean last = i == children.size() - 1 && node.skipped == 0;
                lines(page, amounts, children.get(i), below + (last ? "└ " : "├ "), below + (last ? "  " : "│ "));
            }
            if (node.skipped > 0) {
                page.line(new Text()
                        .add(TopRow.right(amounts.text(node.skippedTotal), 10), Style.FAINT)
                        .add(" ".repeat(21) + below + "└ " + node.skipped + " more", Style.FAINT));
            }
            return;
        }
    }
}
