package dev.sonde.agent;

import dev.sonde.wire.Limits;
import dev.sonde.wire.WireWriter;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The calls below one call on one thread, folded while they happen: a node is a parent and a site, and holds how often, how
 * long, and how often it failed. All arrays are made with the tree and used again for the next, so a call allocates nothing.
 *
 * <p>The trap: an exit may never come. A constructor whose {@code super()} throws has no exit hook, nor has a call that was
 * under way when its hooks changed. So an exit looks for its own site from the top of the stack down, and what lies above it
 * has ended too; an exit that finds nothing is nobody's.
 */
final class CallTree {

    private static final int STACK = 1024;

    // In one node's row of numbers.
    private static final int CALLS = 0;
    private static final int TOTAL = 1;
    private static final int MAX = 2;
    private static final int FAILURES = 3;
    private static final int LOST = 4;
    private static final int NUMBERS = 5;

    // In one node's row of links.
    private static final int PARENT = 0;
    private static final int SITE = 1;
    private static final int FIRST = 2;
    private static final int NEXT = 3;
    private static final int LINKS = 4;

    private static final int NONE = -1;

    private final int mostLevels;
    private final int mostNodes;
    private final int[] links;
    private final long[] numbers;

    /** The calls under way: the node of each, or its complement below a node for one that found none. */
    private final int[] stack = new int[STACK];

    private final int[] sites = new int[STACK];
    private int depth;
    private int nodes;
    /** Methods that were followed when it began. */
    private int followed;

    /** Levels below its first node that have nodes. */
    private int levels;

    /** Within its probe. */
    long number;
    /** Tasks that were handed to other threads while it was built. */
    int handedOver;
    /** Of these, and of those that ran here, the ones that there was no room for. */
    int unfollowed;
    /** What it is the tree of, when that is a task and no traced call. */
    HandOvers.@Nullable Entry task;
    /** When the task began. */
    long began;
    /** Of a traced call: known as it began. */
    boolean wanted;
    /** The traced call that its tasks belong to; null until one is handed over. */
    @Nullable
    Origin origin;
    /** That of the call or the task that this thread was in when it took up this one. */
    @Nullable
    CallTree outer;
    /** How many tasks are around this one. */
    int inside;
    /** The task that is being handed over. */
    HandOvers.@Nullable Entry handing;
    /** The identity of the queue that its task was taken from; 0 for none. */
    int queue;
    /** Kept to be used again for the next task that is run inside this one. */
    @Nullable
    CallTree inner;

    CallTree(Limits limits) {
        mostLevels = Math.max(0, limits.levels);
        levels = mostLevels;
        mostNodes = Math.max(1, limits.nodes);
        links = new int[mostNodes * LINKS];
        numbers = new long[mostNodes * NUMBERS];
    }

    void begin(int site, int nowFollowed) {
        levels = mostLevels;
        handedOver = 0;
        unfollowed = 0;
        task = null;
        origin = null;
        outer = null;
        inside = 0;
        handing = null;
        queue = 0;
        nodes = 0;
        depth = 1;
        followed = nowFollowed;
        stack[0] = add(NONE, site);
        sites[0] = site;
    }

    /** A task begins that was handed over. */
    void begin(int site, int nowFollowed, HandOvers.Entry of, long now) {
        begin(site, nowFollowed);
        task = of;
        origin = of.origin;
        began = now;
        levels = of.levels;
    }

    /** Whether it is of a task of whose end another method tells than the one that began it. */
    boolean isPooled() {
        return task != null && task.pooled;
    }

    /**
     * Whether a task that was taken from a queue inside of it may be run there: not by a traced call, nor where it comes from a task of
     * the same call that was given to others. Who takes it there wants a result.
     */
    boolean mayRun(HandOvers.Entry other) {
        return task != null && (origin != other.origin || task.tree == other.tree);
    }

    /** Whether its first node is of this method. */
    boolean begins(int site) {
        return sites[0] == site;
    }

    /** Whether a call of this method is under way in it. */
    boolean isIn(int site) {
        int at = depth - 1;
        while (at >= 0 && sites[at] != site) {
            at--;
        }
        return at >= 0;
    }

    /** Whether it is of this task, which was about to begin and is begun by this method: it ends when that does. */
    boolean isOf(Object what, int site) {
        HandOvers.Entry of = task;
        if (of == null || !of.pooled || !isAtItsRoot() || of.get() != what) {
            return false;
        }
        of.pooled = false;
        queue = 0;
        sites[0] = site;
        links[SITE] = site;
        return true;
    }

