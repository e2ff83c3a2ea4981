package dev.sonde.jvm;

import dev.sonde.weave.ClassModel;
import dev.sonde.weave.ExpressionError;
import dev.sonde.weave.Expressions;
import dev.sonde.weave.MethodKey;
import dev.sonde.weave.Scope;
import dev.sonde.wire.Expr;
import dev.sonde.wire.ProbePlan;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * A condition over calls that were captured: the language of {@code --when}, parsed and compiled by the same compiler, evaluated
 * here over the copies. Types are those of the values, because that is all there is; what was not captured (a field
 * beyond the depth, the end of a long text) cannot be asked for, and the answer is no.
 */
public final class HitCondition {

    private static final int MOST_STEPS = 100_000;
    private static final String UNKNOWN = "?";

    private final String text;
    private final Map<String, Expr> compiled = new HashMap<>();
    private final Map<String, ExpressionError> refused = new HashMap<>();
    private String firstFailure = "";

    public HitCondition(String text) {
        this.text = text;
    }

    /**
     * Whether it is true of a call; false where it cannot be evaluated.
     *
     * @throws ExpressionError when it does not fit the method of this call
     */
    public boolean test(Hit hit) throws ExpressionError {
        Expr condition = compile(hit);
        try {
            return Boolean.TRUE.equals(new Evaluation(hit).eval(condition));
        } catch (Unanswerable | StackOverflowError e) {
            if (firstFailure.isEmpty()) {
                firstFailure = e instanceof Unanswerable ? String.valueOf(e.getMessage()) : "nested too deeply";
            }
            return false;
        }
    }

    /** Why it could not be evaluated the first time that it could not. */
    public Optional<String> failure() {
        return Optional.of(firstFailure).filter(why -> !why.isEmpty());
    }

    private Expr compile(Hit hit) throws ExpressionError {
        String method =
                hit.className() + "." + hit.method() + hit.names() + hit.self().isPresent();
        Expr known = compiled.get(method);
        if (known != null) {
            return known;
        }
        ExpressionError wrong = refused.get(method);
        if (wrong != null) {
            throw wrong;
        }
        try {
            Expr condition = Expressions.condition(text, scope(hit));
            compiled.put(method, condition);
            return condition;
        } catch (ExpressionError e) {
            refused.put(method, e);
            throw e;
        }
    }

    /** A method with these parameters, of types that nobody knows. */
    private static Scope scope(Hit hit) {
        String name = hit.method().substring(0, Math.max(0, hit.method().indexOf('(')));
        MethodKey key = new MethodKey(
                name.isEmpty() ? hit.method() : name,
                "(" + "Ljava/lang/Object;".repeat(hit.args().size()) + ")Ljava/lang/Object;");
        int access = Modifier.PUBLIC | (hit.self().isPresent() ? 0 : Modifier.STATIC);
        ClassModel.Method method =
                new ClassModel.Method(key, access, true, hit.names(), 0, 0, List.of(), Optional.empty());
        ClassModel declaring = new ClassModel(
                hit.className(),
                Optional.of(UNKNOWN),
                List.of(),
                52,
                Modifier.PUBLIC,
                Optional.empty(),
                Optional.empty(),
                List.of(method),
                List.of(),
                List.of(),
                Map.of());
        return new Scope(
                declaring,
                key,
                unknown -> Optional.empty(),
                ProbePlan.ON_ENTRY | ProbePlan.ON_RETURN | ProbePlan.ON_THROW);
    }

    /** Why there is no answer. */
    private static final class Unanswerable extends RuntimeException {
        Unanswerable(String why) {
            super(why, null, false, false);
        }
    }

    /**
     * One evaluation. Simple values are Java's Boolean, Long, Double and String, an enum is its name; {@code null} is null;
     * lists made on the way are Lists; the rest are as captured.
     */
    private static final class Evaluation {

        private final Hit hit;
        private final Map<Long, Object> bound = new HashMap<>();
        private int steps = MOST_STEPS;

