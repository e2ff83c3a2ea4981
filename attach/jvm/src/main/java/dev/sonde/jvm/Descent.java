package dev.sonde.jvm;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Takes traces down: what their methods call is woven while they run, between invocations. Under the lock of {@link Probes}. */
final class Descent {

    private final Probes probes;
    private final Changes changes;
    private final Links links;
    private final TargetClasses classes;
    private final SiteCounters counters;
    private final Placing placing;
    private final Delivery delivery;

    Descent(
            Probes probes,
            Changes changes,
            Links links,
            TargetClasses classes,
            SiteCounters counters,
            Placing placing,
            Delivery delivery) {
        this.probes = probes;
        this.changes = changes;
        this.links = links;
        this.classes = classes;
        this.counters = counters;
        this.placing = placing;
        this.delivery = delivery;
    }

    /** What is followed from the start. */
    List<Planned> first(ArmedProbe probe, List<Selection.Chosen> roots) throws TargetError {
        if (probe.following.isEmpty()) {
            return List.of();
        }
        List<Planned> planned = followed(probe, probe.following.get().begin(roots));
        planned.addAll(taskPoints(probe, roots.stream().map(Selection.Chosen::classId)));
        return planned;
    }

    private static List<Planned> followed(ArmedProbe probe, List<Selection.Chosen> methods) {
        if (probe.joining.isPresent()) {
            for (Selection.Chosen method : methods) {
                TaskPoints.Role role = TaskPoints.ofFollowed(method);
                if (role != null) {
                    probe.taskPoints.putIfAbsent(method, role);
                }
            }
        }
        return new ArrayList<>(Planned.callees(methods));
    }

    /** The methods through which work goes to other threads, if that is to be followed: those met now. */
    private List<Planned> taskPoints(ArmedProbe probe, Stream<Integer> fromClasses) throws TargetError {
        Optional<Integer> from = probe.joining.isEmpty() ? Optional.empty() : fromClasses.findFirst();
        if (from.isEmpty()) {
            return List.of();
        }
        Set<String> known = probe.taskPoints.keySet().stream()
                .map(Selection.Chosen::className)
                .collect(Collectors.toSet());
        Map<Selection.Chosen, TaskPoints.Role> found = TaskPoints.in(classes, from.get(), known);
        found.putAll(ExecutorPoints.in(classes, from.get(), probe.executors));
        probe.taskPoints.putAll(found);
        return Planned.callees(List.copyOf(found.keySet()));
    }

    /** Looks from time to time what has run, and follows what that calls; on a thread of ours. */
    void follow(ArmedProbe probe, Following following) {
        links.look(following.pause(), () -> {
            if (probe.ended()) {
                return;
            }
            try {
                changes.alone(() -> {
                    if (!probe.ended() && probes.armed(probe.id()).isPresent()) {
                        followOnce(probe, following);
                    }
                    return true;
                });
            } catch (TargetError e) {
                if (probe.ended()) {
                    return; // which is told
                }
                probe.tell("calls are not followed further: " + e.getMessage());
                delivery.deliver(probe, following, following.letGo());
                return;
            }
            delivery.deliver(probe, following, following.due());
            follow(probe, following);
        });
    }

    private void followOnce(ArmedProbe probe, Following following) throws TargetError {
        if (probe.armed.isEmpty()) {
            return; // it waits for its class
        }
        Set<Integer> reached = new HashSet<>();
        counters.bySite(probe).forEach((site, counted) -> {
            if (counted.hits > 0) {
                reached.add(site);
            }
        });
        List<Planned> planned = followed(probe, following.next(reached));
        planned.addAll(taskPoints(probe, probe.armed.values().stream().map(armed -> armed.site.classId)));
        if (!planned.isEmpty()) {
            placing.place(probe, planned);
        }
        following.placed();
    }
}
