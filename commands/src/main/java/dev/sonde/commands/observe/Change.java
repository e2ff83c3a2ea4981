package dev.sonde.commands.observe;

import dev.sonde.commands.output.Page;
import dev.sonde.commands.output.Style;
import dev.sonde.commands.output.Text;
import dev.sonde.commands.output.ValueText;
import dev.sonde.jvm.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is different in one place of two values: {@code order.lines[0].count} was 1 and is 2.
 *
 * @param before absent where there was nothing
 * @param after absent where nothing is left
 */
record Change(String path, Optional<Value> before, Optional<Value> after) {

    /** More would not be read; a number says how many there are. */
    private static final int MOST = 200;

    /** Where values differ, in the order of the first. What either side was cut at cannot be compared, and is left out. */
    static List<Change> between(String path, Value before, Value after) {
        List<Change> changes = new ArrayList<>();
        collect(path, before, after, changes);
        return changes;
    }

    /** As {@link #between}, of values by name. */
    static List<Change> between(Map<String, Value> before, Map<String, Value> after) {
        List<Change> changes = new ArrayList<>();
        Set<String> names = new LinkedHashSet<>(before.keySet());
        names.addAll(after.keySet());
        for (String name : names) {
            one(name, before.get(name), after.get(name), changes);
        }
        return changes;
    }

    private static void one(String path, @Nullable Value before, @Nullable Value after, List<Change> changes) {
        if (changes.size() >= MOST) {
            return;
        }
        if (before != null && after != null) {
            collect(path, before, after, changes);
        } else if (before != null || after != null) {
            changes.add(new Change(path, Optional.ofNullable(before), Optional.ofNullable(after)));
        }
    }

    private static void collect(String path, Value before, Value after, List<Change> changes) {
        if (before.equals(after) || changes.size() >= MOST) {
            return;
        }
        if (before instanceof Value.Fields a
                && after instanceof Value.Fields b
                && a.className().equals(b.className())) {
            Map<String, Value> old = fields(a);
            Map<String, Value> now = fields(b);
            boolean whole = old.size() == a.fieldCount() && now.size() == b.fieldCount();
            Set<String> names = new LinkedHashSet<>(old.keySet());
            names.addAll(now.keySet());
            for (String name : names) {
                if (whole || (old.containsKey(name) && now.containsKey(name))) {
                    one(path + "." + name, old.get(name), now.get(name), changes);
                }
            }
        } else if (before instanceof Value.Elements a && after instanceof Value.Elements b) {
            elements(path, a, b, changes);
        } else if (before instanceof Value.Entries a && after instanceof Value.Entries b) {
            entries(path, a, b, changes);
        } else if (comparable(before, after)) {
            changes.add(new Change(path, Optional.of(before), Optional.of(after)));
        }
    }

    /** Of what was not gone into only the class is known. */
    private static boolean comparable(Value before, Value after) {
        if (before instanceof Value.Cut || after instanceof Value.Cut) {
            String a = className(before);
            String b = className(after);
            return !a.isEmpty() && !b.isEmpty() && !a.equals(b);
        }
        return true;
    }

    private static String className(Value value) {
        return value instanceof Value.Cut cut
                ? cut.className()
                : value instanceof Value.Fields fields ? fields.className() : value instanceof Value.Null ? "null" : "";
    }

    private static Map<String, Value> fields(Value.Fields object) {
        Map<String, Value> fields = new LinkedHashMap<>();
        object.fields().forEach(field -> fields.put(unused(field.getKey(), fields), field.getValue()));
        return fields;
    }

    /** A field that a superclass has too. */
    private static String unused(String name, Map<String, Value> used) {
        String free = name;
        for (int i = 2; used.containsKey(free); i++) {
            free = name + "#" + i;
        }
        return free;
    }

    private static void elements(String path, Value.Elements a, Value.Elements b, List<Change> changes) {
        if (a.size() != b.size()) {
            changes.add(new Change(
                    path + ".size()", Optional.of(new Value.Whole(a.size())), Optional.of(new Value.Whole(b.size()))));
        }
        int seen = Math.max(a.elements().size(), b.elements().size());
        for (int i = 0; i < seen; i++) {
            boolean old = i < a.elements().size();
            boolean now = i < b.elements().size();
            // One that is not shown may yet be there.
            if ((old || i >= a.size()) && (now || i >= b.size())) {
                one(
                        path + "[" + i + "]",
                        old ? a.elements().get(i) : null,
                        now ? b.elements().get(i) : null,
                        changes);
            }
        }
    }

    private static void entries(String path, Value.Entries a, Value.Entries b, List<Change> changes) {
        Map<String, Value> old = byKey(a);
        Map<String, Value> now = byKey(b);
        if (a.size() != b.size()) {
            changes.add(new Change(
                    path + ".size()", Optional.of(new Value.Whole(a.size())), Optional.of(new Value.Whole(b.size()))));
        }
        boolean allOld = old.size() == a.size();
        boolean allNow = now.size() == b.size();
        Set<String> keys = new LinkedHashSet<>(old.keySet());
        keys.addAll(now.keySet());
        for (String key : keys) {
            if ((allOld || old.containsKey(key)) && (allNow || now.containsKey(key))) {
                one(path + "[" + key + "]", old.get(key), now.get(key), changes);
            }
        }
    }

    private static Map<String, Value> byKey(Value.Entries map) {
        Map<String, Value> entries = new LinkedHashMap<>();
        map.entries()
                .forEach(entry -> entries.put(ValueText.flat(entry.getKey()).toString(), entry.getValue()));
        return entries;
    }

    /** Writes {@code path before → after}, on two lines where one is too narrow. */
    void tell(Page page, int indent) {
        Text label = new Text().add(path, Style.FAINT);
        Text old = before.map(ValueText::flat).orElseGet(() -> new Text().add("nothing", Style.FAINT));
        Text now = after.map(ValueText::flat).orElseGet(() -> new Text().add("nothing", Style.FAINT));
        int width = indent + label.width() + 1 + old.width() + 3 + now.width();
        if (width <= Math.min(page.columns(), 160)) {
            page.line(new Text()
                    .add(" ".repeat(indent))
                    .add(label)
                    .add(" ")
                    .add(old)
                    .add(" → ", Style.FAINT)
                    .add(now));
            return;
        }
        page.line(new Text().add(" ".repeat(indent)).add(label));
        side(page, indent + 2, "-", before);
        side(page, indent + 2, "+", after);
    }

    private static void side(Page page, int indent, String sign, Optional<Value> value) {
        value.ifPresent(it -> ValueText.write(page, indent, new Text().add(sign, Style.FAINT), it));
    }
}
