package dev.sonde.commands.output;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import dev.sonde.jvm.Value;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes one JSON object on one line. Valid JSON whatever a target said, and safe to look at on a terminal. */
final class JsonText {

    /** Escapes what a terminal would obey, and halves of characters, which UTF-8 cannot carry. */
    private static final class Escapes extends CharacterEscapes {
        private final int[] ascii = standardAsciiEscapesForJSON();

        Escapes() {
            ascii[0x7f] = ESCAPE_STANDARD;
        }

        @Override
        public int[] getEscapeCodesForAscii() {
            return ascii.clone();
        }

        @Override
        public @Nullable SerializableString getEscapeSequence(int c) {
            // Surrogates come one by one: whole pairs are escaped too, and mean the same.
            return c > 0x7e && (c > 0xffff || Character.isSurrogate((char) c) || SafeText.isUnsafe(c))
                    ? new SerializedString("\\u%04x".formatted(c))
                    : null;
        }
    }

    private static final JsonFactory JSON = JsonFactory.builder().build().setCharacterEscapes(new Escapes());

    private final StringWriter text = new StringWriter();
    private final JsonGenerator json;
    private final ZoneId zone;

    private JsonText(ZoneId zone) throws IOException {
        this.json = JSON.createGenerator(text);
        this.zone = zone;
    }

    /** What writes one object. */
    interface Body {
        void write(JsonText text) throws IOException;
    }

    static String object(ZoneId zone, Body body) {
        try {
            JsonText text = new JsonText(zone);
            text.json.writeStartObject();
            body.write(text);
            text.json.writeEndObject();
            text.json.close();
            return text.text.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void field(String name, Object value) throws IOException {
        json.writeFieldName(name);
        any(value, Unit.of(name));
    }

    /** The components of a record; those that are empty are left out. */
    void components(Object row) throws IOException {
        for (Component component : Component.of(row.getClass())) {
            Object value = component.inJson ? component.read(row) : null;
            if (value != null) {
                json.writeFieldName(component.json);
                any(value, component.unit);
            }
        }
    }

    private void any(@Nullable Object wrapped, Unit unit) throws IOException {
        Object value = Component.unwrapped(wrapped);
        if (value == null) {
            json.writeNull();
        } else if (value instanceof Value captured) {
            value(captured);
        } else if (value instanceof Boolean bool) {
            json.writeBoolean(bool);
        } else if (value instanceof Double || value instanceof Float) {
            number(((Number) value).doubleValue());
        } else if (value instanceof Number number) {
            json.writeNumber(number.longValue());
        } else if (value instanceof Duration duration) {
            number(unit.number(duration));
        } else if (value instanceof Instant instant) {
            json.writeString(time(instant, zone));
        } else if (value instanceof Enum<?> constant) {
            json.writeString(constant.name().toLowerCase(Locale.ROOT));
        } else if (value instanceof List<?> list) {
            json.writeStartArray();
            for (Object element : list) {
                any(element, unit);
            }
            json.writeEndArray();
        } else if (value instanceof Map<?, ?> map) {
            json.writeStartObject();
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                json.writeFieldName(String.valueOf(entry.getKey()));
                any(entry.getValue(), unit);
            }
            json.writeEndObject();
        } else if (value instanceof Record record) {
            json.writeStartObject();
            components(record);
            json.writeEndObject();
        } else {
            json.writeString(value.toString());
        }
    }

    static String time(Instant instant, ZoneId zone) {
        return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
                instant.truncatedTo(ChronoUnit.MILLIS).atZone(zone));
    }

    /** JSON has no NaN and no infinity: they are strings. */
    private void number(double number) throws IOException {
        if (!Double.isFinite(number)) {
            json.writeString(Double.toString(number));
        } else if (number == Math.rint(number) && Math.abs(number) < 1e15) {
            json.writeNumber((long) number);
        } else {
            json.writeNumber(number);
        }
    }

