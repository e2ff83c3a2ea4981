package dev.sonde.agent;

import dev.sonde.wire.Expr;
import dev.sonde.wire.Limits;
import dev.sonde.wire.ProbePlan;
import dev.sonde.wire.Site;
import dev.sonde.wire.Values;
import dev.sonde.wire.WireWriter;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Copies what a hit saw into bytes, on the thread that hit, and puts them on the ring. What is shared by all captures; the
 * copying itself is a {@link Copy}, one per hit.
 *
 * <p>It never calls {@code equals}, {@code hashCode} or a getter of the application, nor, unless that was asked for, {@code
 * toString}: those may throw, hang, lock, or change what we look at. It reads fields, and walks the collections that {@link Containers} lists.
 */
final class Capture {

    /** Values that are looked at within the time by any machine that gives us the processor. */
    private static final int SMALL = 128;

    private static final int MOST_LOOKS = 10;
    private static final int LOOK_MILLIS = 200;

    final Slots slots = new Slots();
    final Ring<byte[]> ring = new Ring<>(4096, 1 << 20);
    final Layouts layouts;
    final Containers containers;
    final Masks masks;
    final Contexts contexts;
    final Learner learner;
    /** Regular expressions that stand in plans, compiled when they were armed. */
    final Map<String, Pattern> patterns = new ConcurrentHashMap<>();
    /** How often each does. Our thread only. */
    private final Map<String, Integer> patternUsers = new HashMap<>();

    final Classes classes;
    final Jvm jvm;

    Capture(Jvm jvm, Masks masks, Classes classes) {
        this.jvm = jvm;
        this.masks = masks;
        this.classes = classes;
        layouts = new Layouts(jvm, masks);
        containers = new Containers(jvm.memory);
        contexts = new Contexts(jvm, layouts, containers, masks);
        learner = new Learner(jvm, layouts, classes);
    }

    /** One admitted hit. Called by composed handles; throws nothing. */
    static void hit(Tap tap, int event, long start, @Nullable Object[] values) {
        long now = System.nanoTime();
        take(tap, event, start == 0 ? -1 : now - start, values, now, null, null);
    }

    /** One admitted call tree. */
    static void tree(Tap tap, int event, long start, @Nullable Object[] values, CallTree tree) {
        long now = System.nanoTime();
        take(tap, event, start == 0 ? -1 : now - start, values, now, null, tree);
    }

    /** An admitted hit on entry whose end is to be told too: answers the tap's bit, or 0 when there will be no telling. */
    static long began(Tap tap, int event, long start, @Nullable Object[] values) {
        long now = System.nanoTime();
        Calls.Call call = tap.calls.next(tap.capture.jvm.threadId(Thread.currentThread()), now);
        return take(tap, event, -1, values, now, call, null) ? tap.bit : 0;
    }

    /** The end of a call of which {@link #began} has told. */
    static void ended(Tap tap, int event, long start, @Nullable Object[] values) {
        long now = System.nanoTime();
        Calls.Call call = tap.calls.ended(tap.capture.jvm.threadId(Thread.currentThread()), start);
        if (call != null) {
            take(tap, event, now - start, values, now, call, null);
        }
    }

