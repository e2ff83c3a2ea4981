package dev.sonde.commands.output;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.sonde.commands.Row;
import dev.sonde.jvm.Value;
import dev.sonde.weave.plain.PlainType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Rows as plain values, under the names and in the units that they have in JSON: what expressions are asked of. A number is a
 * Double where its component may have a fraction, whatever the row has.
 */
public final class RowValues {

    private static final JsonFactory JSON = new JsonFactory();

    private RowValues() {}

    /** A row's values, {@code type} first; what is empty is left out. */
    public static Map<String, @Nullable Object> of(Row row, ZoneId zone) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        values.put("type", row.type());
        values.putAll(components(row, zone));
        return values;
    }

    private static Map<String, @Nullable Object> components(Object row, ZoneId zone) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        for (Component component : Component.of(row.getClass())) {
            Object value = component.inJson ? component.read(row) : null;
            if (value != null) {
                values.put(component.json, plain(value, component.unit, zone));
            }
        }
        return values;
    }

    private static @Nullable Object plain(@Nullable Object wrapped, Unit unit, ZoneId zone) {
        Object value = Component.unwrapped(wrapped);
        if (value == null || value instanceof Boolean) {
            return value;
        }
        if (value instanceof Value captured) {
            return captured(captured, zone);
        }
        if (value instanceof Double || value instanceof Float) {
            return ((Number) value).doubleValue();
        }
        if (value instanceof Number number) {
            return number.longValue();
        }
        if (value instanceof Duration duration) {
            return unit.number(duration);
        }
        if (value instanceof Instant instant) {
            return JsonText.time(instant, zone);
        }
        if (value instanceof Enum<?> constant) {
            return constant.name().toLowerCase(Locale.ROOT);
        }
        if (value instanceof List<?> list) {
            List<@Nullable Object> values = new ArrayList<>();
            list.forEach(each -> values.add(plain(each, unit, zone)));
            return values;
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> values = new LinkedHashMap<>();
            map.forEach((key, each) -> values.put(String.valueOf(key), plain(each, unit, zone)));
            return values;
        }
        return value instanceof Record record ? components(record, zone) : value.toString();
    }

    /** What was captured has no type that we know: it is what its JSON is. */
    private static @Nullable Object captured(Value value, ZoneId zone) {
        String text = JsonText.object(zone, json -> json.field("value", value));
        try (JsonParser json = JSON.createParser(text)) {
            json.nextToken();
            json.nextToken();
            json.nextToken();
            return read(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The values of one JSON object, as {@link #of} gives those of the row that it was written from.
     *
     * @throws IOException when it is none
     */
    public static Map<String, @Nullable Object> parse(String text) throws IOException {
        try (JsonParser json = JSON.createParser(text)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("no JSON object: " + (text.length() > 60 ? text.substring(0, 60) + "…" : text));
            }
            Map<String, @Nullable Object> values = new LinkedHashMap<>();
            if (read(json) instanceof Map<?, ?> map) {
                map.forEach((key, value) -> values.put(String.valueOf(key), value));
            }
            return values;
        }
    }

    private static @Nullable Object read(JsonParser json) throws IOException {
        switch (json.currentToken()) {
            case START_OBJECT -> {
                Map<String, @Nullable Object> map = new LinkedHashMap<>();
                while (json.nextToken() != JsonToken.END_OBJECT) {
                    String name = json.currentName();
                    json.nextToken();
                    map.put(name, read(json));
                }
                return map;
            }
            case START_ARRAY -> {
                List<@Nullable Object> list = new ArrayList<>();
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    list.add(read(json));
                }
                return list;
            }
            case VALUE_NUMBER_INT -> {
                return json.getLongValue();
            }
            case VALUE_NUMBER_FLOAT -> {
                return json.getDoubleValue();
            }
            case VALUE_TRUE, VALUE_FALSE -> {
                return json.getBooleanValue();
            }
            case VALUE_NULL -> {
                return null;
            }
            default -> {
                return json.getText();
            }
        }
    }

    /**
     * What rows of these types have, one beside the other.
     *
     * @param name of the type, unique in an expression
     */
    public static PlainType.Fields shape(String name, List<Class<? extends Row>> rows) {
        Map<String, PlainType> fields = new LinkedHashMap<>();
        fields.put("type", PlainType.Simple.TEXT);
        for (Class<? extends Row> row : rows) {
            record(name, row).fields().forEach((field, type) -> {
                PlainType before = fields.putIfAbsent(field, type);
                if (before != null && !before.equals(type)) {
                    fields.put(field, PlainType.Simple.ANY);
                }
            });
        }
        return new PlainType.Fields(name, fields);
    }

    private static PlainType.Fields record(String name, Class<?> type) {
        Map<String, PlainType> fields = new LinkedHashMap<>();
        for (Component component : Component.of(type)) {
            if (component.inJson) {
                fields.put(component.json, type(name + "." + component.json, component.type()));
            }
        }
        return new PlainType.Fields(name, fields);
    }

    private static PlainType type(String name, Type type) {
        if (type instanceof ParameterizedType several) {
            Type[] inner = several.getActualTypeArguments();
            if (several.getRawType() == Optional.class) {
                return type(name, inner[0]);
            }
            if (several.getRawType() == List.class) {
                return new PlainType.Several(type(name, inner[0]));
            }
            return several.getRawType() == Map.class
                    ? new PlainType.Entries(type(name, inner[1]))
                    : PlainType.Simple.ANY;
        }
        if (!(type instanceof Class<?> plain)) {
            return PlainType.Simple.ANY;
        }
        if (plain == boolean.class || plain == Boolean.class) {
            return PlainType.Simple.FLAG;
        }
        if (plain == double.class
                || plain == Double.class
                || plain == OptionalDouble.class
                || plain == Duration.class) {
            return PlainType.Simple.NUMBER;
        }
        if (plain == long.class
                || plain == int.class
                || plain == Long.class
                || plain == Integer.class
                || plain == OptionalLong.class
                || plain == OptionalInt.class) {
            return PlainType.Simple.WHOLE;
        }
        if (plain == String.class || plain == Instant.class || plain.isEnum()) {
            return PlainType.Simple.TEXT;
        }
        return plain.isRecord() && !Value.class.isAssignableFrom(plain) ? record(name, plain) : PlainType.Simple.ANY;
    }
}
