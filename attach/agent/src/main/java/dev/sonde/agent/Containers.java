package dev.sonde.agent;

import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The collections of the JDK that may be walked by their own methods: exactly these classes, which take no lock, change
 * nothing and call no code of the application. (So no Vector and no Hashtable, no LinkedBlockingQueue and its like, and no
 * WeakHashMap, which takes one to count.) A class of the application that extends one of them is read by its fields.
 * Wrappers (unmodifiable, synchronised, checked) are gone through by the field that holds what they wrap, so not even their
 * locks are met.
 */
final class Containers {

    private static final Set<String> COLLECTIONS = new HashSet<>(Arrays.asList(
            "java.util.ArrayList",
            "java.util.ArrayList$SubList",
            "java.util.Arrays$ArrayList",
            "java.util.LinkedList",
            "java.util.ArrayDeque",
            "java.util.PriorityQueue",
            "java.util.HashSet",
            "java.util.LinkedHashSet",
            "java.util.TreeSet",
            "java.util.HashMap$KeySet",
            "java.util.HashMap$Values",
            "java.util.LinkedHashMap$LinkedKeySet",
            "java.util.LinkedHashMap$LinkedValues",
            "java.util.TreeMap$KeySet",
            "java.util.TreeMap$Values",
            "java.util.RegularEnumSet",
            "java.util.JumboEnumSet",
            "java.util.Collections$EmptyList",
            "java.util.Collections$EmptySet",
            "java.util.Collections$SingletonList",
            "java.util.Collections$SingletonSet",
            "java.util.ImmutableCollections$ListN",
            "java.util.ImmutableCollections$List12",
            "java.util.ImmutableCollections$SubList",
            "java.util.ImmutableCollections$SetN",
            "java.util.ImmutableCollections$Set12",
            "java.util.concurrent.CopyOnWriteArrayList",
            "java.util.concurrent.CopyOnWriteArraySet",
            "java.util.concurrent.ConcurrentLinkedQueue",
            "java.util.concurrent.ConcurrentLinkedDeque",
            "java.util.concurrent.ConcurrentHashMap$KeySetView",
            "java.util.concurrent.ConcurrentHashMap$ValuesView",
            "java.util.concurrent.ConcurrentSkipListSet"));

    private static final Set<String> MAPS = new HashSet<>(Arrays.asList(
            "java.util.HashMap",
            "java.util.LinkedHashMap",
            "java.util.TreeMap",
            "java.util.EnumMap",
            "java.util.IdentityHashMap",
            "java.util.Collections$EmptyMap",
            "java.util.Collections$SingletonMap",
            "java.util.ImmutableCollections$MapN",
            "java.util.ImmutableCollections$Map1",
            "java.util.concurrent.ConcurrentHashMap",
            "java.util.concurrent.ConcurrentSkipListMap"));

    private static final String[] WRAPPERS = {
        "UnmodifiableCollection", "c", "SynchronizedCollection", "c", "CheckedCollection", "c",
        "UnmodifiableMap", "m", "SynchronizedMap", "m", "CheckedMap", "m"
    };

    /** Those that count themselves one by one. */
    private static final Set<String> UNCOUNTED = new HashSet<>(Arrays.asList(
            "java.util.concurrent.ConcurrentLinkedQueue",
            "java.util.concurrent.ConcurrentLinkedDeque",
            "java.util.concurrent.ConcurrentSkipListSet",
            "java.util.concurrent.ConcurrentSkipListMap"));

    /** How far those are counted; one that has more is said to have so many. */
    static final int MOST_COUNTED = 10_000;

    /**
     * Classes whose iterators look for the next element slot by slot, and views of maps: with the field that leads to the
     * slots, or to the map. One of the application behind a view would be asked, so then that is not walked either.
     */
    private static final String[] SLOTS = {
        "HashMap", "table",
        "IdentityHashMap", "table",
        "concurrent.ConcurrentHashMap", "table",
        "HashSet", "map",
        "TreeSet", "m",
        "HashMap$KeySet", "this$0",
        "HashMap$Values", "this$0",
        "TreeMap$KeySet", "m",
        "TreeMap$Values", "this$0",
        "concurrent.ConcurrentHashMap$CollectionView", "map",
        "concurrent.ConcurrentSkipListSet", "m"
    };

    /** Slots that may be looked at in vain, whatever the time. */
    private static final int FEW_SLOTS = 1 << 17;

    @SuppressWarnings("StaticAssignmentOfThrowable")
    private static final Failure ROOMY = new Failure("a table with far more room than elements");

    /** By class: where its slots are. Made when a probe is first armed. */
    private volatile Map<Class<?>, Long> slots = new HashMap<>();

    /** By the wrapper's class: where it holds what it wraps. Made when a probe is first armed. */
    private volatile Map<Class<?>, Long> wrapped = new HashMap<>();

    private final Memory memory;

    Containers(Memory memory) {
        this.memory = memory;
    }

