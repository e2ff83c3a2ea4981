package dev.sonde.agent;

import dev.sonde.wire.Expr;
import dev.sonde.wire.ProbePlan;
import dev.sonde.wire.Site;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates what method handles cannot: macros, members found at run time, regular expressions. It takes a step for each
 * node, element and character that it looks at, and ends with an error when they or its time are used up. It runs inside a slot, so a
 * probe on a class of the JDK that it uses does not meet itself. One evaluation, one thread.
 */
final class Interpreter {

    private static final int MOST_STEPS = 10_000;
    /** Steps between two looks at the clock. */
    private static final int STRIDE = 256;

    /** A {@code Throwable} has 1024, and ours are among them. */
    private static final int MOST_FRAMES_BEFORE_9 = 900;

    @SuppressWarnings("StaticAssignmentOfThrowable")
    static final Failure STEPS = new Failure("more than 10000 steps");

    @SuppressWarnings("StaticAssignmentOfThrowable")
    private static final Failure TIME = new Failure("more time than a hit may take");

    @SuppressWarnings("StaticAssignmentOfThrowable")
    private static final Failure NOT_WALKABLE = new Failure("not an array, list, map or set of the JDK");

    final Tap tap;
    private final int event;
    private final long costNanos;
    private final @Nullable Object[] values;
    private final long deadline;
    private @Nullable Object[] bound = new @Nullable Object[4];
    private int steps = MOST_STEPS;
    private int looked = MOST_STEPS;

    /** Whether what was evaluated is, or was made of, something that is masked by the name or key it is read by. */
    boolean secret;

    /**
     * @param values this, the outcome, and the arguments, as {@link Handles#collected} puts them
     * @param deadline by {@link System#nanoTime}
     */
    Interpreter(Tap tap, int event, long costNanos, @Nullable Object[] values, long deadline) {
        this.tap = tap;
        this.event = event;
        this.costNanos = costNanos;
        this.values = values;
        this.deadline = deadline;
    }

    /** One part of a condition; claims a slot. Called by composed handles. */
    static @Nullable Object run(Tap tap, Expr e, int event, long start, @Nullable Object[] values) {
        Slots slots = tap.capture.slots;
        int slot = slots.claim();
        long from = System.nanoTime();
        try {
            long deadline = from + tap.probe.plan.limits.micros * 1000L;
            return new Interpreter(tap, event, start == 0 ? 0 : from - start, values, deadline).eval(e);
        } finally {
            slots.release(slot);
            tap.probe.spend(System.nanoTime() - from);
        }
    }

    /** Only what a truth or a size says of a secret is none any more. */
    @Nullable
    Object eval(Expr e) {
        boolean before = secret;
        Object value = node(e);
        boolean tells = (e.kind == Expr.BOOL
                        && e.op != Expr.ARG
                        && e.op != Expr.FIELD
                        && e.op != Expr.STATIC_FIELD
                        && e.op != Expr.MEMBER
                        && e.op != Expr.INDEX)
                || e.op == Expr.SIZE;
        if (tells) {
            secret = before;
        }
        return value;
    }

