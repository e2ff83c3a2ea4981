package dev.sonde.agent;

import dev.sonde.wire.ClassEntry;
import dev.sonde.wire.ClassOrigin;
import dev.sonde.wire.LoaderEntry;
import dev.sonde.wire.WireReader;
import dev.sonde.wire.WireWriter;
import java.lang.instrument.Instrumentation;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The target's loaded classes and their loaders, under numbers. Both are known weakly, and no method of a loader that the
 * application may have overridden is called, but for reading a class file as a resource. Our thread only.
 */
final class Classes {

    private final Instrumentation instrumentation;
    private final Doors doors;
    private final List<WeakReference<Class<?>>> byId = new ArrayList<>();
    private final Map<Class<?>, Integer> ids = new WeakHashMap<>();
    private final List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
    private @Nullable MethodHandle findLoaded;
    /** The last that read from a loader of the application; it may still be at it. */
    private @Nullable ResourceReader reader;

    Classes(Instrumentation instrumentation, Doors doors) {
        this.instrumentation = instrumentation;
        this.doors = doors;
    }

    /** {@code ClassLoader.findLoadedClass}; null when it cannot be had, then the list of all classes serves. */
    private @Nullable MethodHandle findLoaded() {
        if (findLoaded == null) {
            try {
                findLoaded = doors.jvm()
                        .trusted()
                        .findSpecial(
                                ClassLoader.class,
                                "findLoadedClass",
                                MethodType.methodType(Class.class, String.class),
                                ClassLoader.class);
            } catch (ReflectiveOperationException | IllegalStateException unknown) {
                return null;
            }
        }
        return findLoaded;
    }

    Class<?>[] all() {
        return instrumentation.getAllLoadedClasses();
    }

    int id(Class<?> type) {
        Integer known = ids.get(type);
        if (known != null) {
            return known;
        }
        byId.add(new WeakReference<Class<?>>(type));
        ids.put(type, byId.size());
        return byId.size();
    }

    /** The class of a number; null when there is none, or when it was unloaded. */
    @Nullable
    Class<?> byId(int id) {
        return id < 1 || id > byId.size() ? null : byId.get(id - 1).get();
    }

    private IdentityHashMap<ClassLoader, Integer> loaderIds() {
        IdentityHashMap<ClassLoader, Integer> known = new IdentityHashMap<>();
        for (int i = 0; i < loaders.size(); i++) {
            ClassLoader loader = loaders.get(i).get();
            if (loader != null) {
                known.put(loader, i + 1);
            }
        }
        return known;
    }

    private int loaderId(IdentityHashMap<ClassLoader, Integer> known, @Nullable ClassLoader loader) {
        if (loader == null) {
            return 0;
        }
        Integer id = known.get(loader);
        if (id == null) {
            loaders.add(new WeakReference<>(loader));
            id = loaders.size();
            known.put(loader, id);
        }
        return id;
    }

    private ClassEntry entry(Class<?> type, IdentityHashMap<ClassLoader, Integer> known, Weaving weaving) {
        String name = type.getName();
        int flags = 0;
        if (Hittable.refusal(type, instrumentation) == null) {
            flags |= ClassEntry.MODIFIABLE;
        }
        if (type.isInterface()) {
            flags |= ClassEntry.INTERFACE;
        }
        // A hidden class has a slash in its name, as did the anonymous ones before 15.
        if (name.indexOf('/') >= 0
                || name.startsWith("jdk.internal.reflect.Generated")
                || name.startsWith("sun.reflect.Generated")
                || name.startsWith("jdk.proxy")
                || name.startsWith("com.sun.proxy.$Proxy")) {
            flags |= ClassEntry.HIDDEN;
        }
        int id = id(type);
        if (weaving.isWoven(type)) {
            flags |= ClassEntry.WOVEN;
        }
        return new ClassEntry(id, name, loaderId(known, type.getClassLoader()), flags);
    }

    void find(WireReader in, WireWriter out, Weaving weaving) {
        Glob glob = new Glob(in.string());
        int limit = in.i4();
        int wanted = in.i4();
        Class<?>[] all = instrumentation.getAllLoadedClasses();
        IdentityHashMap<ClassLoader, Integer> known = loaderIds();
        List<ClassEntry> found = new ArrayList<>();
        int matched = 0;
        int scanned = 0;
        for (Class<?> type : all) {
            if (type.isArray() || type.isPrimitive() || isOurs(type)) {
                continue;
            }
            scanned++;
            if (!glob.matchesClass(type.getName())) {
                continue;
            }
            if (wanted == 0) {
                matched++;
                if (found.size() < limit) {
                    found.add(entry(type, known, weaving));
                }
            } else {
                ClassEntry entry = entry(type, known, weaving);
                if (entry.is(wanted)) {
                    matched++;
                    if (found.size() < limit) {
                        found.add(entry);
                    }
                }
            }
        }
        out.i4(matched).i4(scanned).i4(found.size());
        for (int i = 0; i < found.size(); i++) {
            found.get(i).write(out);
        }
    }