        Evaluation(Hit hit) {
            this.hit = hit;
        }

        private void step() {
            if (--steps < 0) {
                throw new Unanswerable("more than " + MOST_STEPS + " steps");
            }
        }

        @Nullable
        Object eval(Expr e) {
            step();
            return switch (e.op) {
                case Expr.CONST_LONG -> e.kind == Expr.BOOL ? (Object) (e.number != 0) : (Object) e.number;
                case Expr.CONST_DOUBLE -> Double.longBitsToDouble(e.number);
                case Expr.CONST_STRING -> e.text;
                case Expr.NULL -> null;
                case Expr.THIS -> hit.self().map(Evaluation::simple).orElse(null);
                case Expr.ARG -> argument(e.number);
                case Expr.ARGS -> list(hit.args());
                case Expr.RESULT -> hit.event() == ProbeSpec.Event.RETURN ? outcome() : null;
                case Expr.ERROR -> hit.event() == ProbeSpec.Event.THROW ? outcome() : null;
                case Expr.COST -> hit.costNanos().orElse(0) / 1e6;
                case Expr.THREAD -> hit.thread();
                case Expr.DEPTH -> (long) hit.stackDepth().orElse(hit.stack().size());
                case Expr.ITER -> bound.get(e.number);
                case Expr.FIELD, Expr.MEMBER -> member(child(e, 0), e.text, true);
                case Expr.HAS -> member(child(e, 0), e.text, false) != null;
                case Expr.INDEX -> index(child(e, 0), child(e, 1));
                case Expr.SIZE -> size(child(e, 0));
                case Expr.IN -> in(child(e, 0), child(e, 1));
                case Expr.LIST -> {
                    List<@Nullable Object> made = new ArrayList<>();
                    for (Expr child : e.children) {
                        made.add(eval(child));
                    }
                    yield made;
                }
                case Expr.OPTIONAL_VALUE -> member(child(e, 0), "value", true);
                case Expr.OPTIONAL_HAS -> member(child(e, 0), "value", false) != null;
                case Expr.ADD, Expr.SUB, Expr.MUL, Expr.DIV, Expr.MOD -> arithmetic(e.op, child(e, 0), child(e, 1));
                case Expr.NEG -> {
                    Object number = child(e, 0);
                    yield number instanceof Double real ? (Object) (-real) : (Object) Math.negateExact(whole(number));
                }
                case Expr.EQ -> equal(child(e, 0), child(e, 1));
                case Expr.NE -> !equal(child(e, 0), child(e, 1));
                case Expr.LT -> compare(child(e, 0), child(e, 1)) < 0;
                case Expr.LE -> compare(child(e, 0), child(e, 1)) <= 0;
                case Expr.GT -> compare(child(e, 0), child(e, 1)) > 0;
                case Expr.GE -> compare(child(e, 0), child(e, 1)) >= 0;
                case Expr.AND -> is(e, 0) && is(e, 1);
                case Expr.OR -> is(e, 0) || is(e, 1);
                case Expr.NOT -> !is(e, 0);
                case Expr.IF -> child(e, is(e, 0) ? 1 : 2);
                case Expr.EXISTS, Expr.ALL, Expr.EXISTS_ONE, Expr.FILTER, Expr.MAP -> macro(e);
                case Expr.CALL -> call(e);
                default -> throw new Unanswerable("this cannot be asked of a recorded call");
            };
        }

        private @Nullable Object child(Expr e, int index) {
            return eval(e.children.get(index));
        }

        private boolean is(Expr e, int index) {
            if (child(e, index) instanceof Boolean flag) {
                return flag;
            }
            throw new Unanswerable("neither true nor false");
        }

        private @Nullable Object argument(long index) {
            if (index < 0 || index >= hit.args().size()) {
                throw new Unanswerable("there is no args[" + index + "]");
            }
            return simple(hit.args().get((int) index));
        }

