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
import java.lang.reflect.Method;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The doors into the JDK's own code: a trusted lookup, the definition of the spy, and the system class path. On 9 and later
 * they are opened to our unnamed module only, by {@code Instrumentation.redefineModule}; the JDK keeps such an opening by a
 * weak reference, so it ends with our loader. {@code sun.misc.Unsafe} is not touched there: it prints warnings on 24.
 */
final class Jvm {

    static final String SPY = "java.sonde.SpyV1";

    final int feature;
    final MethodHandles.Lookup trusted;
    /** {@code ()long}: the id of the current thread, without {@code getId()}, which the application may override. */
    final MethodHandle threadId;

    /** {@code (Object)Object}: what a Throwable holds, read past the methods that the application may override. */
    final @Nullable MethodHandle throwableMessage;

    final @Nullable MethodHandle throwableCause;
    final @Nullable MethodHandle throwableFrames;
    private final @Nullable MethodHandle loaderName;

    private final Object unsafe;
    private final MethodHandle offset;
    private final MethodHandle[] gets;

    Jvm(Instrumentation instrumentation) throws Exception {
        feature = feature();
        if (feature >= 9) {
            open(instrumentation, "java.lang.invoke", "jdk.internal.misc", "jdk.internal.loader");
        }
        Field lookup = MethodHandles.Lookup.class.getDeclaredField("IMPL_LOOKUP");
        lookup.setAccessible(true);
        trusted = (MethodHandles.Lookup) lookup.get(null);
        threadId = MethodHandles.filterReturnValue(
                trusted.findStatic(Thread.class, "currentThread", MethodType.methodType(Thread.class)),
                trusted.findGetter(Thread.class, "tid", long.class));
        Class<?> type = Class.forName(feature >= 9 ? "jdk.internal.misc.Unsafe" : "sun.misc.Unsafe");
        Field theUnsafe = type.getDeclaredField("theUnsafe");
        theUnsafe.setAccessible(true);
        unsafe = theUnsafe.get(null);
        offset = trusted.findVirtual(type, "objectFieldOffset", MethodType.methodType(long.class, Field.class))
                .bindTo(unsafe);
        gets = new MethodHandle[GETS.length / 2];
        for (int i = 0; i < gets.length; i++) {
            Class<?> of = Shape.primitive(GETS[2 * i].charAt(0));
            MethodType signature = MethodType.methodType(of, Object.class, long.class);
            String name = GETS[2 * i + 1];
            MethodHandle get;
            try {
                get = trusted.findVirtual(type, name, signature);
            } catch (NoSuchMethodException renamed) {
                // getObject until 11, getReference from 12 on
                get = trusted.findVirtual(type, "getObject", signature);
            }
            gets[i] = get.bindTo(unsafe);
        }
        throwableMessage = getter(Throwable.class, String.class, "detailMessage");
        throwableCause = getter(Throwable.class, Throwable.class, "cause");
        MethodHandle frames = null;
        try {
            frames = trusted.findSpecial(
                            Throwable.class,
                            "getOurStackTrace",
                            MethodType.methodType(StackTraceElement[].class),
                            Throwable.class)
                    .asType(MethodType.methodType(Object.class, Object.class));
        } catch (ReflectiveOperationException unknown) {
            // a throwable without frames is still one
        }
        throwableFrames = frames;
        loaderName = getter(ClassLoader.class, String.class, "name");
    }

    private static final String[] GETS = {
        "L",
        "getReference",
        "I",
        "getInt",
        "J",
        "getLong",
        "Z",
        "getBoolean",
        "D",
        "getDouble",
        "F",
        "getFloat",
        "C",
        "getChar",
        "B",
        "getByte",
        "S",
        "getShort"
    };

    /** Where a field is in its objects. */
    long offset(Field field) throws Throwable {
        return (long) offset.invokeExact(field);
    }

    /** {@code (Object, long offset)} to a value of the type whose descriptor letter this is. */
    MethodHandle get(char letter) {
        for (int i = 0; i < gets.length; i++) {
            if (GETS[2 * i].charAt(0) == letter) {
                return gets[i];
            }
        }
        throw new IllegalArgumentException(String.valueOf(letter));
    }

