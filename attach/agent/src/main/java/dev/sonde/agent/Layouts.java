package dev.sonde.agent;

import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Where the fields of classes are. Bounded, and without a lock: a table where a newer class puts an older one out. Entries
 * know their class weakly and its fields as offsets, because a getter would keep the application's class alive.
 *
 * <p>No thread of the application lists them, because that may load and lock ({@link Declared}): it notes the class, and the
 * {@link Learner} does.
 */
final class Layouts {

    private static final int SIZE = 1024;
    /** Places that a class may have, so that two with one hash do not put each other out for ever. */
    private static final int WAYS = 4;

    private static final int MOST_ASKED = 64;

    private final AtomicReferenceArray<@Nullable WeakReference<Class<?>>> asked =
            new AtomicReferenceArray<>(MOST_ASKED);
    /** Whether there is any in it. */
    private volatile boolean anyAsked;

    private final AtomicReferenceArray<@Nullable Layout> table = new AtomicReferenceArray<>(SIZE);
    private final AtomicReferenceArray<@Nullable Known> known = new AtomicReferenceArray<>(SIZE);
    private final Jvm jvm;
    private final Masks masks;

    Layouts(Jvm jvm, Masks masks) {
        this.jvm = jvm;
        this.masks = masks;
    }

    /** The fields of one class, those of its superclasses first. */
    static final class Layout extends WeakReference<Class<?>> {
        final String[] names;
        /** The class's name and its fields', as they are written. */
        final byte[] className;

        final byte[][] fieldNames;
        final char[] types;
        final long[] offsets;
        final boolean[] masked;
        /** Of a pair, such as an entry of a map: what the one holds names the other. */
        private final boolean[] keys;

        private final boolean[] values;
        /** Not so when a type of a field cannot be found. */
        private boolean readable = true;
        /** Fields that there are: one more than are known when that are not all. */
        int count;

        Layout(Class<?> type, List<Declared> fields, Masks masks) {
            super(type);
            int count = fields.size();
            names = new String[count];
            className = type.getName().getBytes(StandardCharsets.UTF_8);
            fieldNames = new byte[count][];
            types = new char[count];
            offsets = new long[count];
            masked = new boolean[count];
            keys = new boolean[count];
            values = new boolean[count];
            for (int i = 0; i < count; i++) {
                Declared field = fields.get(i);
                names[i] = field.name;
                fieldNames[i] = names[i].getBytes(StandardCharsets.UTF_8);
                types[i] = field.letter;
                offsets[i] = field.offset;
                masked[i] = masks.name(names[i]);
                if (types[i] == 'L') {
                    String name = names[i];
                    keys[i] = name.equals("key") || name.equals("name") || name.equals("referent");
                    values[i] = name.equals("value") || name.equals("val");
                }
            }
        }

        /** The field of a name, the most derived one; -1 when there is none. */
        int find(String name) {
            for (int i = names.length - 1; i >= 0; i--) {
                if (names[i].equals(name)) {
                    return i;
                }
            }
            return -1;
        }
    }

    /** Whether a class is masked. */
    private static final class Known extends WeakReference<Class<?>> {
        final boolean secret;

        Known(Class<?> type, boolean secret) {
            super(type);
            this.secret = secret;
        }
    }

    /** Whether objects of a class are not shown at all. */
    boolean secret(Class<?> type) {
        int at = System.identityHashCode(type) & (SIZE - 1);
        Known seen = known.get(at);
        if (seen == null || seen.get() != type) {
            seen = new Known(type, masks.type(type));
            known.set(at, seen);
        }
        return seen.secret;
    }

    /** Whether a field is masked by its name or by what stands beside it in a pair; its holder may be besides. */
    boolean masks(Layout layout, int field, Object holder) {
        boolean masked = layout.masked[field];
        for (int i = 0; layout.values[field] && !masked && i < layout.keys.length; i++) {
            masked = layout.keys[i] && masks.key(read(layout, i, holder));
        }
        return masked;
    }

    /** The fields of a class; null when they are not known yet, and then they are asked for. */
    @Nullable
    Layout of(Class<?> type) {
        Layout layout = known(type);
        if (layout == null) {
            ask(type);
        } else if (!layout.readable) {
            throw new Failure("the fields of " + type.getName() + " cannot be read");
        }
        return layout;
    }

    @Nullable
    Layout known(Class<?> type) {
        int at = System.identityHashCode(type);
        for (int i = 0; i < WAYS; i++) {
            Layout there = table.get((at + i) & (SIZE - 1));
            if (there != null && there.get() == type) {
                return there;
            }
        }
        return null;
    }

    private void ask(Class<?> type) {
        int at = System.identityHashCode(type) & (MOST_ASKED - 1);
        // One that finds the place taken asks again when it is met again.
        if (asked.get(at) == null && asked.compareAndSet(at, null, new WeakReference<Class<?>>(type))) {
            anyAsked = true;
        }
    }

    /** What was asked for since it was taken last. Our thread only. */
    List<Class<?>> takeAsked() {
        List<Class<?>> taken = new ArrayList<>(0);
        if (!anyAsked) {
            return taken;
        }
        anyAsked = false;
        for (int i = 0; i < MOST_ASKED; i++) {
            WeakReference<Class<?>> each = asked.getAndSet(i, null);
            Class<?> type = each == null ? null : each.get();
            if (type != null) {
                taken.add(type);
            }
        }
        return taken;
    }

    /** Lists the fields of a class, and answers them. Not on a thread of the application. */
    List<Declared> learn(Class<?> type) {
        List<Declared> fields = new ArrayList<>();
        boolean all = false;
        boolean readable = true;
        try {
            all = Declared.collect(type, jvm, fields);
        } catch (RuntimeException | LinkageError unreadable) {
            fields.clear();
            readable = false;
        }
        Layout layout = new Layout(type, fields, masks);
        layout.readable = readable;
        layout.count = all ? fields.size() : fields.size() + 1;
        int at = System.identityHashCode(type);
        int place = at & (SIZE - 1);
        for (int i = WAYS - 1; i >= 0; i--) {
            int each = (at + i) & (SIZE - 1);
            Layout there = table.get(each);
            if (there == null || there.get() == null) {
                place = each;
            }
        }
        table.set(place, layout);
        return fields;
    }

    /** The value of a field, boxed. */
    @Nullable
    Object read(Layout layout, int field, Object holder) {
        return jvm.memory.box(layout.types[field], holder, layout.offsets[field]);
    }
}
