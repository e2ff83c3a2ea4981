package dev.sonde.agent;

import dev.sonde.wire.Expr;
import dev.sonde.wire.ProbePlan;
import dev.sonde.wire.WireWriter;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
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

    // One admitted hit. Called by composed handles; these throw nothing.

    static void enters(Tap tap, long start, @Nullable Object[] values) {
        hit(tap, ProbePlan.ON_ENTRY, start, values);
    }

    static void returned(Tap tap, long start, @Nullable Object[] values) {
        hit(tap, ProbePlan.ON_RETURN, start, values);
    }

    static void threw(Tap tap, long start, @Nullable Object[] values) {
        hit(tap, ProbePlan.ON_THROW, start, values);
    }

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
            new Copy(tap, event, costNanos, values, out, now).write(lost, call, tree);
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
                    patterns.put(regex.text, Regex.compile(regex.text));
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
}