        private @Nullable Object outcome() {
            return hit.outcome().map(Evaluation::simple).orElse(null);
        }

        private static List<@Nullable Object> list(List<Value> values) {
            List<@Nullable Object> list = new ArrayList<>();
            values.forEach(value -> list.add(simple(value)));
            return list;
        }

        private static @Nullable Object simple(Value value) {
            if (value instanceof Value.Null) {
                return null;
            }
            return value instanceof Value.Bool bool
                    ? (Object) bool.value()
                    : value instanceof Value.Whole whole
                            ? (Object) whole.value()
                            : value instanceof Value.Real real
                                    ? (Object) real.value()
                                    : value instanceof Value.Text string
                                            ? string.text()
                                            : value instanceof Value.EnumConstant constant ? constant.name() : value;
        }

        // ---- reading

        private @Nullable Object member(@Nullable Object of, String name, boolean must) {
            if (of instanceof Value.Fields object) {
                for (int i = object.fields().size() - 1; i >= 0; i--) {
                    if (object.fields().get(i).getKey().equals(name)) {
                        return simple(object.fields().get(i).getValue());
                    }
                }
            } else if (of instanceof Value.Entries map) {
                for (Map.Entry<Value, Value> entry : map.entries()) {
                    if (equal(simple(entry.getKey()), name)) {
                        return simple(entry.getValue());
                    }
                }
            } else if (of instanceof Value.Thrown thrown) {
                if (name.equals("message") || name.equals("detailMessage")) {
                    return thrown.message().orElse(null);
                }
                if (name.equals("cause")) {
                    return thrown.cause().orElse(null);
                }
            } else if (name.equals("length") && (of instanceof Value.Elements || of instanceof List)) {
                return size(of);
            }
            if (!must && (of == null || of instanceof Value.Fields || of instanceof Value.Entries)) {
                return null;
            }
            throw new Unanswerable("'" + name + "' was not captured of " + described(of));
        }

        private static String described(@Nullable Object of) {
            return of == null
                    ? "null"
                    : of instanceof Value.Fields object
                            ? "a " + object.className()
                            : of instanceof Value.Cut cut
                                    ? "a " + cut.className() + " (" + cut.why() + ")"
                                    : of instanceof Value.Masked ? "what is masked" : "this value";
        }

        private @Nullable Object index(@Nullable Object of, @Nullable Object key) {
            if (of instanceof Value.Entries map) {
                for (Map.Entry<Value, Value> entry : map.entries()) {
                    step();
                    if (equal(simple(entry.getKey()), key)) {
                        return simple(entry.getValue());
                    }
                }
                throw new Unanswerable("no such key was captured");
            }
            List<? extends @Nullable Object> elements = elements(of);
            long at = whole(key);
            if (at < 0 || at >= elements.size()) {
                throw new Unanswerable("no element " + at + " was captured");
            }
            return elements.get((int) at);
        }

        private List<? extends @Nullable Object> elements(@Nullable Object of) {
            if (of instanceof Value.Elements list) {
                return list(list.elements());
            }
            if (of instanceof Value.Entries map) {
                return list(map.entries().stream().map(Map.Entry::getKey).toList());
            }
            if (of instanceof List<?> made) {
                return made;
            }
            throw new Unanswerable("not a list or map: " + described(of));
        }

        private static long size(@Nullable Object of) {
            if (of instanceof Value.Elements list) {
                return list.size();
            }
            if (of instanceof Value.Entries map) {
                return map.size();
            }
            if (of instanceof String text) {
                return text.length();
            }
            if (of instanceof List<?> made) {
                return made.size();
            }
            throw new Unanswerable("nothing with a size: " + described(of));
        }

        private boolean in(@Nullable Object value, @Nullable Object of) {
            for (Object element : elements(of)) {
                step();
                if (equal(element, value)) {
                    return true;
                }
            }
            return false;
        }

        // ---- computing

