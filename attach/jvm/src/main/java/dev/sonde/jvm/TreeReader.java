package dev.sonde.jvm;

import dev.sonde.wire.Values;
import dev.sonde.wire.WireException;
import dev.sonde.wire.WireReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;

/** Reads call trees as {@link Values#TREE_SHAPE} describes them, and takes from their times what our hooks added. */
final class TreeReader {

    private static final int MAX_NODES = 100_000;

    private TreeReader() {}

    /** A node as it came. */
    record RawNode(
            int parent,
            int site,
            long calls,
            long total,
            long max,
            long failures,
            long lost,
            long waited,
            String thread,
            String task) {

        RawNode below(int otherParent) {
            return new RawNode(otherParent, site, calls, total, max, failures, lost, waited, thread, task);
        }
    }

    /** A tree as it came: parents stand before their children, and the first is the root. */
    record RawTree(long hookNanos, long clockNanos, int followed, Tasks tasks, List<RawNode> nodes) {}

    /**
     * What a tree has to do with tasks.
     *
     * @param number of this tree within its probe
     * @param handedOver in it, and followed
     * @param unfollowed of these there was no room for
     * @param ofTree 0 for a traced call; of a task where it was handed over
     * @param missing handed over, and not here because they did not end in time
     */
    record Tasks(long number, int handedOver, int unfollowed, long ofTree, int ofNode, int missing) {}

    /** What a site is called. */
    record Name(String className, String method) {}

    /** All but the error, which is a value like others. */
    static RawTree read(WireReader in) {
        long hook = bounded(in.i8());
        long clock = bounded(in.i8());
        int followed = in.i4();
        Tasks tasks = new Tasks(in.i8(), Math.max(0, in.i4()), Math.max(0, in.i4()), in.i8(), in.i4(), 0);
        String task = in.string();
        int count = in.length(4);
        if (count < 1 || count > MAX_NODES) {
            throw new WireException("a tree of " + count + " nodes");
        }
        List<RawNode> nodes = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int parent = in.i4();
            if (i == 0 ? parent != -1 : parent < 0 || parent >= i) {
                throw new WireException("node " + i + " below " + parent);
            }
            nodes.add(new RawNode(
                    parent,
                    in.i4(),
                    positive(in.i8()),
                    positive(in.i8()),
                    positive(in.i8()),
                    positive(in.i8()),
                    positive(in.i8()),
                    in.i8(),
                    in.string(),
                    i == 0 ? task : ""));
        }
        return new RawTree(hook, clock, followed, tasks, nodes);
    }

    private static long positive(long number) {
        return Math.max(0, number);
    }

    /** No hook takes longer than a hundredth of a second; what says so would take all time away. */
    private static long bounded(long nanos) {
        return Math.max(0, Math.min(nanos, 10_000_000));
    }

    /**
     * The tree with the names of its methods.
     *
     * @param names of sites; empty for one that is gone
     * @param expanded whether what a site calls is followed too
     */
    static CallTree make(
            RawTree raw,
            IntFunction<Optional<Name>> names,
            IntPredicate expanded,
            int depth,
            boolean whole,
            Optional<Value> error) {
        List<RawNode> nodes = raw.nodes;
        int count = nodes.size();
        int[] levels = new int[count];
        for (int i = 1; i < count; i++) {
            levels[i] = levels[nodes.get(i).parent] + 1;
        }
        // Hooks below a node that ran on its thread, while its clock was running.
        long[] below = new long[count];
        for (int i = count - 1; i >= 0; i--) {
            RawNode node = nodes.get(i);
            below[i] += node.lost;
            if (i > 0 && node.thread.isEmpty()) {
                below[node.parent] += node.calls + below[i];
            }
        }
        long[] totals = new long[count];
        long[] inside = new long[count];
        List<List<CallTree.Node>> children = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            RawNode node = nodes.get(i);
            totals[i] = positive(node.total - raw.clockNanos * node.calls - raw.hookNanos * below[i]);
            children.add(new ArrayList<>());
        }
        for (int i = count - 1; i > 0; i--) {
            RawNode node = nodes.get(i);
            if (node.thread.isEmpty()) {
                inside[node.parent] += totals[i];
                // What is measured in the best of moments may be too little to subtract, so sums are made to fit.
                totals[node.parent] = Math.max(totals[node.parent], inside[node.parent]);
            }
        }
        CallTree.Node root = null;
        for (int i = count - 1; i >= 0; i--) {
            RawNode node = nodes.get(i);
            Name name = node.task.isEmpty()
                    ? names.apply(node.site).orElse(new Name("?", "?"))
                    : new Name(withoutNumber(node.task), "run()");
            long calls = Math.max(1, node.calls);
            long max = node.max - raw.clockNanos - raw.hookNanos * (below[i] / calls);
            CallTree.Node made = new CallTree.Node(
                    name.className,
                    name.method,
                    node.calls,
                    totals[i],
                    totals[i] - inside[i],
                    Math.min(Math.max(max, totals[i] / calls), totals[i]),
                    Math.min(node.failures, node.calls),
                    node.lost,
                    node.waited < 0 ? OptionalLong.empty() : OptionalLong.of(node.waited),
                    node.thread.isEmpty() ? Optional.empty() : Optional.of(node.thread),
                    node.task.isEmpty() && (levels[i] >= depth || !expanded.test(node.site)),
                    children.get(i));
            if (i == 0) {
                root = made;
            } else {
                // Made from the last to the first, shown from the first to the last.
                children.get(node.parent).add(0, made);
            }
        }
        if (root == null) {
            throw new WireException("a tree without a root");
        }
        long hooks = raw.clockNanos * nodes.get(0).calls + raw.hookNanos * below[0];
        return new CallTree(
                root, Math.min(hooks, nodes.get(0).total), whole, error, raw.tasks.missing, raw.tasks.unfollowed);
    }

    /** The class of a lambda has a number that says nothing. */
    private static String withoutNumber(String task) {
        int lambda = task.indexOf("$$Lambda");
        return lambda < 0 ? task : task.substring(0, lambda) + "$$Lambda";
    }
}
