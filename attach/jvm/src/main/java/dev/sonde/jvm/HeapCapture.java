package dev.sonde.jvm;

import dev.sonde.wire.Expr;
import dev.sonde.wire.Limits;
import dev.sonde.wire.MaskedNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns what a heap dump holds into values, with the limits and the masks of a probe: a dump has what no probe may show. */
final class HeapCapture {

    private final Limits limits;
    private final MaskedNames maskedNames;
    private final List<String> maskedTypes;
    private int bytesLeft;

    HeapCapture(Limits limits, Safeguards safeguards) {
        this.limits = limits;
        this.maskedNames = new MaskedNames(safeguards.maskedNames());
        this.maskedTypes = safeguards.maskedTypes();
        this.bytesLeft = limits.bytes;
    }

    /** One value, of which an expression may say that it is secret. */
    Value of(@Nullable Object value, Optional<Expr> from) {
        if (from.isPresent() && secret(from.get())) {
            return masked(value);
        }
        return value(value, 0, new ArrayList<>());
    }

    private boolean secret(Expr e) {
        boolean named = e.op == Expr.FIELD || e.op == Expr.STATIC_FIELD || e.op == Expr.MEMBER;
        if (named && secret(e.text)) {
            return true;
        }
        if (e.op == Expr.INDEX && e.children.get(1).op == Expr.CONST_STRING && secret(e.children.get(1).text)) {
            return true;
        }
        return e.kind == Expr.OBJECT && e.children.stream().anyMatch(this::secret);
    }

    private boolean secret(String name) {
        return maskedNames.masks(name);
    }

    private static Value masked(@Nullable Object value) {
        return new Value.Masked(
                value == null
                        ? "null"
                        : value instanceof HeapObject object
                                ? object.className()
                                : value.getClass().getName());
    }

    private Value value(@Nullable Object value, int depth, List<HeapObject> path) {
        bytesLeft -= 16;
        if (value == null) {
            return new Value.Null();
        }
        if (value instanceof Boolean flag) {
            return new Value.Bool(flag);
        }
        if (value instanceof Long number) {
            return new Value.Whole(number);
        }
        if (value instanceof Double real) {
            return new Value.Real(real);
        }
        if (value instanceof String text) {
            String shown = text.length() > limits.chars ? text.substring(0, limits.chars) : text;
            bytesLeft -= shown.length();
            return new Value.Text(shown, text.length());
        }
        if (value instanceof List<?> list) {
            return elements("java.util.List", list, depth, path);
        }
        HeapObject object = (HeapObject) value;
        String name = object.className();
        if (bytesLeft <= 0) {
            return new Value.Cut(name, "bytes");
        }
        if (path.contains(object)) {
            return new Value.Cut(name, "cycle");
        }
        if (maskedTypes.stream().anyMatch(object::isA)) {
            return new Value.Masked(name);
        }
        if (object.isEnum()) {
            return new Value.EnumConstant(name, object.constant());
        }
        Optional<String> text = object.asText();
        if (text.isPresent()) {
            return new Value.Text(text.get(), text.get().length());
        }
        if (depth > limits.depth || depth > 60) {
            return new Value.Cut(name, "depth");
        }
        path.add(object);
        try {
            return object(object, name, depth, path);
        } finally {
            path.remove(path.size() - 1);
        }
    }

    private Value object(HeapObject object, String name, int depth, List<HeapObject> path) {
        if (object.isArray()) {
            List<@Nullable Object> first = new ArrayList<>();
            for (int i = 0; i < Math.min(limits.elements, object.length()); i++) {
                first.add(object.element(i));
            }
            return elements(name, object.length(), first, depth, path);
        }
        Optional<List<Reading.Entry>> entries = object.entries();
        if (entries.isPresent()) {
            List<Map.Entry<Value, Value>> shown = new ArrayList<>();
            for (Reading.Entry entry : entries.get()) {
                if (shown.size() == limits.elements || bytesLeft <= 0) {
                    break;
                }
                boolean hidden = entry.key() instanceof String key && secret(key);
                shown.add(Map.entry(
                        value(entry.key(), depth + 1, path),
                        hidden ? masked(entry.value()) : value(entry.value(), depth + 1, path)));
            }
            return new Value.Entries(name, entries.get().size(), shown);
        }
        Optional<List<@Nullable Object>> elements = object.elements();
        if (elements.isPresent()) {
            return elements(name, elements.get(), depth, path);
        }
        Map<String, @Nullable Object> fields = object.fields();
        List<Map.Entry<String, Value>> shown = new ArrayList<>();
        for (Map.Entry<String, @Nullable Object> field : fields.entrySet()) {
            if (shown.size() == limits.fields || bytesLeft <= 0) {
                break;
            }
            bytesLeft -= field.getKey().length();
            shown.add(Map.entry(
                    field.getKey(),
                    secret(field.getKey()) ? masked(field.getValue()) : value(field.getValue(), depth + 1, path)));
        }
        return new Value.Fields(name, fields.size(), shown);
    }

    private Value elements(String name, List<?> all, int depth, List<HeapObject> path) {
        return elements(name, all.size(), all.subList(0, Math.min(limits.elements, all.size())), depth, path);
    }

    private Value elements(String name, int size, List<?> first, int depth, List<HeapObject> path) {
        List<Value> shown = new ArrayList<>();
        for (Object each : first) {
            if (bytesLeft <= 0) {
                break;
            }
            shown.add(value(each, depth + 1, path));
        }
        return new Value.Elements(name, size, shown);
    }
}