    private @Nullable Object node(Expr e) {
        step(1);
        switch (e.op) {
            case Expr.CONST_LONG:
                return e.kind == Expr.BOOL ? (Object) (e.number != 0) : (Object) e.number;
            case Expr.CONST_DOUBLE:
                return Double.longBitsToDouble(e.number);
            case Expr.CONST_STRING:
                return e.text;
            case Expr.NULL:
                return null;
            case Expr.THIS:
                return values[0];
            case Expr.ARG:
                if (e.number < 0 || e.number >= values.length - 2) {
                    throw new Failure("there is no args[" + e.number + "]");
                }
                secret |= tap.armed.site.masksArgument((int) e.number);
                return values[2 + (int) e.number];
            case Expr.ARGS:
                secret |= (tap.armed.site.masked & ~Site.RESULT_BIT) != 0;
                List<@Nullable Object> arguments = new ArrayList<>();
                for (int i = 2; i < values.length; i++) {
                    arguments.add(values[i]);
                }
                return arguments;
            case Expr.RESULT:
                secret |= tap.armed.site.masksResult();
                return event == ProbePlan.ON_RETURN ? values[1] : null;
            case Expr.ERROR:
                return event == ProbePlan.ON_THROW ? values[1] : null;
            case Expr.COST:
                return costNanos / 1e6;
            case Expr.THREAD:
                return Thread.currentThread().getName();
            case Expr.DEPTH:
                return depth();
            case Expr.IN_CONTEXT:
                return Contexts.carries(tap.capture.contexts, e.text);
            case Expr.ITER:
                return e.number >= 0 && e.number < bound.length ? bound[(int) e.number] : null;
            case Expr.FIELD:
            case Expr.MEMBER:
                return member(eval(e.children.get(0)), e.text);
            case Expr.HAS:
                return has(eval(e.children.get(0)), e.text);
            case Expr.INDEX:
                return index(eval(e.children.get(0)), eval(e.children.get(1)));
            case Expr.SIZE:
                return (long) size(eval(e.children.get(0)));
            case Expr.IN:
                return in(eval(e.children.get(0)), eval(e.children.get(1)));
            case Expr.LIST:
                List<@Nullable Object> list = new ArrayList<>();
                for (int i = 0; i < e.children.size(); i++) {
                    list.add(eval(e.children.get(i)));
                }
                return list;
            case Expr.OPTIONAL_VALUE:
                Object held = optional(eval(e.children.get(0)));
                if (held == null) {
                    throw new Failure("the Optional is empty");
                }
                return held;
            case Expr.OPTIONAL_HAS:
                return optional(eval(e.children.get(0))) != null;
            case Expr.ADD:
            case Expr.SUB:
            case Expr.MUL:
            case Expr.DIV:
            case Expr.MOD:
                return arithmetic(e.op, eval(e.children.get(0)), eval(e.children.get(1)));
            case Expr.NEG:
                Object number = eval(e.children.get(0));
                return Ops.isDouble(number)
                        ? (Object) (-Ops.asDouble(number))
                        : (Object) Ops.negate(Ops.asLong(number));
            case Expr.EQ:
                return equal(eval(e.children.get(0)), eval(e.children.get(1)));
            case Expr.NE:
                return !equal(eval(e.children.get(0)), eval(e.children.get(1)));
            case Expr.LT:
                return Ops.lt(eval(e.children.get(0)), eval(e.children.get(1)));
            case Expr.LE:
                return Ops.le(eval(e.children.get(0)), eval(e.children.get(1)));
            case Expr.GT:
                return Ops.gt(eval(e.children.get(0)), eval(e.children.get(1)));
            case Expr.GE:
                return Ops.ge(eval(e.children.get(0)), eval(e.children.get(1)));
            case Expr.AND:
                return bool(e, 0) && bool(e, 1);
            case Expr.OR:
                return bool(e, 0) || bool(e, 1);
            case Expr.NOT:
                return !bool(e, 0);
            case Expr.IF:
                return eval(e.children.get(bool(e, 0) ? 1 : 2));
            case Expr.EXISTS:
            case Expr.ALL:
            case Expr.EXISTS_ONE:
            case Expr.FILTER:
            case Expr.MAP:
                return macro(e);
            case Expr.CALL:
                return Functions.call(this, e);
            case Expr.STATIC_FIELD:
                secret |= tap.capture.masks.name(e.text);
                return tap.capture.staticField(tap, e);
            default:
                throw new Failure("operation " + e.op + " is not known to this agent");
        }
    }

    private boolean bool(Expr e, int child) {
        return Ops.asBoolean(eval(e.children.get(child)));
    }

    void step(int count) {
        steps -= count;
        if (steps < 0) {
            throw STEPS;
        }
        if (looked - steps >= STRIDE) {
            looked = steps;
            // The clock also runs while the machine runs somebody else: little work ends only far beyond it.
            long micros = MOST_STEPS - steps > 8 * STRIDE ? 0 : tap.probe.plan.limits.micros;
            if (System.nanoTime() - deadline > micros * 9000L) {
                throw TIME;
            }
        }
    }

    private static long depth() {
        int depth = Stacks.depth();
        if (Agent.FEATURE < 9 && depth > MOST_FRAMES_BEFORE_9) {
            throw new Failure("a stack that is too deep to be counted before Java 9");
        }
        return depth;
    }

    // ---- reading

    private @Nullable Object member(@Nullable Object of, String name) {
        if (of == null) {
            throw new Failure("null has no member '" + name + "'");
        }
        if (of.getClass().isArray()) {
            if (name.equals("length")) {
                return (long) Ops.length(of);
            }
            throw new Failure("an array has no member '" + name + "'");
        }
        Map<?, ?> map = Containers.map(tap.capture.containers.unwrap(of));
        if (map != null) {
            return lookUp(map, name, true);
        }
        Layouts.Layout layout = layout(of, name);
        int field = layout.find(name);
        if (field < 0) {
            throw new Failure("a " + of.getClass().getName() + " has no field '" + name + "'");
        }
        secret |= tap.capture.layouts.masks(layout, field, of) || tap.capture.layouts.secret(of.getClass());
        return tap.capture.layouts.read(layout, field, of);
    }