    /**
     * @param call null where a call is told of once
     * @param tree null but for a trace
     */
    private static boolean take(
            Tap tap,
            int event,
            long costNanos,
            @Nullable Object[] values,
            long now,
            Calls.@Nullable Call call,
            @Nullable CallTree tree) {
        Capture capture = tap.capture;
        // The task of a call that was admitted, or will be, is not asked for again.
        boolean admitted = (call == null || event == ProbePlan.ON_ENTRY) && (tree == null || tree.task == null);
        int slot;
        try {
            slot = capture.slots.claim();
        } catch (Failure none) {
            if (admitted && none == Failure.REENTRANT) {
                tap.probe.takeBack();
            } else if (admitted) {
                tap.probe.giveBack();
            }
            return false;
        }
        try {
            WireWriter out = capture.slots.buffer(slot);
            long lost = tree != null && tree.task != null ? 0 : tap.probe.lost();
            capture.new Copy(tap, event, costNanos, values, out, now).write(lost, call, tree);
            byte[] bytes = out.toByteArray();
            Origin origin = tree == null || tree.task == null ? null : tree.origin;
            if (origin != null ? origin.offer(bytes, capture.ring) : capture.ring.offer(bytes, bytes.length)) {
                tap.probe.told(lost);
                if (call != null && admitted) {
                    tap.calls.began(call);
                }
                return true;
            }
            tap.probe.unsent(admitted);
        } catch (Throwable ours) {
            tap.probe.failed(ours);
            tap.probe.unsent(admitted);
        } finally {
            capture.slots.release(slot);
            tap.probe.spend(System.nanoTime() - now);
        }
        return false;
    }

    /** What a tap's expressions give now, as a hit that goes into no ring. Our thread only; it claims a slot like any other. */
    byte[] copy(Tap tap, int event) {
        return copy(tap, event, new @Nullable Object[2]);
    }

    /** As above, over what a hook saw. A level of objects each time, until all their classes are known. */
    byte[] copy(Tap tap, int event, @Nullable Object[] values) {
        byte[] copy = copyOnce(tap, event, values);
        for (int looks = 0; looks < MOST_LOOKS && learner.look(LOOK_MILLIS); looks++) {
            copy = copyOnce(tap, event, values);
        }
        return copy;
    }

    private byte[] copyOnce(Tap tap, int event, @Nullable Object[] values) {
        int slot = slots.claim();
        try {
            WireWriter out = slots.buffer(slot);
            new Copy(tap, event, -1, values, out, System.nanoTime()).write(0, null, null);
            return out.toByteArray();
        } finally {
            slots.release(slot);
        }
    }

    boolean initialised(Class<?> type) {
        return jvm.memory.isInitialised(type);
    }

    /** Remembers the regular expressions of a plan, so that no hit compiles one. */
    void prepare(Expr e) {
        if (e.op == Expr.CALL && e.text.equals("matches") && e.children.size() == 2) {
            Expr regex = e.children.get(1);
            if (regex.op == Expr.CONST_STRING) {
                Integer users = patternUsers.get(regex.text);
                if (users == null) {
                    patterns.put(regex.text, Interpreter.pattern(regex.text));
                }
                patternUsers.put(regex.text, users == null ? 1 : users + 1);
            }
        }
        for (int i = 0; i < e.children.size(); i++) {
            prepare(e.children.get(i));
        }
    }

    /** The value of a static field of a class that is loaded and initialised. */
    @Nullable
    Object staticField(Tap tap, Expr e) {
        MethodHandle getter = staticGetters.get(e);
        if (getter == null) {
            throw new Failure("static field '" + e.text + "' cannot be read");
        }
        try {
            return getter.invoke();
        } catch (Throwable unreadable) {
            throw new Failure("static field '" + e.text + "' cannot be read");
        }
    }

    /** Getters of static fields that the interpreter may need, by node; resolved when armed. */
    private final Map<Expr, MethodHandle> staticGetters = new ConcurrentHashMap<>();

    void prepareStatics(Expr e, int fromClassId) {
        if (e.op == Expr.STATIC_FIELD) {
            try {
                Class<?> owner = classes.resolve(classes.byId(fromClassId), e.owner);
                if (owner != null && jvm.memory.isInitialised(owner)) {
                    MethodHandle getter = jvm.fields.getter(owner, e.text, e.desc);
                    if (getter != null) {
                        staticGetters.put(e, getter.asType(MethodType.methodType(Object.class)));
                    }
                }
            } catch (ReflectiveOperationException unknown) {
                // told when it is evaluated
            }
        }
        for (int i = 0; i < e.children.size(); i++) {
            prepareStatics(e.children.get(i), fromClassId);
        }
    }

