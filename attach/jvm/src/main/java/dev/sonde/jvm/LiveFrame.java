package dev.sonde.jvm;

import dev.sonde.weave.ExpressionError;
import dev.sonde.weave.Expressions;
import dev.sonde.wire.Expr;
import dev.sonde.wire.Limits;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What hooks saw of one frame of a thread that stands, or the JVM keeps of it; asked of the agent, which holds it. */
final class LiveFrame implements Variables {

    private final Stops stops;
    private final LiveStop.Told told;
    private final int number;
    private final LiveStop.Place place;
    private final Optional<Callers.Slots> slots;

    /**
     * One frame.
     *
     * @param number from 0, where the thread stands
     * @param slots of one that no hook has seen
     */
    LiveFrame(Stops stops, LiveStop.Told told, int number, LiveStop.Place place, Optional<Callers.Slots> slots) {
        this.slots = slots;
        this.stops = stops;
        this.told = told;
        this.number = number;
        this.place = place;
    }

    @Override
    public List<String> locals() {
        return place.locals();
    }

    @Override
    public List<String> arguments() {
        List<String> arguments = new ArrayList<>(place.method().method().parameterNames());
        arguments.retainAll(place.locals());
        return arguments;
    }

    @Override
    public List<String> hidden() {
        return place.hidden();
    }

    @Override
    public List<String> hiddenArguments() {
        List<String> arguments = place.method().method().parameterNames();
        return place.hidden().stream()
                .filter(each -> arguments.contains(each.substring(0, each.indexOf(':'))))
                .toList();
    }

    @Override
    public boolean isNow() {
        return number == 0 || slots.isPresent();
    }

    @Override
    public boolean hasThis() {
        return place.hasThis();
    }

    @Override
    public Map<String, Value> values(List<String> names, Limits limits) throws TargetError {
        List<Expr> wanted = new ArrayList<>();
        List<String> found = new ArrayList<>();
        for (String name : names) {
            int at = place.locals().indexOf(name);
            if (at >= 0) {
                wanted.add(Expr.ofNumber(Expr.ARG, Expr.OBJECT, at));
                found.add(name);
            } else if (name.equals("this") && place.hasThis()) {
                wanted.add(Expr.of(Expr.THIS, Expr.OBJECT));
                found.add(name);
            }
        }
        List<Value> values = read(wanted, limits);
        Map<String, Value> named = new LinkedHashMap<>();
        for (int i = 0; i < values.size() && i < found.size(); i++) {
            named.put(found.get(i), values.get(i));
        }
        return named;
    }

    List<Value> read(List<Expr> wanted, Limits limits) throws TargetError {
        return stops.values(told.id(), number, slots, wanted, limits);
    }

    @Override
    public List<Value> evaluate(List<String> expressions, Limits limits) throws TargetError, ExpressionError {
        List<Expr> compiled = TargetClasses.compiling(() -> {
            List<Expr> all = new ArrayList<>();
            for (String text : expressions) {
                all.add(standing(Expressions.capture(text, place.scope())));
            }
            return all;
        });
        return read(compiled, limits);
    }

    /** Evaluated on another thread than the one that stands: what is that one's own is put in. */
    Expr standing(Expr e) {
        if (e.op == Expr.THREAD) {
            return Expr.ofText(Expr.CONST_STRING, Expr.OBJECT, told.thread());
        }
        if (e.op == Expr.DEPTH) {
            return Expr.ofNumber(Expr.CONST_LONG, Expr.LONG, told.stack().size() - number);
        }
        List<Expr> children = e.children.stream().map(this::standing).toList();
        return new Expr(e.op, e.kind, e.number, e.text, e.owner, e.desc, children);
    }
}
