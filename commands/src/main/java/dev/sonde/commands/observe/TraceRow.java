package dev.sonde.commands.observe;

import dev.sonde.commands.output.Humane;
import dev.sonde.commands.output.Page;
import dev.sonde.commands.output.Prose;
import dev.sonde.commands.output.Shown;
import dev.sonde.commands.output.Style;
import dev.sonde.commands.output.Text;
import dev.sonde.commands.output.ValueText;
import dev.sonde.jvm.CallTree;
import dev.sonde.jvm.Hit;
import dev.sonde.jvm.Value;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * One call that a trace saw, and the calls below it. Programs get the tree as a list in which each node names its parent, so
 * that {@code .nodes[] | select(.selfMs > 5)} needs no recursion.
 *
 * @param missingTasks work handed to other threads that was not seen to end while it was waited for
 * @param unfollowedTasks such work that there was no room for
 */
record TraceRow(
        int probe,
        Instant time,
        String thread,
        long threadId,
        @Shown(json = "class") String className,
        String method,
        Duration costMs,
        Duration hooksMs,
        Optional<Value> error,
        boolean whole,
        List<Node> nodes,
        OptionalLong missingTasks,
        OptionalLong unfollowedTasks,
        OptionalLong dropped)
        implements Prose {

    /** Of the whole, what is not worth a line of its own. */
    private static final double SMALL = 0.005;

    /** From this share of its parent on, a branch may be the hot one. */
    private static final double HOT = 0.3;

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT);

    /**
     * The calls of one method from one place.
     *
     * @param id its place in the list
     * @param parent the id of its caller; empty for the traced call
     * @param level 0 for the traced call
     * @param hot on the way to where most of the time went
     */
    record Node(
            int id,
            OptionalInt parent,
            int level,
            @Shown(json = "class") String className,
            String method,
            long calls,
            Duration totalMs,
            Duration selfMs,
            Duration maxMs,
            double sharePercent,
            long failures,
            OptionalLong lostCalls,
            Optional<Duration> waitMs,
            Optional<String> thread,
            boolean hot) {}

    static TraceRow of(Hit hit, CallTree tree) {
        List<Node> nodes = new ArrayList<>();
        flatten(
                tree.root(),
                OptionalInt.empty(),
                0,
                true,
                Math.max(1, tree.root().totalNanos()),
                nodes);
        return new TraceRow(
                hit.probe(),
                hit.time(),
                hit.thread(),
                hit.threadId(),
                hit.className(),
                hit.method(),
                Duration.ofNanos(tree.root().totalNanos()),
                Duration.ofNanos(tree.hooksNanos()),
                tree.error(),
                tree.whole(),
                List.copyOf(nodes),
                counted(tree.missing()),
                counted(tree.unfollowed()),
                counted(hit.dropped()));
    }

    private static OptionalLong counted(long number) {
        return number > 0 ? OptionalLong.of(number) : OptionalLong.empty();
    }

    private static void flatten(
            CallTree.Node node, OptionalInt parent, int level, boolean hot, long whole, List<Node> into) {
        int id = into.size();
        into.add(new Node(
                id,
                parent,
                level,
                node.className(),
                node.method(),
                node.calls(),
                Duration.ofNanos(node.totalNanos()),
                Duration.ofNanos(node.selfNanos()),
                Duration.ofNanos(node.maxNanos()),
                Math.round(node.totalNanos() * 1000.0 / whole) / 10.0,
                node.failures(),
                counted(node.lost()),
                node.waitNanos().isPresent()
                        ? Optional.of(Duration.ofNanos(node.waitNanos().getAsLong()))
                        : Optional.empty(),
                node.thread(),
                hot));
        long longest = node.children().stream()
                .mapToLong(CallTree.Node::totalNanos)
                .max()
                .orElse(0);
        boolean found = false;
        for (CallTree.Node child : node.children()) {
            boolean onTheWay = hot
                    && !found
                    && child.totalNanos() == longest
                    && child.totalNanos() > node.totalNanos() * HOT
                    && (child.thread().isPresent() || child.totalNanos() > node.selfNanos());
            found |= onTheWay;
            flatten(child, OptionalInt.of(id), level + 1, onTheWay, whole, into);
        }
    }

    @Override
    public String type() {
        return "trace";
    }

    @Override
    public void tell(Page page) {
        Text head = new Text()
                .add(TIME.format(time.atZone(page.zone())), Style.FAINT)
                .add("  " + thread + "  ")
                .add(Humane.nanos(costMs.toNanos()) + "  ", Style.WARN)
                .add(ValueText.simple(className) + "." + method, Style.STRONG);
        Optional<Text> thrown =
                error.map(value -> new Text().add(" ✗ ", Style.BAD).add(ValueText.flat(value)));
        boolean fits = thrown.isEmpty() || head.width() + thrown.get().width() <= Math.min(page.columns(), 160);
        page.line(thrown.isPresent() && fits ? head.add(thrown.get()) : head);
        if (!fits) {
            error.ifPresent(value -> ValueText.writeLine(page, 4, new Text().add("✗", Style.BAD), value));
        }
        dropped.ifPresent(lost -> page.line(
                new Text().add("    " + Humane.count(lost) + " calls before this one are not shown", Style.WARN)));
        page.line(new Text().add("     total      self     %", Style.FAINT));
        lines(page, nodes.get(0), "", "");
        if (!whole) {
            page.line(new Text()
                    .add(
                            "    methods were met in this call that were not followed yet: what they called is in their self time",
                            Style.FAINT));
        }
        missingTasks.ifPresent(count -> page.line(new Text()
                .add(
                        "    " + Humane.count(count)
                                + (count == 1 ? " task was" : " tasks were")
                                + " handed over and not seen to end in time",
                        Style.WARN)));
        unfollowedTasks.ifPresent(count -> page.line(new Text()
                .add(
                        "    " + Humane.count(count) + (count == 1 ? " task was" : " tasks were")
                                + " handed over that there was no room to follow",
                        Style.WARN)));
        page.line(
                new Text().add("    what tracing added is taken off: " + Humane.nanos(hooksMs.toNanos()), Style.FAINT));
    }

    /** @param lead what stands before this node's name, and {@code below} before those of its children */
    private void lines(Page page, Node node, String lead, String below) {
        page.line(line(page, node, lead), 28 + below.length());
        List<Node> children = nodes.stream()
                .filter(each -> each.parent.isPresent() && each.parent.getAsInt() == node.id)
                .toList();
        List<Node> large = children.stream().filter(each -> !isSmall(each)).toList();
        List<Node> small = children.stream().filter(TraceRow.this::isSmall).toList();
        List<Node> told = small.size() > 1 ? large : children;
        for (int i = 0; i < told.size(); i++) {
            boolean last = i == told.size() - 1 && told.size() == children.size();
            lines(page, told.get(i), below + (last ? "└ " : "├ "), below + (last ? "  " : "│ "));
        }
        if (told.size() < children.size()) {
            long nanos =
                    small.stream().mapToLong(each -> each.totalMs.toNanos()).sum();
            page.line(new Text()
                    .add("  " + column(Humane.nanos(nanos)) + " ".repeat(18), Style.FAINT)
                    .add(below + "└ ", Style.FAINT)
                    .add(small.size() + " methods more", Style.FAINT));
        }
    }

    private boolean isSmall(Node node) {
        return node.totalMs.toNanos() < costMs.toNanos() * SMALL && node.failures == 0 && node.waitMs.isEmpty();
    }

    private Text line(Page page, Node node, String lead) {
        boolean leaf = nodes.stream().noneMatch(each -> each.parent.isPresent() && each.parent.getAsInt() == node.id);
        Text text = new Text()
                .add(node.hot ? "▸ " : "  ", Style.WARN)
                .add(column(Humane.nanos(node.totalMs.toNanos())), node.hot ? Style.WARN : Style.PLAIN)
                .add(leaf ? " ".repeat(10) : column(Humane.nanos(node.selfMs.toNanos())), Style.FAINT)
                .add(" %5.0f".formatted(node.sharePercent), Style.FAINT)
                .add("  " + lead, Style.FAINT);
        Text rest = rest(node);
        String simple = ValueText.simple(node.className) + "." + node.method;
        int room = page.columns() - text.width() - rest.width();
        int open = simple.indexOf('(');
        String fitting = simple.length() <= room || open < 0 || simple.charAt(open + 1) == ')'
                ? simple
                : simple.substring(0, open) + "(…)";
        return text.add(fitting, node.hot ? Style.STRONG : Style.PLAIN).add(rest);
    }

    private static Text rest(Node node) {
        Text rest = new Text();
        if (node.calls != 1) {
            rest.add("  ×" + Humane.count(node.calls), Style.WARN);
            if (node.maxMs.toNanos() * node.calls > 2 * node.totalMs.toNanos()) {
                rest.add(" max " + Humane.nanos(node.maxMs.toNanos()), Style.FAINT);
            }
        }
        if (node.failures > 0) {
            rest.add(node.failures == node.calls ? " ✗" : " ✗ " + Humane.count(node.failures), Style.BAD);
        }
        node.lostCalls.ifPresent(lost -> rest.add(" (+" + Humane.count(lost) + " deeper)", Style.FAINT));
        node.thread.ifPresent(name -> rest.add(
                " ⇢ " + name
                        + node.waitMs
                                .map(waited -> " after " + Humane.nanos(waited.toNanos()))
                                .orElse(""),
                Style.GOOD));
        return rest;
    }

    private static String column(String number) {
        return " ".repeat(Math.max(0, 10 - number.length())) + number;
    }
}
