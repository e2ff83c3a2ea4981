package dev.sonde.exploration;

import dev.sonde.weave.LineMap;
import dev.sonde.weave.MethodKey;
import dev.sonde.weave.Weaver;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The lines of a library.
 *
 * @param lines that its class files number, in each method once; those of methods without numbers count as one
 * @param hooked of these
 * @param variables that are in scope, at all places where a line begins
 * @param readable of these
 * @param unhooked some of the lines that have no hook
 */
record LineCount(long lines, long hooked, long variables, long readable, List<String> unhooked) {

    static final LineCount NONE = new LineCount(0, 0, 0, 0, List.of());

    private static final int MOST_TOLD = 20;

    LineCount {
        unhooked = unhooked.stream().limit(MOST_TOLD).toList();
    }

    /** Of one class, whose probes have these sites. */
    static LineCount of(String className, byte[] classFile, Set<String> sites, Naming naming) {
        LineCount count = NONE;
        for (LineMap map : Weaver.lines(classFile, method -> true)) {
            String label = className + "." + naming.human(map.method());
            Set<Integer> lines = new HashSet<>();
            Set<String> unhooked = new HashSet<>();
            long variables = 0;
            long readable = 0;
            for (LineMap.Spot spot : map.spots()) {
                String site = spot.line() == LineMap.UNNUMBERED ? label : label + ":" + spot.line();
                lines.add(spot.line());
                if (!sites.contains(site)) {
                    unhooked.add(site + spot.refusal().map(why -> ": " + why).orElse(""));
                }
                readable += spot.locals().size();
                variables += spot.locals().size() + spot.hidden().size();
            }
            count = count.plus(new LineCount(
                    lines.size(), lines.size() - unhooked.size(), variables, readable, List.copyOf(unhooked)));
        }
        return count;
    }

    /** How a method is called in the name of a site. */
    interface Naming {
        String human(MethodKey method);
    }

    LineCount plus(LineCount other) {
        List<String> both = new ArrayList<>(unhooked);
        both.addAll(other.unhooked);
        return new LineCount(
                lines + other.lines,
                hooked + other.hooked,
                variables + other.variables,
                readable + other.readable,
                both);
    }

    static LineCount sum(Collection<LineCount> counts) {
        return counts.stream().reduce(NONE, LineCount::plus);
    }

    double hookedPercent() {
        return lines == 0 ? 100 : 100.0 * hooked / lines;
    }

    double readablePercent() {
        return variables == 0 ? 100 : 100.0 * readable / variables;
    }
}
