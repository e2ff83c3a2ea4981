package dev.sonde.profile;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A method between those that call it and those it calls: what {@code peek} shows.
 *
 * @param callers with the part of {@code cum} that came through them
 * @param callees with the part of {@code cum} that went into them
 */
public record Neighbours(Top.Entry of, List<Edge> callers, List<Edge> callees) {

    /** One neighbour and what passes between. */
    public record Edge(String name, long value) {}

    public Neighbours {
        callers = List.copyOf(callers);
        callees = List.copyOf(callees);
    }

    /** Those whose name fits, the costliest first. An edge counts once in a stack, as in pprof. */
    public static List<Neighbours> of(Profile profile, int type, By by, Pattern wanted) {
        Map<String, Map<String, Long>> callers = new HashMap<>();
        Map<String, Map<String, Long>> callees = new HashMap<>();
        Map<String, Boolean> fits = new HashMap<>();
        Set<List<String>> seen = new HashSet<>();
        for (Sample sample : profile.samples()) {
            List<String> names = by.of(sample);
            seen.clear();
            for (int i = 0; i + 1 < names.size(); i++) {
                String callee = names.get(i);
                String caller = names.get(i + 1);
                // What calls itself is not its own neighbour.
                if (!callee.equals(caller) && seen.add(List.of(caller, callee))) {
                    if (fits.computeIfAbsent(
                            callee, name -> wanted.matcher(name).find())) {
                        callers.computeIfAbsent(callee, name -> new HashMap<>())
                                .merge(caller, sample.value(type), Long::sum);
                    }
                    if (fits.computeIfAbsent(
                            caller, name -> wanted.matcher(name).find())) {
                        callees.computeIfAbsent(caller, name -> new HashMap<>())
                                .merge(callee, sample.value(type), Long::sum);
                    }
                }
            }
        }
        List<Neighbours> found = new ArrayList<>();
        for (Top.Entry entry : Top.of(profile, type, by, true).entries()) {
            if (wanted.matcher(entry.name()).find()) {
                found.add(new Neighbours(
                        entry,
                        edges(callers.getOrDefault(entry.name(), Map.of())),
                        edges(callees.getOrDefault(entry.name(), Map.of()))));
            }
        }
        return found;
    }

    private static List<Edge> edges(Map<String, Long> values) {
        List<Edge> edges = new ArrayList<>();
        values.forEach((name, value) -> edges.add(new Edge(name, value)));
        edges.sort(
                Comparator.<Edge>comparingLong(edge -> -Math.abs(edge.value())).thenComparing(Edge::name));
        return edges;
    }
}