    private boolean has(@Nullable Object of, String name) {
        if (of == null) {
            return false;
        }
        Map<?, ?> map = Containers.map(tap.capture.containers.unwrap(of));
        if (map != null) {
            return lookUp(map, name, false) != null;
        }
        if (of.getClass().isArray()) {
            return name.equals("length");
        }
        Layouts.Layout layout = layout(of, name);
        int field = layout.find(name);
        return field >= 0 && tap.capture.layouts.read(layout, field, of) != null;
    }

    private Layouts.Layout layout(Object of, String name) {
        Layouts layouts = tap.capture.layouts;
        Layouts.Layout layout = layouts.of(of.getClass());
        if (layout == null && of instanceof Throwable) {
            // An error is rare, and its message is what is asked for: that is known of all.
            layout = layouts.known(Throwable.class);
            layout = layout == null || layout.find(name) < 0 ? null : layout;
        }
        if (layout == null) {
            throw Failure.FIRST_SEEN;
        }
        return layout;
    }

    private @Nullable Object index(@Nullable Object of, @Nullable Object key) {
        if (of == null) {
            throw new Failure("null has no elements");
        }
        Object inner = tap.capture.containers.unwrap(of);
        Map<?, ?> map = Containers.map(inner);
        if (map != null) {
            return lookUp(map, key, true);
        }
        long index = Ops.asLong(key);
        int size = size(inner);
        if (index < 0 || index >= size || inner instanceof String) {
            throw new Failure("index " + index + " of " + size);
        }
        if (inner.getClass().isArray()) {
            secret |= index > 0
                    && inner instanceof Object[]
                    && tap.capture.masks.key(((Object[]) inner)[(int) index - 1]);
            return java.lang.reflect.Array.get(inner, (int) index);
        }
        if (inner instanceof List && inner instanceof java.util.RandomAccess) {
            return ((List<?>) inner).get((int) index);
        }
        Iterator<?> elements = elements(inner);
        for (long i = 0; i < index; i++) {
            step(1);
            elements.next();
        }
        return elements.next();
    }

