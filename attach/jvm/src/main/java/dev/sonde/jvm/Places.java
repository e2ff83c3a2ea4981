package dev.sonde.jvm;

import dev.sonde.weave.ClassModel;
import dev.sonde.weave.Glob;
import dev.sonde.weave.LineMap;
import dev.sonde.weave.Location;
import dev.sonde.weave.MethodKey;
import dev.sonde.weave.Weaver;
import dev.sonde.wire.ClassEntry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/** Finds the lines that a place as typed means, or says what is in the way. Nothing in the target is changed by it. */
final class Places {

    private static final int MOST_CLASSES = 500;
    private static final int MOST_TOLD = 5;

    private final TargetClasses classes;
    private final Selection selection;

    Places(TargetClasses classes, Selection selection) {
        this.classes = classes;
        this.selection = selection;
    }

    /** Notices and refusals go to the probe. Empty only for a probe that waits for its class. */
    List<LinePlace> choose(ArmedProbe probe, Location location) throws TargetError {
        if (location instanceof Location.OfMethod method) {
            return ofMethods(probe, method);
        }
        return location instanceof Location.OfFile file
                ? at(probe, file, file.line(), inFile(probe, file))
                : at(probe, location, ((Location.OfClass) location).line(), inClass(probe));
    }

    /** A method without line numbers has one spot, where it begins. */
    private List<LinePlace> ofMethods(ArmedProbe probe, Location.OfMethod location) throws TargetError {
        List<LinePlace> places = new ArrayList<>();
        TargetError first = null;
        List<Selection.Chosen> chosen = selection.choose(probe);
        Map<Selection.Chosen, LineMap> maps = lines(chosen);
        for (Selection.Chosen method : chosen) {
            LineMap map = maps.get(method);
            Optional<LineMap.Spot> begins = map == null
                    ? Optional.empty()
                    : map.spots().stream()
                            .filter(spot -> spot.refusal().isEmpty())
                            .findFirst();
            if (map == null || begins.isEmpty()) {
                probe.refuse(method.label(), "no line of it can carry a hook");
                continue;
            }
            if (location.offset() == Location.OfMethod.EVERY_LINE) {
                map.lines().forEach(each -> places.add(new LinePlace(method, map, OptionalInt.of(each))));
                continue;
            }
            int line = begins.get().line() + location.offset();
            if (map.at(line).isEmpty()) {
                TargetError none = new TargetError(
                        begins.get().line() == LineMap.UNNUMBERED
                                ? method.label() + " has no line numbers: only its beginning can carry a hook"
                                : "line " + line + " of " + method.label() + " can carry no hook; near: "
                                        + near(map.lines(), line));
                first = first == null ? none : first;
                continue;
            }
            places.add(new LinePlace(method, map, OptionalInt.of(line)));
        }
        if (places.isEmpty() && first != null) {
            throw first;
        }
        if (places.isEmpty() && !probe.refused().isEmpty()) {
            throw new TargetError(probe.refused().get(0));
        }
        return places;
    }

    /** Of many methods; each class file is read once. */
    private static Map<Selection.Chosen, LineMap> lines(List<Selection.Chosen> methods) {
        Map<Integer, Map<MethodKey, Selection.Chosen>> byClass = new LinkedHashMap<>();
        for (Selection.Chosen method : methods) {
            byClass.computeIfAbsent(method.classId(), id -> new LinkedHashMap<>())
                    .put(method.method().key(), method);
        }
        Map<Selection.Chosen, LineMap> lines = new HashMap<>();
        for (Map<MethodKey, Selection.Chosen> ofClass : byClass.values()) {
            byte[] classFile = ofClass.values().iterator().next().classFile();
            for (LineMap map : Weaver.lines(classFile, ofClass::containsKey)) {
                lines.put(Objects.requireNonNull(ofClass.get(map.method())), map);
            }
        }
        return lines;
    }

