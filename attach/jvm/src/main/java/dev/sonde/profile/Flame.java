package dev.sonde.profile;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A profile as a tree from the outermost callers down: what {@code tree} and {@code flame} draw.
 *
 * @param name of the root {@code all}
 * @param total with what is below
 * @param self without
 * @param children the costliest first
 */
public record Flame(String name, long total, long self, List<Flame> children) {

    public Flame {
        children = List.copyOf(children);
    }

    private static final class Growing {
        long total;
        long self;
        final Map<String, Growing> children = new LinkedHashMap<>();

        Flame grown(String name) {
            // By hand and not by recursion over the stack's depth alone: stacks are at most some thousand frames deep.
            List<Flame> below = new ArrayList<>(children.size());
            children.forEach((child, growing) -> below.add(growing.grown(child)));
            below.sort(Comparator.<Flame>comparingLong(flame -> -Math.abs(flame.total()))
                    .thenComparing(Flame::name));
            return new Flame(name, total, self, below);
        }
    }

    /**
     * The tree of one value.
     *
     * @param upsideDown from the innermost frames to their callers
     * @param by of {@link By#THREAD} the threads are the first level, and methods below
     */
    public static Flame of(Profile profile, int type, By by, boolean upsideDown) {
        Growing root = new Growing();
        for (Sample sample : profile.samples()) {
            long value = sample.value(type);
            By inner = by == By.THREAD ? By.METHOD : by;
            List<String> names = inner.of(sample);
            Growing at = root;
            at.total += value;
            if (by == By.THREAD) {
                at = at.children.computeIfAbsent(By.THREAD.of(sample).get(0), name -> new Growing());
                at.total += value;
            }
            String before = null;
            for (int i = 0; i < names.size(); i++) {
                String name = names.get(upsideDown ? i : names.size() - 1 - i);
                // Frames of one package or class in a row are one.
                if ((inner == By.PACKAGE || inner == By.CLASS) && name.equals(before)) {
                    continue;
                }
                before = name;
                at = at.children.computeIfAbsent(name, unused -> new Growing());
                at.total += value;
            }
            at.self += value;
        }
        return root.grown("all");
    }
}