    void subtypes(WireReader in, WireWriter out, Weaving weaving) {
        int[] ids = in.ints();
        int limit = in.i4();
        Class<?>[] all = ids.length == 0 ? new Class<?>[0] : instrumentation.getAllLoadedClasses();
        IdentityHashMap<ClassLoader, Integer> known = loaderIds();
        for (int id : ids) {
            Class<?> of = byId(id);
            List<ClassEntry> found = new ArrayList<>();
            int matched = 0;
            for (int i = 0; of != null && i < all.length; i++) {
                Class<?> type = all[i];
                if (of.isAssignableFrom(type)
                        && !type.isArray()
                        && (type == of || isApplications(type))
                        && !isOurs(type)) {
                    matched++;
                    if (found.size() < limit) {
                        found.add(entry(type, known, weaving));
                    }
                }
            }
            out.i4(matched).i4(found.size());
            for (int i = 0; i < found.size(); i++) {
                found.get(i).write(out);
            }
        }
    }

    /** Whether a class is the application's. */
    static boolean isApplications(Class<?> type) {
        return !isOfTheJdk(type.getClassLoader()) || isApplication(type.getClassLoader());
    }

    /** The loader of the class path is of the JDK, and what it loads is not. */
    private static boolean isApplication(@Nullable ClassLoader loader) {
        return loader == ClassLoader.getSystemClassLoader();
    }

    private static boolean isOurs(Class<?> type) {
        return type.getClassLoader() == Classes.class.getClassLoader();
    }

    void classFile(WireReader in, WireWriter out) {
        Class<?> type = known(in.i4());
        Class<?> above = type.getSuperclass();
        Class<?>[] interfaces = type.getInterfaces();
        int[] interfaceIds = new int[interfaces.length];
        for (int i = 0; i < interfaces.length; i++) {
            interfaceIds[i] = id(interfaces[i]);
        }
        out.i4(above == null ? 0 : id(above)).ints(interfaceIds).bytes(bytes(type));
    }

    /**
     * The class file as a resource. A loader of the application runs the application's code, which may wait for a lock or a
     * network: it is asked on a thread that is not ours to lose, and not again while an answer is outstanding.
     */
    private byte[] bytes(Class<?> type) {
        if (type.getName().indexOf('/') >= 0) {
            return new byte[0];
        }
        if (isOfTheJdk(type.getClassLoader())) {
            return ResourceReader.read(type);
        }
        ResourceReader last = reader;
        if (last != null && last.isAlive()) {
            return new byte[0];
        }
        ResourceReader next = new ResourceReader(type);
        reader = next;
        next.start();
        return next.await();
    }

    private static boolean isOfTheJdk(@Nullable ClassLoader loader) {
        if (loader == null) {
            return true;
        }
        String name = loader.getClass().getName();
        return loader.getClass().getClassLoader() == null
                && (name.startsWith("jdk.internal.loader.") || name.startsWith("sun.misc.Launcher$"));
    }

    private Class<?> known(int id) {
        Class<?> type = byId(id);
        if (type == null) {
            throw new Refusal("class " + id + " is not known, or was unloaded");
        }
        return type;
    }

    void resolve(WireReader in, WireWriter out, Weaving weaving) {
        Class<?> from = known(in.i4());
        Class<?> found = resolve(from, in.string());
        out.bool(found != null);
        entry(found == null ? Object.class : found, loaderIds(), weaving).write(out);
    }

    /** The loaded class of a name as {@code from} would see it; null when there is none. Loads nothing. */
    @Nullable
    Class<?> resolve(@Nullable Class<?> from, String name) {
        if (from == null) {
            return null;
        }
        Class<?> seen = loaded(from, name);
        if (seen != null) {
            return seen;
        }
        // Boot classes, and those of loaders that do not delegate to parents alone (OSGi): one of that name, if it is
        // the only.
        Class<?> only = null;
        boolean many = false;
        for (Class<?> type : instrumentation.getAllLoadedClasses()) {
            if (!type.isArray() && type.getName().equals(name)) {
                if (type.getClassLoader() == null) {
                    return type;
                }
                many |= only != null;
                only = type;
            }
        }
        return many ? null : only;
    }