    /** Whether no call is under way below its first node. */
    boolean isAtItsRoot() {
        return depth == 1;
    }

    /** The node of what runs now. */
    int top() {
        int node = stack[depth - 1];
        return node < 0 ? ~node : node;
    }

    /** Levels that are left below what runs now. */
    int left() {
        return Math.max(0, levels - (depth - 1));
    }

    /** A call begins; whether it will be told of its end. */
    boolean enter(int site) {
        int at = depth;
        if (at >= STACK) {
            return false;
        }
        int above = stack[at - 1];
        int node;
        if (above < 0) {
            node = above;
        } else {
            node = at > levels ? NONE : child(above, site);
            if (node < 0) {
                node = ~above;
            }
        }
        if (node < 0) {
            numbers[~node * NUMBERS + LOST]++;
        }
        stack[at] = node;
        sites[at] = site;
        depth = at + 1;
        return true;
    }

    /** The node of a call, made if there is room. The one met last stands first, because loops call the same again. */
    private int child(int parent, int site) {
        int before = NONE;
        int first = links[parent * LINKS + FIRST];
        for (int node = first; node >= 0; node = links[node * LINKS + NEXT]) {
            if (links[node * LINKS + SITE] == site) {
                if (before >= 0) {
                    links[before * LINKS + NEXT] = links[node * LINKS + NEXT];
                    links[node * LINKS + NEXT] = first;
                    links[parent * LINKS + FIRST] = node;
                }
                return node;
            }
            before = node;
        }
        return nodes < mostNodes ? add(parent, site) : NONE;
    }

    private int add(int parent, int site) {
        int node = nodes++;
        int link = node * LINKS;
        links[link + PARENT] = parent;
        links[link + SITE] = site;
        links[link + FIRST] = NONE;
        links[link + NEXT] = NONE;
        if (parent >= 0) {
            links[link + NEXT] = links[parent * LINKS + FIRST];
            links[parent * LINKS + FIRST] = node;
        }
        Arrays.fill(numbers, node * NUMBERS, (node + 1) * NUMBERS, 0);
        return node;
    }

    /** A call that {@link #enter} took has ended; false when there is none. */
    boolean exit(int site, long nanos, boolean failed) {
        int at = depth - 1;
        while (at >= 1 && sites[at] != site) {
            at--;
        }
        if (at < 1) {
            return false;
        }
        abandon(at + 1);
        depth = at;
        if (stack[at] >= 0) {
            end(stack[at], nanos, failed);
        }
        return true;
    }

    /** The traced call has ended. */
    void close(long nanos, boolean failed) {
        abandon(1);
        depth = 0;
        end(0, nanos, failed);
    }

    /** The exits of these never came; that happens when something was thrown. */
    private void abandon(int from) {
        for (int at = from; at < depth; at++) {
            if (stack[at] >= 0) {
                end(stack[at], 0, true);
            }
        }
    }

    private void end(int node, long nanos, boolean failed) {
        int row = node * NUMBERS;
        long cost = nanos < 0 ? 0 : nanos;
        numbers[row + CALLS]++;
        numbers[row + TOTAL] += cost;
        if (cost > numbers[row + MAX]) {
            numbers[row + MAX] = cost;
        }
        if (failed) {
            numbers[row + FAILURES]++;
        }
    }

    /** Calls below the traced one that hooks of ours were run for. */
    long calls() {
        long calls = 0;
        for (int node = 0; node < nodes; node++) {
            calls += numbers[node * NUMBERS + CALLS] + numbers[node * NUMBERS + LOST];
        }
        return calls;
    }

    /** As {@link dev.sonde.wire.Values#TREE_SHAPE} says, without the error. */
    void write(WireWriter out, int hookNanos, int clockNanos, String thread) {
        HandOvers.Entry of = task;
        out.i8(hookNanos).i8(clockNanos).i4(followed).i8(number).i4(handedOver).i4(unfollowed);
        out.i8(of == null ? 0 : of.tree).i4(of == null ? 0 : of.node).string(of == null ? "" : of.type);
        out.i4(nodes);
        for (int node = 0; node < nodes; node++) {
            int row = node * NUMBERS;
            out.i4(links[node * LINKS + PARENT])
                    .i4(links[node * LINKS + SITE])
                    .i8(numbers[row + CALLS])
                    .i8(numbers[row + TOTAL])
                    .i8(numbers[row + MAX])
                    .i8(numbers[row + FAILURES])
                    .i8(numbers[row + LOST])
                    .i8(node == 0 && of != null ? Math.max(0, began - of.at) : -1)
                    .string(node == 0 && of != null ? thread : "");
        }
    }
}
