package dev.sonde.jvm;

import dev.sonde.weave.ClassModel;
import dev.sonde.weave.Constructors;
import dev.sonde.weave.Glob;
import dev.sonde.weave.MethodPattern;
import dev.sonde.weave.NearNames;
import dev.sonde.wire.ClassEntry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds the methods that a probe means, or says what is in the way. Nothing in the target is changed by it. */
final class Selection {

    private static final int MAX_CLASSES = 500;
    private static final int MAX_METHODS = 5_000;

    private final TargetClasses classes;

    Selection(TargetClasses classes) {
        this.classes = classes;
    }

    /** A method of a loaded class. */
    @SuppressWarnings("ArrayRecordComponent") // left out of equals, and copying class files costs
    record Chosen(int classId, String className, ClassModel model, ClassModel.Method method, byte[] classFile) {

        /** {@code shop.OrderService.place(Order, int)}. */
        String label() {
            return className + "." + method.human();
        }

        /** Whether reflection knows the names of its class's parameters: javac's {@code -parameters}. */
        boolean hasMethodParameters() {
            return contains(classFile, "MethodParameters");
        }

        /** A name stands in the constant pool as it is; elsewhere it would be by chance. */
        private static boolean contains(byte[] bytes, String name) {
            byte[] wanted = name.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            outer:
            for (int at = 0; at <= bytes.length - wanted.length; at++) {
                for (int i = 0; i < wanted.length; i++) {
                    if (bytes[at + i] != wanted[i]) {
                        continue outer;
                    }
                }
                return true;
            }
            return false;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Chosen chosen
                    && chosen.classId == classId
                    && chosen.method.key().equals(method.key());
        }

        @Override
        public int hashCode() {
            return 31 * classId + method.key().hashCode();
        }
    }

    /**
     * The methods a probe is to be on; notices and refusals go to the probe. Empty only for a probe that waits for its
     * class.
     */
    List<Chosen> choose(ArmedProbe probe) throws TargetError {
        ProbeSpec spec = probe.spec();
        boolean glob = Glob.isGlob(spec.classGlob());
        List<ClassEntry> entries = entries(spec, glob);
        if (entries.isEmpty()) {
            return List.of();
        }
        classes.prefetchFromJvm(entries);
        Set<Chosen> chosen = new LinkedHashSet<>();
        Map<String, String> why = new LinkedHashMap<>();
        for (MethodPattern pattern : probe.patterns) {
            Set<Chosen> ofPattern = new LinkedHashSet<>();
            for (ClassEntry entry : entries) {
                TargetClasses.Type type = classes.type(entry.id);
                if (type.classFile().isEmpty() && entry.is(ClassEntry.MODIFIABLE)) {
                    type = classes.typeFromJvm(entry.id);
                }
                if (type.model().isEmpty()) {
                    why.put(entry.name, type.whyUnknown());
                    continue;
                }
                ofPattern.addAll(methods(probe, entry, type, pattern, glob, why));
            }
            if (ofPattern.isEmpty()) {
                throw nothing(entries, pattern, glob, why);
            }
            chosen.addAll(ofPattern);
        }
        if (chosen.size() > MAX_METHODS) {
            throw new TargetError(
                    chosen.size() + " methods match; a probe takes at most " + MAX_METHODS + ": give a narrower name");
        }
        return List.copyOf(chosen);
    }

    /** The classes that a probe names and that the JVM lets change. */
    List<ClassEntry> entries(ProbeSpec spec, boolean glob) throws TargetError {
        List<ClassEntry> entries = named(spec.classGlob(), spec.loader(), glob, true, spec.pending());
        List<ClassEntry> modifiable = new ArrayList<>();
        for (ClassEntry entry : entries) {
            if (glob ? mayChange(entry) : entry.is(ClassEntry.MODIFIABLE)) {
                modifiable.add(entry);
            }
        }
        if (modifiable.isEmpty() && !entries.isEmpty()) {
            throw unwovenClass(entries.get(0));
        }
        return modifiable;
    }

    /** Whether a glob means it: what the JDK made at run time must be named. */
    private static boolean mayChange(ClassEntry entry) {
        return entry.is(ClassEntry.MODIFIABLE) && !entry.is(ClassEntry.HIDDEN);
    }

    /** The one loaded class that a name means. */
    ClassEntry one(LoadedCode.ClassChoice choice) throws TargetError {
        boolean glob = Glob.isGlob(choice.glob());
        List<ClassEntry> entries = named(choice.glob(), choice.loader(), glob, false, false);
        if (entries.size() > 1) {
            requireOne(entries, choice.glob(), false);
        }
        return entries.get(0);
    }