    void prepare() {
        if (!wrapped.isEmpty()) {
            return;
        }
        slots = offsets("java.util.", SLOTS);
        wrapped = offsets("java.util.Collections$", WRAPPERS);
    }

    private Map<Class<?>, Long> offsets(String prefix, String[] fields) {
        Map<Class<?>, Long> known = new HashMap<>();
        for (int i = 0; i < fields.length; i += 2) {
            try {
                Class<?> owner = Class.forName(prefix + fields[i], false, null);
                long offset = memory.offset(owner, fields[i + 1]);
                if (offset >= 0) {
                    known.put(owner, offset);
                }
            } catch (ClassNotFoundException unknown) {
                // read by its fields then, or walked whatever room it has
            }
        }
        return known;
    }

    /** Whether walking may look at very many empty slots: a large map that was emptied keeps its room. */
    boolean isRoomy(Object container, int size) {
        Object at = container;
        for (int i = 0; i < 3 && at != null; i++) {
            if (at instanceof Object[]) {
                int room = ((Object[]) at).length;
                return room > FEW_SLOTS && room / 4 > size;
            }
            at = behind(at);
        }
        return false;
    }

    private @Nullable Object behind(Object container) {
        Class<?> type = container.getClass();
        Long offset = slots.get(type);
        if (offset == null) {
            Class<?> above = type.getSuperclass();
            offset = above == null ? null : slots.get(above);
        }
        return offset == null ? null : memory.get(container, offset);
    }

    /** Throws for a map that {@link #isRoomy}. */
    void refuseRoomy(Map<?, ?> map) {
        if (isRoomy(map, size(map))) {
            throw ROOMY;
        }
    }

    /** What a wrapper of {@code java.util.Collections} wraps; anything else is answered as it is. */
    Object unwrap(Object value) {
        Object inner = value;
        for (int i = 0; i < 10; i++) {
            Class<?> type = inner.getClass();
            if (type.getClassLoader() != null || !type.getName().startsWith("java.util.Collections$")) {
                return inner;
            }
            Long at = null;
            for (Class<?> each = type; each != null && at == null; each = each.getSuperclass()) {
                at = wrapped.get(each);
            }
            Object next = at == null ? null : memory.get(inner, at);
            if (next == null) {
                return inner;
            }
            inner = next;
        }
        return inner;
    }

    @Nullable
    Collection<?> collection(Object unwrapped) {
        if (!isJdk(unwrapped, COLLECTIONS)) {
            return null;
        }
        Object behind = behind(unwrapped);
        return behind instanceof Map && map(behind) == null ? null : (Collection<?>) unwrapped;
    }

    static @Nullable Map<?, ?> map(Object unwrapped) {
        return isJdk(unwrapped, MAPS) ? (Map<?, ?>) unwrapped : null;
    }

    private static boolean isJdk(Object value, Set<String> names) {
        Class<?> type = value.getClass();
        return type.getClassLoader() == null && names.contains(type.getName());
    }

    /** The number of elements; -1 for what is neither string, array nor a collection that may be walked. */
    int size(Object value) {
        int length = Ops.length(value);
        if (length >= 0) {
            return length;
        }
        Object inner = unwrap(value);
        Collection<?> collection = collection(inner);
        if (collection != null) {
            return size(collection);
        }
        Map<?, ?> map = map(inner);
        return map != null ? size(map) : -1;
    }

    static int size(Collection<?> collection) {
        return UNCOUNTED.contains(collection.getClass().getName()) ? counted(collection.iterator()) : collection.size();
    }

    static int size(Map<?, ?> map) {
        return UNCOUNTED.contains(map.getClass().getName())
                ? counted(map.keySet().iterator())
                : map.size();
    }

    private static int counted(Iterator<?> elements) {
        int count = 0;
        while (count < MOST_COUNTED && elements.hasNext()) {
            elements.next();
            count++;
        }
        return count;
    }

    /** The elements of an array or collection, the keys of a map; null for what may not be walked. */
    @Nullable
    Iterator<?> iterator(Object value) {
        if (value.getClass().isArray()) {
            return new ArrayElements(value);
        }
        Object inner = unwrap(value);
        Collection<?> collection = collection(inner);
        if (collection != null) {
            if (isRoomy(collection, size(collection))) {
                throw ROOMY;
            }
            return collection.iterator();
        }
        Map<?, ?> map = map(inner);
        if (map != null) {
            refuseRoomy(map);
            return map.keySet().iterator();
        }
        return null;
    }

    /** An array of whatever type, boxed one by one. */
    private static final class ArrayElements implements Iterator<@Nullable Object> {
        private final Object array;
        private int next;

        ArrayElements(Object array) {
            this.array = array;
        }

        @Override
        public boolean hasNext() {
            return next < Array.getLength(array);
        }

        @Override
        public @Nullable Object next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return Array.get(array, next++);
        }
    }
}
