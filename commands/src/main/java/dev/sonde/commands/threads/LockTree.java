package dev.sonde.commands.threads;

import dev.sonde.commands.output.Humane;
import dev.sonde.commands.output.Page;
import dev.sonde.commands.output.Prose;
import dev.sonde.commands.output.Shown;
import dev.sonde.commands.output.Style;
import dev.sonde.commands.output.Text;
import dev.sonde.jvm.ThreadReport.JvmThread;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Who waits for whom: below each thread that holds a lock stand those that wait for it. */
final class LockTree {

    private final Map<String, List<JvmThread>> waitersByOwner = new LinkedHashMap<>();
    private final List<BlockedThread> rows = new ArrayList<>();
    private final Set<String> told = new HashSet<>();

    private LockTree() {}

    /**
     * @param all the threads there are
     * @param chosen of which those that wait are shown, with those they wait for
     */
    static List<BlockedThread> of(List<JvmThread> all, List<JvmThread> chosen) {
        LockTree tree = new LockTree();
        Set<String> waiting = new HashSet<>();
        for (JvmThread thread : chosen) {
            if (thread.waitsForOwner().isPresent()) {
                waiting.add(thread.name());
                tree.waitersByOwner
                        .computeIfAbsent(thread.waitsForOwner().get(), owner -> new ArrayList<>())
                        .add(thread);
            }
        }
        for (String owner : tree.waitersByOwner.keySet()) {
            if (!waiting.contains(owner)) {
                tree.tell(find(all, owner), owner, 0);
            }
        }
        // What is left stands in a circle: begin anywhere.
        for (String owner : tree.waitersByOwner.keySet()) {
            if (!tree.told.contains(owner)) {
                tree.tell(find(all, owner), owner, 0);
            }
        }
        chosen.stream()
                .filter(thread -> thread.state().equals(Optional.of(Thread.State.BLOCKED)))
                .filter(thread -> thread.waitsForOwner().isEmpty())
                .forEach(thread -> tree.rows.add(BlockedThread.of(thread, 0, 0)));
        return tree.rows;
    }

    private static Optional<JvmThread> find(List<JvmThread> all, String name) {
        return all.stream().filter(thread -> thread.name().equals(name)).findFirst();
    }

    private void tell(Optional<JvmThread> thread, String name, int level) {
        if (!told.add(name) && level == 0) {
            return;
        }
        List<JvmThread> waiters = waitersByOwner.getOrDefault(name, List.of());
        rows.add(thread.map(known -> BlockedThread.of(known, level, waiters.size()))
                .orElseGet(() -> BlockedThread.unknown(name, level, waiters.size())));
        for (JvmThread waiter : waiters) {
            if (!told.contains(waiter.name()) || !waitersByOwner.containsKey(waiter.name())) {
                tell(Optional.of(waiter), waiter.name(), level + 1);
            }
        }
    }

    /** One thread of the tree. */
    record BlockedThread(
            @Shown(json = "depth") int level,
            OptionalLong id,
            String name,
            Optional<Thread.State> state,
            Optional<String> waitsFor,
            Optional<String> waitsForOwner,
            int waiters,
            Optional<String> at)
            implements Prose {

        static BlockedThread of(JvmThread thread, int level, int waiters) {
            String where = Frames.where(thread.frames());
            return new BlockedThread(
                    level,
                    thread.id(),
                    thread.name(),
                    thread.state(),
                    thread.waitsFor(),
                    thread.waitsForOwner(),
                    waiters,
                    where.isEmpty() ? Optional.empty() : Optional.of(where));
        }

        static BlockedThread unknown(String name, int level, int waiters) {
            return new BlockedThread(
                    level,
                    OptionalLong.empty(),
                    name,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    waiters,
                    Optional.empty());
        }

        @Override
        public String type() {
            return "blocked";
        }

        @Override
        public void tell(Page page) {
            // A chain of hundreds would walk off the screen.
            Text line = new Text()
                    .add("  ".repeat(Math.min(level, 12)))
                    .add(level == 0 ? "" : "└ ", Style.FAINT)
                    .add("\"" + name + "\"", Style.STRONG);
            state.ifPresent(now -> line.add(" " + now.name().toLowerCase(Locale.ROOT), ThreadStack.style(now)));
            waitsFor.ifPresent(lock -> line.add(" waits for " + lock));
            line.add(
                    waiters == 0
                            ? ""
                            : "  " + Humane.count(waiters) + (waiters == 1 ? " waits for it" : " wait for it"),
                    Style.WARN);
            at.ifPresent(frame -> line.add("  at " + frame, Style.FAINT));
            page.line(line);
        }
    }
}
