package dev.sonde.agent;

import dev.sonde.wire.ContextSource;
import dev.sonde.wire.WireWriter;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What request the current thread works for, read from where libraries keep it. Nothing of the application is called:
 * {@code ThreadLocal.get()} would make an entry for a thread that has none, and may run its {@code initialValue()}, so the
 * thread's own table is looked into instead, which no other thread writes. Classes are known weakly.
 */
final class Contexts {

    private static final int MOST_SOURCES = 32;
    private static final int MOST_VALUES = 32;
    private static final int MOST_CHARS = 256;
    private static final int MOST_THREADS = 500;
    private static final int MOST_LOOKS = 6;
    private static final int LOOK_MILLIS = 50;
    private static final Source[] NONE = new Source[0];

    private final Jvm jvm;
    private final Layouts layouts;
    private final Containers containers;
    private final Masks masks;
    private volatile Source[] sources = NONE;

    // Where the JDK keeps them; made when there is a source.
    private long threadLocals;
    private long inheritableThreadLocals;
    private long hashCode;
    private long table;
    private long value;

    Contexts(Jvm jvm, Layouts layouts, Containers containers, Masks masks) {
        this.jvm = jvm;
        this.layouts = layouts;
        this.containers = containers;
        this.masks = masks;
    }

    /** A source whose class is loaded. */
    private static final class Source extends WeakReference<Class<?>> {
        final long offset;
        final ContextSource.Step[] path;
        final ContextSource.Step[] values;

        Source(Class<?> owner, long offset, ContextSource source) {
            super(owner);
            this.offset = offset;
            path = source.path.toArray(new ContextSource.Step[0]);
            values = source.values.toArray(new ContextSource.Step[0]);
        }
    }

    /** Whether there is any; if not, a hit costs nothing more. */
    boolean any() {
        return sources.length > 0;
    }

    /** Replaces the sources; answers the labels of those that are there. Our thread only. */
    List<String> set(List<ContextSource> wanted, Class<?>[] loaded, Learner learner) {
        List<Source> found = new ArrayList<>();
        List<String> labels = new ArrayList<>();
        for (Class<?> type : loaded) {
            for (int i = 0; i < wanted.size() && found.size() < MOST_SOURCES; i++) {
                ContextSource source = wanted.get(i);
                if (source.path.isEmpty() || !source.className.equals(type.getName())) {
                    continue;
                }
                long offset = staticField(type, source.path.get(0));
                if (offset >= 0) {
                    found.add(new Source(type, offset, source));
                    labels.add(source.label);
                }
            }
        }
        if (!found.isEmpty() && table == 0 && !prepare()) {
            labels.clear();
            found.clear();
        }
        Source[] next = found.toArray(NONE);
        meet(next, learner);
        sources = next;
        write(new WireWriter(256)); // so that no thread of the application loads what it needs
        return labels;
    }

    /** Meets the classes of what threads keep now, so that they are known when these are hit. Our thread only. */
    private void meet(Source[] all, Learner learner) {
        if (all.length == 0) {
            return;
        }
        ThreadGroup root = Thread.currentThread().getThreadGroup();
        while (root.getParent() != null) {
            root = root.getParent();
        }
        Thread[] threads = new Thread[MOST_THREADS];
        int count = root.enumerate(threads);
        for (int look = 0; look < MOST_LOOKS; look++) {
            for (int i = 0; i < count; i++) {
                try {
                    read(all, new Reading(threads[i], null, null));
                } catch (RuntimeException changed) {
                    // it is another thread's; that one finds it as it is
                }
            }
            if (!learner.look(LOOK_MILLIS)) {
                return;
            }
        }
    }

    private long staticField(Class<?> type, ContextSource.Step step) {
        for (int i = 0; i < step.names.size(); i++) {
            String name = step.names.get(i);
            int end = name.indexOf(' ');
            long offset = name.startsWith("L", end + 1)
                    ? jvm.fields.offset(type, name.substring(0, Math.max(end, 0)), name.substring(end + 1), true)
                    : -1;
            if (offset >= 0) {
                return offset; // another version has another
            }
        }
        return -1;
    }

