package dev.sonde.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is told of the times of a tree. */
final class TreeReaderTest {

    private static final long HOOK = 10;
    private static final long CLOCK = 4;

    private static TreeReader.RawNode node(int parent, long calls, long total, String thread) {
        return new TreeReader.RawNode(parent, 1, calls, total, total, 0, 0, -1, thread, "");
    }

    private static CallTree tree(TreeReader.RawNode... nodes) {
        TreeReader.RawTree raw = new TreeReader.RawTree(
                HOOK, CLOCK, nodes.length, new TreeReader.Tasks(1, 0, 0, 0, 0, 0), List.of(nodes));
        return TreeReader.make(
                raw,
                site -> Optional.of(new TreeReader.Name("shop.OrderService", "place()")),
                site -> true,
                3,
                true,
                Optional.empty());
    }

    @Test
    void what_our_hooks_added_is_taken_off_callers_and_called_and_is_told() {
        CallTree tree = tree(node(-1, 1, 1_000, ""), node(0, 2, 300, ""), node(1, 3, 100, ""));
        CallTree.Node leaf = tree.root().children().get(0).children().get(0);
        assertThat(leaf.totalNanos()).isEqualTo(100 - 3 * CLOCK);
        CallTree.Node inner = tree.root().children().get(0);
        assertThat(inner.totalNanos()).isEqualTo(300 - 2 * CLOCK - 3 * HOOK);
        assertThat(inner.selfNanos()).isEqualTo(inner.totalNanos() - leaf.totalNanos());
        assertThat(tree.root().totalNanos()).isEqualTo(1_000 - CLOCK - 5 * HOOK);
        assertThat(tree.hooksNanos()).isEqualTo(CLOCK + 5 * HOOK);
    }

    @Test
    void what_ran_on_another_thread_costs_its_caller_no_time() {
        CallTree tree = tree(node(-1, 1, 1_000, ""), node(0, 1, 5_000, "worker-1"));
        assertThat(tree.root().totalNanos()).isEqualTo(1_000 - CLOCK);
        assertThat(tree.root().selfNanos()).isEqualTo(1_000 - CLOCK);
    }

    @Test
    void no_time_is_below_nothing_or_below_what_it_is_made_of() {
        CallTree tree = tree(node(-1, 1, 50, ""), node(0, 10, 49, ""));
        assertThat(tree.root().totalNanos()).isEqualTo(9);
        assertThat(tree.root().children().get(0).totalNanos()).isEqualTo(9);
        assertThat(tree.hooksNanos()).isEqualTo(50);
    }
}
