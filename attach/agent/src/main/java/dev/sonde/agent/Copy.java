package dev.sonde.agent;

import dev.sonde.wire.Expr;
import dev.sonde.wire.Limits;
import dev.sonde.wire.ProbePlan;
import dev.sonde.wire.Site;
import dev.sonde.wire.Values;
import dev.sonde.wire.WireWriter;
import java.lang.reflect.Array;
import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** One hit being copied, within its limits; see {@link Capture}. */
final class Copy {

    /** Values that are looked at within the time by any machine that gives us the processor. */
    private static final int SMALL = 128;

    private final Capture capture;
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
        this.capture = tap.capture;
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
        long id = capture.jvm.threadId(thread);
        out.i4(tap.probe.plan.id)
                .i4(tap.site.id)
                .u1(event)
                .i8(System.currentTimeMillis())
                .i8(costNanos)
                .i8(id);
        out.string(shortened(thread.getName(), 200)).i8(lost);
        if (capture.contexts.any()) {
            out.u1(Values.CONTEXT_PART);
            capture.contexts.write(out);
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
        return name.isEmpty() ? "virtual #" + capture.jvm.threadId(thread) : shortened(name, 200);
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
        out.u1(Values.MASKED).string(value == null ? "null" : value.getClass().getName());
    }

    private void cut(Object value, String why) {
        out.u1(Values.CUT).string(shortened(value.getClass().getName(), 200)).string(why);
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
        if (capture.layouts.secret(value.getClass())) {
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
            elements(type.getName(), size, deep, capture.containers.iterator(value));
            return;
        }
        Object inner = capture.containers.unwrap(value);
        Collection<?> collection = capture.containers.collection(inner);
        if (collection != null) {
            int size = Containers.size(collection);
            boolean walked = !deep && !capture.containers.isRoomy(collection, size);
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
            named = isArray && capture.masks.key(element);
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
        if (deep || capture.containers.isRoomy(map, size)) {
            return;
        }
        int count = 0;
        Iterator<? extends Map.Entry<?, ?>> each = map.entrySet().iterator();
        while (count < limits.elements && each.hasNext()) {
            Map.Entry<?, ?> entry = each.next();
            Object value = entry.getValue();
            value(entry.getKey());
            if (capture.masks.key(entry.getKey())) {
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
        Layouts.Layout layout = capture.layouts.of(type);
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
            Object field = capture.layouts.read(layout, i, value);
            out.bytes(layout.fieldNames[i]);
            if (capture.layouts.masks(layout, i, value)) {
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
        String message = capture.jvm.message(thrown);
        if (message == null) {
            out.u1(Values.NULL);
        } else {
            text(message);
        }
        StackTraceElement[] frames = capture.jvm.frames(thrown);
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
        Object cause = capture.jvm.cause(thrown);
        if (cause == null || cause == thrown) {
            out.u1(Values.NULL);
        } else {
            value(cause);
        }
    }
}
