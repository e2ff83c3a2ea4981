package dev.sonde.jvm;

import dev.sonde.wire.Expr;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Objects of a heap dump, as expressions read them. */
final class HeapReading implements Reading {

    private final HeapDump dump;
    private final HeapObject self;

    /** @param self what {@code this} stands for */
    HeapReading(HeapDump dump, HeapObject self) {
        this.dump = dump;
        this.self = self;
    }

    @Override
    public @Nullable Object root(Expr e) {
        if (e.op == Expr.THIS) {
            return self;
        }
        if (e.op == Expr.STATIC_FIELD) {
            HeapDump.DumpClass owner = dump.named(e.owner);
            if (owner == null) {
                throw new Evaluator.Failure("static field '" + e.text + "' cannot be read");
            }
            return HeapObject.resolve(dump, owner.statics.get(e.text));
        }
        throw new Evaluator.Failure("there is no call here, only an object");
    }

    @Override
    public Object plain(Object value) {
        HeapObject object = (HeapObject) value;
        return object.isEnum()
                ? object.constant()
                : object.asText().map(Object.class::cast).orElse(object);
    }

    @Override
    public @Nullable Object field(Object of, String name) {
        HeapObject object = (HeapObject) of;
        if (!object.hasField(name)) {
            throw new Evaluator.Failure("a " + object.className() + " has no field '" + name + "'");
        }
        return object.field(name);
    }

    @Override
    public boolean hasField(Object of, String name) {
        return ((HeapObject) of).field(name) != null;
    }

    @Override
    public Optional<List<Entry>> entries(Object of) {
        return isArray(of) ? Optional.empty() : ((HeapObject) of).entries();
    }

    @Override
    public Optional<List<@Nullable Object>> elements(Object of) {
        return ((HeapObject) of).elements();
    }

    @Override
    public long size(Object of) {
        if (isArray(of)) {
            return ((HeapObject) of).length();
        }
        Optional<List<Entry>> entries = entries(of);
        if (entries.isPresent()) {
            return entries.get().size();
        }
        return elements(of)
                .orElseThrow(() -> new Evaluator.Failure("nothing with a size: " + described(of)))
                .size();
    }

    @Override
    public boolean isArray(Object of) {
        return ((HeapObject) of).isArray();
    }

    @Override
    public String className(Object of) {
        return ((HeapObject) of).className();
    }

    @Override
    public String described(Object of) {
        return "a " + className(of);
    }
}
