package dev.sonde.jvm;

import dev.sonde.wire.Expr;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A call that was captured, as expressions read it: what was not captured cannot be asked for. */
final class HitReading implements Reading {

    private final Hit hit;

    HitReading(Hit hit) {
        this.hit = hit;
    }

    @Override
    public @Nullable Object root(Expr e) {
        return switch (e.op) {
            case Expr.THIS -> hit.self().map(HitReading::simple).orElse(null);
            case Expr.ARG -> argument(e.number);
            case Expr.ARGS -> list(hit.args());
            case Expr.RESULT -> hit.event() == ProbeSpec.Event.RETURN ? outcome() : null;
            case Expr.ERROR -> hit.event() == ProbeSpec.Event.THROW ? outcome() : null;
            case Expr.COST -> hit.costNanos().orElse(0) / 1e6;
            case Expr.THREAD -> hit.thread();
            case Expr.DEPTH -> (long) hit.stackDepth().orElse(hit.stack().size());
            default -> throw new Evaluator.Failure("this cannot be asked of a recorded call");
        };
    }

    private @Nullable Object argument(long index) {
        if (index < 0 || index >= hit.args().size()) {
            throw new Evaluator.Failure("there is no args[" + index + "]");
        }
        return simple(hit.args().get((int) index));
    }

    private @Nullable Object outcome() {
        return hit.outcome().map(HitReading::simple).orElse(null);
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

    @Override
    public Object plain(Object value) {
        if (value instanceof Value.Masked) {
            throw new Evaluator.Failure("it is masked");
        }
        return value;
    }

    @Override
    public @Nullable Object field(Object of, String name) {
        if (of instanceof Value.Fields object) {
            for (int i = object.fields().size() - 1; i >= 0; i--) {
                if (object.fields().get(i).getKey().equals(name)) {
                    return simple(object.fields().get(i).getValue());
                }
            }
        } else if (of instanceof Value.Thrown thrown) {
            if (name.equals("message") || name.equals("detailMessage")) {
                return thrown.message().orElse(null);
            }
            if (name.equals("cause")) {
                return thrown.cause().orElse(null);
            }
        }
        throw new Evaluator.Failure("'" + name + "' was not captured of " + described(of));
    }

    @Override
    public boolean hasField(Object of, String name) {
        if (of instanceof Value.Fields object
                && object.fields().stream().noneMatch(field -> field.getKey().equals(name))) {
            return false;
        }
        return field(of, name) != null;
    }

    @Override
    public Optional<List<Entry>> entries(Object of) {
        if (!(of instanceof Value.Entries map)) {
            return Optional.empty();
        }
        List<Entry> entries = new ArrayList<>();
        for (Map.Entry<Value, Value> each : map.entries()) {
            entries.add(new Entry(simple(each.getKey()), simple(each.getValue())));
        }
        return Optional.of(entries);
    }

    @Override
    public Optional<List<@Nullable Object>> elements(Object of) {
        return of instanceof Value.Elements list ? Optional.of(list(list.elements())) : Optional.empty();
    }

    @Override
    public long size(Object of) {
        if (of instanceof Value.Elements list) {
            return list.size();
        }
        if (of instanceof Value.Entries map) {
            return map.size();
        }
        throw new Evaluator.Failure("nothing with a size: " + described(of));
    }

    @Override
    public boolean isArray(Object of) {
        return of instanceof Value.Elements list && list.className().startsWith("[");
    }

    @Override
    public String className(Object of) {
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
        throw new Evaluator.Failure("the class of this was not captured");
    }

    @Override
    public String described(Object of) {
        return of instanceof Value.Fields object
                ? "a " + object.className()
                : of instanceof Value.Cut cut
                        ? "a " + cut.className() + " (" + cut.why() + ")"
                        : of instanceof Value.Masked ? "what is masked" : "this value";
    }
}
