package dev.sonde.jvm;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One object of a heap dump, read as it is asked. A value in it is {@code null}, a {@link Boolean}, {@link Long}, {@link
 * Double} or {@link String} (boxes and strings are read as what they hold), or another object. The JDK's collections are read
 * as what they hold by the fields of their implementations, in 8 to 25.
 */
final class HeapObject {

    private static final int MOST_CHARS = 1 << 20;
    /** Elements read of one collection, whatever it claims to hold. */
    private static final int MOST_ELEMENTS = 1_000_000;

    private final HeapDump dump;
    private final long at;
    private final HeapDump.@Nullable DumpClass type;

    HeapObject(HeapDump dump, long at) {
        this.dump = dump;
        this.at = at;
        this.type = dump.tag(at) == 0x23 ? null : dump.typeAt(at);
    }

    long id() {
        return dump.id(at + 1);
    }

    boolean isArray() {
        return dump.tag(at) != 0x21;
    }

    /** As {@link Class#getName()} gives it. */
    String className() {
        if (dump.tag(at) == 0x23) {
            return "[" + "    ZCFDBSIJ".charAt(dump.elementType(at));
        }
        return type == null ? "?" : type.name;
    }

    boolean isA(String name) {
        return dump.chain(type).stream().anyMatch(each -> each.name.equals(name));
    }

    boolean isEnum() {
        return isA("java.lang.Enum");
    }

    boolean isThrowable() {
        return isA("java.lang.Throwable");
    }