    /**
     * What a class's code means by a name, if the JVM has ever looked; null otherwise. Unlike {@link #loaded} never one of a loader above, of which
     * another may come to stand below it.
     */
    @Nullable
    Class<?> linked(Class<?> from, String name) throws Throwable {
        ClassLoader loader = from.getClassLoader();
        if (name.startsWith("java.lang.") || name.startsWith("java.util.")) {
            return Class.forName(name, false, null); // nobody else may define one
        }
        if (isOfTheJdk(loader)) {
            return loaded(from, name);
        }
        MethodHandle find = findLoaded();
        return find == null ? null : (Class<?>) find.invokeExact(loader, name);
    }

    /** As {@link #resolve(Class, String)}, of the class's own loader and those above it alone. On any thread of ours. */
    @Nullable
    Class<?> loaded(Class<?> from, String name) {
        if (from.getName().equals(name)) {
            return from;
        }
        MethodHandle find = findLoaded();
        if (find != null) {
            try {
                for (ClassLoader loader = from.getClassLoader(); loader != null; loader = loader.getParent()) {
                    Class<?> found = (Class<?>) find.invokeExact(loader, name);
                    if (found != null) {
                        return found;
                    }
                }
            } catch (Throwable unknown) {
                // the list of all classes serves
            }
        }
        return null;
    }

    void loaders(WireWriter out) {
        IdentityHashMap<ClassLoader, Integer> known = loaderIds();
        IdentityHashMap<ClassLoader, int[]> counts = new IdentityHashMap<>();
        int boot = 0;
        for (Class<?> type : instrumentation.getAllLoadedClasses()) {
            if (type.isArray() || isOurs(type)) {
                continue;
            }
            ClassLoader loader = type.getClassLoader();
            if (loader == null) {
                boot++;
                continue;
            }
            int[] count = counts.get(loader);
            if (count == null) {
                count = new int[1];
                counts.put(loader, count);
                for (ClassLoader up = loader.getParent(); up != null && !counts.containsKey(up); up = up.getParent()) {
                    counts.put(up, new int[1]);
                }
            }
            count[0]++;
        }
        out.i4(counts.size() + 1);
        new LoaderEntry(0, "", "", 0, boot).write(out);
        for (Map.Entry<ClassLoader, int[]> each : counts.entrySet()) {
            ClassLoader loader = each.getKey();
            new LoaderEntry(
                            loaderId(known, loader),
                            name(loader),
                            loader.getClass().getName(),
                            loaderId(known, loader.getParent()),
                            each.getValue()[0])
                    .write(out);
        }
    }

    void origins(WireReader in, WireWriter out) {
        List<ClassOrigin> origins = new ArrayList<>();
        for (int id : in.ints()) {
            Class<?> type = byId(id);
            if (type != null) {
                String refusal = Hittable.refusal(type, instrumentation);
                origins.add(new ClassOrigin(
                        id, Origins.location(type), Origins.module(type), refusal == null ? "" : refusal));
            }
        }
        out.i4(origins.size());
        for (int i = 0; i < origins.size(); i++) {
            origins.get(i).write(out);
        }
    }

    /** Loaders of the JDK are named by their type, so that to tell the usual ones opens no door. */
    private String name(ClassLoader loader) {
        if (!isOfTheJdk(loader)) {
            return doors.jvm().loaderName(loader);
        }
        String type = loader.getClass().getName();
        return type.endsWith("$AppClassLoader") ? "app" : type.endsWith("$PlatformClassLoader") ? "platform" : "";
    }

    static void onStack(WireReader in, WireWriter out) {
        Set<String> wanted = new HashSet<>(in.strings());
        List<String> names = new ArrayList<>();
        List<int[]> counts = new ArrayList<>();
        for (StackTraceElement[] stack : Thread.getAllStackTraces().values()) {
            Set<String> seen = new HashSet<>();
            for (StackTraceElement frame : stack) {
                if (wanted.contains(frame.getClassName())) {
                    String key = frame.getClassName() + "\n" + frame.getMethodName();
                    if (seen.add(key)) {
                        int at = names.indexOf(key);
                        if (at < 0) {
                            names.add(key);
                            counts.add(new int[] {1});
                        } else {
                            counts.get(at)[0]++;
                        }
                    }
                }
            }
        }
        out.i4(names.size());
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            int split = name.indexOf('\n');
            out.string(name.substring(0, split))
                    .string(name.substring(split + 1))
                    .i4(counts.get(i)[0]);
        }
    }
}
