package dev.sonde.jvm;

import dev.sonde.weave.Blame;
import dev.sonde.weave.ClassModel;
import dev.sonde.weave.LineMap;
import dev.sonde.weave.MethodKey;
import dev.sonde.weave.Scope;
import dev.sonde.weave.Weaver;
import dev.sonde.weave.WovenClass;
import dev.sonde.wire.Expr;
import dev.sonde.wire.ProbePlan;
import dev.sonde.wire.Site;
import dev.sonde.wire.Wire;
import dev.sonde.wire.WireException;
import dev.sonde.wire.WireReader;
import dev.sonde.wire.WireWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The classes of one target that carry hooks: which methods and lines, as which sites, and who listens to them. What is wanted
 * is said here first; then the classes are retransformed in one batch, and what a class could not take is as it was before.
 *
 * <p>Who changes what is wanted holds the lock of {@link Probes}; {@link #transform} runs on the link's thread meanwhile, which
 * is why maps are replaced and never changed.
 */
final class WovenSites {

    /**
     * How long thousands of methods may take, be it to change their classes or to arm and disarm them; the agent answers
     * nothing else meanwhile.
     */
    static final Duration MANY_METHODS = Duration.ofSeconds(60);

    /** How long is looked, for all classes that failed at once, which methods they failed for. */
    private static final Duration BLAME = Duration.ofSeconds(2);

    private final Link link;
    private final Links links;
    private final TargetClasses classes;
    private final Weaver weaver = new Weaver();
    private final Map<Integer, SiteUse> sites = new ConcurrentHashMap<>();
    private final Map<Integer, ClassUse> woven = new ConcurrentHashMap<>();
    /** Classes have their hooks only because threads stand in them. */
    private volatile boolean keeps;

    WovenSites(Link link, Links links, TargetClasses classes) {
        this.link = link;
        this.links = links;
        this.classes = classes;
    }

    /** A method that has hooks, and who listens to them. */
    record SiteUse(
            Site site,
            Selection.Chosen chosen,
            String label,
            String method,
            List<String> names,
            Set<Integer> users,
            Optional<LineMap.Spot> spot,
            Optional<Hit.Place> place) {}

    /** The lines of a method as they were woven: spot n has the site {@code first + n}. */
    record LineUse(int first, LineMap map) {}

    /** A class that is woven, or about to be. The maps are replaced, never changed. */
    static final class ClassUse {
        /** The methods that are to have hooks, by site. */
        volatile Map<MethodKey, Integer> wanted = Map.of();

        /** The methods that are to have hooks at their lines. */
        volatile Set<MethodKey> wantedLines = Set.of();

        /** Those that have them, or are about to. */
        volatile Map<MethodKey, LineUse> lines = Map.of();

        /** Spots that somebody was on. */
        final Set<Integer> spots = ConcurrentHashMap.newKeySet();

        volatile Map<MethodKey, String> refused = Map.of();
        volatile Map<MethodKey, String> refusedLines = Map.of();

        /** Those of {@link #wantedLines} whose variables are to be settable where a thread stands. */
        volatile Set<MethodKey> wantedSets = Set.of();

        volatile Map<MethodKey, String> refusedSets = Map.of();

        /** Those that HotSpot does not compile while they have their hooks. */
        volatile Set<MethodKey> uncompiled = Set.of();

        /** What the JVM was given last, until it has taken it or not. */
        volatile byte @Nullable [] given;

        Set<MethodKey> methods() {
            Set<MethodKey> all = new LinkedHashSet<>(wanted.keySet());
            all.addAll(wantedLines);
            return all;
        }
    }

    /** What was wanted of a class before it is woven again. */
    record Before(Map<MethodKey, Integer> wanted, Set<MethodKey> lines, Set<MethodKey> sets) {

        static Before of(ClassUse use) {
            return new Before(use.wanted, use.wantedLines, use.wantedSets);
        }
    }

    @Nullable
    SiteUse site(int id) {
        return sites.get(id);
    }

    Collection<SiteUse> all() {
        return sites.values();
    }

    @Nullable
    ClassUse of(int classId) {
        return woven.get(classId);
    }

    ClassUse use(int classId) {
        return woven.computeIfAbsent(classId, id -> new ClassUse());
    }

    /** The methods of a class that have hooks now. */
    Set<MethodKey> methods(int classId) {
        ClassUse use = woven.get(classId);
        return use == null ? Set.of() : use.methods();
    }

    static void wantLines(ClassUse use, Selection.Chosen chosen) {
        Set<MethodKey> lines = new LinkedHashSet<>(use.wantedLines);
        lines.add(chosen.method().key());
        use.wantedLines = lines;
    }

    static void wantSets(ClassUse use, Selection.Chosen chosen) {
        Set<MethodKey> sets = new LinkedHashSet<>(use.wantedSets);
        sets.add(chosen.method().key());
        use.wantedSets = sets;
    }

    void wantEnds(ClassUse use, Selection.Chosen chosen) {
        if (!use.wanted.containsKey(chosen.method().key())) {
            Map<MethodKey, Integer> wanted = new LinkedHashMap<>(use.wanted);
            wanted.put(chosen.method().key(), newSite(chosen));
            use.wanted = wanted;
        }
    }

    private int newSite(Selection.Chosen chosen) {
        ClassModel.Method method = chosen.method();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < method.parameterNames().size(); i++) {
            String name = method.parameterNames().get(i);
            names.add(name.isEmpty() ? "arg" + i : name);
        }
        String descriptor = method.key().descriptor();
        boolean secret = links.maskedNames.masks(method.key().name());
        // A truth tells nothing of it.
        boolean result = secret && !descriptor.endsWith(")Z") && !descriptor.endsWith(")V");
        Site site = new Site(
                links.nextSite(),
                chosen.classId(),
                chosen.className(),
                method.key().name(),
                descriptor,
                method.isStatic(),
                masked(method.parameterNames()) | (result ? Site.RESULT_BIT : 0));
        sites.put(
                site.id,
                new SiteUse(
                        site,
                        chosen,
                        chosen.label(),
                        method.human(),
                        names,
                        ConcurrentHashMap.newKeySet(),
                        Optional.empty(),
                        Optional.empty()));
        return site.id;
    }

    /** The site of a spot. */
    SiteUse spot(ClassUse use, LineUse lines, Selection.Chosen chosen, LineMap.Spot spot) {
        int id = lines.first + spot.index();
        use.spots.add(id);
        return sites.computeIfAbsent(id, none -> {
            MethodKey key = chosen.method().key();
            List<String> names = spot.locals().stream().map(LineMap.Local::name).toList();
            Site site = new Site(
                    id,
                    chosen.classId(),
                    chosen.className(),
                    key.name(),
                    spot.descriptor(),
                    !spot.hasThis(),
                    masked(names),
                    spot.line() == LineMap.UNNUMBERED ? Site.UNNUMBERED : spot.line());
            Hit.Place place = new Hit.Place(
                    spot.line(),
                    chosen.model().sourceFile(),
                    lines.map.arguments(spot, chosen.method().isStatic()),
                    lines.map.named(),
                    spot.hidden());
            return new SiteUse(
                    site,
                    chosen,
                    label(chosen, spot),
                    chosen.method().human(),
                    names,
                    ConcurrentHashMap.newKeySet(),
                    Optional.of(spot),
                    Optional.of(place));
        });
    }

    static String label(Selection.Chosen method, LineMap.Spot spot) {
        return spot.line() == LineMap.UNNUMBERED ? method.label() : method.label() + ":" + spot.line();
    }

    /**
     * A masked name that an expression reads a value by; none when it only asks whether, or how large.
     *
     * @param names of what it has as arguments
     */
    Optional<String> secret(Expr e, List<String> names) {
        String name =
                switch (e.op) {
                    case Expr.ARG -> e.number < names.size() ? names.get((int) e.number) : "";
                    case Expr.FIELD, Expr.STATIC_FIELD, Expr.MEMBER, Expr.CONST_STRING -> e.text;
                    default -> "";
                };
        if (e.kind == Expr.BOOL || e.op == Expr.SIZE) {
            return Optional.empty();
        }
        return links.maskedNames.masks(name)
                ? Optional.of(name)
                : e.children.stream()
                        .flatMap(child -> secret(child, names).stream())
                        .findFirst();
    }

    /** The {@link Site#masked} of variables. */
    long masked(List<String> names) {
        long masked = 0;
        for (int i = 0; i < names.size(); i++) {
            if (links.maskedNames.masks(names.get(i))) {
                masked |= Site.maskBit(i);
            }
        }
        return masked;
    }

    /**
     * Methods, as {@code class.method}, that have hooks at lines and ends, and did not have both before; a frame that is there
     * already has none.
     */
    Set<String> fresh(Map<Integer, Before> before) {
        Set<String> fresh = new HashSet<>();
        before.forEach((classId, then) -> {
            ClassUse use = woven.get(classId);
            if (use == null) {
                return;
            }
            use.wanted.forEach((method, site) -> {
                SiteUse ends = sites.get(site);
                boolean had = then.lines.contains(method) && then.wanted.containsKey(method);
                if (ends != null && !had && use.wantedLines.contains(method)) {
                    fresh.add(ends.site.className + "." + ends.site.method);
                }
            });
        });
        return fresh;
    }

    /** Retransforms; what a class could not take is as it was before. Gives the failures by class. */
    Map<Integer, String> weave(Map<Integer, Before> before) throws TargetError {
        Map<Integer, String> failures;
        try {
            failures = retransform(before.keySet());
            failures = withoutSets(failures);
        } catch (TargetError e) {
            before.forEach(this::rollBack);
            throw e;
        }
        long deadline = System.nanoTime() + BLAME.toNanos();
        for (Map.Entry<Integer, Before> each : before.entrySet()) {
            ClassUse use = woven.get(each.getKey());
            if (use == null) {
                continue;
            }
            byte[] given = use.given;
            use.given = null;
            if (failures.containsKey(each.getKey())) {
                failures.computeIfPresent(each.getKey(), (id, why) -> blame(given, use.methods(), why, deadline));
                rollBack(each.getKey(), each.getValue());
                continue;
            }
            Map<MethodKey, Integer> wanted = new LinkedHashMap<>(use.wanted);
            for (MethodKey refused : use.refused.keySet()) {
                Integer site = wanted.remove(refused);
                if (site != null) {
                    sites.remove(site);
                }
            }
            use.wanted = wanted;
            Set<MethodKey> lines = new LinkedHashSet<>(use.wantedLines);
            lines.removeAll(use.refusedLines.keySet());
            use.wantedLines = lines;
        }
        return failures;
    }

    /** Classes that the JVM did not take with code that sets variables are woven again without: who stops there can still look. */
    private Map<Integer, String> withoutSets(Map<Integer, String> failures) throws TargetError {
        List<Integer> again = new ArrayList<>();
        for (Integer each : failures.keySet()) {
            ClassUse use = woven.get(each);
            if (use != null && !use.wantedSets.isEmpty()) {
                use.wantedSets = Set.of();
                again.add(each);
            }
        }
        if (again.isEmpty()) {
            return failures;
        }
        Map<Integer, String> left = new HashMap<>(failures);
        left.keySet().removeAll(again);
        left.putAll(retransform(again));
        return left;
    }

    /** Adds to a VerifyError, which comes without a word, which method it is about. */
    private static String blame(byte @Nullable [] given, Set<MethodKey> wanted, String why, long deadline) {
        if (given == null || !why.contains("VerifyError")) {
            return why;
        }
        try {
            // Those with hooks first; then the others, which another agent may have changed.
            Set<MethodKey> methods = new LinkedHashSet<>(wanted);
            ClassModel.parse(given).methods().forEach(method -> methods.add(method.key()));
            List<Blame> found = Blame.of(given, methods, Math.max(0, deadline - System.nanoTime()));
            if (found.isEmpty()) {
                return why + "; which method it is about was not found";
            }
            MethodKey method = found.get(0).method();
            return why + "; in " + method.name() + method.descriptor() + ": "
                    + found.get(0).reason();
        } catch (RuntimeException e) {
            return why;
        }
    }

    private void rollBack(Integer classId, Before before) {
        ClassUse use = woven.get(classId);
        if (use != null) {
            for (Map.Entry<MethodKey, Integer> each : use.wanted.entrySet()) {
                if (!before.wanted.containsKey(each.getKey())) {
                    sites.remove(each.getValue());
                }
            }
            use.wanted = before.wanted;
            use.wantedLines = before.lines;
            use.wantedSets = before.sets;
        }
    }

    Map<Integer, String> retransform(Collection<Integer> classIds) throws TargetError {
        int[] ids = classIds.stream().mapToInt(Integer::intValue).toArray();
        WireReader in = link.request(Wire.RETRANSFORM, new WireWriter(64).ints(ids), MANY_METHODS);
        Map<Integer, String> failures = new HashMap<>();
        try {
            int count = in.length(8);
            for (int i = 0; i < count; i++) {
                int id = in.i4();
                String failure = in.string();
                if (!failure.isEmpty()) {
                    failures.put(id, explain(failure));
                }
            }
        } catch (WireException e) {
            throw new TargetError("the target's answer is broken: " + e.getMessage(), e);
        }
        return failures;
    }

    private static String explain(String failure) {
        return failure.startsWith("UnsupportedOperationException")
                ? "the JVM refuses to change its class; another agent may have given it members of its own (" + failure
                        + ")"
                : "the JVM refuses its class: " + failure;
    }

    /** As {@link Link.Receiver#transform}. */
    Optional<byte[]> transform(int classId, int spySlot, byte[] classFile) {
        classes.seen(classId, classFile);
        ClassUse use = woven.get(classId);
        if (use == null || use.methods().isEmpty()) {
            return Optional.empty();
        }
        Map<MethodKey, Integer> wanted = use.wanted;
        Set<MethodKey> wantedLines = use.wantedLines;
        Map<MethodKey, LineUse> lines = new HashMap<>(use.lines);
        WovenClass result;
        try {
            result =
                    weaver.weave(classFile, wanted, wantedLines, use.wantedSets, map -> firstSpot(lines, map), spySlot);
        } catch (RuntimeException | StackOverflowError e) {
            String why = "its class cannot be woven: " + e;
            use.refused = refusing(wanted.keySet(), why);
            use.refusedLines = refusing(wantedLines, why);
            return Optional.empty();
        }
        use.refused = result.refused();
        use.refusedLines = result.refusedLines();
        use.refusedSets = result.refusedSets();
        use.uncompiled = result.uncompiled();
        lines.keySet().retainAll(result.lines().keySet());
        use.lines = lines;
        use.given = result.bytes();
        return result.refused().keySet().containsAll(wanted.keySet())
                        && result.refusedLines().keySet().containsAll(wantedLines)
                ? Optional.empty()
                : Optional.of(result.bytes());
    }

    /** What the JVM runs of a class now, as far as it was woven here; where instructions are is the same, sites and slots are not. */
    byte[] running(int classId, byte[] classFile) {
        ClassUse use = woven.get(classId);
        return use == null || use.methods().isEmpty()
                ? classFile
                : weaver.weave(classFile, use.wanted, use.wantedLines, use.wantedSets, map -> 1, 0)
                        .bytes();
    }

    private static Map<MethodKey, String> refusing(Set<MethodKey> methods, String why) {
        Map<MethodKey, String> refused = new HashMap<>();
        methods.forEach(method -> refused.put(method, why));
        return refused;
    }

    /** The number of a method's first spot: the one it has while its lines are what they were. */
    private int firstSpot(Map<MethodKey, LineUse> lines, LineMap map) {
        LineUse known = lines.get(map.method());
        if (known == null || !known.map.equals(map)) {
            known = new LineUse(links.nextSites(Math.max(1, map.spots().size())), map);
            lines.put(map.method(), known);
        }
        return known.first;
    }

    private boolean isUsed(Collection<Integer> siteIds) {
        return siteIds.stream().anyMatch(id -> {
            SiteUse site = sites.get(id);
            return site != null && !site.users.isEmpty();
        });
    }

    /** Whether {@link #release} has left hooks in classes where threads stood. */
    boolean keeps() {
        return keeps;
    }

    private boolean isOf(Set<String> classNames, ClassUse use) {
        return Stream.concat(use.wanted.values().stream(), use.spots.stream())
                .map(sites::get)
                .anyMatch(site -> site != null && classNames.contains(site.site.className));
    }

    /**
     * Takes probes off all sites. Gives the classes that no probe needs any more, which are to get their own bytes back.
     *
     * @param stoodIn names of those that keep their hooks: a thread that stands there may be stepped yet, and through frames that
     *     have them alone
     */
    List<Integer> release(List<ArmedProbe> going, Set<String> stoodIn) {
        for (ArmedProbe probe : going) {
            for (Integer id : probe.armed.keySet()) {
                SiteUse site = sites.get(id);
                if (site != null) {
                    site.users.remove(probe.id());
                }
            }
        }
        List<Integer> restore = new ArrayList<>();
        keeps = false;
        for (Map.Entry<Integer, ClassUse> each : List.copyOf(woven.entrySet())) {
            ClassUse use = each.getValue();
            boolean used = isUsed(use.wanted.values()) || isUsed(use.spots);
            if (!used && isOf(stoodIn, use)) {
                keeps = true;
            } else if (!used) {
                use.wanted.values().forEach(sites::remove);
                use.spots.forEach(sites::remove);
                boolean wasWoven = !use.methods().isEmpty();
                use.wanted = Map.of();
                use.wantedLines = Set.of();
                use.wantedSets = Set.of();
                if (wasWoven) {
                    restore.add(each.getKey());
                }
                woven.remove(each.getKey());
            }
        }
        return restore;
    }

    /** Where a thread stands that stopped at a site; empty when the site is no longer known. */
    Optional<LiveStop.Place> standing(int siteId, ProbeSpec.Event event) {
        SiteUse use = sites.get(siteId);
        if (use == null) {
            return Optional.empty();
        }
        boolean hasThis = !use.site().isStatic && !(use.site().isConstructor() && event == ProbeSpec.Event.ENTRY);
        OptionalInt line = use.site().line > 0 ? OptionalInt.of(use.site().line) : OptionalInt.empty();
        List<String> hidden = use.spot().map(LineMap.Spot::hidden).orElse(List.of());
        return Optional.of(
                new LiveStop.Place(use.chosen(), line, hasThis, use.names(), hidden, settable(use), scope(use, event)));
    }

    private LiveStop.Settable settable(SiteUse use) {
        MethodKey method = use.chosen().method().key();
        ClassUse of = woven.get(use.site().classId);
        if (use.spot().isEmpty() || of == null) {
            return LiveStop.Settable.nothing("the method ends here, and reads its variables no more");
        }
        if (!of.wantedSets.contains(method)) {
            return LiveStop.Settable.nothing("its method was woven without code that sets them");
        }
        if (of.refusedSets.containsKey(method)) {
            return LiveStop.Settable.nothing(of.refusedSets.get(method));
        }
        LineMap.Spot spot = use.spot().get();
        Map<String, String> types = new HashMap<>();
        for (LineMap.Local local : spot.locals()) {
            String descriptor = spot.settable().get(local.slot());
            if (descriptor != null) {
                types.put(local.name(), LineMap.className(descriptor));
            }
        }
        return new LiveStop.Settable(
                types,
                spot.settable().isEmpty()
                        ? "an object is being made when the line begins"
                        : "it is null on every way there, and the JVM's verifier takes nothing else for it");
    }

    /** What names stand for at a site. */
    Scope scope(SiteUse use, ProbeSpec.Event event) {
        Selection.Chosen chosen = use.chosen();
        MethodKey key = chosen.method().key();
        if (use.spot().isPresent()) {
            return Scope.atLine(chosen.model(), key, use.spot().get(), classes.source(chosen.classId()));
        }
        int when = event == ProbeSpec.Event.ENTRY
                ? ProbePlan.ON_ENTRY
                : event == ProbeSpec.Event.RETURN ? ProbePlan.ON_RETURN : ProbePlan.ON_THROW;
        return new Scope(chosen.model(), key, classes.source(chosen.classId()), when);
    }
}
