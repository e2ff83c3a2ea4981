package dev.sonde.commands.output;

import dev.sonde.jvm.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Captured values as people read them: on one line where it fits, else a line for each field, indented. What was cut,
 * masked or could not be read says so.
 */
public final class ValueText {

    private static final int STEP = 2;
    /** Beyond this a line is hard to read, however wide the page. */
    private static final int WIDEST = 160;

    private ValueText() {}

    /** Writes {@code label value}, the value folded out below the label when the page is too narrow for it. */
    public static void write(Page page, int indent, Text label, Value value) {
        Text line = new Text().add(" ".repeat(indent)).add(label).add(label.isEmpty() ? "" : " ");
        Text flat = flat(value);
        List<Part> parts = parts(value);
        if (parts.isEmpty() || line.width() + flat.width() <= Math.min(page.columns(), WIDEST)) {
            page.line(line.add(flat));
            return;
        }
        page.line(line.add(head(value)));
        for (Part part : parts) {
            write(page, indent + STEP, part.label, part.value);
        }
        rest(value).ifPresentAdd(page, indent + STEP);
    }

    /** Writes {@code label value} on one line, cut where the page ends or a reader would. */
    public static void writeLine(Page page, int indent, Text label, Value value) {
        Text line = new Text().add(" ".repeat(indent)).add(label).add(" ").add(flat(value));
        page.line(line.cut(Math.min(page.columns(), WIDEST)));
    }

    /** On one line. */
    public static Text flat(Value value) {
        if (value instanceof Value.Null) {
            return new Text().add("null", Style.FAINT);
        }
        if (value instanceof Value.Bool bool) {
            return Text.of(Boolean.toString(bool.value()));
        }
        if (value instanceof Value.Whole whole) {
            return Text.of(Long.toString(whole.value()));
        }
        if (value instanceof Value.Real real) {
            return Text.of(Double.toString(real.value()));
        }
        if (value instanceof Value.Text string) {
            return string(string);
        }
        if (value instanceof Value.EnumConstant constant) {
            return Text.of(constant.name());
        }
        if (value instanceof Value.Cut cut) {
            return Text.of(simple(cut.className())).add("{… " + cut.why() + "}", Style.FAINT);
        }
        if (value instanceof Value.Masked masked) {
            return new Text().add("••••", Style.WARN).add(" masked " + simple(masked.className()), Style.FAINT);
        }
        if (value instanceof Value.Failed failed) {
            return new Text().add("✗ " + failed.reason(), Style.BAD);
        }
        if (value instanceof Value.Thrown thrown) {
            return head(thrown);
        }
        boolean list = value instanceof Value.Elements;
        Text flat = value instanceof Value.Fields ? head(value) : new Text();
        flat.add(list ? "[" : "{");
        String between = "";
        for (Part part : parts(value)) {
            flat.add(between);
            if (!list) {
                flat.add(part.label).add(value instanceof Value.Entries ? ": " : "=", Style.FAINT);
            }
            flat.add(flat(part.value));
            between = ", ";
        }
        Rest rest = rest(value);
        if (rest.count > 0) {
            flat.add(between).add(rest.words(), Style.FAINT);
        }
        return flat.add(list ? "]" : "}");
    }

    /** What stands above the parts of a value. */
    private static Text head(Value value) {
        if (value instanceof Value.Fields object) {
            return Text.of(simple(object.className()));
        }
        if (value instanceof Value.Elements list) {
            return Text.of(simple(list.className())).add(" of " + Humane.count(list.size()), Style.FAINT);
        }
        if (value instanceof Value.Entries map) {
            return Text.of(simple(map.className()))
                    .add(map.size() == 0 ? "" : " of " + Humane.count(map.size()), Style.FAINT);
        }
        if (value instanceof Value.Thrown thrown) {
            return new Text()
                    .add(simple(thrown.className()), Style.BAD)
                    .add(thrown.message().map(message -> ": " + message).orElse(""));
        }
        return flat(value);
    }

    private record Part(Text label, Value value) {}

    private static List<Part> parts(Value value) {
        List<Part> parts = new ArrayList<>();
        if (value instanceof Value.Fields object) {
            for (Map.Entry<String, Value> field : object.fields()) {
                parts.add(new Part(new Text().add(field.getKey(), Style.FAINT), field.getValue()));
            }
        } else if (value instanceof Value.Elements list) {
            list.elements().forEach(element -> parts.add(new Part(new Text(), element)));
        } else if (value instanceof Value.Entries map) {
            for (Map.Entry<Value, Value> entry : map.entries()) {
                parts.add(new Part(flat(entry.getKey()), entry.getValue()));
            }
        }
        return parts;
    }

    /** How many parts were left out. */
    private record Rest(int count) {
        String words() {
            return "… " + Humane.count(count) + " more";
        }

        void ifPresentAdd(Page page, int indent) {
            if (count > 0) {
                page.line(new Text().add(" ".repeat(indent)).add(words(), Style.FAINT));
            }
        }
    }

    private static Rest rest(Value value) {
        if (value instanceof Value.Fields object) {
            return new Rest(object.fieldCount() - object.fields().size());
        }
        if (value instanceof Value.Elements list) {
            return new Rest(list.size() - list.elements().size());
        }
        if (value instanceof Value.Entries map) {
            return new Rest(map.size() - map.entries().size());
        }
        return new Rest(0);
    }

    private static Text string(Value.Text string) {
        Text text = new Text().add("\"" + string.text() + "\"", Style.GOOD);
        int missing = string.length() - string.text().length();
        return missing > 0 ? text.add("… " + Humane.count(missing) + " more chars", Style.FAINT) : text;
    }

    /** A map's key as the name of a JSON member. */
    static String key(Value key) {
        return key instanceof Value.Text text ? text.text() : flat(key).toString();
    }

    /** {@code shop.Order$Line} without its package: {@code Order.Line}. Arrays as {@code int[]}. */
    public static String simple(String className) {
        int array = 0;
        while (array < className.length() && className.charAt(array) == '[') {
            array++;
        }
        String element = className.substring(array);
        if (array > 0) {
            element = element.startsWith("L") && element.endsWith(";")
                    ? element.substring(1, element.length() - 1)
                    : primitive(element);
        }
        String simple = element.substring(element.lastIndexOf('.') + 1);
        // Lambda and anonymous classes keep their $.
        String dotted = simple.matches(".*\\$(\\d.*|\\$.*|)") ? simple : simple.replace('$', '.');
        return dotted + "[]".repeat(array);
    }

    private static String primitive(String code) {
        return switch (code) {
            case "B" -> "byte";
            case "C" -> "char";
            case "D" -> "double";
            case "F" -> "float";
            case "I" -> "int";
            case "J" -> "long";
            case "S" -> "short";
            case "Z" -> "boolean";
            default -> code;
        };
    }
}