    private void value(Value value) throws IOException {
        if (value instanceof Value.Null) {
            json.writeNull();
        } else if (value instanceof Value.Bool bool) {
            json.writeBoolean(bool.value());
        } else if (value instanceof Value.Whole whole) {
            json.writeNumber(whole.value());
        } else if (value instanceof Value.Real real) {
            if (Double.isFinite(real.value())) {
                json.writeNumber(real.value());
            } else {
                json.writeString(Double.toString(real.value()));
            }
        } else if (value instanceof Value.Text string) {
            string(string);
        } else if (value instanceof Value.EnumConstant constant) {
            json.writeString(constant.name());
        } else if (value instanceof Value.Elements elements) {
            elements(elements);
        } else if (value instanceof Value.Entries entries) {
            entries(entries);
        } else if (value instanceof Value.Fields fields) {
            fields(fields);
        } else if (value instanceof Value.Thrown thrown) {
            thrown(thrown);
        } else if (value instanceof Value.Cut cut) {
            json.writeStartObject();
            json.writeStringField("$class", cut.className());
            json.writeStringField("$cut", cut.why());
            json.writeEndObject();
        } else if (value instanceof Value.Masked masked) {
            json.writeStartObject();
            json.writeStringField("$class", masked.className());
            json.writeBooleanField("$masked", true);
            json.writeEndObject();
        } else if (value instanceof Value.Failed failed) {
            json.writeStartObject();
            json.writeStringField("$failed", failed.reason());
            json.writeEndObject();
        }
    }

    private void string(Value.Text string) throws IOException {
        if (string.text().length() >= string.length()) {
            json.writeString(string.text());
            return;
        }
        json.writeStartObject();
        json.writeStringField("$text", string.text());
        cut("chars", string.length());
        json.writeEndObject();
    }

    private void cut(String what, long size) throws IOException {
        json.writeStringField("$cut", what);
        json.writeNumberField("$size", size);
    }

    private void elements(Value.Elements list) throws IOException {
        json.writeStartArray();
        for (Value element : list.elements()) {
            value(element);
        }
        if (list.elements().size() < list.size()) {
            json.writeStartObject();
            cut("elements", list.size());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void entries(Value.Entries map) throws IOException {
        json.writeStartObject();
        Set<String> used = new HashSet<>();
        for (Map.Entry<Value, Value> entry : map.entries()) {
            json.writeFieldName(unused(ValueText.key(entry.getKey()), used));
            value(entry.getValue());
        }
        if (map.entries().size() < map.size()) {
            cut("elements", map.size());
        }
        json.writeEndObject();
    }

    private void fields(Value.Fields object) throws IOException {
        json.writeStartObject();
        json.writeStringField("$class", object.className());
        Set<String> used = new HashSet<>();
        for (Map.Entry<String, Value> field : object.fields()) {
            json.writeFieldName(unused(field.getKey(), used));
            value(field.getValue());
        }
        if (object.fields().size() < object.fieldCount()) {
            cut("fields", object.fieldCount());
        }
        json.writeEndObject();
    }

    /** A field that a superclass has too, or a key that reads the same, gets a number. */
    private static String unused(String name, Set<String> used) {
        String free = name;
        for (int i = 2; !used.add(free); i++) {
            free = name + "#" + i;
        }
        return free;
    }

    private void thrown(Value.Thrown thrown) throws IOException {
        json.writeStartObject();
        json.writeStringField("$class", thrown.className());
        if (thrown.message().isPresent()) {
            json.writeStringField("message", thrown.message().get());
        }
        json.writeArrayFieldStart("frames");
        for (String frame : thrown.frames()) {
            json.writeString(frame);
        }
        json.writeEndArray();
        if (thrown.cause().isPresent()) {
            json.writeFieldName("cause");
            thrown(thrown.cause().get());
        }
        json.writeEndObject();
    }
}
