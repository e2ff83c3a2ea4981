package dev.sonde.jvm;

import dev.sonde.weave.ExpressionError;
import dev.sonde.weave.Expressions;
import dev.sonde.weave.Scope;
import dev.sonde.wire.Expr;
import dev.sonde.wire.Limits;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** A stop, as the agent told it, and where that is in the code. */
final class LiveStop implements Stop {

    /**
     * What the agent told.
     *
     * @param calls of the breakpoint's method in 1,000 s; -1 when that is not known
     */
    record Told(
            int id,
            int before,
            int probe,
            int site,
            ProbeSpec.Event event,
            Instant time,
            long threadId,
            String thread,
            Duration left,
            boolean interrupted,
            long calls,
            List<CallerFrame> stack) {}

    /**
     * Where the site is.
     *
     * @param locals in the order in which the hook passes them
     */
    record Place(
            Selection.Chosen method,
            OptionalInt line,
            boolean hasThis,
            List<String> locals,
            List<String> hidden,
            Scope scope) {}

    final Told told;
    final Place place;
    final ArmedProbe breakpoint;
    private final Stops stops;
    /** It was sent to another line, and is awaited there. */
    volatile boolean stepping;

    private volatile long deadline;
    private volatile long callsBefore;
    private volatile long callsMeanwhile = -1;
    private volatile @Nullable End end;

    LiveStop(Told told, Place place, ArmedProbe breakpoint, Stops stops) {
        this.told = told;
        this.place = place;
        this.breakpoint = breakpoint;
        this.stops = stops;
        this.deadline = System.nanoTime() + told.left.toNanos();
        this.callsBefore = told.calls;
    }

    @Override
    public int id() {
        return told.id;
    }

    @Override
    public int breakpoint() {
        return breakpoint.id();
    }

    @Override
    public boolean stepped() {
        return told.probe != breakpoint.id();
    }

    @Override
    public OptionalInt before() {
        return told.before == 0 ? OptionalInt.empty() : OptionalInt.of(told.before);
    }

    @Override
    public Instant time() {
        return told.time;
    }

    @Override
    public String thread() {
        return told.thread;
    }

    @Override
    public long threadId() {
        return told.threadId;
    }

    @Override
    public boolean interrupted() {
        return told.interrupted;
    }

    @Override
    public String className() {
        return place.method.className();
    }

    @Override
    public String method() {
        return place.method.method().human();
    }

    @Override
    public OptionalInt line() {
        // Where a method ends, its own frame knows the line.
        return place.line.isPresent()
                        || told.stack.isEmpty()
                        || told.stack.get(0).line() <= 0
                ? place.line
                : OptionalInt.of(told.stack.get(0).line());
    }

    @Override
    public ProbeSpec.Event event() {
        return told.event;
    }

    @Override
    public List<CallerFrame> stack() {
        return told.stack;
    }

    @Override
    public Optional<End> end() {
        return Optional.ofNullable(end);
    }

    void ended(End how) {
        end = how;
    }

    @Override
    public OptionalDouble callsBefore() {
        return perSecond(callsBefore);
    }

    @Override
    public OptionalDouble callsMeanwhile() {
        return perSecond(callsMeanwhile);
    }

    private static OptionalDouble perSecond(long calls) {
        return calls < 0 ? OptionalDouble.empty() : OptionalDouble.of(calls / 1e3);
    }

    /** It was stepped here from another: what is known of that holds, until more is. */
    void follows(LiveStop from) {
        callsBefore = from.callsBefore;
        callsMeanwhile = from.callsMeanwhile;
    }

    /** In 1,000 s; -1 when that is not known. */
    void called(long calls) {
        callsMeanwhile = calls < 0 ? callsMeanwhile : calls;
    }

    @Override
    public Duration left() {
        return Duration.ofNanos(Math.max(0, end == null ? deadline - System.nanoTime() : 0));
    }

    @Override
    public List<String> locals() {
        return place.locals;
    }

    @Override
    public List<String> arguments() {
        List<String> arguments = new ArrayList<>(place.method.method().parameterNames());
        arguments.retainAll(place.locals);
        return arguments;
    }

    @Override
    public List<String> hidden() {
        return place.hidden;
    }

    @Override
    public boolean hasThis() {
        return place.hasThis;
    }

    @Override
    public Map<String, Value> values(List<String> names, Limits limits) throws TargetError {
        List<Expr> wanted = new ArrayList<>();
        List<String> found = new ArrayList<>();
        for (String name : names) {
            int at = place.locals.indexOf(name);
            if (at >= 0) {
                wanted.add(Expr.ofNumber(Expr.ARG, Expr.OBJECT, at));
                found.add(name);
            } else if (name.equals("this") && place.hasThis) {
                wanted.add(Expr.of(Expr.THIS, Expr.OBJECT));
                found.add(name);
            }
        }
        List<Value> values = stops.values(this, wanted, limits);
        Map<String, Value> named = new LinkedHashMap<>();
        for (int i = 0; i < values.size() && i < found.size(); i++) {
            named.put(found.get(i), values.get(i));
        }
        return named;
    }

    @Override
    public Optional<Value> outcome(Limits limits) throws TargetError {
        if (told.event == ProbeSpec.Event.ENTRY
                || (told.event == ProbeSpec.Event.RETURN
                        && place.method.method().key().descriptor().endsWith(")V"))) {
            return Optional.empty();
        }
        int op = told.event == ProbeSpec.Event.RETURN ? Expr.RESULT : Expr.ERROR;
        List<Value> values = stops.values(this, List.of(Expr.of(op, Expr.OBJECT)), limits);
        return values.stream().findFirst();
    }

    @Override
    public List<Value> evaluate(List<String> expressions, Limits limits) throws TargetError, ExpressionError {
        List<Expr> compiled = TargetClasses.compiling(() -> {
            List<Expr> all = new ArrayList<>();
            for (String text : expressions) {
                all.add(standing(Expressions.capture(text, place.scope)));
            }
            return all;
        });
        return stops.values(this, compiled, limits);
    }

    /** Evaluated on another thread than the one that stands: what is that one's own is put in. */
    private Expr standing(Expr e) {
        if (e.op == Expr.THREAD) {
            return Expr.ofText(Expr.CONST_STRING, Expr.OBJECT, told.thread);
        }
        if (e.op == Expr.DEPTH) {
            return Expr.ofNumber(Expr.CONST_LONG, Expr.LONG, told.stack.size());
        }
        List<Expr> children = e.children.stream().map(this::standing).toList();
        return new Expr(e.op, e.kind, e.number, e.text, e.owner, e.desc, children);
    }

    @Override
    public void resume(Way way, int count, int line) throws TargetError {
        stops.resume(this, way, count, line);
    }

    @Override
    public void abandon() throws TargetError {
        stops.abandon(this);
    }

    @Override
    public void extend(Duration time) throws TargetError {
        stops.extend(this, time);
        deadline = System.nanoTime() + time.toNanos();
    }
}