    /** Forgets what was prepared for an expression. */
    void forget(Expr e) {
        staticGetters.remove(e);
        if (e.op == Expr.CALL && e.text.equals("matches") && e.children.size() == 2) {
            String regex = e.children.get(1).text;
            Integer users = patternUsers.remove(regex);
            if (users != null && users > 1) {
                patternUsers.put(regex, users - 1);
            } else if (users != null) {
                patterns.remove(regex);
            }
        }
        for (int i = 0; i < e.children.size(); i++) {
            forget(e.children.get(i));
        }
    }

    /** One hit being copied. */
    private final class Copy {

        private final Tap tap;
        private final int event;
        private final long costNanos;
        private final @Nullable Object[] values;
        private final WireWriter out;
        private final Limits limits;
        private final long deadline;
        private final Object[] path;
        private int level;
        private int looks;
        private boolean late;
        /** Where the values of this hit must end: what comes before them has limits of its own. */
        private int mostBytes;
        /** Where the arguments are, for a call that is told of twice. */
        private int argumentsFrom;

        private int argumentsTo;
        /** Something could not be shown because its class is not known yet. */
        private boolean firstSeen;

        Copy(Tap tap, int event, long costNanos, @Nullable Object[] values, WireWriter out, long now) {
            this.tap = tap;
            this.event = event;
            this.costNanos = event == ProbePlan.ON_ENTRY ? -1 : costNanos;
            this.values = values;
            this.out = out;
            this.limits = tap.probe.plan.limits;
            this.deadline = now + limits.micros * 1000L;
            this.path = new Object[Math.min(Math.max(limits.depth, 0), 64) + 2];
        }

        void write(long lost, Calls.@Nullable Call call, @Nullable CallTree tree) {
            Thread thread = Thread.currentThread();
            long id = jvm.threadId(thread);
            out.i4(tap.probe.plan.id)
                    .i4(tap.site.id)
                    .u1(event)
                    .i8(System.currentTimeMillis())
                    .i8(costNanos)
                    .i8(id);
            out.string(shortened(thread.getName(), 200)).i8(lost);
            if (contexts.any()) {
                out.u1(Values.CONTEXT_PART);
                contexts.write(out);
            }
            if (limits.frames > 0) {
                out.u1(Values.STACK_PART);
                Stacks.write(out, limits.frames);
            }
            mostBytes = out.size() + limits.bytes;
            if (tree != null) {
                tree(tree);
            } else if (call == null) {
                shape();
            } else {
                twice(call);
            }
        }

        /** Never empty, as those of virtual threads are. */
        private String threadName() {
            Thread thread = Thread.currentThread();
            String name = thread.getName();
            return name.isEmpty() ? "virtual #" + jvm.threadId(thread) : shortened(name, 200);
        }

        private void tree(CallTree tree) {
            out.u1(Values.TREE_SHAPE);
            tree.write(out, Tracing.hookNanos, Tracing.clockNanos, threadName());
            if (event == ProbePlan.ON_THROW) {
                value(values[1]);
            } else {
                out.u1(Values.ABSENT);
            }
        }

        private void shape() {
            mostBytes = out.size() + limits.bytes;
            if (tap.probe.plan.kind == ProbePlan.STACK) {
                out.u1(Values.EXPRESSION_SHAPE).i4(0);
            } else if (tap.armed.captures.isEmpty()) {
                everything();
            } else {
                expressions();
            }
        }

        /** One of the two hits of a call that is told of twice. */
        private void twice(Calls.Call call) {
            int changedAt = out.u1(Values.CALL_PART).i8(call.number).size();
            out.bool(false);
            int from = out.size();
            shape();
            long now = sum(out.buffer(), Math.max(from, argumentsFrom), argumentsTo > 0 ? argumentsTo : out.size());
            if (event == ProbePlan.ON_ENTRY) {
                call.values = now;
                call.comparable = !firstSeen;
            } else if (call.comparable && !firstSeen && now != call.values) {
                out.buffer()[changedAt] = 1;
            } else if ((tap.probe.plan.when & event) == 0) {
                out.truncate(from);
                out.u1(Values.EXPRESSION_SHAPE).i4(0);
            }
        }