    /** The classes that are named, with those nested in them. */
    private Map<ClassEntry, TargetClasses.Type> inClass(ArmedProbe probe) throws TargetError {
        boolean glob = Glob.isGlob(probe.spec().classGlob());
        List<ClassEntry> entries = new ArrayList<>(selection.entries(probe.spec(), glob));
        Set<Integer> known = new LinkedHashSet<>();
        entries.forEach(entry -> known.add(entry.id));
        for (ClassEntry outer : List.copyOf(entries)) {
            for (ClassEntry entry :
                    classes.find(outer.name + "$*", MOST_CLASSES, 0).entries()) {
                if (entry.loader == outer.loader && isWovenAtAll(entry) && known.add(entry.id)) {
                    entries.add(entry);
                }
            }
        }
        return types(entries);
    }

    private static boolean isWovenAtAll(ClassEntry entry) {
        return entry.is(ClassEntry.MODIFIABLE) && !entry.is(ClassEntry.HIDDEN);
    }

    private Map<ClassEntry, TargetClasses.Type> types(List<ClassEntry> entries) throws TargetError {
        classes.prefetchFromJvm(entries);
        Map<ClassEntry, TargetClasses.Type> types = new LinkedHashMap<>();
        for (ClassEntry entry : entries) {
            TargetClasses.Type type = classes.type(entry.id);
            if (type.classFile().isEmpty()) {
                type = classes.typeFromJvm(entry.id);
            }
            if (type.model().isPresent()) {
                types.put(entry, type);
            }
        }
        return types;
    }

    /** The classes of a file: those that are called like it; and if none of these has the line, their neighbours. */
    private Map<ClassEntry, TargetClasses.Type> inFile(ArmedProbe probe, Location.OfFile file) throws TargetError {
        TargetClasses.Found found = classes.find(file.classGlob(), MOST_CLASSES, 0);
        Map<ClassEntry, TargetClasses.Type> types = ofFile(probe, file, found.entries());
        Set<String> packages = new TreeSet<>();
        types.keySet().forEach(entry -> packages.add(packageOf(entry.name)));
        if (packages.size() > 1) {
            List<String> names = new ArrayList<>();
            packages.forEach(each -> types.keySet().stream()
                    .filter(entry -> packageOf(entry.name).equals(each))
                    .findFirst()
                    .ifPresent(entry -> names.add(entry.name + ":" + file.line())));
            throw new TargetError("'" + file.file() + "' is " + packages.size() + " files; name the class instead: "
                    + String.join(", ", names));
        }
        if (types.isEmpty()) {
            if (probe.spec().pending()) {
                return types;
            }
            throw new TargetError(String.format(
                    Locale.ROOT,
                    "no class called %s is loaded that was compiled from %s; name a class of the file instead, such as"
                            + " Order:%d, or wait for one that is not loaded yet with --pending",
                    file.classGlob(),
                    file.file(),
                    file.line()));
        }
        selection.requireOne(List.copyOf(types.keySet()), file.file(), true);
        boolean has = types.values().stream().anyMatch(type -> hasLine(type, file.line()));
        if (!has && !packages.iterator().next().isEmpty()) {
            String neighbours = packages.iterator().next() + ".*";
            return ofFile(probe, file, classes.find(neighbours, MOST_CLASSES, 0).entries());
        }
        return types;
    }

    private Map<ClassEntry, TargetClasses.Type> ofFile(
            ArmedProbe probe, Location.OfFile file, List<ClassEntry> candidates) throws TargetError {
        List<ClassEntry> entries =
                candidates.stream().filter(Places::isWovenAtAll).toList();
        if (probe.spec().loader().isPresent() && !entries.isEmpty()) {
            entries = selection.ofLoader(entries, probe.spec().loader().get());
        }
        Map<ClassEntry, TargetClasses.Type> types = new LinkedHashMap<>(types(entries));
        types.values().removeIf(type -> !file.isIn(type.model().orElseThrow()));
        return types;
    }

