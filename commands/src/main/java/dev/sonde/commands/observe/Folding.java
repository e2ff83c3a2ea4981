package dev.sonde.commands.observe;

import dev.sonde.jvm.Hit;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Equal stacks being counted, in bounded room; calls whose stack finds none are counted alone. */
final class Folding {

    /** Of all stacks together: some tens of megabytes at the most. */
    private static final int MOST_FRAMES = 200_000;

    private record Stack(List<String> frames, boolean cut) {}

    private final Map<Stack, long[]> counts = new HashMap<>();
    private final Map<String, String> texts = new HashMap<>();
    private final int mostFrames;
    private int kept;
    private long calls;
    private long notKept;

    Folding() {
        this(MOST_FRAMES);
    }

    Folding(int mostFrames) {
        this.mostFrames = mostFrames;
    }

    void add(Hit hit) {
        calls++;
        List<String> frames = Callers.frames(hit).stream()
                .map(frame -> texts.size() < mostFrames ? texts.computeIfAbsent(frame, same -> same) : frame)
                .toList();
        Stack stack = new Stack(frames, hit.stackDepth().isEmpty());
        long[] known = counts.get(stack);
        if (known != null) {
            known[0]++;
        } else if (kept + frames.size() <= mostFrames) {
            kept += frames.size();
            counts.put(stack, new long[] {1});
        } else {
            notKept++;
        }
    }

    StackTree tree(boolean topDown) {
        List<StackTree.Folded> folded = counts.entrySet().stream()
                .map(each -> new StackTree.Folded(
                        each.getValue()[0],
                        100.0 * each.getValue()[0] / Math.max(1, calls),
                        each.getKey().frames,
                        each.getKey().cut))
                .sorted(Comparator.comparingLong((StackTree.Folded each) -> -each.count())
                        .thenComparing(each -> each.frames().toString()))
                .toList();
        return new StackTree(calls, notKept, folded, topDown);
    }

    long calls() {
        return calls;
    }

    long notKept() {
        return notKept;
    }
}