    /** Its fields, those of the class itself first. */
    Map<String, @Nullable Object> fields() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        if (!isArray()) {
            long next = dump.fieldsAt(at);
            for (HeapDump.DumpClass each : dump.chain(type)) {
                for (int i = 0; i < each.fields.length; i++) {
                    if (!fields.containsKey(each.fields[i])) {
                        fields.put(each.fields[i], resolve(dump.value(next, each.types[i])));
                    }
                    next += dump.sizeOf(each.types[i]);
                }
            }
        }
        return fields;
    }

    boolean hasField(String name) {
        for (HeapDump.DumpClass each : dump.chain(type)) {
            for (String field : each.fields) {
                if (field.equals(name)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** A field by name, the nearest first; null also where there is none. */
    @Nullable
    Object field(String name) {
        long next = dump.fieldsAt(at);
        for (HeapDump.DumpClass each : dump.chain(isArray() ? null : type)) {
            for (int i = 0; i < each.fields.length; i++) {
                if (each.fields[i].equals(name)) {
                    return resolve(dump.value(next, each.types[i]));
                }
                next += dump.sizeOf(each.types[i]);
            }
        }
        return null;
    }

    private @Nullable HeapObject object(String name) {
        return field(name) instanceof HeapObject object ? object : null;
    }

    private int number(String name) {
        return field(name) instanceof Long number ? (int) Math.max(0, Math.min(MOST_ELEMENTS, number)) : 0;
    }

    private @Nullable Object resolve(@Nullable Object value) {
        return resolve(dump, value);
    }

    /** What a reference leads to; strings and boxes as what they hold. */
    static @Nullable Object resolve(HeapDump dump, @Nullable Object value) {
        if (!(value instanceof HeapDump.Reference reference)) {
            return value;
        }
        HeapObject object = dump.object(reference.id());
        if (object == null) {
            HeapDump.DumpClass type = dump.type(reference.id());
            return type == null ? null : type.name; // a java.lang.Class
        }
        return switch (object.className()) {
            case "java.lang.String" -> object.text();
            case "java.lang.Integer",
                    "java.lang.Long",
                    "java.lang.Short",
                    "java.lang.Byte",
                    "java.lang.Double",
                    "java.lang.Float",
                    "java.lang.Boolean",
                    "java.lang.Character",
                    "java.util.concurrent.atomic.AtomicLong" -> object.field("value");
            case "java.util.concurrent.atomic.AtomicInteger" -> object.field("value");
            case "java.util.concurrent.atomic.AtomicBoolean" -> Long.valueOf(1).equals(object.field("value"));
            default -> object;
        };
    }

    /** Of a string: characters from 9 on are bytes, of one or two each. */
    private String text() {
        if (!(field("value") instanceof HeapObject value) || !value.isArray()) {
            return "";
        }
        byte[] bytes = dump.rawBytes(value.at, MOST_CHARS);
        boolean wide = dump.elementType(value.at) == 5;
        if (wide) {
            return new String(bytes, StandardCharsets.UTF_16BE);
        }
        boolean latin = !Long.valueOf(1).equals(field("coder"));
        // Arrays of bytes stand as they were in memory, so the two bytes of a character are in the machine's order.
        return new String(bytes, latin ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_16LE);
    }

    /** The name of an enum's constant. */
    String constant() {
        return field("name") instanceof String name ? name : "?";
    }

    /** Number of elements of an array. */
    int length() {
        return dump.lengthAt(at);
    }

    @Nullable
    Object element(int index) {
        return resolve(dump.element(at, index));
    }

    private List<@Nullable Object> array(int from, int to) {
        List<@Nullable Object> elements = new ArrayList<>();
        for (int i = from; i < Math.min(to, Math.min(length(), MOST_ELEMENTS)); i++) {
            elements.add(element(i));
        }
        return elements;
    }

    /** Elements, of an array or a collection of the JDK's; empty for anything else. */
    Optional<List<@Nullable Object>> elements() {
        if (isArray()) {
            return Optional.of(array(0, length()));
        }
        String name = className();
        switch (name) {
            case "java.util.ArrayList" -> {
                return part("elementData", 0, number("size"));
            }
            case "java.util.Vector", "java.util.Stack" -> {
                return part("elementData", 0, number("elementCount"));
            }
            case "java.util.Arrays$ArrayList" -> {
                return part("a", 0, MOST_ELEMENTS);
            }
            case "java.util.concurrent.CopyOnWriteArrayList" -> {
                return part("array", 0, MOST_ELEMENTS);
            }
            case "java.util.PriorityQueue" -> {
                return part("queue", 0, number("size"));
            }
            case "java.util.ImmutableCollections$ListN" -> {
                return part("elements", 0, MOST_ELEMENTS);
            }
            case "java.util.ImmutableCollections$SetN" -> {
                return part("elements", 0, MOST_ELEMENTS).map(HeapObject::withoutNull);
            }
            case "java.util.ImmutableCollections$List12", "java.util.ImmutableCollections$Set12" -> {
                List<@Nullable Object> both = new ArrayList<>();
                both.add(field("e0"));
                // Where there is one, e1 is an Object that marks that.
                if (!(field("e1") instanceof HeapObject mark)
                        || !mark.className().equals("java.lang.Object")) {
                    both.add(field("e1"));
                }
                return Optional.of(withoutNull(both));
            }
            case "java.util.Collections$SingletonList", "java.util.Collections$SingletonSet" -> {
                List<@Nullable Object> one = new ArrayList<>();
                one.add(field("element"));
                return Optional.of(one);
            }
            case "java.util.Collections$EmptyList", "java.util.Collections$EmptySet" -> {
                return Optional.of(List.of());
            }
            case "java.util.ArrayDeque" -> {
                HeapObject ring = object("elements");
                List<@Nullable Object> elements = new ArrayList<>();
                int head = number("head");
                int tail = number("tail");
                for (int i = head; ring != null && i != tail && ring.length() > 0; i = (i + 1) % ring.length()) {
                    elements.add(ring.element(i));
                }
                return Optional.of(elements);
            }
            case "java.util.LinkedList" -> {
                return Optional.of(linked(object("first"), "item"));
            }
            default -> {}
        }
        if (name.startsWith("java.util.Collections$Unmodifiable")
                || name.startsWith("java.util.Collections$Synchronized")
                || name.startsWith("java.util.Collections$Checked")) {
            HeapObject inner = object("c");
            return inner == null ? Optional.empty() : inner.elements();
        }
        if (isA("java.util.HashSet") || name.equals("java.util.TreeSet")) {
            HeapObject map = object(name.equals("java.util.TreeSet") ? "m" : "map");
            return map == null ? Optional.empty() : map.entries().map(HeapObject::keys);
        }
        if (name.startsWith("java.util.concurrent.ConcurrentHashMap$KeySet")) {
            HeapObject map = object("map");
            return map == null ? Optional.empty() : map.entries().map(HeapObject::keys);
        }
        return Optional.empty();
    }

    private static List<@Nullable Object> keys(List<Reading.Entry> entries) {
        List<@Nullable Object> keys = new ArrayList<>();
        entries.forEach(entry -> keys.add(entry.key()));
        return keys;
    }

    private static List<@Nullable Object> withoutNull(List<@Nullable Object> list) {
        List<@Nullable Object> kept = new ArrayList<>();
        for (Object each : list) {
            if (each != null) {
                kept.add(each);
            }
        }
        return kept;
    }

    private Optional<List<@Nullable Object>> part(String field, int from, int to) {
        HeapObject array = object(field);
        return array == null || !array.isArray() ? Optional.empty() : Optional.of(array.array(from, to));
    }

    private static List<@Nullable Object> linked(@Nullable HeapObject first, String item) {
        List<@Nullable Object> elements = new ArrayList<>();
        for (HeapObject node = first; node != null && elements.size() < MOST_ELEMENTS; node = node.object("next")) {
            elements.add(node.field(item));
        }
        return elements;
    }

    /** Entries, of a map of the JDK's; empty for anything else. */
    Optional<List<Reading.Entry>> entries() {
        if (isArray()) {
            return Optional.empty();
        }
        String name = className();
        List<Reading.Entry> entries = new ArrayList<>();
        if (isA("java.util.LinkedHashMap")) {
            for (HeapObject node = object("head");
                    node != null && entries.size() < MOST_ELEMENTS;
                    node = node.object("after")) {
                entries.add(new Reading.Entry(node.field("key"), node.field("value")));
            }
            return Optional.of(entries);
        }
        if (isA("java.util.HashMap")) {
            table(entries, "key", "value");
            return Optional.of(entries);
        }
        if (isA("java.util.concurrent.ConcurrentHashMap")) {
            table(entries, "key", "val");
            return Optional.of(entries);
        }
        if (isA("java.util.Hashtable")) {
            HeapObject inner = object("map"); // Properties, from 9 on
            if (inner != null) {
                return inner.entries();
            }
            table(entries, "key", "value");
            return Optional.of(entries);
        }
        if (isA("java.util.TreeMap")) {
            tree(object("root"), entries, 0);
            return Optional.of(entries);
        }
        switch (name) {
            case "java.util.EnumMap" -> {
                HeapObject universe = object("keyUniverse");
                HeapObject values = object("vals");
                for (int i = 0;
                        universe != null && values != null && i < Math.min(universe.length(), values.length());
                        i++) {
                    if (values.element(i) != null) {
                        entries.add(new Reading.Entry(universe.element(i), values.element(i)));
                    }
                }
                return Optional.of(entries);
            }
            case "java.util.ImmutableCollections$Map1" -> {
                entries.add(new Reading.Entry(field("k0"), field("v0")));
                return Optional.of(entries);
            }
            case "java.util.ImmutableCollections$MapN" -> {
                HeapObject table = object("table");
                for (int i = 0; table != null && i + 1 < Math.min(table.length(), MOST_ELEMENTS); i += 2) {
                    if (table.element(i) != null) {
                        entries.add(new Reading.Entry(table.element(i), table.element(i + 1)));
                    }
                }
                return Optional.of(entries);
            }
            case "java.util.Collections$EmptyMap" -> {
                return Optional.of(entries);
            }
            case "java.util.Collections$SingletonMap" -> {
                entries.add(new Reading.Entry(field("k"), field("v")));
                return Optional.of(entries);
            }
            default -> {}
        }
        if (name.startsWith("java.util.Collections$") && name.endsWith("Map")) {
            HeapObject inner = object("m");
            return inner == null ? Optional.empty() : inner.entries();
        }
        return Optional.empty();
    }

    private void table(List<Reading.Entry> entries, String key, String value) {
        HeapObject table = object("table");
        for (int i = 0; table != null && i < table.length() && entries.size() < MOST_ELEMENTS; i++) {
            HeapObject node = table.element(i) instanceof HeapObject first ? first : null;
            if (node != null && node.className().endsWith("$TreeBin")) {
                node = node.object("first");
            }
            int steps = 0;
            while (node != null && node.hasField(key) && ++steps < MOST_ELEMENTS) {
                entries.add(new Reading.Entry(node.field(key), node.field(value)));
                node = node.object("next");
            }
        }
    }

    private static void tree(@Nullable HeapObject node, List<Reading.Entry> entries, int depth) {
        if (node != null && depth < 100 && entries.size() < MOST_ELEMENTS) {
            tree(node.object("left"), entries, depth + 1);
            entries.add(new Reading.Entry(node.field("key"), node.field("value")));
            tree(node.object("right"), entries, depth + 1);
        }
    }

    /** What stands for it as text where the JDK's classes have one that their fields tell; empty for all else. */
    Optional<String> asText() {
        switch (className()) {
            case "java.util.UUID" -> {
                return field("mostSigBits") instanceof Long high && field("leastSigBits") instanceof Long low
                        ? Optional.of(new java.util.UUID(high, low).toString())
                        : Optional.empty();
            }
            case "java.time.Instant" -> {
                return field("seconds") instanceof Long seconds && field("nanos") instanceof Long nanos
                        ? Optional.of(
                                java.time.Instant.ofEpochSecond(seconds, nanos).toString())
                        : Optional.empty();
            }
            default -> {
                return Optional.empty();
            }
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof HeapObject object && object.at == at;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(at);
    }
}