    private List<ClassEntry> named(
            String name, Optional<String> loader, boolean glob, boolean forProbe, boolean maybeNone)
            throws TargetError {
        TargetClasses.Found found = classes.find(name, MAX_CLASSES + 1, 0);
        int nested = name.lastIndexOf('.');
        if (found.entries().isEmpty() && nested > 0) {
            // As it is shown: Order.Line for shop.Order$Line.
            TargetClasses.Found inside =
                    classes.find(name.substring(0, nested) + "$" + name.substring(nested + 1), MAX_CLASSES + 1, 0);
            found = inside.entries().isEmpty() ? found : inside;
        }
        if (found.matched() > MAX_CLASSES) {
            throw new TargetError(found.matched() + " loaded classes match '" + name + "'; a probe takes at most "
                    + MAX_CLASSES + ": give a narrower name");
        }
        if (found.entries().isEmpty()) {
            if (maybeNone) {
                return List.of();
            }
            throw noClass(name, found.scanned(), forProbe);
        }
        List<ClassEntry> entries = new ArrayList<>(found.entries());
        if (!glob && entries.stream().anyMatch(entry -> entry.name.equals(name))) {
            // The whole name was typed: others merely end alike.
            entries.removeIf(entry -> !entry.name.equals(name));
        }
        if (loader.isPresent()) {
            entries = ofLoader(entries, loader.get());
        }
        if (glob && forProbe && entries.stream().anyMatch(Selection::mayChange)) {
            // What no probe can be on is not what the glob means, and need not be told apart by its loaders.
            entries.removeIf(entry -> !mayChange(entry));
        }
        requireOne(entries, name, glob);
        return entries;
    }

    /** Why no method of a class can be woven, and what to do instead. */
    private TargetError unwovenClass(ClassEntry entry) throws TargetError {
        if (entry.is(ClassEntry.HIDDEN)) {
            return new TargetError(entry.name
                    + " was made by the JDK at run time and cannot be woven; the body of a lambda is a lambda$… method"
                    + " of the class that it is written in");
        }
        String refusal = classes.refusal(entry.id).orElse("neither the JVM nor the agent lets it be changed");
        return new TargetError(entry.name + " cannot be woven: " + refusal + "; name the method of the application that"
                + " calls it" + (entry.is(ClassEntry.INTERFACE) ? implementations(entry) : ""));
    }

    /** Loaded classes that are named instead of what has no code; empty text when none is found. */
    private String implementations(ClassEntry entry) throws TargetError {
        List<String> found = classes.implementations(classes.type(entry.id), entry.name);
        return found.isEmpty() ? "" : "; loaded implementations: " + String.join(", ", found);
    }

    List<ClassEntry> ofLoader(List<ClassEntry> entries, String loader) throws TargetError {
        List<ClassEntry> fitting = new ArrayList<>();
        for (ClassEntry entry : entries) {
            if (classes.isLoader(entry.loader, loader)) {
                fitting.add(entry);
            }
        }
        if (fitting.isEmpty()) {
            throw new TargetError("no loader '" + loader + "' has " + entries.get(0).name + "; these have: "
                    + String.join(", ", loaders(entries)));
        }
        return fitting;
    }

    private Set<String> loaders(List<ClassEntry> entries) throws TargetError {
        Set<String> names = new LinkedHashSet<>();
        for (ClassEntry entry : entries) {
            names.add(classes.loader(entry.loader));
            if (names.size() == 10) {
                names.add("…");
                break;
            }
        }
        return names;
    }

    /** One name is one class; a glob is many, but of each name one. */
    void requireOne(List<ClassEntry> entries, String named, boolean glob) throws TargetError {
        Map<String, List<ClassEntry>> byName = new LinkedHashMap<>();
        for (ClassEntry entry : entries) {
            byName.computeIfAbsent(entry.name, name -> new ArrayList<>()).add(entry);
        }
        for (Map.Entry<String, List<ClassEntry>> each : byName.entrySet()) {
            if (each.getValue().size() > 1 && !each.getValue().get(0).is(ClassEntry.HIDDEN)) {
                throw new TargetError(
                        each.getKey() + " is loaded by " + each.getValue().size()
                                + " loaders; choose one with --loader: " + String.join(", ", loaders(each.getValue())));
            }
        }
        if (!glob && byName.size() > 1) {
            List<String> names = new ArrayList<>(byName.keySet());
            throw new TargetError("'" + named + "' is " + names.size() + " classes: "
                    + String.join(", ", names.subList(0, Math.min(10, names.size())))
                    + (names.size() > 10 ? ", …" : "")
                    + "; give the whole name, or a glob for all of them");
        }
    }

    private TargetError noClass(String glob, int scanned, boolean forProbe) throws TargetError {
        String simple = glob.substring(Math.max(glob.lastIndexOf('.'), glob.lastIndexOf('$')) + 1)
                .replace("*", "")
                .replace("?", "");
        Set<String> names = new LinkedHashSet<>();
        if (simple.length() >= 3) {
            for (String part : List.of(
                    simple.substring(0, 3) + "*",
                    "*" + simple.substring(simple.length() - 3),
                    "*" + simple.substring(1) + "*")) {
                for (ClassEntry entry : classes.find(part, 500, 0).entries()) {
                    if (!entry.is(ClassEntry.HIDDEN)) {
                        names.add(entry.name.substring(
                                Math.max(entry.name.lastIndexOf('.'), entry.name.lastIndexOf('$')) + 1));
                    }
                }
            }
        }
        List<String> near = NearNames.of(simple, names);
        return new TargetError(String.format(Locale.ROOT, "none of the %,d loaded classes is '%s'", scanned, glob)
                + (near.isEmpty() ? "" : "; near: " + String.join(", ", near))
                + (forProbe ? "; one that is not loaded yet can be waited for with --pending" : ""));
    }

