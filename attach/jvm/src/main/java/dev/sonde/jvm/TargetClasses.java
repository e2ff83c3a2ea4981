package dev.sonde.jvm;

import dev.sonde.weave.ClassModel;
import dev.sonde.weave.ClassSource;
import dev.sonde.weave.Glob;
import dev.sonde.wire.ClassEntry;
import dev.sonde.wire.ClassOrigin;
import dev.sonde.wire.Expr;
import dev.sonde.wire.Limits;
import dev.sonde.wire.LoaderEntry;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The loaded classes of one target, as far as they were asked for. What was read is kept for the life of the link. */
final class TargetClasses {

    private static final Duration SEARCH = Duration.ofSeconds(20);

    private final Link link;
    private final Map<Integer, Type> types = new ConcurrentHashMap<>();
    private final Map<String, Optional<ClassEntry>> resolved = new ConcurrentHashMap<>();
    private volatile Map<Integer, String> labels = Map.of();
    private volatile Map<Integer, LoaderEntry> loaders = Map.of();

    /** Class files that the agent sent to be woven, of the classes that have none as a resource. */
    private final Map<Integer, byte[]> seen = new ConcurrentHashMap<>();

    private final Set<Integer> wanted = ConcurrentHashMap.newKeySet();

    TargetClasses(Link link) {
        this.link = link;
    }

    /** What was found; {@code matched} may be more than there are entries. */
    record Found(int matched, int scanned, List<ClassEntry> entries) {}

    /** What a class is made of; no model when its class file cannot be had or read. */
    record Type(
            int id, int superclass, List<Integer> interfaces, Optional<byte[]> classFile, Optional<ClassModel> model) {

        /** @throws TargetError when there is none, with the reason */
        ClassModel known(String name) throws TargetError {
            return model.orElseThrow(() -> new TargetError(name + " " + whyUnknown()));
        }

        /** Why there is no model, as it stands behind the name of the class. */
        String whyUnknown() {
            return classFile
                    .flatMap(ClassModel::tooNew)
                    .map(release -> "has a class file of Java " + release + ", and Java " + ClassModel.NEWEST
                            + " is the newest that is understood here")
                    .orElse("has no class file that can be read");
        }
    }

    /** A target that does not answer while an expression is compiled, which knows no {@link TargetError}. */
    private static final class Unanswered extends RuntimeException {
        private final TargetError why;

        Unanswered(TargetError why) {
            super(why);
            this.why = why;
        }
    }