    /** The value of a key without asking the keys: only our own key's {@code equals} and {@code hashCode} are called. */
    private @Nullable Object lookUp(Map<?, ?> map, @Nullable Object key, boolean must) {
        secret |= tap.capture.masks.key(key);
        Class<?> type = map.getClass();
        // Not LinkedHashMap: with access order, get() moves the entry.
        if (key instanceof String && (type == HashMap.class || type == ConcurrentHashMap.class)) {
            Object value = map.get(key);
            if (value != null) {
                return value;
            }
        }
        tap.capture.containers.refuseRoomy(map);
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            step(1);
            if (equal(entry.getKey(), key)) {
                Object value = entry.getValue();
                return value == null && !must ? (Object) true : value;
            }
        }
        if (must) {
            throw new Failure(key instanceof String ? "no key '" + key + "'" : "no such key");
        }
        return null;
    }

    private int size(@Nullable Object of) {
        if (of == null) {
            throw new Failure("null has no size");
        }
        Object simple = Ops.simple(of);
        int size = tap.capture.containers.size(simple == null ? of : simple);
        if (size < 0) {
            throw NOT_WALKABLE;
        }
        return size;
    }

    private Iterator<?> elements(@Nullable Object of) {
        if (of == null) {
            throw new Failure("null has no elements");
        }
        Iterator<?> elements = tap.capture.containers.iterator(of);
        if (elements == null) {
            throw NOT_WALKABLE;
        }
        return elements;
    }

    /** As {@link #elements}, where they go on into what is made: in an array one may be the value of the one before it. */
    Iterator<?> taken(@Nullable Object of) {
        for (int i = 1; of instanceof Object[] && i < ((Object[]) of).length && !secret; i++) {
            step(1);
            secret = tap.capture.masks.key(((Object[]) of)[i - 1]);
        }
        return elements(of);
    }

    private boolean in(@Nullable Object value, @Nullable Object of) {
        if (of != null) {
            Map<?, ?> map = Containers.map(tap.capture.containers.unwrap(of));
            if (map != null) {
                return lookUp(map, value, false) != null;
            }
        }
        for (Iterator<?> each = elements(of); each.hasNext(); ) {
            step(1);
            if (equal(each.next(), value)) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable Object optional(@Nullable Object value) {
        if (value instanceof Optional) {
            return ((Optional<?>) value).orElse(null);
        }
        if (value instanceof OptionalInt) {
            return ((OptionalInt) value).isPresent() ? (Object) (long) ((OptionalInt) value).getAsInt() : null;
        }
        if (value instanceof OptionalLong) {
            return ((OptionalLong) value).isPresent() ? (Object) ((OptionalLong) value).getAsLong() : null;
        }
        if (value instanceof OptionalDouble) {
            return ((OptionalDouble) value).isPresent() ? (Object) ((OptionalDouble) value).getAsDouble() : null;
        }
        throw new Failure("not an Optional");
    }

    /** As {@link Ops#eq}, and lists element by element, and values of the JDK that read as text by it. */
    private boolean equal(@Nullable Object a, @Nullable Object b) {
        if (Ops.eq(a, b)) {
            return true;
        }
        if (a == null || b == null) {
            return false;
        }
        boolean walkA =
                a.getClass().isArray() || tap.capture.containers.collection(tap.capture.containers.unwrap(a)) != null;
        boolean walkB =
                b.getClass().isArray() || tap.capture.containers.collection(tap.capture.containers.unwrap(b)) != null;
        if (walkA && walkB) {
            Iterator<?> x = elements(a);
            Iterator<?> y = elements(b);
            while (x.hasNext() && y.hasNext()) {
                step(1);
                if (!equal(x.next(), y.next())) {
                    return false;
                }
            }
            return !x.hasNext() && !y.hasNext();
        }
        if (a.getClass() != b.getClass() && !(a instanceof String) && !(b instanceof String)) {
            return false;
        }
        String x = a instanceof String ? (String) a : Texts.of(a);
        String y = b instanceof String ? (String) b : Texts.of(b);
        return x != null && x.equals(y);
    }

    // ---- computing

    private @Nullable Object arithmetic(int op, @Nullable Object a, @Nullable Object b) {
        if (op == Expr.ADD && !Ops.isNumber(a)) {
            return join(a, b);
        }
        if (Ops.isDouble(a) || Ops.isDouble(b)) {
            double x = Ops.asDouble(a);
            double y = Ops.asDouble(b);
            return op == Expr.ADD
                    ? x + y
                    : op == Expr.SUB ? x - y : op == Expr.MUL ? x * y : op == Expr.DIV ? x / y : x % y;
        }
        long x = Ops.asLong(a);
        long y = Ops.asLong(b);
        return op == Expr.ADD
                ? Ops.add(x, y)
                : op == Expr.SUB
                        ? Ops.subtract(x, y)
                        : op == Expr.MUL ? Ops.multiply(x, y) : op == Expr.DIV ? Ops.divide(x, y) : Ops.modulo(x, y);
    }

    private Object join(@Nullable Object a, @Nullable Object b) {
        Object x = Ops.simple(a);
        Object y = Ops.simple(b);
        if (x instanceof String && y instanceof String) {
            Functions.requireRoom(this, ((String) x).length(), (String) y);
            return ((String) x).concat((String) y);
        }
        List<@Nullable Object> joined = new ArrayList<>();
        for (Iterator<?> each = taken(a); each.hasNext(); ) {
            step(1);
            joined.add(each.next());
        }
        for (Iterator<?> each = taken(b); each.hasNext(); ) {
            step(1);
            joined.add(each.next());
        }
        return joined;
    }

    private @Nullable Object macro(Expr e) {
        int variable = (int) e.number;
        if (e.number < 0 || e.number > Expr.MAX_DEPTH) {
            throw new Failure("variable " + e.number);
        }
        while (variable >= bound.length) {
            bound = java.util.Arrays.copyOf(bound, bound.length * 2);
        }
        Object before = bound[variable];
        List<@Nullable Object> list = new ArrayList<>();
        int found = 0;
        boolean all = true;
        Object of = eval(e.children.get(0));
        for (Iterator<?> each = e.kind == Expr.BOOL ? elements(of) : taken(of); each.hasNext(); ) {
            step(1);
            Object element = each.next();
            bound[variable] = element;
            boolean yes = bool(e, 1);
            found += yes ? 1 : 0;
            all &= yes;
            if ((e.op == Expr.EXISTS && yes) || (e.op == Expr.ALL && !yes)) {
                break;
            }
            if (yes && e.op == Expr.FILTER) {
                list.add(element);
            } else if (yes && e.op == Expr.MAP) {
                list.add(eval(e.children.get(2)));
            }
        }
        bound[variable] = before;
        switch (e.op) {
            case Expr.EXISTS:
                return found > 0;
            case Expr.ALL:
                return all;
            case Expr.EXISTS_ONE:
                return found == 1;
            default:
                return list;
        }
    }
}
