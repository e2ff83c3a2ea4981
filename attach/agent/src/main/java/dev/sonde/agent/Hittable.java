package dev.sonde.agent;

import java.lang.instrument.Instrumentation;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which classes may carry hooks. The hit path before its guard ({@link Slots}) runs on a few classes of the JDK: a hook in
 * one of those would run itself, for ever. And the JVM links a hook by running {@code java.lang.invoke}: a hook in what that
 * uses (the common collections, reflection) can never be linked, and takes the application down with it: a hook in
 * {@code ArrayList.size} ends in a StackOverflowError.
 */
final class Hittable {

    private static final Set<String> RUN_BY_HOOKS = new HashSet<>(Arrays.asList(
            "java.lang.Object",
            "java.lang.String",
            "java.lang.StringLatin1",
            "java.lang.StringUTF16",
            "java.lang.StringCoding",
            "java.lang.StringIndexOutOfBoundsException",
            "java.lang.CharacterData",
            "java.lang.CharacterDataLatin1",
            "java.lang.Thread",
            "java.lang.ThreadLocal",
            "java.lang.VirtualThread",
            "java.lang.BaseVirtualThread",
            "java.lang.ThreadBuilders",
            "java.lang.Class",
            "java.lang.ClassLoader",
            "java.lang.ClassValue",
            "java.lang.Module",
            "java.lang.System",
            "java.lang.Math",
            "java.lang.StrictMath",
            "java.lang.Number",
            "java.lang.Byte",
            "java.lang.Short",
            "java.lang.Integer",
            "java.lang.Long",
            "java.lang.Float",
            "java.lang.Double",
            "java.lang.Boolean",
            "java.lang.Character",
            "java.lang.Void",
            "java.lang.Enum",
            "java.lang.Record",
            "java.lang.Throwable",
            "java.lang.Exception",
            "java.lang.RuntimeException",
            "java.lang.Error",
            "java.lang.LinkageError",
            "java.lang.VirtualMachineError",
            "java.lang.StackOverflowError",
            "java.lang.OutOfMemoryError",
            "java.lang.StackTraceElement",
            "java.lang.NullPointerException",
            "java.lang.ClassCastException",
            "java.lang.ClassNotFoundException",
            "java.lang.ReflectiveOperationException",
            "java.lang.reflect.Array",
            "java.lang.StringBuilder",
            "java.lang.AbstractStringBuilder",
            "java.lang.StringConcatHelper",
            "java.lang.PublicMethods",
            "java.lang.WeakPairMap",
            "java.lang.NamedPackage",
            "java.lang.Iterable",
            "java.lang.CharSequence",
            "java.lang.Comparable",
            "java.lang.Package",
            "java.lang.ModuleLayer",
            "java.util.ArrayList",
            "java.util.LinkedList",
            "java.util.HashMap",
            "java.util.HashSet",
            "java.util.LinkedHashMap",
            "java.util.LinkedHashSet",
            "java.util.TreeMap",
            "java.util.TreeSet",
            "java.util.IdentityHashMap",
            "java.util.WeakHashMap",
            "java.util.ArrayDeque",
            "java.util.AbstractCollection",
            "java.util.AbstractList",
            "java.util.AbstractSequentialList",
            "java.util.AbstractMap",
            "java.util.AbstractSet",
            "java.util.AbstractQueue",
            "java.util.Collection",
            "java.util.Collections",
            "java.util.ImmutableCollections",
            "java.util.List",
            "java.util.Map",
            "java.util.Set",
            "java.util.Iterator",
            "java.util.ListIterator",
            "java.util.BitSet",
            "java.util.Optional",
            "java.util.StringJoiner",
            "java.util.KeyValueHolder",
            "java.util.Spliterators",
            "java.util.concurrent.ConcurrentHashMap",
            "java.util.concurrent.ConcurrentMap",
            "java.util.Objects",
            "java.util.Arrays",
            "java.util.concurrent.atomic.Striped64"));

    private Hittable() {}

    /** Why a class cannot be woven, by the JVM's word or by ours; null when it can be. */
    static @Nullable String refusal(Class<?> type, Instrumentation instrumentation) {
        String refusal = refusal(type);
        if (refusal == null && !instrumentation.isModifiableClass(type)) {
            refusal = "the JVM does not let it be changed";
        }
        return refusal;
    }

    /**
     * As {@link #refusal(Class, Instrumentation)}, but for two classes that no user can name: a trace follows virtual threads
     * through the one method that makes them and the one that runs their task, and no hook runs on either.
     */
    static @Nullable String refusalToBeChanged(Class<?> type, Instrumentation instrumentation) {
        String name = type.getName();
        boolean makesThreads = name.equals("java.lang.Thread") || name.equals("java.lang.ThreadBuilders");
        return makesThreads ? null : refusal(type, instrumentation);
    }

    /** Why a class must not be woven; null when it may be. */
    static @Nullable String refusal(Class<?> type) {
        String name = type.getName();
        ClassLoader loader = type.getClassLoader();
        String bootstrap = "dev.sonde.agent.Bootstrap";
        // Of whatever agent: another bastion's lives in another loader of the same name.
        if (name.equals(bootstrap)
                || name.startsWith("java.sonde.")
                || (loader != null && loader.getClass().getName().equals(bootstrap))) {
            return "it is part of the agent";
        }
        if (name.startsWith("java.lang.invoke.")
                || name.startsWith("java.lang.ref.")
                || name.startsWith("java.lang.reflect.")
                || name.startsWith("java.lang.constant.")
                || name.startsWith("java.lang.classfile.")
                || name.startsWith("java.security.")
                || name.startsWith("java.util.function.")
                || name.startsWith("java.lang.instrument.")
                || name.startsWith("java.util.concurrent.atomic.")
                || name.startsWith("jdk.internal.")
                || name.startsWith("sun.")
                || RUN_BY_HOOKS.contains(outermost(name))) {
            return "the hooks themselves run on it";
        }
        return null;
    }

    private static String outermost(String name) {
        int dollar = name.indexOf('$');
        return dollar < 0 ? name : name.substring(0, dollar);
    }
}