    Found find(String glob, int limit, int flags) throws TargetError {
        WireReader in = link.request(
                Wire.FIND_CLASSES, new WireWriter(64).string(glob).i4(limit).i4(flags), SEARCH);
        return checked(() -> {
            int matched = in.i4();
            int scanned = in.i4();
            int count = in.length(16);
            List<ClassEntry> entries = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                entries.add(ClassEntry.read(in));
            }
            return new Found(matched, scanned, entries);
        });
    }

    Type type(int classId) throws TargetError {
        Type known = types.get(classId);
        if (known != null) {
            return known;
        }
        WireReader in = link.request(Wire.CLASS_FILE, new WireWriter(8).i4(classId));
        Type type = checked(() -> {
            int superclass = in.i4();
            List<Integer> interfaces = new ArrayList<>();
            for (int id : in.ints()) {
                interfaces.add(id);
            }
            byte[] bytes = in.bytes();
            return type(classId, superclass, interfaces, bytes.length == 0 ? null : bytes);
        });
        types.put(classId, type);
        return type;
    }

    private static Type type(int id, int superclass, List<Integer> interfaces, byte @Nullable [] bytes) {
        Optional<ClassModel> model = Optional.empty();
        if (bytes != null) {
            try {
                model = Optional.of(ClassModel.parse(bytes));
            } catch (IllegalArgumentException e) {
                model = Optional.empty(); // newer than can be read, or obfuscated
            }
        }
        return new Type(id, superclass, List.copyOf(interfaces), Optional.ofNullable(bytes), model);
    }

    /**
     * A class whose loader gives no class file: the JVM gives it when the class is retransformed, so that is done once,
     * without a change.
     */
    Type typeFromJvm(int classId) throws TargetError {
        Type type = type(classId);
        if (type.classFile.isPresent()) {
            return type;
        }
        wanted.add(classId);
        try {
            link.request(Wire.RETRANSFORM, new WireWriter(16).ints(new int[] {classId}), Duration.ofSeconds(30));
        } finally {
            wanted.remove(classId);
        }
        byte[] bytes = seen.remove(classId);
        if (bytes == null) {
            return type;
        }
        Type full = type(classId, type.superclass, type.interfaces, bytes);
        types.put(classId, full);
        return full;
    }

    /** Where classes come from, by id; those that were unloaded are left out. */
    Map<Integer, ClassOrigin> origins(Collection<ClassEntry> of) throws TargetError {
        int[] ids = of.stream().mapToInt(entry -> entry.id).toArray();
        WireReader in = link.request(Wire.CLASS_ORIGINS, new WireWriter(4 * ids.length + 8).ints(ids), SEARCH);
        return checked(() -> {
            Map<Integer, ClassOrigin> origins = new HashMap<>();
            int count = in.length(16);
            for (int i = 0; i < count; i++) {
                ClassOrigin origin = ClassOrigin.read(in);
                origins.put(origin.id, origin);
            }
            return origins;
        });
    }

    /** Why a class cannot be woven, in the agent's words. */
    Optional<String> refusal(int classId) throws TargetError {
        ClassOrigin origin = origins(List.of(new ClassEntry(classId, "", 0, 0))).get(classId);
        return origin == null || origin.refusal.isEmpty() ? Optional.empty() : Optional.of(origin.refusal);
    }

    /** All loaders, and what people call them. */
    Map<LoaderEntry, String> allLoaders() throws TargetError {
        readLoaders();
        Map<LoaderEntry, String> all = new LinkedHashMap<>();
        loaders.values().forEach(entry -> all.put(entry, labels.getOrDefault(entry.id, "loader#" + entry.id)));
        return all;
    }

    /**
     * The class files that the JVM hands over when it retransforms classes: what other agents have made of them, and nothing
     * of ours. One VM operation for all; those that the JVM does not give are left out.
     */
    Map<Integer, byte[]> asLoaded(Collection<Integer> classIds) throws TargetError {
        Map<Integer, byte[]> given = new HashMap<>();
        wanted.addAll(classIds);
        try {
            link.request(
                    Wire.RETRANSFORM,
                    new WireWriter(64)
                            .ints(classIds.stream().mapToInt(Integer::intValue).toArray()),
                    Duration.ofSeconds(30));
        } finally {
            for (int id : classIds) {
                wanted.remove(id);
                byte[] bytes = seen.remove(id);
                if (bytes != null) {
                    given.put(id, bytes);
                }
            }
        }
        return given;
    }

    /** Expressions over the static fields of a class, evaluated now; empty when the class is not initialised. */
    Optional<List<Value>> evaluate(int classId, Limits limits, List<Expr> expressions) throws TargetError {
        WireWriter out = new WireWriter(256).i4(classId);
        limits.write(out);
        out.i4(expressions.size());
        expressions.forEach(expression -> expression.write(out));
        WireReader in = link.request(Wire.EVALUATE, out, SEARCH);
        return checked(() -> in.bool() ? Optional.of(HitReader.read(in.bytes()).values()) : Optional.empty());
    }

    /** As {@link #typeFromJvm} for many, in one operation of the JVM. */
    void prefetchFromJvm(Collection<ClassEntry> entries) throws TargetError {
        List<Integer> without = new ArrayList<>();
        for (ClassEntry entry : entries) {
            if (entry.is(ClassEntry.MODIFIABLE) && type(entry.id).classFile.isEmpty()) {
                without.add(entry.id);
            }
        }
        if (without.size() > 1) {
            for (Map.Entry<Integer, byte[]> given : asLoaded(without).entrySet()) {
                Type type = type(given.getKey());
                types.put(type.id, type(type.id, type.superclass, type.interfaces, given.getValue()));
            }
        }
    }

    /** Told of each class file that the JVM gives. */
    void seen(int classId, byte[] classFile) {
        if (wanted.contains(classId)) {
            seen.put(classId, classFile);
        }
    }

    /**
     * Classes as one class of the target sees them. A target that does not answer comes out of {@link #compiling}.
     */
    ClassSource source(int fromClassId) {
        return name -> {
            try {
                String key = fromClassId + " " + name;
                Optional<ClassEntry> entry = resolved.get(key);
                if (entry == null) {
                    entry = resolve(fromClassId, name);
                    resolved.put(key, entry);
                }
                return entry.isPresent() ? type(entry.get().id).classFile : Optional.empty();
            } catch (TargetGone e) {
                throw new Unanswered(e);
            } catch (TargetError e) {
                return Optional.empty(); // unloaded meanwhile: of unknown type then
            }
        };
    }

    /** The class of a name as another sees it, if it is loaded now. */
    Optional<ClassEntry> resolve(int fromClassId, String name) throws TargetError {
        WireReader in = link.request(
                Wire.RESOLVE_CLASS, new WireWriter(64).i4(fromClassId).string(name));
        return checked(() -> in.bool() ? Optional.of(ClassEntry.read(in)) : Optional.empty());
    }

    /** The loaded classes that are each of these or extend or implement it, those of the JDK left out. */
    Map<Integer, Found> subtypes(Set<Integer> classIds, int limit) throws TargetError {
        int[] ids = classIds.stream().mapToInt(Integer::intValue).toArray();
        WireReader in = link.request(Wire.SUBTYPES, new WireWriter(64).ints(ids).i4(limit), SEARCH);
        return checked(() -> {
            Map<Integer, Found> found = new LinkedHashMap<>();
            for (int id : ids) {
                int matched = in.i4();
                int count = in.length(16);
                List<ClassEntry> entries = new ArrayList<>(count);
                for (int i = 0; i < count; i++) {
                    entries.add(ClassEntry.read(in));
                }
                found.put(id, new Found(matched, 0, entries));
            }
            return found;
        });
    }

    interface Compiling<T> {
        T get() throws TargetError, dev.sonde.weave.ExpressionError;
    }

    /** Runs what uses a {@link #source}. */
    static <T> T compiling(Compiling<T> work) throws TargetError, dev.sonde.weave.ExpressionError {
        try {
            return work.get();
        } catch (Unanswered e) {
            throw e.why;
        }
    }

    /** What a person calls a loader, such as {@code app}, {@code boot} or {@code LaunchedURLClassLoader#3}. */
    String loader(int id) throws TargetError {
        String label = labels.get(id);
        if (label == null) {
            readLoaders();
            label = labels.get(id);
        }
        return label == null ? "loader#" + id : label;
    }

    /** Whether text from a person means this loader: its label, name, class, or number. */
    boolean isLoader(int id, String text) throws TargetError {
        if (loader(id).equals(text) || text.equals("#" + id)) {
            return true;
        }
        LoaderEntry entry = loaders.get(id);
        return entry != null
                && !text.isEmpty()
                && (text.equals(entry.name)
                        || text.equals(entry.type)
                        || text.equals(simple(entry.type))
                        || (Glob.isGlob(text) && Glob.of(text).matches(loader(id))));
    }

    private void readLoaders() throws TargetError {
        WireReader in = link.request(Wire.LOADERS, new WireWriter(0), SEARCH);
        Map<Integer, LoaderEntry> entries = checked(() -> {
            int count = in.length(20);
            Map<Integer, LoaderEntry> all = new LinkedHashMap<>();
            for (int i = 0; i < count; i++) {
                LoaderEntry entry = LoaderEntry.read(in);
                all.put(entry.id, entry);
            }
            return all;
        });
        Map<String, Integer> uses = new HashMap<>();
        entries.values().forEach(entry -> uses.merge(base(entry), 1, Integer::sum));
        Map<Integer, String> names = new HashMap<>();
        for (LoaderEntry entry : entries.values()) {
            String base = base(entry);
            boolean own =
                    entry.id == 0 || (!entry.name.isEmpty() && uses.getOrDefault(base, 0) == 1) || isSystem(entry);
            names.put(entry.id, own ? base : base + "#" + entry.id);
        }
        loaders = entries;
        labels = names;
    }

    private static String base(LoaderEntry entry) {
        if (entry.id == 0) {
            return "boot";
        }
        if (isSystem(entry)) {
            return entry.type.endsWith("AppClassLoader") ? "app" : "platform";
        }
        return entry.name.isEmpty() ? simple(entry.type) : entry.name;
    }

    private static boolean isSystem(LoaderEntry entry) {
        return entry.type.startsWith("jdk.internal.loader.ClassLoaders$")
                || entry.type.startsWith("sun.misc.Launcher$");
    }

    private static String simple(String type) {
        return type.substring(Math.max(type.lastIndexOf('.'), type.lastIndexOf('$')) + 1);
    }

    /** The loaded classes that are the given one or extend or implement it, of those that look like it; a search, not proof. */
    List<String> implementations(Type of, String name) throws TargetError {
        String simple = simple(name);
        String folder = name.substring(0, name.lastIndexOf('.') + 1);
        List<ClassEntry> candidates =
                new ArrayList<>(find("*" + simple + "*", 100, 0).entries());
        if (!folder.isEmpty()) {
            candidates.addAll(find(folder + "*", 200, 0).entries());
        }
        List<String> found = new ArrayList<>();
        Set<Integer> looked = new HashSet<>();
        for (ClassEntry candidate : candidates) {
            if (looked.add(candidate.id) && candidate.id != of.id && !candidate.is(ClassEntry.INTERFACE)) {
                if (candidate.is(ClassEntry.MODIFIABLE) && reaches(type(candidate.id), of.id, 0)) {
                    found.add(candidate.name);
                }
                if (found.size() == 5) {
                    break;
                }
            }
        }
        return found;
    }

    private boolean reaches(Type from, int id, int depth) throws TargetError {
        if (from.superclass == id || from.interfaces.contains(id)) {
            return true;
        }
        if (depth > 20) {
            return false;
        }
        if (from.superclass != 0 && reaches(type(from.superclass), id, depth + 1)) {
            return true;
        }
        for (int parent : from.interfaces) {
            if (reaches(type(parent), id, depth + 1)) {
                return true;
            }
        }
        return false;
    }

    private interface Reading<T> {
        T get();
    }

    /** An answer that does not keep to the protocol is an error of the target, not of ours. */
    private static <T> T checked(Reading<T> reading) throws TargetError {
        try {
            return reading.get();
        } catch (WireException e) {
            throw new TargetError("the target's answer is broken: " + e.getMessage(), e);
        }
    }
}
