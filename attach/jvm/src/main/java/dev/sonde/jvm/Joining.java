package dev.sonde.jvm;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Puts the trees of tasks below the calls that handed them to other threads. A task is told of when it ends, so a call waits here, not
 * in the target, until all its tasks are there or its time is over.
 */
final class Joining {

    /** Nodes of tasks that are kept for calls that have not ended. */
    private static final int MOST_KEPT = 200_000;

    /** Calls that wait for their tasks; the oldest waits no longer when there are more. */
    private static final int MOST_WAITING = 1_000;

    private static final int MOST_GONE = 10_000;
    /** Nodes of one joined tree. */
    private static final int MOST_NODES = 20_000;

    private record Waiting(HitReader.Raw hit, long since) {}

    private final Duration wait;
    private final Map<Long, List<TreeReader.RawTree>> parts = new LinkedHashMap<>();
    private final Map<Long, Waiting> waiting = new LinkedHashMap<>();
    private final Set<Long> gone = new LinkedHashSet<>();
    private int kept;
    private long late;
    private long missing;
    private long unfollowed;

    Joining(Duration wait) {
        this.wait = wait;
    }

    Duration patience() {
        return wait;
    }

    /** Takes what came from the target; what is complete now. */
    synchronized List<HitReader.Raw> take(HitReader.Raw hit) {
        TreeReader.RawTree tree = hit.tree().orElse(null);
        if (tree == null) {
            return List.of(hit);
        }
        TreeReader.Tasks tasks = tree.tasks();
        if (tasks.ofTree() == 0) {
            waiting.put(tasks.number(), new Waiting(hit, System.nanoTime()));
            return ready(false);
        }
        if (gone.contains(tasks.ofTree())) {
            late++;
            leave(tasks.number());
            return List.of();
        }
        parts.computeIfAbsent(tasks.ofTree(), number -> new ArrayList<>()).add(tree);
        kept += tree.nodes().size();
        for (Iterator<List<TreeReader.RawTree>> oldest = parts.values().iterator(); kept > MOST_KEPT; ) {
            kept -= size(oldest.next());
            oldest.remove();
        }
        return ready(false);
    }

    /** What has waited for long enough. */
    synchronized List<HitReader.Raw> due() {
        return ready(false);
    }

    /** All that waits. */
    synchronized List<HitReader.Raw> letGo() {
        return ready(true);
    }

    private List<HitReader.Raw> ready(boolean all) {
        List<HitReader.Raw> ready = new ArrayList<>();
        long now = System.nanoTime();
        for (Iterator<Waiting> each = waiting.values().iterator(); each.hasNext(); ) {
            Waiting one = each.next();
            TreeReader.RawTree root = one.hit.tree().orElseThrow();
            boolean full = waiting.size() > MOST_WAITING;
            if (all || full || now - one.since >= wait.toNanos() || missing(root) == 0) {
                each.remove();
                ready.add(one.hit.with(join(root)));
            }
        }
        return ready;
    }

    private static int size(List<TreeReader.RawTree> trees) {
        return trees.stream().mapToInt(tree -> tree.nodes().size()).sum();
    }

    /** Tasks that were handed over in a tree, or in one of its tasks, and are not here. */
    private int missing(TreeReader.RawTree tree) {
        int count = 0;
        Deque<TreeReader.RawTree> open = new ArrayDeque<>(List.of(tree));
        while (!open.isEmpty()) {
            TreeReader.RawTree next = open.remove();
            List<TreeReader.RawTree> below = parts.getOrDefault(next.tasks().number(), List.of());
            count += Math.max(0, next.tasks().handedOver() - below.size());
            open.addAll(below);
        }
        return count;
    }

    private TreeReader.RawTree join(TreeReader.RawTree root) {
        int absent = missing(root);
        int without = 0;
        List<TreeReader.RawNode> nodes = new ArrayList<>();
        Map<Long, Integer> starts = new HashMap<>();
        Deque<TreeReader.RawTree> open = new ArrayDeque<>(List.of(root));
        while (!open.isEmpty()) {
            TreeReader.RawTree next = open.remove();
            without += next.tasks().unfollowed();
            int start = nodes.size();
            if (start + next.nodes().size() > MOST_NODES) {
                without++;
                continue;
            }
            starts.put(next.tasks().number(), start);
            int above = starts.getOrDefault(next.tasks().ofTree(), 0)
                    + Math.max(0, next.tasks().ofNode());
            for (int i = 0; i < next.nodes().size(); i++) {
                TreeReader.RawNode node = next.nodes().get(i);
                int parent = i > 0 ? node.parent() + start : start == 0 ? -1 : Math.min(above, start - 1);
                nodes.add(node.below(parent));
            }
            List<TreeReader.RawTree> below = parts.remove(next.tasks().number());
            if (below != null) {
                kept -= size(below);
                open.addAll(below);
            }
            leave(next.tasks().number());
        }
        return new TreeReader.RawTree(
                root.hookNanos(),
                root.clockNanos(),
                root.followed(),
                new TreeReader.Tasks(root.tasks().number(), 0, without, 0, 0, absent),
                nodes);
    }

    private void leave(long number) {
        gone.add(number);
        if (gone.size() > MOST_GONE) {
            Iterator<Long> oldest = gone.iterator();
            oldest.next();
            oldest.remove();
        }
    }

    /** One of them is shown, and not only held back for a better one. */
    synchronized void shown(CallTree tree) {
        missing += tree.missing();
        unfollowed += tree.unfollowed();
    }

    /** What was not joined of what was shown, for the end of a trace. */
    synchronized List<String> summary() {
        List<String> lines = new ArrayList<>();
        if (missing > 0) {
            lines.add(
                    missing + (missing == 1 ? " task was" : " tasks were") + " handed over and not seen to end within "
                            + wait.toMillis() + " ms after the call"
                            + (late > 0 ? ", " + late + (late == 1 ? " was" : " were") + " later" : "")
                            + ": --wait waits longer");
        }
        if (unfollowed > 0) {
            lines.add(unfollowed + (unfollowed == 1 ? " task was" : " tasks were")
                    + " handed over that there was no room for");
        }
        return lines;
    }
}
