package dev.sonde.jvm;

import dev.sonde.wire.ProbePlan;
import dev.sonde.wire.Values;
import dev.sonde.wire.WireException;
import dev.sonde.wire.WireReader;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Reads hits as {@link Values} describes them. What does not fit is a {@link WireException}. */
final class HitReader {

    /** Deeper than any limit a probe may set; values that claim to be are a lie. */
    private static final int MAX_DEPTH = 64;

    /** The most that any limits of ours allow is far less. */
    private static final int MAX_BYTES = 4 << 20;

    private static final Value NULL = new Value.Null();

    private HitReader() {}

    /** A hit as it came, before its site is looked up. */
    record Raw(
            int probe,
            int site,
            ProbeSpec.Event event,
            Instant time,
            OptionalLong costNanos,
            long threadId,
            String thread,
            long lost,
            Optional<Value> self,
            List<Value> args,
            Optional<Value> outcome,
            List<Value> values,
            Optional<TreeReader.RawTree> tree,
            Parts parts) {

        /** The same hit with another tree. */
        Raw with(TreeReader.RawTree other) {
            return new Raw(
                    probe,
                    site,
                    event,
                    time,
                    costNanos,
                    threadId,
                    thread,
                    lost,
                    self,
                    args,
                    outcome,
                    values,
                    Optional.of(other),
                    parts);
        }
    }

    /** What stands before the values. */
    static final class Parts {
        final Map<String, String> context = new LinkedHashMap<>();
        final List<CallerFrame> stack = new ArrayList<>();
        OptionalInt stackDepth = OptionalInt.empty();
        OptionalLong call = OptionalLong.empty();
        boolean changed;
    }

    /** The probe of a hit, which is how it begins. */
    static int probe(byte[] hit) {
        return new WireReader(hit).i4();
    }

    static Raw read(byte[] hit) {
        if (hit.length > MAX_BYTES) {
            throw new WireException("hit of " + hit.length + " bytes");
        }
        WireReader in = new WireReader(hit);
        int probe = in.i4();
        int site = in.i4();
        ProbeSpec.Event event = event(in.u1());
        Instant time = Instant.ofEpochMilli(in.i8());
        long cost = in.i8();
        long threadId = in.i8();
        String thread = in.string();
        long lost = Math.max(0, in.i8());
        Parts parts = new Parts();
        int shape = in.u1();
        while (part(shape, in, parts)) {
            shape = in.u1();
        }
        Optional<Value> self = Optional.empty();
        List<Value> args = List.of();
        Optional<Value> outcome = Optional.empty();
        List<Value> values = List.of();
        Optional<TreeReader.RawTree> tree = Optional.empty();
        if (shape == Values.DEFAULT_SHAPE) {
            self = value(in, 0);
            args = values(in, 0);
            outcome = value(in, 0);
        } else if (shape == Values.EXPRESSION_SHAPE) {
            values = values(in, 0);
        } else if (shape == Values.TREE_SHAPE) {
            tree = Optional.of(TreeReader.read(in));
            outcome = value(in, 0);
        } else {
            throw new WireException("shape " + shape);
        }
        return new Raw(
                probe,
                site,
                event,
                time,
                cost < 0 ? OptionalLong.empty() : OptionalLong.of(cost),
                threadId,
                thread,
                lost,
                self,
                args,
                outcome,
                values,
                tree,
                parts);
    }