    private static String packageOf(String className) {
        return className.substring(0, Math.max(0, className.lastIndexOf('.')));
    }

    private static boolean hasLine(TargetClasses.Type type, int line) {
        return type.model().orElseThrow().methods().stream()
                .anyMatch(method -> method.firstLine() > 0 && method.firstLine() <= line && line <= method.lastLine());
    }

    private List<LinePlace> at(ArmedProbe probe, Location location, int line, Map<ClassEntry, TargetClasses.Type> types)
            throws TargetError {
        List<LinePlace> places = new ArrayList<>();
        NavigableSet<Integer> near = new TreeSet<>();
        for (Map.Entry<ClassEntry, TargetClasses.Type> each : types.entrySet()) {
            TargetClasses.Type type = each.getValue();
            ClassModel model = type.model().orElseThrow();
            byte[] classFile = type.classFile().orElseThrow();
            List<ClassModel.Method> around = model.methods().stream()
                    .filter(method -> method.firstLine() > 0)
                    .sorted(Comparator.comparingInt(method -> distance(method, line)))
                    .limit(distance(model, line) == 0 ? Long.MAX_VALUE : 2)
                    .filter(method -> distance(method, line) == 0 || distance(model, line) > 0)
                    .toList();
            Map<MethodKey, ClassModel.Method> keys = new LinkedHashMap<>();
            around.forEach(method -> keys.put(method.key(), method));
            for (LineMap map : keys.isEmpty() ? List.<LineMap>of() : Weaver.lines(classFile, keys::containsKey)) {
                ClassModel.Method method = Objects.requireNonNull(keys.get(map.method()));
                near.addAll(map.lines());
                if (!map.at(line).isEmpty()) {
                    places.add(new LinePlace(
                            new Selection.Chosen(type.id(), each.getKey().name, model, method, classFile),
                            map,
                            OptionalInt.of(line)));
                }
            }
        }
        if (places.isEmpty() && !probe.spec().pending()) {
            throw new TargetError(none(probe, location, line, near, types.size()));
        }
        tellOfSeveral(probe, line, places);
        return places;
    }

    private static int distance(ClassModel.Method method, int line) {
        return line < method.firstLine() ? method.firstLine() - line : Math.max(0, line - method.lastLine());
    }

    private static int distance(ClassModel model, int line) {
        return model.methods().stream()
                .filter(method -> method.firstLine() > 0)
                .mapToInt(method -> distance(method, line))
                .min()
                .orElse(0);
    }

    private static String none(
            ArmedProbe probe, Location location, int line, NavigableSet<Integer> near, int classesLookedAt) {
        String where = location instanceof Location.OfFile file
                ? file.file()
                : probe.spec().classGlob();
        if (near.isEmpty()) {
            return where + " has no line numbers: name a method instead, such as " + where + ".place";
        }
        return "line " + line + " of " + where + " can carry no hook; near: " + near(List.copyOf(near), line)
                + (classesLookedAt > 0 && line > near.last()
                        ? "; a class inside it that is not loaded yet can be waited for with --pending"
                        : "");
    }

    /** Those around a line. */
    static String near(List<Integer> lines, int line) {
        return String.join(
                ", ",
                lines.stream()
                        .sorted(Comparator.comparingInt(each -> Math.abs(each - line)))
                        .limit(MOST_TOLD)
                        .sorted()
                        .map(String::valueOf)
                        .toList());
    }

    private static void tellOfSeveral(ArmedProbe probe, int line, List<LinePlace> places) {
        if (places.size() > 1) {
            probe.note("line " + line + " is in " + places.size() + " methods: "
                    + String.join(
                            ", ",
                            places.stream()
                                    .limit(MOST_TOLD)
                                    .map(place -> place.method().label())
                                    .toList())
                    + (places.size() > MOST_TOLD ? ", …" : ""));
        }
    }
}