        private static long whole(@Nullable Object value) {
            if (value instanceof Long whole) {
                return whole;
            }
            throw new Unanswerable("not an integer: " + described(value));
        }

        private static double number(@Nullable Object value) {
            if (value instanceof Number number) {
                return number.doubleValue();
            }
            throw new Unanswerable("not a number: " + described(value));
        }

        private static String text(@Nullable Object value) {
            if (value instanceof String text) {
                return text;
            }
            throw new Unanswerable("not a string: " + described(value));
        }

        private static boolean equal(@Nullable Object a, @Nullable Object b) {
            if (a instanceof Number && b instanceof Number) {
                boolean whole = a instanceof Long && b instanceof Long;
                return whole ? a.equals(b) : number(a) == number(b);
            }
            if (a instanceof Value.Masked || b instanceof Value.Masked) {
                throw new Unanswerable("it is masked");
            }
            return a == null ? b == null : a.equals(b);
        }

        private static int compare(@Nullable Object a, @Nullable Object b) {
            if (a instanceof Long x && b instanceof Long y) {
                return Long.compare(x, y);
            }
            if (a instanceof String x && b instanceof String y) {
                return x.compareTo(y);
            }
            if (a instanceof Boolean x && b instanceof Boolean y) {
                return Boolean.compare(x, y);
            }
            double x = number(a);
            double y = number(b);
            if (Double.isNaN(x) || Double.isNaN(y)) {
                throw new Unanswerable("not a number cannot be compared");
            }
            return Double.compare(x, y);
        }

        private Object arithmetic(int op, @Nullable Object a, @Nullable Object b) {
            if (op == Expr.ADD && a instanceof String x) {
                return x + text(b);
            }
            if (op == Expr.ADD && !(a instanceof Number)) {
                List<@Nullable Object> joined = new ArrayList<>(elements(a));
                joined.addAll(elements(b));
                return joined;
            }
            try {
                if (a instanceof Long x && b instanceof Long y) {
                    return switch (op) {
                        case Expr.ADD -> Math.addExact(x, y);
                        case Expr.SUB -> Math.subtractExact(x, y);
                        case Expr.MUL -> Math.multiplyExact(x, y);
                        case Expr.DIV -> y == -1 ? Math.negateExact(x) : x / y;
                        default -> y == -1 ? 0L : x % y;
                    };
                }
            } catch (ArithmeticException e) {
                throw new Unanswerable(String.valueOf(e.getMessage()));
            }
            double x = number(a);
            double y = number(b);
            return switch (op) {
                case Expr.ADD -> x + y;
                case Expr.SUB -> x - y;
                case Expr.MUL -> x * y;
                case Expr.DIV -> x / y;
                default -> x % y;
            };
        }

        private Object macro(Expr e) {
            List<@Nullable Object> made = new ArrayList<>();
            int found = 0;
            boolean all = true;
            for (Object element : elements(child(e, 0))) {
                step();
                Object before = bound.get(e.number);
                bound.put(e.number, element);
                boolean yes = is(e, 1);
                found += yes ? 1 : 0;
                all &= yes;
                if (yes && e.op == Expr.FILTER) {
                    made.add(element);
                } else if (yes && e.op == Expr.MAP) {
                    made.add(child(e, 2));
                }
                bound.put(e.number, before);
                if ((e.op == Expr.EXISTS && yes) || (e.op == Expr.ALL && !yes)) {
                    break;
                }
            }
            return switch (e.op) {
                case Expr.EXISTS -> found > 0;
                case Expr.ALL -> all;
                case Expr.EXISTS_ONE -> found == 1;
                default -> made;
            };
        }

        // ---- functions

