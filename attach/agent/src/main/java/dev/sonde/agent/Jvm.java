package dev.sonde.agent;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.lang.instrument.Instrumentation;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The doors into the JDK's own code: a trusted lookup, the definition of the spy, and the system class path. On 9 and later
 * they are opened to our unnamed module only, by {@code Instrumentation.redefineModule}; the JDK keeps such an opening by a
 * weak reference, so it ends with our loader. {@code sun.misc.Unsafe} is not touched there: it prints warnings on 24.
 */
final class Jvm {

    static final String SPY = "java.sonde.SpyV2";

    final Memory memory;
    final Fields fields = new Fields(this);
    private final long threadId;
    private final long throwableMessage;
    private final long throwableCause;
    private final long throwableStack;
    private final long throwableBacktrace;
    private final long throwableDepth;
    private final long loaderName;
    private final long parallelLocks;
    private final long signature;

    private MethodHandles.@Nullable Lookup trusted;
    private volatile @Nullable MethodHandle throwableFrames;
    /** Before 9. */
    private volatile @Nullable MethodHandle throwableCount;
    /** From 9 on and before 21. */
    private volatile boolean framesOfThrowable;

    Jvm(Instrumentation instrumentation) throws Exception {
        if (Agent.FEATURE >= 9) {
            open(instrumentation, "jdk.internal.misc");
            memory = new Memory9();
        } else {
            memory = new Memory8();
        }
        threadId = memory.offset(Thread.class, "tid");
        throwableMessage = memory.offset(Throwable.class, "detailMessage");
        throwableCause = memory.offset(Throwable.class, "cause");
        throwableStack = memory.offset(Throwable.class, "stackTrace");
        throwableBacktrace = memory.offset(Throwable.class, "backtrace");
        throwableDepth = memory.offset(Throwable.class, "depth");
        loaderName = memory.offset(ClassLoader.class, "name");
        parallelLocks = memory.offset(ClassLoader.class, "parallelLockMap");
        signature = memory.offset(Field.class, "signature");
    }

    /** The lookup that may do all. Our thread only; made when it is first needed, because handles are dear to make. */
    MethodHandles.Lookup trusted() {
        MethodHandles.Lookup made = trusted;
        if (made == null) {
            try {
                Field lookup = MethodHandles.Lookup.class.getDeclaredField("IMPL_LOOKUP");
                made = (MethodHandles.Lookup) memory.getStatic(lookup);
            } catch (NoSuchFieldException renamed) {
                made = null;
            }
            if (made == null) {
                throw new IllegalStateException("no trusted lookup");
            }
            trusted = made;
        }
        return made;
    }

    /** Makes what captures need and an agent that only waits does not. */
    void prepareCaptures() {
        if (throwableFrames != null) {
            return;
        }
        try {
            if (Agent.FEATURE < 9) {
                throwableCount =
                        trusted().findVirtual(Throwable.class, "getStackTraceDepth", MethodType.methodType(int.class));
                throwableFrames = frames(trusted()
                        .findVirtual(
                                Throwable.class,
                                "getStackTraceElement",
                                MethodType.methodType(StackTraceElement.class, int.class)));
            } else {
                try {
                    throwableFrames = frames(framesOf(Object.class));
                } catch (NoSuchMethodException before21) {
                    framesOfThrowable = true;
                    throwableFrames = frames(framesOf(Throwable.class));
                }
            }
        } catch (ReflectiveOperationException unknown) {
            // a throwable without frames is still one
        }
    }

    private static MethodHandle frames(MethodHandle of) {
        return of.asType(MethodType.methodType(Object.class, Object.class, int.class));
    }

    /** What makes frames: of what the JVM keeps of them in a throwable, or of that itself. */
    private MethodHandle framesOf(Class<?> from) throws ReflectiveOperationException {
        return trusted()
                .findStatic(
                        StackTraceElement.class,
                        "of",
                        MethodType.methodType(StackTraceElement[].class, from, int.class));
    }

    /** The id of a thread, without {@code getId()}, which the application may override. */
    long threadId(Thread thread) {
        return threadId < 0 ? 0 : memory.getLong(thread, threadId);
    }

