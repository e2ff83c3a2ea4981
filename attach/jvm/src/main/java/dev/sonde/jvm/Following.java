package dev.sonde.jvm;

import dev.sonde.weave.Glob;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * How far one trace has come on its way down: which methods it follows, at which level, and whose callees it follows too.
 * What the root calls is followed from the start; what those call, when they have run: so only what runs is woven.
 *
 * <p>A tree that began before its methods were all followed is held back for a moment, because the next will be whole. Its
 * state is changed under the lock of its {@link Probes}; what is asked on the link's thread is in concurrent maps.
 */
final class Following {

    /** How long a tree waits for one that is whole. */
    private static final Duration PATIENCE = Duration.ofMillis(1_500);

    private static final Duration MOST_PATIENCE = Duration.ofSeconds(15);

    /** Pauses between looks at what has run; the last one from then on. */
    private static final int[] LOOKS_MILLIS = {20, 40, 80, 150, 300, 500, 1_000, 2_000, 5_000};

    /** From this pause on, methods whose calls may lead to classes that have loaded since are looked at again. */
    private static final int AGAIN = 3;

    /** Which classes are followed into. */
    record Filter(List<Glob> into, List<Glob> skip) {

        private static final List<String> JDK = List.of("java.", "javax.", "jdk.", "sun.", "com.sun.");

        static Filter of(ProbeSpec.Follow follow) {
            return new Filter(
                    follow.into().stream().map(Glob::of).toList(),
                    follow.skip().stream().map(Glob::of).toList());
        }

        boolean accepts(String className) {
            if (skip.stream().anyMatch(glob -> glob.matchesClass(className))) {
                return false;
            }
            return into.isEmpty()
                    ? JDK.stream().noneMatch(className::startsWith)
                    : into.stream().anyMatch(glob -> glob.matchesClass(className));
        }

        /** Whether a static method named by a class that is left out may stand in one above it that is not. */
        boolean mayInherit(String className) {
            return !into.isEmpty() && JDK.stream().noneMatch(className::startsWith);
        }
    }

    /** A method that is followed. */
    private static final class Method {
        final Selection.Chosen chosen;
        int level;
        /** Classes that load later may add to what it calls. */
        boolean open;

        Method(Selection.Chosen chosen, int level) {
            this.chosen = chosen;
            this.level = level;
        }
    }

    private final Callees callees;
    private final int depth;
    private final int most;
    private final Map<Integer, Method> bySite = new LinkedHashMap<>();
    private final Map<Selection.Chosen, Integer> levels = new HashMap<>();
    private final Set<Integer> expanded = ConcurrentHashMap.newKeySet();
    /** Followed, and may be what another thread was given to run. */
    private final Set<Integer> tasks = ConcurrentHashMap.newKeySet();

    private final Map<String, String> unfollowed = new LinkedHashMap<>();
    private final Set<Integer> expanding = new HashSet<>();
    private boolean full;
    private int look;
    /** What was found is being put in place, however long that takes: trees wait for it. */
    private volatile boolean placing;

    // On the link's thread, and where that is told to let go.
    private @Nullable Hit held;
    private long heldSince;
    private long lastPlaced = System.nanoTime();
    private int delivered;

    Following(TargetClasses classes, ProbeSpec spec) {
        callees = new Callees(
                classes, Filter.of(spec.follow()), spec.follow().tasks().isPresent());
        depth = spec.limits().levels;
        most = spec.follow().methods();
    }

    int depth() {
        return depth;
    }

    boolean isExpanded(int site) {
        return expanded.contains(site);
    }

    /** The methods that these roots call, to be followed from the start. */
    List<Selection.Chosen> begin(List<Selection.Chosen> roots) throws TargetError {
        for (Selection.Chosen root : roots) {
            levels.put(root, 0);
        }
        List<Selection.Chosen> found = new ArrayList<>();
        for (Selection.Chosen root : roots) {
            if (depth > 0) {
                found.addAll(calledBy(root, 0, false));
            }
        }
        return found;
    }

    /** A method has got its site. */
    void isAt(Selection.Chosen chosen, int site) {
        int level = levels.getOrDefault(chosen, 0);
        if (TaskPoints.ofFollowed(chosen) != null) {
            tasks.add(site);
        }
        bySite.putIfAbsent(site, new Method(chosen, level));
        if (level == 0) {
            expanded.add(site);
            Method root = bySite.get(site);
            if (root != null) {
                root.open = true;
            }
        }
    }

    void refuse(String method, String why) {
        unfollowed.putIfAbsent(method, why);
    }