        private Object call(Expr e) {
            Object of = child(e, 0);
            return switch (e.text) {
                case "className" -> className(of);
                case "string" -> of instanceof Value ? text(of) : String.valueOf(of);
                case "int" -> of instanceof Double real ? (Object) real.longValue() : (Object) parsed(of);
                case "double" -> of instanceof String text ? (Object) real(text) : (Object) number(of);
                case "bool" -> of instanceof Boolean ? of : "true".equals(of);
                case "join" -> {
                    List<String> parts = new ArrayList<>();
                    elements(of).forEach(part -> parts.add(text(part)));
                    yield String.join(e.children.size() > 1 ? text(child(e, 1)) : "", parts);
                }
                default -> ofText(e, text(of));
            };
        }

        private static String className(@Nullable Object of) {
            if (of instanceof Value.Fields object) {
                return object.className();
            }
            if (of instanceof Value.Thrown thrown) {
                return thrown.className();
            }
            if (of instanceof Value.Elements list) {
                return list.className();
            }
            if (of instanceof Value.Entries map) {
                return map.className();
            }
            if (of instanceof Value.Cut cut) {
                return cut.className();
            }
            if (of instanceof String) {
                return "java.lang.String";
            }
            throw new Unanswerable("the class of this was not captured");
        }

        private static long parsed(@Nullable Object of) {
            try {
                return of instanceof String text ? Long.parseLong(text) : whole(of);
            } catch (NumberFormatException e) {
                throw new Unanswerable("not an integer");
            }
        }

        private static double real(String text) {
            try {
                return Double.parseDouble(text);
            } catch (NumberFormatException e) {
                throw new Unanswerable("not a number");
            }
        }

        private Object ofText(Expr e, String text) {
            int more = e.children.size() - 1;
            return switch (e.text) {
                case "contains" -> text.contains(text(child(e, 1)));
                case "startsWith" -> text.startsWith(text(child(e, 1)));
                case "endsWith" -> text.endsWith(text(child(e, 1)));
                case "matches" -> matches(text, text(child(e, 1)));
                case "indexOf" ->
                    (long)
                            (more > 1
                                    ? text.indexOf(text(child(e, 1)), (int) whole(child(e, 2)))
                                    : text.indexOf(text(child(e, 1))));
                case "lastIndexOf" ->
                    (long)
                            (more > 1
                                    ? text.lastIndexOf(text(child(e, 1)), (int) whole(child(e, 2)))
                                    : text.lastIndexOf(text(child(e, 1))));
                case "substring" -> part(text, whole(child(e, 1)), more > 1 ? whole(child(e, 2)) : text.length());
                case "charAt" -> part(text, whole(child(e, 1)), whole(child(e, 1)) + 1);
                case "lowerAscii" -> text.toLowerCase(Locale.ROOT);
                case "upperAscii" -> text.toUpperCase(Locale.ROOT);
                case "trim" -> text.trim();
                case "replace" -> text.replace(text(child(e, 1)), text(child(e, 2)));
                case "split" ->
                    List.of(text.split(Pattern.quote(text(child(e, 1))), more > 1 ? (int) whole(child(e, 2)) : -1));
                default -> throw new Unanswerable("'" + e.text + "' cannot be asked of a recorded call");
            };
        }

        private static String part(String text, long from, long to) {
            if (from < 0 || to < from || to > text.length()) {
                throw new Unanswerable("no such part of the text was captured");
            }
            return text.substring((int) from, (int) to);
        }

        private boolean matches(String text, String regex) {
            try {
                return Pattern.compile(regex).matcher(new Counted(text)).find();
            } catch (PatternSyntaxException e) {
                throw new Unanswerable("not a regular expression: " + e.getDescription());
            }
        }

        /** Takes a step for each character that is looked at, so that a catastrophic pattern ends. */
        private final class Counted implements CharSequence {
            private final CharSequence text;

            Counted(CharSequence text) {
                this.text = text;
            }

            @Override
            public char charAt(int index) {
                step();
                return text.charAt(index);
            }

            @Override
            public int length() {
                return text.length();
            }

            @Override
            public CharSequence subSequence(int start, int end) {
                return new Counted(text.subSequence(start, end));
            }

            @Override
            public String toString() {
                return text.toString();
            }
        }
    }
}