    /** Those of the class itself; of a class that was named, also the ones it inherits. */
    private List<Chosen> methods(
            ArmedProbe probe,
            ClassEntry entry,
            TargetClasses.Type type,
            MethodPattern pattern,
            boolean glob,
            Map<String, String> why)
            throws TargetError {
        List<Chosen> own = withCode(probe, entry.name, type, pattern, why);
        if (!own.isEmpty() || glob) {
            return own;
        }
        // The superclasses first, then the interfaces, nearest first, as a call would find them.
        Deque<Integer> next = new ArrayDeque<>();
        Deque<Integer> interfaces = new ArrayDeque<>(type.interfaces());
        Set<Integer> looked = new HashSet<>();
        if (type.superclass() != 0) {
            next.add(type.superclass());
        }
        while (!next.isEmpty() || !interfaces.isEmpty()) {
            int id = next.isEmpty() ? interfaces.remove() : next.remove();
            if (!looked.add(id) || looked.size() > 200) {
                continue;
            }
            TargetClasses.Type above = classes.type(id);
            if (above.model().isPresent()) {
                String name = above.model().get().name();
                List<Chosen> inherited = withCode(probe, name, above, pattern, why);
                if (!inherited.isEmpty()) {
                    probe.note(entry.name + " inherits "
                            + inherited.get(0).method().human() + " from " + name
                            + ": calls on all its other subclasses are seen too");
                    return inherited;
                }
            }
            if (above.superclass() != 0) {
                next.add(above.superclass());
            }
            interfaces.addAll(above.interfaces());
        }
        return own;
    }

    private static List<Chosen> withCode(
            ArmedProbe probe, String name, TargetClasses.Type type, MethodPattern pattern, Map<String, String> why) {
        Optional<ClassModel> model = type.model();
        if (model.isEmpty()) {
            return List.of();
        }
        List<Chosen> chosen = new ArrayList<>();
        for (ClassModel.Method method : pattern.matching(model.get())) {
            boolean twice = probe.spec().kind() == ProbeSpec.Kind.SNAP
                    && probe.location.isEmpty()
                    && Constructors.callsThis(type.classFile().orElse(new byte[0]), method.key());
            if (twice) {
                continue; // the one that it calls is seen
            }
            if (method.hasCode()) {
                chosen.add(new Chosen(
                        type.id(), name, model.get(), method, type.classFile().orElse(new byte[0])));
            } else {
                String label = name + "." + method.human();
                why.put(label, Refusals.withoutCode(method).orElse(""));
            }
        }
        // What a glob matches beside methods with code is not worth a word.
        if (!pattern.isGlob() && !chosen.isEmpty()) {
            for (Map.Entry<String, String> each : why.entrySet()) {
                if (each.getKey().startsWith(name + ".")) {
                    probe.refuse(each.getKey(), each.getValue());
                }
            }
        }
        return chosen;
    }

    private TargetError nothing(List<ClassEntry> entries, MethodPattern pattern, boolean glob, Map<String, String> why)
            throws TargetError {
        ClassEntry first = entries.get(0);
        if (!why.isEmpty()) {
            Map.Entry<String, String> one = why.entrySet().iterator().next();
            return new TargetError(one.getKey() + " " + one.getValue() + (glob ? "" : implementations(first)));
        }
        Set<String> names = new LinkedHashSet<>();
        for (ClassEntry entry : entries.subList(0, Math.min(20, entries.size()))) {
            classes.type(entry.id).model().ifPresent(model -> model.methods().stream()
                    .filter(method -> !method.isSynthetic())
                    .forEach(method -> names.add(method.key().name())));
        }
        String typed = pattern.toString();
        int open = typed.indexOf('(');
        String name = open < 0 ? typed : typed.substring(0, open);
        if (open >= 0 && names.contains(name)) {
            Set<String> overloads = new LinkedHashSet<>();
            for (ClassEntry entry : entries.subList(0, Math.min(20, entries.size()))) {
                classes.type(entry.id).model().ifPresent(model -> model.methods().stream()
                        .filter(method -> method.key().name().equals(name))
                        .forEach(method -> overloads.add(method.human())));
            }
            return new TargetError("no method '" + typed + "'; there " + (overloads.size() == 1 ? "is " : "are ")
                    + String.join(", ", overloads));
        }
        List<String> near = NearNames.of(name, names);
        return new TargetError((entries.size() == 1 ? first.name : "none of " + entries.size() + " classes")
                + " has " + (entries.size() == 1 ? "no" : "a") + " method '" + typed + "'"
                + (near.isEmpty() ? "" : "; near: " + String.join(", ", near)));
    }
}
