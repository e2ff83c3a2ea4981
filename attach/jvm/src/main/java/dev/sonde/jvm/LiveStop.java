package dev.sonde.jvm;

import dev.sonde.weave.Assignment;
import dev.sonde.weave.ExpressionError;
import dev.sonde.weave.Expressions;
import dev.sonde.weave.Scope;
import dev.sonde.wire.Expr;
import dev.sonde.wire.Limits;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
     * @param settable which of them can be set
     */
    record Place(
            Selection.Chosen method,
            OptionalInt line,
            boolean hasThis,
            List<String> locals,
            List<String> hidden,
            Settable settable,
            Scope scope) {

        /** Whether a frame of a stack is one that is there; one whose line the JVM forgot has its method's name alone. */
        boolean is(CallerFrame frame) {
            String name = method.method().key().name();
            boolean named = frame.className().equals(method.className())
                    && frame.method().equals(name);
            return named
                    && (frame.line() == -1
                            ? method.model().methods().stream()
                                            .filter(each -> each.key().name().equals(name))
                                            .count()
                                    == 1
                            : frame.line() == line.orElse(0));
        }

        /** A frame that is here, with its line. */
        CallerFrame frame(CallerFrame told) {
            return told.line() != -1 || line.isEmpty()
                    ? told
                    : new CallerFrame(
                            told.className(), told.method(), method.model().sourceFile(), line.getAsInt());
        }
    }

    /**
     * The variables that can be set.
     *
     * @param types by name, the class that a reference must be of; empty for any, and for primitives
     * @param otherwise why the others cannot
     */
    record Settable(Map<String, String> types, String otherwise) {

        static Settable nothing(String why) {
            return new Settable(Map.of(), why);
        }
    }

    final Told told;
    final Place place;
    final ArmedProbe breakpoint;
    private final Stops stops;
    private final LiveFrame own;
    private final Map<Integer, LiveFrame> above = new ConcurrentHashMap<>();
    /** Methods of its frames, as {@code class.method}, that got their hooks when it was in them already. */
    final Set<String> cold = ConcurrentHashMap.newKeySet();
    /** It was sent to another line, and is awaited there. */
    volatile boolean stepping;

    private volatile long deadline;
    private volatile long callsBefore;
    private volatile long callsMeanwhile = -1;
    private volatile @Nullable End end;
    private final CountDownLatch over = new CountDownLatch(1);

    /** @param above of which frames it is known what hooks saw, by their number */
    LiveStop(Told told, Place place, Map<Integer, Place> above, ArmedProbe breakpoint, Stops stops) {
        this.told = told;
        this.place = place;
        this.breakpoint = breakpoint;
        this.stops = stops;
        this.deadline = System.nanoTime() + told.left.toNanos();
        this.callsBefore = told.calls;
        this.own = new LiveFrame(stops, told, 0, place, Optional.empty());
        above.forEach(
                (number, there) -> this.above.put(number, new LiveFrame(stops, told, number, there, Optional.empty())));
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
        over.countDown();
    }

    /** Waits until its thread has told that it goes on, or as long as a busy machine may take. Not on the link's thread. */
    void awaitEnd() {
        try {
            boolean unused = over.await(2, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
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
        return own.locals();
    }

    @Override
    public List<String> arguments() {
        return own.arguments();
    }

    @Override
    public List<String> hidden() {
        return own.hidden();
    }

    @Override
    public List<String> hiddenArguments() {
        return own.hiddenArguments();
    }

    @Override
    public boolean isNow() {
        return own.isNow();
    }

    @Override
    public boolean hasThis() {
        return own.hasThis();
    }

    @Override
    public Map<String, Value> values(List<String> names, Limits limits) throws TargetError {
        return own.values(names, limits);
    }

    @Override
    public List<Value> evaluate(List<String> expressions, Limits limits) throws TargetError, ExpressionError {
        return own.evaluate(expressions, limits);
    }

    @Override
    public Variables variables(int frame) throws TargetError {
        if (frame == 0) {
            return this;
        }
        LiveFrame known = above.get(frame);
        if (known == null) {
            known = stops.caller(told, frame);
            above.put(frame, known);
        }
        return known;
    }

    @Override
    public Optional<Value> outcome(Limits limits) throws TargetError {
        if (told.event == ProbeSpec.Event.ENTRY
                || (told.event == ProbeSpec.Event.RETURN
                        && place.method.method().key().descriptor().endsWith(")V"))) {
            return Optional.empty();
        }
        int op = told.event == ProbeSpec.Event.RETURN ? Expr.RESULT : Expr.ERROR;
        return own.read(List.of(Expr.of(op, Expr.OBJECT)), limits).stream().findFirst();
    }

    @Override
    public Changed set(String variable, String value, Limits limits) throws TargetError, ExpressionError {
        Assignment assignment = TargetClasses.compiling(() -> Expressions.assignment(variable, value, place.scope));
        Expr target = own.standing(assignment.variable());
        String type = "";
        if (target.op == Expr.ARG) {
            String name = place.locals.get((int) target.number);
            if (breakpoint.parking.filter(each -> each.choice().sets()).isEmpty()) {
                throw new TargetError(name + " cannot be set: the breakpoint was made without the grant mutate");
            }
            if (!place.settable.types.containsKey(name)) {
                throw new TargetError(name + " cannot be set here: " + place.settable.otherwise);
            }
            type = place.settable.types.getOrDefault(name, "");
        }
        return stops.set(this, target, type, own.standing(assignment.value()), limits, assignment.notice());
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