    /** What a handle of {@code (Object)Object} answers; null when there is no such handle. */
    @Nullable
    Object read(@Nullable MethodHandle handle, Object of) {
        try {
            return handle == null ? null : (Object) handle.invokeExact(of);
        } catch (Throwable unreadable) {
            return null;
        }
    }

    /** The name of a loader, from its field, because {@code getName()} may be the application's. */
    String loaderName(ClassLoader loader) {
        Object name = read(loaderName, loader);
        return name == null ? "" : (String) name;
    }

    private static int feature() {
        String version = System.getProperty("java.specification.version", "8");
        return Integer.parseInt(version.startsWith("1.") ? version.substring(2) : version);
    }

    /** Opens packages of java.base to the agent's module. By reflection, because modules came with 9. */
    private static void open(Instrumentation instrumentation, String... packages) throws Exception {
        Class<?> module = Class.forName("java.lang.Module");
        Object base = Class.class.getMethod("getModule").invoke(Object.class);
        Object ours = Class.class.getMethod("getModule").invoke(Jvm.class);
        Map<String, Set<?>> opens = new HashMap<>();
        for (String name : packages) {
            opens.put(name, Collections.singleton(ours));
        }
        Instrumentation.class
                .getMethod("redefineModule", module, Set.class, Map.class, Map.class, Set.class, Map.class)
                .invoke(
                        instrumentation,
                        base,
                        Collections.emptySet(),
                        Collections.emptyMap(),
                        opens,
                        Collections.emptySet(),
                        Collections.emptyMap());
    }

    /** Whether the class has been initialised, so that reading its static field starts nothing. */
    boolean isInitialised(Class<?> type) throws Exception {
        Method query = unsafe.getClass().getMethod("shouldBeInitialized", Class.class);
        return !((Boolean) query.invoke(unsafe, type));
    }

    /** The spy, defined in the boot loader unless an earlier agent has done so. */
    Class<?> spy() throws Exception {
        try {
            return Class.forName(SPY, true, null);
        } catch (ClassNotFoundException first) {
            byte[] bytes = resource(SPY.replace('.', '/') + ".class");
            Method define = unsafe.getClass()
                    .getMethod(
                            "defineClass",
                            String.class,
                            byte[].class,
                            int.class,
                            int.class,
                            ClassLoader.class,
                            java.security.ProtectionDomain.class);
            try {
                return (Class<?>) define.invoke(unsafe, SPY.replace('.', '/'), bytes, 0, bytes.length, null, null);
            } catch (ReflectiveOperationException raced) {
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

    /** A getter of a reference field of the JDK; null when there is no such field. */
    @Nullable
    MethodHandle getter(Class<?> owner, Class<?> type, String name) {
        try {
            return trusted.findGetter(owner, name, type).asType(MethodType.methodType(Object.class, Object.class));
        } catch (ReflectiveOperationException e) {
            return null;
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
                Object unopened = get(path, feature >= 11 ? "unopenedUrls" : "urls");
                synchronized (unopened) {
                    removeUrls((Collection<?>) unopened, wanted);
                }
                removeUrls((Collection<?>) get(path, "path"), wanted);
                ArrayList<?> loaders = (ArrayList<?>) get(path, "loaders");
                Map<?, ?> byUrl = (Map<?, ?>) get(path, "lmap");
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

    private Object classPath() throws Throwable {
        ClassLoader system = ClassLoader.getSystemClassLoader();
        Class<?> owner = feature >= 9
                ? Class.forName("jdk.internal.loader.BuiltinClassLoader")
                : Class.forName("java.net.URLClassLoader");
        Class<?> type = Class.forName(feature >= 9 ? "jdk.internal.loader.URLClassPath" : "sun.misc.URLClassPath");
        return trusted.findGetter(owner, "ucp", type)
                .asType(MethodType.methodType(Object.class, Object.class))
                .invoke((Object) system);
    }

    private Object get(Object holder, String name) throws Exception {
        Field field = holder.getClass().getDeclaredField(name);
        field.setAccessible(true);
        return field.get(holder);
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