        /** FNV-1a, of 64 bits. */
        private long sum(byte[] bytes, int from, int to) {
            long sum = 0xcbf29ce484222325L;
            for (int i = from; i < to; i++) {
                sum = (sum ^ (bytes[i] & 0xff)) * 0x100000001b3L;
            }
            return sum;
        }

        private void everything() {
            out.u1(Values.DEFAULT_SHAPE);
            if (values[0] == null) {
                out.u1(Values.ABSENT);
            } else {
                // Its own fields and no more: a service holds the world, and would take the time and the bytes of the
                // arguments.
                level = path.length - 2;
                value(values[0]);
                level = 0;
            }
            argumentsFrom = out.size();
            out.i4(values.length - 2);
            Site site = tap.armed.site;
            for (int i = 2; i < values.length; i++) {
                if (site.masksArgument(i - 2)) {
                    masked(values[i]);
                } else {
                    value(values[i]);
                }
            }
            argumentsTo = out.size();
            if (event == ProbePlan.ON_ENTRY || (event == ProbePlan.ON_RETURN && site.descriptor.endsWith(")V"))) {
                out.u1(Values.ABSENT);
            } else if (event == ProbePlan.ON_RETURN && site.masksResult()) {
                masked(values[1]);
            } else {
                value(values[1]);
            }
        }

        private void expressions() {
            out.u1(Values.EXPRESSION_SHAPE).i4(tap.armed.captures.size());
            for (int i = 0; i < tap.armed.captures.size(); i++) {
                Expr e = tap.armed.captures.get(i);
                int from = out.size();
                try {
                    Interpreter interpreter = new Interpreter(tap, event, Math.max(costNanos, 0), values, deadline);
                    Object value = interpreter.eval(e);
                    if (interpreter.secret) {
                        masked(value);
                    } else {
                        value(value);
                    }
                } catch (Failure why) {
                    out.truncate(from);
                    if (why == Failure.FIRST_SEEN) {
                        firstSeen = true;
                        out.u1(Values.ERROR).string(String.valueOf(why.getMessage()));
                        continue;
                    }
                    if (Conditions.saysNothing(e, event)) {
                        out.u1(Values.NULL);
                        continue;
                    }
                    tap.probe.failed(why);
                    out.u1(Values.ERROR).string(String.valueOf(why.getMessage()));
                } catch (RuntimeException | StackOverflowError why) {
                    out.truncate(from);
                    tap.probe.failed(why);
                    out.u1(Values.ERROR).string(why.getClass().getName());
                }
            }
        }

        private void masked(@Nullable Object value) {
            out.u1(Values.MASKED)
                    .string(value == null ? "null" : value.getClass().getName());
        }

        private void cut(Object value, String why) {
            out.u1(Values.CUT)
                    .string(shortened(value.getClass().getName(), 200))
                    .string(why);
        }

        /** No more of this hit: its bytes or its time are used up. */
        private @Nullable String full() {
            if (out.size() > mostBytes) {
                return "bytes";
            }
            if ((++looks & 7) == 0) {
                long over = System.nanoTime() - deadline;
                // The clock also runs while the machine runs somebody else: a small capture is cut only far beyond.
                late |= over > (looks > SMALL ? 0 : limits.micros * 9000L);
            }
            return late ? "time" : null;
        }

