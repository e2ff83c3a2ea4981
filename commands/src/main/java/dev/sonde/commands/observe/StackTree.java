package dev.sonde.commands.observe;

import dev.sonde.commands.output.Humane;
import dev.sonde.commands.output.Page;
import dev.sonde.commands.output.Prose;
import dev.sonde.commands.output.Shown;
import dev.sonde.commands.output.Style;
import dev.sonde.commands.output.Text;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Equal stacks folded into one tree, the frequent first: from the method to its callers, or from the threads' first frames
 * down to it.
 *
 * @param calls that were seen, those of which the stack was not kept among them
 * @param notKept of these
 * @param stacks the most frequent first
 */
record StackTree(
        long calls,
        long notKept,
        List<Folded> stacks,
        @Shown(onlyTable = true) boolean topDown) implements Prose {

    /** Lines of a tree that somebody will read. */
    private static final int MOST_LINES = 300;

    /**
     * One stack, and how often it was met.
     *
     * @param frames the method itself first
     * @param cut more was there than was asked for
     */
    record Folded(long count, double percent, List<String> frames, boolean cut) {}

    @Override
    public String type() {
        return "stacks";
    }

    private static final class Node {
        final Map<String, Node> below = new LinkedHashMap<>();
        long count;

        List<Map.Entry<String, Node>> sorted() {
            return below.entrySet().stream()
                    .sorted(Comparator.comparingLong((Map.Entry<String, Node> each) -> -each.getValue().count))
                    .toList();
        }
    }

    @Override
    public void tell(Page page) {
        Node root = new Node();
        for (Folded stack : stacks) {
            Node node = root;
            int size = stack.frames.size();
            boolean cutBelow = topDown && stack.cut;
            if (cutBelow) {
                node = step(node, "…", stack.count);
            }
            for (int i = 0; i < size; i++) {
                node = step(node, stack.frames.get(topDown ? size - 1 - i : i), stack.count);
            }
            if (stack.cut && !topDown) {
                step(node, "…", stack.count);
            }
        }
        int[] lines = {MOST_LINES};
        for (Map.Entry<String, Node> each : root.sorted()) {
            tell(page, each.getKey(), each.getValue(), "", true, lines);
        }
        if (lines[0] < 0) {
            page.line(new Text().add("… " + Humane.count(-lines[0]) + " lines more", Style.FAINT));
        }
    }

    private static Node step(Node from, String frame, long count) {
        Node node = from.below.computeIfAbsent(frame, unused -> new Node());
        node.count += count;
        return node;
    }

    /** A frame with one way on stands above it at the same indentation; where ways part, each goes one further in. */
    private void tell(Page page, String frame, Node node, String indent, boolean branch, int[] lines) {
        String next = indent;
        String at = frame;
        Node here = node;
        boolean first = branch;
        while (true) {
            if (--lines[0] >= 0) {
                double percent = calls == 0 ? 0 : 100.0 * here.count / calls;
                String head = first
                        ? String.format(Locale.ROOT, "%6s %9s  ", Humane.percent(percent), Humane.count(here.count))
                        : " ".repeat(18);
                page.line(
                        new Text()
                                .add(head, percent >= 50 && first ? Style.WARN : Style.FAINT)
                                .add(indent + (indent.isEmpty() || !first ? "" : "└ "), Style.FAINT)
                                .add(first || indent.isEmpty() ? "" : "  ")
                                .add(at, at.equals("…") ? Style.FAINT : Callers.style(at)),
                        20 + indent.length());
            }
            if (here.below.size() != 1) {
                break;
            }
            Map.Entry<String, Node> only = here.below.entrySet().iterator().next();
            // Some calls may end here, where others go on.
            first = only.getValue().count != here.count;
            at = only.getKey();
            here = only.getValue();
        }
        next = next + "  ";
        for (Map.Entry<String, Node> each : here.sorted()) {
            tell(page, each.getKey(), each.getValue(), next, true, lines);
        }
    }
}