    private boolean prepare() {
        try {
            Class<?> map = Class.forName("java.lang.ThreadLocal$ThreadLocalMap", false, null);
            Class<?> entry = Class.forName("java.lang.ThreadLocal$ThreadLocalMap$Entry", false, null);
            threadLocals = jvm.memory.offset(Thread.class, "threadLocals");
            inheritableThreadLocals = jvm.memory.offset(Thread.class, "inheritableThreadLocals");
            hashCode = jvm.memory.offset(ThreadLocal.class, "threadLocalHashCode");
            value = jvm.memory.offset(entry, "value");
            table = jvm.memory.offset(map, "table");
            return threadLocals >= 0 && inheritableThreadLocals >= 0 && hashCode >= 0 && value >= 0 && table >= 0;
        } catch (ReflectiveOperationException other) {
            return false;
        }
    }

    // ---- reading, on threads of the application

    /** Writes {@code i4 n} and the names and values. */
    void write(WireWriter out) {
        int countAt = out.size();
        out.i4(0);
        Reading reading = new Reading(Thread.currentThread(), out, null);
        read(sources, reading);
        out.patchInt(countAt, reading.count);
    }

    /** Whether one of the values is the text, or a {@code traceparent} of that trace id. Called by composed handles. */
    static boolean carries(Contexts contexts, String text) {
        Reading reading = new Reading(Thread.currentThread(), null, text);
        contexts.read(contexts.sources, reading);
        return reading.found;
    }

    private void read(Source[] all, Reading reading) {
        for (int i = 0; i < all.length && !reading.found; i++) {
            Source source = all[i];
            Class<?> owner = source.get();
            Object at = owner == null ? null : jvm.memory.get(owner, source.offset);
            for (int step = 1; at != null && step < source.path.length; step++) {
                at = follow(at, source.path[step], reading);
            }
            for (int v = 0; at != null && v < source.values.length && !reading.found; v++) {
                value(at, source.values[v], reading);
            }
        }
    }

    private @Nullable Object follow(Object from, ContextSource.Step step, Reading reading) {
        switch (step.kind) {
            case ContextSource.FIELD:
                return field(from, step, reading);
            case ContextSource.LOCAL:
                return from instanceof ThreadLocal ? local((ThreadLocal<?>) from, reading.thread) : null;
            case ContextSource.PAIR:
                return from instanceof Object[] ? pair((Object[]) from, step.names.get(0), reading) : null;
            default:
                return null;
        }
    }

    /** Null when it is not known yet, unless that decides about a hit. */
    private Layouts.@Nullable Layout layout(Object of, Reading reading) {
        Layouts.Layout layout = layouts.of(of.getClass());
        if (layout == null && reading.wanted != null) {
            throw Failure.FIRST_SEEN;
        }
        return layout;
    }

    private @Nullable Object field(Object of, ContextSource.Step step, Reading reading) {
        Layouts.Layout layout = layout(of, reading);
        for (int i = 0; layout != null && i < step.names.size(); i++) {
            int at = layout.find(step.names.get(i));
            if (at >= 0) {
                return layouts.read(layout, at, of);
            }
        }
        return null;
    }

    private @Nullable Object local(ThreadLocal<?> local, Thread thread) {
        Object map = jvm.memory.get(
                thread, local instanceof InheritableThreadLocal ? inheritableThreadLocals : threadLocals);
        Object held = map == null ? null : jvm.memory.get(map, table);
        if (!(held instanceof Object[])) {
            return null;
        }
        Object[] entries = (Object[]) held;
        Object hash = jvm.memory.box('I', local, hashCode);
        int at = hash instanceof Integer ? (Integer) hash : 0;
        for (int i = 0; i < entries.length; i++) {
            Object entry = entries[(at + i) & (entries.length - 1)];
            if (entry == null) {
                return null;
            }
            if (((Reference<?>) entry).get() == local) {
                return jvm.memory.get(entry, value);
            }
        }
        return null;
    }

