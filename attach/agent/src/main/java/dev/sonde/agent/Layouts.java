package dev.sonde.agent;

import java.lang.ref.WeakReference;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Where the fields of classes are. Bounded, and without a lock: a table where a newer class puts an older one out. Entries
 * know their class weakly and its fields as offsets, because a getter would keep the application's class alive.
 *
 * <p>Listing a class's fields makes the JVM resolve their types. Those are nearly always loaded when an object of the class
 * exists; reflection offers no way without it.
 */
final class Layouts {

    private static final int SIZE = 1024;

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
        final char[] types;
        final long[] offsets;
        final boolean[] masked;
        /** The fields of a pair, such as an entry of a map: what the one holds names the other. -1 when it is none. */
        private int key = -1;

        private int value = -1;

        Layout(Class<?> type, List<Field> fields, Jvm jvm, Masks masks) throws Throwable {
            super(type);
            int count = fields.size();
            names = new String[count];
            types = new char[count];
            offsets = new long[count];
            masked = new boolean[count];
            for (int i = 0; i < count; i++) {
                Field field = fields.get(i);
                names[i] = field.getName();
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

    /** Whether a field is masked: by its name, because its holder is, or by what stands beside it in a pair. */
    boolean masks(Layout layout, int field, Object holder) {
        return layout.masked[field]
                || (field == layout.value && layout.key >= 0 && masks.key(read(layout, layout.key, holder)))
                || secret(holder.getClass());
    }

    Layout of(Class<?> type) {
        int at = System.identityHashCode(type) & (SIZE - 1);
        Layout there = table.get(at);
        if (there != null && there.get() == type) {
            return there;
        }
        List<Field> fields = new ArrayList<>();
        try {
            collect(type, fields);
            Layout layout = new Layout(type, fields, jvm, masks);
            table.set(at, layout);
            return layout;
        } catch (Throwable unreadable) {
            throw new Failure("the fields of " + type.getName() + " cannot be read");
        }
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
