package dev.sonde.jvm;

import dev.sonde.weave.Invocations.Invocation;
import dev.sonde.weave.LineMap;
import dev.sonde.weave.MethodKey;
import dev.sonde.wire.Limits;
import dev.sonde.wire.ProbePlan;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The hooks through which threads are stepped: at the lines and ends of the methods that a thread stands in, comes back to, or may
 * step into. They belong to one probe a session, which nobody has asked for by itself.
 */
final class Stepping {

    /** A place that a stepped thread looks at: a line, or line 0 for the ends of a method. */
    record StepSite(int id, int line, int spot) {}

    /** What is looked at of the objects that a thread may call. */
    private static final Limits AT_HAND = new Limits(4, 20, 20, 200, 128 << 10, 100_000);

    private final Probes probes;
    private final WovenSites sites;
    private final TargetClasses classes;
    private final Links links;
    /** By session. */
    private final Map<String, ArmedProbe> steppings = new ConcurrentHashMap<>();

    Stepping(Probes probes, WovenSites sites, TargetClasses classes, Links links) {
        this.probes = probes;
        this.sites = sites;
        this.classes = classes;
        this.links = links;
    }

    /**
     * Has hooks at all lines and ends through which a thread is to be stepped: of the method that it stands in, of those above it
     * that have them, and, to step into, of those that its method calls, or that what it has at hand leads to.
     */
    List<StepSite> stepIn(LiveStop stop, Stop.Way way) throws TargetError {
        List<Invocation> held = way == Stop.Way.STEP ? held(stop) : List.of();
        return probes.changing(() -> {
            ArmedProbe stepping = steppings.get(stop.breakpoint.owner());
            if (stepping == null) {
                stepping = new ArmedProbe(
                        links.nextProbe(),
                        stop.breakpoint.owner(),
                        ProbeSpec.of(ProbeSpec.Kind.STEP, stop.className(), stop.method()),
                        stop.breakpoint.parking,
                        List.of(),
                        stop.breakpoint.listener,
                        probes);
                steppings.put(stop.breakpoint.owner(), stepping);
                probes.add(stepping);
            }
            Set<Selection.Chosen> methods = new LinkedHashSet<>();
            methods.add(stop.place.method());
            Set<String> above = new HashSet<>();
            stop.stack().forEach(frame -> above.add(frame.className() + "." + frame.method()));
            for (WovenSites.SiteUse use : sites.all()) {
                if (use.spot().isPresent() && above.contains(use.site().className + "." + use.site().method)) {
                    methods.add(use.chosen());
                }
            }
            if (way == Stop.Way.STEP) {
                Callees callees = new Callees(classes, Following.Filter.of(ProbeSpec.Follow.NOTHING), false);
                methods.addAll(callees.of(stop.place.method()).methods());
                methods.addAll(callees.of(stop.place.method(), held).methods());
                methods.addAll(lambdas(stop.place.method()));
            }
            return step(stepping, methods);
        });
    }

    private List<Invocation> held(LiveStop stop) throws TargetError {
        List<String> names = new ArrayList<>(stop.locals());
        names.add("this");
        return new HeldMethods(stop.values(names, AT_HAND).values())
                .calls(classes, stop.place.method().classId());
    }

    /** Refuses a line that a method will not come to. */
    void requireLine(LiveStop stop, int line) throws TargetError {
        Selection.Chosen method = stop.place.method();
        WovenSites.ClassUse use = sites.of(method.classId());
        WovenSites.LineUse lines =
                use == null ? null : use.lines.get(method.method().key());
        if (lines != null && !lines.map().lines().contains(line)) {
            throw new TargetError("line " + line + " of " + method.label() + " can carry no hook; near: "
                    + Places.near(lines.map().lines(), line));
        }
    }

    /** The bodies of lambdas of a class: what is called through an interface of the JDK's is often one that was made near. */
    private static List<Selection.Chosen> lambdas(Selection.Chosen near) {
        return near.model().methods().stream()
                .filter(method -> method.key().name().startsWith("lambda$") && method.hasCode())
                .map(method ->
                        new Selection.Chosen(near.classId(), near.className(), near.model(), method, near.classFile()))
                .toList();
    }

    private List<StepSite> step(ArmedProbe stepping, Set<Selection.Chosen> methods) throws TargetError {
        Map<Integer, WovenSites.Before> before = new LinkedHashMap<>();
        for (Selection.Chosen chosen : methods) {
            WovenSites.ClassUse use = sites.use(chosen.classId());
            boolean sets = stepping.parking.filter(each -> each.choice().sets()).isPresent();
            if (use.wantedLines.contains(chosen.method().key())
                    && use.wanted.containsKey(chosen.method().key())
                    && (!sets || use.wantedSets.contains(chosen.method().key()))) {
                continue;
            }
            before.putIfAbsent(chosen.classId(), WovenSites.Before.of(use));
            WovenSites.wantLines(use, chosen);
            sites.wantEnds(use, chosen);
            if (sets) {
                WovenSites.wantSets(use, chosen);
            }
        }
        if (!before.isEmpty()) {
            Map<Integer, String> unused = probes.placing().weave(before);
        }
        int known = stepping.armed.size();
        for (Selection.Chosen chosen : methods) {
            WovenSites.ClassUse use = sites.of(chosen.classId());
            MethodKey key = chosen.method().key();
            WovenSites.LineUse lines = use == null ? null : use.lines.get(key);
            if (use == null || lines == null) {
                continue; // it could not be woven, so it is stepped over
            }
            for (LineMap.Spot spot : lines.map().spots()) {
                if (spot.refusal().isEmpty()) {
                    Placing.onSpot(
                            stepping,
                            new Planned(chosen, Optional.empty(), List.of(), false),
                            sites.spot(use, lines, chosen, spot));
                }
            }
            Integer ends = use.wanted.get(key);
            WovenSites.SiteUse end = ends == null ? null : sites.site(ends);
            if (end != null) {
                end.users().add(stepping.id());
                stepping.armed.put(end.site().id, new ProbePlan.Armed(end.site(), null, false, List.of()));
            }
        }
        if (stepping.armed.size() != known) {
            probes.send(stepping);
        }
        List<StepSite> places = new ArrayList<>();
        for (Integer id : stepping.armed.keySet()) {
            WovenSites.SiteUse use = sites.site(id);
            if (use != null && use.spot().isPresent()) {
                places.add(new StepSite(id, use.site().line, use.spot().get().index()));
            }
        }
        return places;
    }

    /** A session steps no thread any more: what had hooks for that alone has none. */
    void stepNoMore(String owner) {
        ArmedProbe stepping = steppings.remove(owner);
        if (stepping != null) {
            links.later(() -> probes.remove(List.of(stepping), "removed"));
        }
    }
}