        private void value(@Nullable Object value) {
            if (value == null) {
                out.u1(Values.NULL);
                return;
            }
            if (value instanceof Boolean) {
                out.u1(Values.BOOL).bool((Boolean) value);
                return;
            }
            if (Ops.isNumber(value)) {
                if (Ops.isDouble(value)) {
                    out.u1(Values.DOUBLE).f8(Ops.asDouble(value));
                } else {
                    out.u1(Values.LONG).i8(Ops.asLong(value));
                }
                return;
            }
            if (value instanceof Character) {
                text(String.valueOf(((Character) value).charValue()));
                return;
            }
            String full = full();
            if (full != null) {
                cut(value, full);
                return;
            }
            if (value instanceof String) {
                text((String) value);
                return;
            }
            for (int i = 0; i < level; i++) {
                if (path[i] == value) {
                    cut(value, "cycle");
                    return;
                }
            }
            if (layouts.secret(value.getClass())) {
                masked(value);
                return;
            }
            int from = out.size();
            int before = level;
            try {
                reference(value);
            } catch (RuntimeException | StackOverflowError why) {
                // a collection that was changed under our eyes, a class whose fields cannot be listed
                out.truncate(from);
                String message = why instanceof Failure ? why.getMessage() : null;
                out.u1(Values.ERROR)
                        .string(message != null ? message : why.getClass().getName());
            } finally {
                level = before;
            }
        }

        private void reference(Object value) {
            if (value instanceof Enum) {
                out.u1(Values.ENUM)
                        .string(((Enum<?>) value).getDeclaringClass().getName())
                        .string(((Enum<?>) value).name());
                return;
            }
            String text = Texts.of(value);
            if (text != null) {
                text(text);
                return;
            }
            Class<?> type = value.getClass();
            if (type == AtomicInteger.class || type == AtomicLong.class) {
                out.u1(Values.LONG).i8(((Number) value).longValue());
                return;
            }
            if (type == AtomicBoolean.class) {
                out.u1(Values.BOOL).bool(((AtomicBoolean) value).get());
                return;
            }
            if (value instanceof Thread) {
                out.u1(Values.OBJECT).string(type.getName()).i4(1).i4(1).string("name");
                text(((Thread) value).getName());
                return;
            }
            if (limits.texts && !tap.probe.slowTexts && type.getClassLoader() != null && !type.isArray()) {
                ownText(value, type);
                return;
            }
            boolean deep = level > limits.depth || level >= path.length - 1;
            if (value instanceof Throwable) {
                if (deep) {
                    cut(value, "depth");
                } else {
                    descend(value);
                    throwable((Throwable) value);
                }
                return;
            }
            if (type.isArray()) {
                int size = Array.getLength(value);
                descend(value);
                elements(type.getName(), size, deep, containers.iterator(value));
                return;
            }
            Object inner = containers.unwrap(value);
            Collection<?> collection = containers.collection(inner);
            if (collection != null) {
                int size = Containers.size(collection);
                boolean walked = !deep && !containers.isRoomy(collection, size);
                descend(value);
                elements(type.getName(), size, !walked, walked ? collection.iterator() : null);
                return;
            }
            Map<?, ?> map = Containers.map(inner);
            if (map != null) {
                descend(value);
                entries(type.getName(), map, deep);
                return;
            }
            if (deep) {
                cut(value, "depth");
                return;
            }
            descend(value);
            if (type == AtomicReference.class) {
                value(((AtomicReference<?>) value).get());
                return;
            }
            if (type == Optional.class) {
                Object held = ((Optional<?>) value).orElse(null);
                int present = held == null ? 0 : 1;
                out.u1(Values.OBJECT).string(type.getName()).i4(present).i4(present);
                if (held != null) {
                    out.string("value");
                    value(held);
                }
                return;
            }
            fields(value, type);
        }

        /**
         * What the application's own {@code toString} answers. Nothing can end one that hangs, which is why it must be asked
         * for; one that takes long is the last that this probe calls. Probes that it meets are not hit: we are in a slot.
         */
        @SuppressWarnings("ObjectToString")
        private void ownText(Object value, Class<?> type) {
            long from = System.nanoTime();
            try {
                text(String.valueOf(value.toString()));
            } catch (Throwable theirs) {
                throw new Failure("its toString threw " + theirs.getClass().getName());
            } finally {
                long nanos = System.nanoTime() - from;
                if (nanos > limits.micros * 10_000L) {
                    tap.probe.slowTexts = true;
                    tap.probe.failed(new Failure("toString of " + type.getName() + " took " + nanos / 1_000_000
                            + " ms; from now on fields are shown"));
                }
            }
        }