    /** What is to be followed further, now that these sites are known to have run. */
    List<Selection.Chosen> next(Set<Integer> reached) throws TargetError {
        List<Selection.Chosen> found = new ArrayList<>();
        boolean again = look >= AGAIN;
        for (Map.Entry<Integer, Method> each : List.copyOf(bySite.entrySet())) {
            Method method = each.getValue();
            boolean runs = method.level == 0 || reached.contains(each.getKey());
            boolean fresh = !expanded.contains(each.getKey());
            if (method.level < depth && runs && (fresh || (again && method.open))) {
                found.addAll(calledBy(method.chosen, method.level, !fresh));
                expanding.add(each.getKey());
            }
        }
        placing = !expanding.isEmpty();
        look = found.isEmpty() ? Math.min(look + 1, LOOKS_MILLIS.length - 1) : 0;
        return found;
    }

    /** What {@link #next} found is in place: from now on trees may be whole. */
    void placed() {
        synchronized (this) {
            lastPlaced = expanding.isEmpty() ? lastPlaced : System.nanoTime();
        }
        expanded.addAll(expanding);
        expanding.clear();
        placing = false;
    }

    /** When to look again. */
    Duration pause() {
        return Duration.ofMillis(LOOKS_MILLIS[look]);
    }

    private List<Selection.Chosen> calledBy(Selection.Chosen caller, int level, boolean again) throws TargetError {
        Callees.Found found = callees.of(caller);
        if (!again) {
            found.unfollowed().forEach(unfollowed::putIfAbsent);
        }
        for (Method method : bySite.values()) {
            if (method.chosen.equals(caller)) {
                method.open = found.open();
            }
        }
        List<Selection.Chosen> fresh = new ArrayList<>();
        for (Selection.Chosen each : found.methods()) {
            Integer known = levels.get(each);
            if (known == null) {
                if (levels.size() >= most) {
                    full = true;
                    break;
                }
                levels.put(each, level + 1);
                fresh.add(each);
            } else if (known > level + 1) {
                levels.put(each, level + 1);
                for (Method method : bySite.values()) {
                    if (method.chosen.equals(each)) {
                        method.level = level + 1;
                    }
                }
            }
        }
        return fresh;
    }

    /** What a person should know when the trace ends. */
    List<String> summary() {
        List<String> lines = new ArrayList<>();
        lines.add(bySite.size() + (bySite.size() == 1 ? " method was" : " methods were") + " followed"
                + (full ? "; there were more: --methods lets it be more than " + most : ""));
        Set<String> told = new LinkedHashSet<>();
        for (Map.Entry<String, String> each : unfollowed.entrySet()) {
            if (told.size() == 5) {
                lines.add("not followed: " + (unfollowed.size() - told.size()) + " more");
                break;
            }
            told.add(each.getKey());
            lines.add("not followed: " + each.getKey() + ": " + each.getValue());
        }
        return lines;
    }

    // ---- which trees are shown --------------------------------------------------------------------------------

    /** Whether everything in a tree was followed when it began. */
    boolean isWhole(TreeReader.RawTree tree, int sites) {
        if (tree.followed() != sites) {
            return false;
        }
        Set<Integer> open = new HashSet<>();
        int[] levels = new int[tree.nodes().size()];
        for (int i = 0; i < levels.length; i++) {
            TreeReader.RawNode node = tree.nodes().get(i);
            levels[i] = i == 0 ? 0 : levels[node.parent()] + 1;
            // A task begins in a method of the JDK, or in one of its own that is followed.
            boolean method = node.task().isEmpty() || tasks.contains(node.site());
            if (method && levels[i] < depth && !expanded.contains(node.site())) {
                open.add(node.site());
            }
        }
        return open.isEmpty() || full;
    }

    /** Takes a hit; what is to be shown now of it and of the one that waits. */
    synchronized List<Hit> pass(Hit hit, boolean whole) {
        Hit waiting = held;
        if (whole) {
            held = null;
            return List.of(waiting == null ? hit : hit.after(waiting.dropped() + 1));
        }
        if (waiting == null) {
            heldSince = System.nanoTime();
        }
        held = waiting == null ? hit : hit.after(waiting.dropped() + 1);
        return due();
    }

    /** The one that has waited for long enough. */
    synchronized List<Hit> due() {
        long now = System.nanoTime();
        boolean settled = !placing && now - lastPlaced > PATIENCE.toNanos() && now - heldSince > PATIENCE.toNanos();
        return settled || now - heldSince > MOST_PATIENCE.toNanos() ? letGo() : List.of();
    }

    synchronized List<Hit> letGo() {
        Hit last = held;
        held = null;
        return last == null ? List.of() : List.of(last);
    }

    /** Counts one that is shown; whether it is one of the first {@code most}, of which 0 is all. */
    synchronized boolean counts(int mostHits) {
        return mostHits == 0 || delivered++ < mostHits;
    }

    synchronized boolean complete(int mostHits) {
        return mostHits > 0 && delivered >= mostHits;
    }
}
