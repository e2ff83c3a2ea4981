package dev.sonde.jvm;

import dev.sonde.weave.ExpressionError;
import dev.sonde.weave.LineMap;
import dev.sonde.weave.MethodKey;
import dev.sonde.wire.Expr;
import dev.sonde.wire.ProbePlan;
import dev.sonde.wire.Wire;
import dev.sonde.wire.WireWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Puts probes on what they were planned for: has woven what is not woven yet, and tells the agent. Under the lock of {@link Probes}. */
final class Placing {

    private final Link link;
    private final WovenSites sites;
    private final Planning planning;
    private final BeforeWeaving beforeWeaving;
    private final LateClasses later;
    private final Stops stops;
    private final Breakpoints breakpoints;

    Placing(
            Link link,
            WovenSites sites,
            Planning planning,
            BeforeWeaving beforeWeaving,
            LateClasses later,
            Stops stops,
            Breakpoints breakpoints) {
        this.link = link;
        this.sites = sites;
        this.planning = planning;
        this.beforeWeaving = beforeWeaving;
        this.later = later;
        this.stops = stops;
        this.breakpoints = breakpoints;
    }

    /** Weaves what is not woven yet, then arms. */
    void place(ArmedProbe probe, List<Planned> planned) throws TargetError {
        later.lookForContext(probe);
        Map<Integer, WovenSites.Before> before = new LinkedHashMap<>();
        for (Planned each : planned) {
            Selection.Chosen chosen = each.chosen();
            WovenSites.ClassUse use = sites.use(chosen.classId());
            if (each.place().isPresent()) {
                if (!use.wantedLines.contains(chosen.method().key())) {
                    before.putIfAbsent(chosen.classId(), WovenSites.Before.of(use));
                    WovenSites.wantLines(use, chosen);
                }
                if (probe.parking.filter(parking -> parking.choice().sets()).isPresent()
                        && !use.wantedSets.contains(chosen.method().key())) {
                    before.putIfAbsent(chosen.classId(), WovenSites.Before.of(use));
                    WovenSites.wantSets(use, chosen);
                }
                if (probe.parking.isPresent()
                        && !use.wanted.containsKey(chosen.method().key())) {
                    // A frame can be followed to its end only if that had a hook when it began.
                    before.putIfAbsent(chosen.classId(), WovenSites.Before.of(use));
                    sites.wantEnds(use, chosen);
                }
            } else if (!use.wanted.containsKey(chosen.method().key())) {
                before.putIfAbsent(chosen.classId(), WovenSites.Before.of(use));
                sites.wantEnds(use, chosen);
            }
        }
        Map<Integer, String> failures = Map.of();
        if (!before.isEmpty()) {
            beforeWeaving.warn(probe, planned, before.keySet());
            failures = weave(before);
        }
        for (Planned each : planned) {
            tellOfLength(probe, each.chosen());
            if (each.place().isPresent()) {
                arm(probe, each, each.place().get(), failures);
            } else {
                arm(probe, each, failures);
            }
        }
        if (probe.sites().isEmpty()) {
            List<String> refused = probe.refused();
            throw new TargetError(
                    refused.size() == 1
                            ? "cannot be woven: " + refused.get(0)
                            : "none of " + refused.size() + " methods can be woven, such as " + refused.get(0));
        }
        if (probe.parking.isPresent()) {
            breakpoints.measure(probe, planned);
        }
        send(probe);
    }

    /** Has classes woven, and those threads that stand know of it. */
    Map<Integer, String> weave(Map<Integer, WovenSites.Before> before) throws TargetError {
        Map<Integer, String> failures = sites.weave(before);
        stops.gotHooks(sites.fresh(before));
        return failures;
    }

    private void tellOfLength(ArmedProbe probe, Selection.Chosen chosen) {
        WovenSites.ClassUse use = sites.of(chosen.classId());
        if (use != null
                && use.methods().contains(chosen.method().key())
                && use.uncompiled.contains(chosen.method().key())) {
            probe.note(chosen.label() + " is too long with its hooks for HotSpot to compile (8,000 bytes): it runs"
                    + " interpreted as long as it has them");
        }
    }