    private @Nullable Object pair(Object[] pairs, String name, Reading reading) {
        for (int i = 0; i + 1 < pairs.length; i += 2) {
            Object key = pairs[i];
            if (key != null) {
                Layouts.Layout layout = layout(key, reading);
                int at = layout == null ? -1 : layout.find("name");
                if (layout != null && at >= 0 && name.equals(layouts.read(layout, at, key))) {
                    return pairs[i + 1];
                }
            }
        }
        return null;
    }

    private void value(Object at, ContextSource.Step step, Reading reading) {
        if (step.kind == ContextSource.TEXT) {
            Object text = field(at, step, reading);
            if (text instanceof String) {
                take(step.label, (String) text, reading);
            }
        } else if (step.kind == ContextSource.HEX) {
            hex(at, step, reading);
        } else if (step.kind == ContextSource.ENTRIES && reading.isForMe()) {
            if (at instanceof Object[]) {
                Object[] pairs = (Object[]) at;
                for (int i = 0; i + 1 < pairs.length && !reading.over(); ) {
                    boolean texts = pairs[i] instanceof String && pairs[i + 1] instanceof String;
                    if (texts) {
                        take((String) pairs[i], (String) pairs[i + 1], reading);
                    }
                    // what stands before them, a count, is no text
                    i += texts ? 2 : 1;
                }
                return;
            }
            Map<?, ?> map = Containers.map(containers.unwrap(at));
            if (map != null) {
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    if (reading.over()) {
                        return;
                    }
                    if (entry.getKey() instanceof String && entry.getValue() instanceof String) {
                        take((String) entry.getKey(), (String) entry.getValue(), reading);
                    }
                }
            }
        }
    }

    private void hex(Object at, ContextSource.Step step, Reading reading) {
        Layouts.Layout layout = layout(at, reading);
        if (layout == null) {
            return;
        }
        StringBuilder text = new StringBuilder(32);
        for (int i = 0; i < step.names.size(); i++) {
            int field = layout.find(step.names.get(i));
            Object number = field < 0 ? null : layouts.read(layout, field, at);
            if (!(number instanceof Long)) {
                return;
            }
            long bits = (Long) number;
            if (bits != 0 || text.length() > 0 || i == step.names.size() - 1) {
                for (int shift = 60; shift >= 0; shift -= 4) {
                    text.append(Character.forDigit((int) (bits >>> shift) & 15, 16));
                }
            }
        }
        take(step.label, text.toString(), reading);
    }

    private void take(String name, String text, Reading reading) {
        boolean masked = masks.name(name);
        if (reading.wanted != null) {
            reading.found |= !masked && is(text, reading.wanted);
        } else if (reading.out != null && !reading.over()) {
            reading.out.string(shortened(name)).string(masked ? "••••" : shortened(text));
            reading.count++;
        }
    }

    /** The text itself, or the second field of {@code 00-TRACE-SPAN-01}. */
    private static boolean is(String text, String wanted) {
        return text.equals(wanted)
                || (text.length() == 55
                        && wanted.length() == 32
                        && text.charAt(2) == '-'
                        && text.charAt(35) == '-'
                        && text.startsWith(wanted, 3));
    }

    private static String shortened(String text) {
        return text.length() <= MOST_CHARS ? text : text.substring(0, MOST_CHARS);
    }

    /** What one look is for: to be written, or to be compared; neither, when only classes are to be met. */
    private static final class Reading {
        final Thread thread;
        final @Nullable WireWriter out;
        final @Nullable String wanted;
        int count;
        boolean found;

        Reading(Thread thread, @Nullable WireWriter out, @Nullable String wanted) {
            this.thread = thread;
            this.out = out;
            this.wanted = wanted;
        }

        /** Maps of other threads are left alone. */
        boolean isForMe() {
            return out != null || wanted != null;
        }

        boolean over() {
            return found || count >= MOST_VALUES;
        }
    }
}