    /** Reads one part; false when it is none. */
    private static boolean part(int tag, WireReader in, Parts parts) {
        switch (tag) {
            case Values.CONTEXT_PART -> {
                int count = in.length(2);
                for (int i = 0; i < count; i++) {
                    context(in.string(), in.string(), parts.context);
                }
            }
            case Values.STACK_PART -> {
                int depth = in.i4();
                parts.stackDepth = depth < 0 ? OptionalInt.empty() : OptionalInt.of(depth);
                int count = in.length(7);
                for (int i = 0; i < count; i++) {
                    parts.stack.add(new CallerFrame(
                            in.string(),
                            in.string(),
                            Optional.of(in.string()).filter(file -> !file.isEmpty()),
                            in.i4()));
                }
            }
            case Values.CALL_PART -> {
                parts.call = OptionalLong.of(in.i8());
                parts.changed = in.bool();
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    /** Two libraries may tell the same; what they tell differently keeps its place beside. */
    private static void context(String name, String value, Map<String, String> into) {
        String free = name;
        for (int i = 2; into.containsKey(free) && !value.equals(into.get(free)); i++) {
            free = name + "#" + i;
        }
        into.put(free, value);
    }

    static ProbeSpec.Event event(int event) {
        return switch (event) {
            case ProbePlan.ON_ENTRY -> ProbeSpec.Event.ENTRY;
            case ProbePlan.ON_RETURN -> ProbeSpec.Event.RETURN;
            case ProbePlan.ON_THROW -> ProbeSpec.Event.THROW;
            default -> throw new WireException("event " + event);
        };
    }

    /** An absent one in a list still has its place. */
    private static List<Value> values(WireReader in, int depth) {
        int count = in.length(1);
        List<Value> values = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            values.add(value(in, depth).orElse(NULL));
        }
        return values;
    }

    private static Value needed(WireReader in, int depth) {
        return value(in, depth).orElseThrow(() -> new WireException("a value is absent"));
    }

    private static Optional<Value> value(WireReader in, int depth) {
        if (depth > MAX_DEPTH) {
            throw new WireException("values nested too deeply");
        }
        int tag = in.u1();
        return switch (tag) {
            case Values.ABSENT -> Optional.empty();
            case Values.NULL -> Optional.of(NULL);
            case Values.BOOL -> Optional.of(new Value.Bool(in.bool()));
            case Values.LONG -> Optional.of(new Value.Whole(in.i8()));
            case Values.DOUBLE -> Optional.of(new Value.Real(in.f8()));
            case Values.STRING -> Optional.of(text(in));
            case Values.ENUM -> Optional.of(new Value.EnumConstant(in.string(), in.string()));
            case Values.LIST -> {
                String type = in.string();
                int size = in.i4();
                yield Optional.of(new Value.Elements(type, size, values(in, depth + 1)));
            }
            case Values.MAP -> {
                String type = in.string();
                int size = in.i4();
                int count = in.length(2);
                List<Map.Entry<Value, Value>> entries = new ArrayList<>(count);
                for (int i = 0; i < count; i++) {
                    entries.add(Map.entry(needed(in, depth + 1), needed(in, depth + 1)));
                }
                yield Optional.of(new Value.Entries(type, size, List.copyOf(entries)));
            }
            case Values.OBJECT -> {
                String type = in.string();
                int fields = in.i4();
                int count = in.length(5);
                List<Map.Entry<String, Value>> entries = new ArrayList<>(count);
                for (int i = 0; i < count; i++) {
                    entries.add(Map.entry(in.string(), needed(in, depth + 1)));
                }
                yield Optional.of(new Value.Fields(type, fields, List.copyOf(entries)));
            }
            case Values.CUT -> Optional.of(new Value.Cut(in.string(), in.string()));
            case Values.MASKED -> Optional.of(new Value.Masked(in.string()));
            case Values.ERROR -> Optional.of(new Value.Failed(in.string()));
            case Values.THROWABLE -> Optional.of(thrown(in, depth));
            default -> throw new WireException("value of kind " + tag);
        };
    }

    private static Value.Text text(WireReader in) {
        int length = in.i4();
        String text = in.string();
        return new Value.Text(text, Math.max(length, text.length()));
    }

    private static Value.Thrown thrown(WireReader in, int depth) {
        String type = in.string();
        Optional<Value> message = value(in, depth + 1);
        List<String> frames = List.copyOf(in.strings());
        Optional<Value> cause = value(in, depth + 1);
        return new Value.Thrown(
                type,
                message.flatMap(m -> m instanceof Value.Text text ? Optional.of(text.text()) : Optional.empty()),
                frames,
                cause.flatMap(c -> c instanceof Value.Thrown inner ? Optional.of(inner) : Optional.empty()));
    }
}