    /** Puts a probe on a spot; where the code that was woven is not what was looked at before, on the same line of that. */
    private void arm(ArmedProbe probe, Planned planned, LinePlace place, Map<Integer, String> failures) {
        Selection.Chosen chosen = planned.chosen();
        MethodKey key = chosen.method().key();
        WovenSites.ClassUse use = sites.of(chosen.classId());
        WovenSites.LineUse lines = use == null ? null : use.lines.get(key);
        if (use == null || lines == null || !use.wantedLines.contains(key)) {
            String refused = use == null ? null : use.refusedLines.get(key);
            probe.refuse(
                    chosen.label(),
                    refused != null
                            ? refused
                            : failures.getOrDefault(chosen.classId(), "the JVM did not take its class"));
            return;
        }
        if (!lines.map().named()) {
            probe.note(chosen.className()
                    + " was compiled without names of variables: they go by their slots, such as slot3");
        }
        if (lines.map().equals(place.lines())) {
            onSpot(
                    probe,
                    planned,
                    sites.spot(use, lines, chosen, lines.map().spots().get(planned.spot())));
            return;
        }
        LinePlace there = place.in(lines.map());
        if (there.spots().isEmpty()) {
            probe.refuse(chosen.label(), "another agent has changed its code, and no such line is left");
        }
        for (LineMap.Spot spot : there.spots()) {
            try {
                onSpot(
                        probe,
                        TargetClasses.compiling(() -> planning.plan(probe.spec(), there, spot)),
                        sites.spot(use, lines, chosen, spot));
            } catch (ExpressionError | TargetError e) {
                probe.refuse(WovenSites.label(chosen, spot), String.valueOf(e.getMessage()));
            }
        }
    }

    /** Puts a probe on a spot, whose hook is there. */
    static void onSpot(ArmedProbe probe, Planned planned, WovenSites.SiteUse spot) {
        spot.users().add(probe.id());
        probe.armed.put(
                spot.site().id,
                new ProbePlan.Armed(spot.site(), planned.condition().orElse(null), false, planned.captures()));
        probe.addSite(spot.label());
    }

    private void arm(ArmedProbe probe, Planned planned, Map<Integer, String> failures) {
        Selection.Chosen chosen = planned.chosen();
        WovenSites.ClassUse use = sites.of(chosen.classId());
        Integer siteId = use == null ? null : use.wanted.get(chosen.method().key());
        WovenSites.SiteUse site = siteId == null ? null : sites.site(siteId);
        if (use == null || site == null) {
            String refused =
                    use == null ? null : use.refused.get(chosen.method().key());
            String why = refused != null
                    ? refused
                    : failures.getOrDefault(chosen.classId(), "the JVM did not take its class");
            if (planned.callee()) {
                probe.following.ifPresent(following -> following.refuse(chosen.label(), why));
            } else {
                probe.refuse(chosen.label(), why);
            }
            return;
        }
        TaskPoints.Role role = probe.taskPoints.get(chosen);
        if (planned.callee() && role != null && !role.isFollowed()) {
            site.users().add(probe.id());
            probe.armed.putIfAbsent(site.site().id, ProbePlan.Armed.ofTasks(site.site(), role.role(), role.task()));
            return;
        }
        probe.following.ifPresent(following -> following.isAt(chosen, site.site().id));
        if (planned.callee()) {
            site.users().add(probe.id());
            probe.armed.putIfAbsent(
                    site.site().id,
                    role == null
                            ? ProbePlan.Armed.callee(site.site())
                            : ProbePlan.Armed.ofTasks(site.site(), role.role(), role.task()));
            return;
        }
        Expr condition = planned.condition().orElse(null);
        boolean onExit = condition != null
                && (condition.mentions(Expr.RESULT)
                        || condition.mentions(Expr.ERROR)
                        || condition.mentions(Expr.COST)
                        // A constructor has no object yet when it begins.
                        || (site.site().isConstructor() && condition.mentions(Expr.THIS)));
        site.users().add(probe.id());
        probe.armed.put(
                site.site().id,
                new ProbePlan.Armed(
                        site.site(),
                        condition,
                        onExit,
                        planned.captures(),
                        chosen.method().signature().orElse("")));
        probe.addSite(site.label());
    }

    /** Tells the agent what a probe is, and where. */
    void send(ArmedProbe probe) throws TargetError {
        ProbeSpec spec = probe.spec();
        ProbePlan plan = new ProbePlan(
                probe.id(),
                Planning.kind(spec),
                Planning.reported(probe),
                // Of trees the first may be held back for better ones, so they are counted here.
                spec.kind() == ProbeSpec.Kind.TRACE ? 0 : spec.hits(),
                spec.hitsPerSecond(),
                (int) spec.lifetime()
                        .map(lifetime -> Math.max(1, Math.min(Integer.MAX_VALUE, lifetime.toMillis())))
                        .orElse(0L)
                        .longValue(),
                spec.kind() == ProbeSpec.Kind.COUNT ? 0 : spec.limits().budgetMicros,
                spec.limits(),
                probe.plan(),
                probe.parking
                        .map(parking -> parking.of(stops.session(probe.owner())))
                        .orElse(null));
        WireWriter out = new WireWriter(1024);
        plan.write(out);
        link.request(Wire.ARM, out, WovenSites.MANY_METHODS);
    }
}