    /** What a throwable holds, read past the methods that the application may override. */
    @Nullable
    String message(Throwable thrown) {
        return throwableMessage < 0 ? null : (String) memory.get(thrown, throwableMessage);
    }

    @Nullable
    Object cause(Throwable thrown) {
        return throwableCause < 0 ? null : memory.get(thrown, throwableCause);
    }

    /** Its frames, without {@code getStackTrace()}: that enters its monitor, which may be anybody's. Keeps nothing in it. */
    StackTraceElement @Nullable [] frames(Throwable thrown) {
        Object known = throwableStack < 0 ? null : memory.get(thrown, throwableStack);
        MethodHandle of = throwableFrames;
        if (of == null || (known != null && ((StackTraceElement[]) known).length > 0)) {
            return (StackTraceElement[]) known;
        }
        try {
            MethodHandle count = throwableCount;
            if (count != null) {
                StackTraceElement[] all = new StackTraceElement[(int) count.invokeExact(thrown)];
                for (int i = 0; i < all.length; i++) {
                    all[i] = (StackTraceElement) (Object) of.invokeExact((Object) thrown, i);
                }
                return all;
            }
            Object kept = throwableBacktrace < 0 ? null : memory.get(thrown, throwableBacktrace);
            Object depth = kept == null || throwableDepth < 0 ? null : memory.box('I', thrown, throwableDepth);
            if (kept == null || depth == null) {
                return null;
            }
            return (StackTraceElement[])
                    (Object) of.invokeExact(framesOfThrowable ? (Object) thrown : kept, (int) (Integer) depth);
        } catch (Throwable unreadable) {
            return null;
        }
    }

    /** The name of a loader, from its field, because {@code getName()} may be the application's. */
    String loaderName(ClassLoader loader) {
        Object name = loaderName < 0 ? null : memory.get(loader, loaderName);
        return name instanceof String ? (String) name : "";
    }

    /** Whether the JVM takes no lock of the loader, nor of one that it may ask, to load a class through it. */
    boolean loadsInParallel(@Nullable ClassLoader loader) {
        for (ClassLoader each = loader; each != null; each = each.getParent()) {
            if (parallelLocks < 0 || memory.get(each, parallelLocks) == null) {
                return false;
            }
        }
        return true;
    }

    /** The generic signature of a field; null when it has none. */
    @Nullable
    String signature(Field field) {
        return signature < 0 ? null : (String) memory.get(field, signature);
    }

    /** Opens a package of java.base to the agent's module. Not by reflection, for which the JVM makes sixteen classes on 18 and later. */
    private static void open(Instrumentation instrumentation, String name) {
        Set<Module> ours = Collections.singleton(Memory9.moduleOf(Jvm.class));
        instrumentation.redefineModule(
                Memory9.moduleOf(Object.class),
                Collections.<Module>emptySet(),
                Collections.<String, Set<Module>>emptyMap(),
                Collections.singletonMap(name, ours),
                Collections.<Class<?>>emptySet(),
                Collections.<Class<?>, List<Class<?>>>emptyMap());
    }

    /** The spy, defined in the boot loader unless an earlier agent has done so. */
    Class<?> spy() throws Exception {
        try {
            return Class.forName(SPY, true, null);
        } catch (ClassNotFoundException first) {
            byte[] bytes = resource(SPY.replace('.', '/') + ".class");
            try {
                return memory.define(SPY.replace('.', '/'), bytes);
            } catch (LinkageError raced) {
                return Class.forName(SPY, true, null);
            }
        }
    }

    private static byte[] resource(String name) throws IOException {
        ClassLoader loader = Jvm.class.getClassLoader();
        InputStream in = loader == null ? null : loader.getResourceAsStream(name);
        if (in == null) {
            throw new IOException(name);
        }
        return bytes(in);
    }

