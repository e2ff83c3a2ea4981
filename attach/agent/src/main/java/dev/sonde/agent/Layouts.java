package dev.sonde.agent;

import java.lang.ref.WeakReference;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Where the fields of classes are. Bounded, and without a lock: a table where a newer class puts an older one out. Entries
 * know their class weakly and its fields as offsets, because a getter would keep the application's class alive.
 *
 * <p>The trap: listing a class's fields makes the JVM resolve their types, which asks the class's loader, and may load and lock;
 * neither reflection nor the JVM offers a way without it. So no thread of the application lists them: it notes the class, and
 * the {@link Learner} does.
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
        /** The fields of a pair, such as an entry of a map: what the one holds names the other. -1 when it is none. */
        private int key = -1;

        private int value = -1;
        /** Not so when a type of a field cannot be found. */
        private boolean readable = true;

        Layout(Class<?> type, List<Field> fields, Jvm jvm, Masks masks) {
            super(type);
            int count = fields.size();
            names = new String[count];
            className = type.getName().getBytes(StandardCharsets.UTF_8);
            fieldNames = new byte[count][];
            types = new char[count];
            offsets = new long[count];
            masked = new boolean[count];
            for (int i = 0; i < count; i++) {
                Field field = fields.get(i);
                names[i] = field.getName();
                fieldNames[i] = names[i].getBytes(StandardCharsets.UTF_8);
                types[i] = letter(field.getType());
                offsets[i] = jvm.memory.offset(field);
                masked[i] = masks.name(names[i]);
                if (types[i] == 'L') {
                    String name = names[i];
                    key = name.equals("key") || name.equals("name") || name.equals("referent") ? i : key;
                    value = name.equals("value") || name.equals("val") ? i : value;
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
        return layout.masked[field]
                || (field == layout.value && layout.key >= 0 && masks.key(read(layout, layout.key, holder)));
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
    List<Field> learn(Class<?> type) {
        List<Field> fields = new ArrayList<>();
        Layout layout;
        try {
            collect(type, fields);
            layout = new Layout(type, fields, jvm, masks);
        } catch (RuntimeException | LinkageError unreadable) {
            fields.clear();
            layout = new Layout(type, fields, jvm, masks);
            layout.readable = false;
        }
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

    private static void collect(Class<?> type, List<Field> into) {
        Class<?> above = type.getSuperclass();
        if (above != null) {
            collect(above, into);
        }
        for (Field field : type.getDeclaredFields()) {
            if (!Modifier.isStatic(field.getModifiers())) {
                into.add(field);
            }
        }
    }

    /** The value of a field, boxed. */
    @Nullable
    Object read(Layout layout, int field, Object holder) {
        return jvm.memory.box(layout.types[field], holder, layout.offsets[field]);
    }

    private static char letter(Class<?> type) {
        if (!type.isPrimitive()) {
            return 'L';
        }
        return type == int.class
                ? 'I'
                : type == long.class
                        ? 'J'
                        : type == boolean.class
                                ? 'Z'
                                : type == double.class
                                        ? 'D'
                                        : type == float.class
                                                ? 'F'
                                                : type == char.class ? 'C' : type == byte.class ? 'B' : 'S';
    }
}