        private void descend(Object value) {
            if (level < path.length) {
                path[level] = value;
            }
            level = Math.min(level + 1, path.length);
        }

        private void text(String text) {
            int most = Math.max(0, Math.min(limits.chars, mostBytes - out.size()));
            out.u1(Values.STRING).i4(text.length()).string(shortened(text, most));
        }

        private String shortened(String text, int most) {
            if (text.length() <= most) {
                return text;
            }
            int end = most > 0 && Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most;
            return text.substring(0, end);
        }

        private void elements(String type, int size, boolean deep, @Nullable Iterator<?> elements) {
            boolean isArray = type.startsWith("[");
            out.u1(Values.LIST).string(type).i4(size);
            int countAt = out.size();
            out.i4(0);
            int count = 0;
            boolean named = false;
            while (!deep && elements != null && count < limits.elements && elements.hasNext()) {
                Object element = elements.next();
                if (named) {
                    masked(element);
                } else {
                    value(element);
                }
                // What follows a name: so tables of maps hold their values, and command lines theirs.
                named = isArray && masks.key(element);
                count++;
                if (out.size() > mostBytes || late) {
                    break;
                }
            }
            out.patchInt(countAt, count);
        }

        private void entries(String type, Map<?, ?> map, boolean deep) {
            int size = Containers.size(map);
            out.u1(Values.MAP).string(type).i4(size);
            int countAt = out.size();
            out.i4(0);
            if (deep || containers.isRoomy(map, size)) {
                return;
            }
            int count = 0;
            Iterator<? extends Map.Entry<?, ?>> each = map.entrySet().iterator();
            while (count < limits.elements && each.hasNext()) {
                Map.Entry<?, ?> entry = each.next();
                Object value = entry.getValue();
                value(entry.getKey());
                if (masks.key(entry.getKey())) {
                    masked(value);
                } else {
                    value(value);
                }
                count++;
                if (out.size() > mostBytes || late) {
                    break;
                }
            }
            out.patchInt(countAt, count);
        }

        private void fields(Object value, Class<?> type) {
            Layouts.Layout layout = layouts.of(type);
            if (layout == null) {
                firstSeen = true;
                cut(value, "first seen");
                return;
            }
            out.u1(Values.OBJECT).bytes(layout.className).i4(layout.count);
            int countAt = out.size();
            out.i4(0);
            int count = 0;
            for (int i = 0; i < layout.names.length && count < limits.fields; i++) {
                Object field = layouts.read(layout, i, value);
                out.bytes(layout.fieldNames[i]);
                if (layouts.masks(layout, i, value)) {
                    masked(field);
                } else {
                    value(field);
                }
                count++;
                if (out.size() > mostBytes || late) {
                    break;
                }
            }
            out.patchInt(countAt, count);
        }

        private void throwable(Throwable thrown) {
            out.u1(Values.THROWABLE).string(thrown.getClass().getName());
            String message = jvm.message(thrown);
            if (message == null) {
                out.u1(Values.NULL);
            } else {
                text(message);
            }
            StackTraceElement[] frames = jvm.frames(thrown);
            int count = frames == null ? 0 : Math.min(frames.length, limits.elements);
            int countAt = out.size();
            out.i4(0);
            int written = 0;
            for (int i = 0; frames != null && i < count && full() == null; i++) {
                StackTraceElement frame = frames[i];
                String file = frame.getFileName();
                String at = frame.getLineNumber() >= 0 && file != null
                        ? file + ":" + frame.getLineNumber()
                        : file != null ? file : frame.isNativeMethod() ? "Native Method" : "Unknown Source";
                out.string(frame.getClassName() + "." + frame.getMethodName() + "(" + at + ")");
                written++;
            }
            out.patchInt(countAt, written);
            Object cause = jvm.cause(thrown);
            if (cause == null || cause == thrown) {
                out.u1(Values.NULL);
            } else {
                value(cause);
            }
        }
    }
}