    static byte[] bytes(InputStream in) throws IOException {
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            byte[] buffer = new byte[8192];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                out.write(buffer, 0, n);
            }
            return out.toByteArray();
        } finally {
            in.close();
        }
    }

    /**
     * Takes our jar out of the system class path again, where HotSpot has put it for ever. What is not as expected is left
     * alone. The opened jar is answered instead of closed, because a thread that is just looking for a class may have it in
     * its hands: the caller closes it a while later.
     */
    Collection<Closeable> forgetJar(String jar) {
        Collection<Closeable> opened = new ArrayList<>();
        try {
            Object path = classPath();
            String wanted = new java.io.File(jar).getCanonicalPath();
            synchronized (path) {
                if (memory.offset(path.getClass(), "searchPath") >= 0) {
                    forgetUrl(path, (List<?>) get(path, path.getClass(), "searchPath"), wanted);
                } else {
                    Object unopened = get(path, path.getClass(), Agent.FEATURE >= 11 ? "unopenedUrls" : "urls");
                    synchronized (unopened) {
                        removeUrls((Collection<?>) unopened, wanted);
                    }
                    removeUrls((Collection<?>) get(path, path.getClass(), "path"), wanted);
                }
                ArrayList<?> loaders = (ArrayList<?>) get(path, path.getClass(), "loaders");
                Map<?, ?> byUrl = (Map<?, ?>) get(path, path.getClass(), "lmap");
                Set<Object> gone = new HashSet<>();
                for (Iterator<?> entries = byUrl.entrySet().iterator(); entries.hasNext(); ) {
                    Map.Entry<?, ?> entry = (Map.Entry<?, ?>) entries.next();
                    int last = loaders.size() - 1;
                    // Threads walk the list by index: only its last element can go without one of them missing another.
                    if (last >= 0 && entry.getValue() == loaders.get(last) && isJar(entry.getKey(), wanted)) {
                        gone.add(loaders.remove(last));
                        entries.remove();
                    }
                }
                for (Object loader : gone) {
                    if (loader instanceof Closeable) {
                        opened.add((Closeable) loader);
                    }
                }
            }
        } catch (Throwable unknownInternals) {
            // an entry of the class path that is never used again is the smaller evil
        }
        return opened;
    }

    private Object classPath() throws Exception {
        Class<?> owner = Class.forName(
                Agent.FEATURE >= 9 ? "jdk.internal.loader.BuiltinClassLoader" : "java.net.URLClassLoader");
        return get(ClassLoader.getSystemClassLoader(), owner, "ucp");
    }

    private Object get(Object holder, Class<?> owner, String name) throws Exception {
        long offset = memory.offset(owner, name);
        Object value = offset < 0 ? null : memory.get(holder, offset);
        if (value == null) {
            throw new NoSuchFieldException(name);
        }
        return value;
    }

    /** From 27 on one list has them all, and an index says from where on they are unopened. */
    private void forgetUrl(Object path, List<?> urls, String wanted) throws Exception {
        long index = memory.offset(path.getClass(), "nextURL");
        if (index < 0) {
            throw new NoSuchFieldException("nextURL"); // what is written nowhere else is the JVM's
        }
        synchronized (urls) {
            int unopened = (Integer) Objects.requireNonNull(memory.box('I', path, index));
            for (int i = urls.size(); --i >= 0; ) {
                if (isJar(urls.get(i), wanted)) {
                    urls.remove(i);
                    if (i < unopened) {
                        memory.putInt(path, index, --unopened);
                    }
                }
            }
        }
    }

    private static void removeUrls(Collection<?> urls, String wanted) {
        for (Iterator<?> each = urls.iterator(); each.hasNext(); ) {
            if (isJar(each.next(), wanted)) {
                each.remove();
            }
        }
    }

    private static boolean isJar(Object url, String wanted) {
        String text;
        if (url instanceof URL) {
            text = ((URL) url).getProtocol().equals("file") ? ((URL) url).getPath() : "";
        } else {
            text = String.valueOf(url);
            text = text.startsWith("file://") ? text.substring(7) : text.startsWith("file:") ? text.substring(5) : text;
        }
        try {
            return !text.isEmpty() && new java.io.File(text).getCanonicalPath().equals(wanted);
        } catch (IOException e) {
            return false;
        }
    }
}
